#pragma once
// Which pictures a folder of pictures holds, and of which classes; none of them is opened.

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "compute/data/dataset.h"

namespace cajal {

struct ImagePaths {
  std::vector<std::filesystem::path> files;  // (count), sorted within a class, class after class
  std::vector<Label> labels;                 // (count)
};

struct ImageFolder {
  std::vector<std::string> classNames;    // sorted as bytes
  ImagePaths training, validation, test;  // the last two may be empty
  std::size_t passedOver = 0;             // files and folders that are neither pictures nor classes
};

// Throws Error(badInput) for a folder without classes, a class without pictures, and a test class that is not
// trained; Error(inputOutput) where a folder cannot be read.
ImageFolder findImages(const std::filesystem::path& folder);

}  // namespace cajal
