#pragma once
// Turning a matrix round, in registers: rows become columns.

#include <cstddef>

namespace cajal::cpu {

// to (columns, rows) = from (rows, columns) turned round; the strides are floats from one row to the next.
void transpose(const float* from, std::size_t fromStride, std::size_t rows, std::size_t columns, float* to,
               std::size_t toStride);

}  // namespace cajal::cpu
