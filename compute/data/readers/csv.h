#pragma once
// A table as a data set: one example a line, one column what is to be predicted.
//
// Numbers become features as they are; a text column becomes one feature a category, 1 where the example has
// it and 0 elsewhere. The file is read twice: once to find out what its columns hold, once for the values, so
// that its text never stands in memory as a whole.

#include <filesystem>

#include "compute/data/dataset.h"

namespace cajal {

// The whole table in the training part; prepareParts() does the rest. Missing features are NaN. Throws
// Error(usage) for a column that is not there, Error(badInput) naming file, line and column.
DataSet readCsv(const std::filesystem::path& file, const DataOptions& options);

}  // namespace cajal
