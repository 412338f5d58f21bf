#pragma once
// A folder of pictures as a data set: a sub-folder a class, PNG pictures of one size in it.

#include <filesystem>

#include "compute/data/dataset.h"

namespace cajal {

// FOLDER/cat/1.png, FOLDER/dog/7.png; or FOLDER/train/cat/1.png beside FOLDER/test/ and FOLDER/validation/ or
// val/. Classes are the sub-folders' names, examples stand in the order of their paths, both as bytes
// compare. One channel where all pictures are grey, otherwise three. Throws Error(badInput) naming the
// picture or folder and what to do; files that are not named .png are passed over.
//
// `threads`: how many read pictures at once, 0 for one a core. The result does not depend on it.
DataSet readImageFolder(const std::filesystem::path& folder, const DataOptions& options,
                        unsigned threads = 0);

}  // namespace cajal
