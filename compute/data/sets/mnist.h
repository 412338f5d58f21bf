#pragma once
// A folder with MNIST's files, or with files of the same names and form (Fashion-MNIST, KMNIST, your own).

#include <filesystem>

#include "compute/data/dataset.h"

namespace cajal {

// Looks for {train,t10k}-images-idx3-ubyte and -labels-idx1-ubyte, also with ".idx" in place of "-idx", also
// with
// ".gz". Without the train files, the t10k files are split: the first 85 % (8,500 of 10,000) train, the rest
// tests. Labels are 0 … 9, pictures of any one size. Throws Error(badInput) or Error(inputOutput).
DataSet loadMnist(const std::filesystem::path& folder);

}  // namespace cajal
