#pragma once
// The examples in an array: pictures, which stay bytes, or numbers.

#include <cstddef>

#include "compute/data/dataset.h"
#include "compute/data/readers/array_stream.h"

namespace cajal {

// What one example of an array is.
struct ExampleForm {
  std::size_t features = 0;
  std::size_t imageRows = 0, imageColumns = 0, imageChannels = 0;  // 0 where it is no picture
  bool areBytes = false;  // read as value / 255: of pictures alone, numbers mean what they are

  bool operator==(const ExampleForm&) const = default;
};

// (N, rows, columns) and (N, rows, columns, 1 or 3) are pictures; everything else is a row of numbers.
// Throws Error(badInput) for an array without examples.
ExampleForm formOf(const ArrayStream& array);

// Fills count and values of `part`. Where they are more than the user wants in memory they stand in a
// temporary file, or, if they stand in theirs just as they are needed, there. Missing values are NaN. Throws
// Error(badInput) naming array, example and feature.
void readFeatures(ArrayStream array, const ExampleForm& form, const DataOptions& options, Examples& part);

}  // namespace cajal
