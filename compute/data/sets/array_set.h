#pragma once
// Arrays as a data set: one example a row of the one, what is to be predicted in the same row of the other.

#include <filesystem>
#include <optional>
#include <string>

#include "compute/data/dataset.h"
#include "compute/data/readers/array_stream.h"

namespace cajal {

struct ArrayPart {
  ArrayStream features;                  // (N, …)
  ArrayStream targets;                   // (N) or (N, outputs)
  std::optional<ArrayStream> weights{};  // (N)
};

struct ArrayParts {
  ArrayPart training;
  std::optional<ArrayPart> validation{}, test{};
};

// The arrays as they are; prepareParts() does the rest. Missing features are NaN; with MissingValues::drop
// examples without a target are gone. Throws Error(badInput) naming the array and the example.
DataSet readArrays(const std::string& name, ArrayParts parts, const DataOptions& options);

// npz:FILE. The arrays X or x and y, or those that --target and --weight-column name; or x_train, y_train,
// x_test, y_test as Keras has them. Throws Error(usage), listing the arrays, where it is not clear which.
DataSet readNpzSet(const std::filesystem::path& file, const DataOptions& options);

// npy:X.npy,Y.npy and idx:IMAGES,LABELS: two files, with a comma between.
DataSet readNpySet(const std::string& files, const DataOptions& options);
DataSet readIdxSet(const std::string& files, const DataOptions& options);

}  // namespace cajal
