#pragma once
// The last stretch of every reader: what is missing is filled in or dropped, the set is split, and features
// are standardised; all of it learned on the training part alone.

#include <cstdint>
#include <vector>

#include "compute/data/dataset.h"

namespace cajal {

// Of each feature over the examples that have a value for it.
struct FeatureMoments {
  std::vector<double> mean;
  std::vector<double> squares;  // the sum of (value - mean)²
  std::vector<std::uint64_t> count;
};

FeatureMoments learnMoments(const Examples& part, std::size_t features);

// `set` as a reader leaves it: all examples in the training part unless the source says otherwise, missing
// feature values as NaN. options.standardize is unset: no. Throws Error(badInput) where nothing is left to
// train with, and Error(usage) for impossible options.
void prepareParts(DataSet& set, const DataOptions& options);

// "age", or "feature 3" where features have no names.
std::string featureName(const DataSet& set, std::size_t feature);

}  // namespace cajal
