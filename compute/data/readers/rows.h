#pragma once
// Rows of a part: looked at one by one, copied out, or kept while the others go.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "compute/data/dataset.h"

namespace cajal {

constexpr std::size_t kMostExamples = 0xFFFF'FFFF;  // the order of an epoch counts them in 32 bits

using RowNumbers = std::vector<std::uint32_t>;  // ascending

// Example `row` as the network reads it. `values`: (features)
void readRow(const Examples& part, std::size_t row, std::span<float> values);

// A part of its own that holds these examples. In memory where `part` is; otherwise in a temporary file.
Examples copyRows(const Examples& part, std::size_t features, const RowNumbers& rows);

// `part` with these examples only; in memory they move forward, so that nothing is held twice.
void keepRows(Examples& part, std::size_t features, const RowNumbers& rows);

// `more` behind `part`; both in memory and of one kind.
void appendRows(Examples& part, Examples more);

}  // namespace cajal
