#pragma once
// Which examples train, and which are kept back to look at how well that went.

#include <cstdint>
#include <vector>

#include "compute/data/dataset.h"

namespace cajal {

enum class PartChoice : std::uint8_t { training, validation, test };

// Shares of the whole, 0 … 1. Throws Error(usage) unless both are in range and leave something to train with.
struct SplitShares {
  double validation = 0;
  double test = 0;

  void check() const;
};

// The part of each example, a function of (labels, shares, seed). Each class gives its share to each part, to
// within one example, and always keeps one to train with. `labels` is empty where there are no classes.
std::vector<PartChoice> chooseParts(const std::vector<Label>& labels, std::size_t count,
                                    const SplitShares& shares, std::uint64_t seed);

// Takes the validation and test part out of the training part, unless the source brought its own. With a
// --test-share of the user's a test part that the source brought is mixed in first. Any size: what is mapped
// goes to new temporary files.
void splitParts(DataSet& set, const DataOptions& options);

}  // namespace cajal
