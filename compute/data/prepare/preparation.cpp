#include "compute/data/prepare/preparation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "compute/data/prepare/split.h"
#include "compute/data/readers/rows.h"
#include "compute/data/readers/value_store.h"
#include "compute/data/refusal.h"
#include "engine/base/log.h"

namespace cajal {
namespace {

std::array<Examples*, 3> partsOf(DataSet& set) {
  return {&set.training, &set.validation, &set.test};
}

// ---- what is missing ----------------------------------------------------------------------------

void dropIncomplete(DataSet& set) {
  std::size_t dropped = 0;
  std::vector<float> row(set.features);
  for (Examples* part : partsOf(set)) {
    if (!part->floatData()) continue;
    RowNumbers complete;
    for (std::size_t i = 0; i < part->count; ++i) {
      readRow(*part, i, row);
      const bool isComplete = std::none_of(row.begin(), row.end(), [](float v) { return std::isnan(v); });
      if (isComplete) complete.push_back(static_cast<std::uint32_t>(i));
    }
    dropped += part->count - complete.size();
    keepRows(*part, set.features, complete);
  }
  if (dropped > 0) logInfo("{}: {} examples with missing values were dropped", set.name, dropped);
}

void requireValues(const DataSet& set, const FeatureMoments& moments) {
  for (std::size_t f = 0; f < set.features; ++f) {
    if (moments.count[f] > 0) continue;
    refuse(set.name,
           "{} has no value in any training example, so that none can be filled in; leave "
           "it out",
           featureName(set, f));
  }
}

// ---- new values for old -------------------------------------------------------------------------

// value = (read - mean) / scale, after mean for NaN
void rewriteRow(std::span<float> row, const std::vector<double>& means, const Standardization& wanted) {
  for (std::size_t f = 0; f < row.size(); ++f) {
    const double value = std::isnan(row[f]) ? means[f] : static_cast<double>(row[f]);
    row[f] = static_cast<float>(wanted.mean.empty() ? value : (value - wanted.mean[f]) / wanted.scale[f]);
  }
}

// In memory in place, bytes become floats, mapped values go to a new temporary file.
void rewrite(Examples& part, std::size_t features, const std::vector<double>& means,
             const Standardization& wanted) {
  if (!part.floats.empty()) {
    for (std::size_t i = 0; i < part.count; ++i)
      rewriteRow(std::span(part.floats).subspan(i * features, features), means, wanted);
    return;
  }
  ValueStore<float> store(part.count * features,
                          part.isMapped() ? 0 : std::numeric_limits<std::uint64_t>::max());
  std::vector<float> row(features);
  for (std::size_t i = 0; i < part.count; ++i) {
    readRow(part, i, row);
    rewriteRow(row, means, wanted);
    store.append(row);
  }
  part.bytes = {};
  part.mappedBytes = nullptr;
  store.giveTo(part);
}

Standardization standardizationOf(const FeatureMoments& moments, std::size_t examples) {
  Standardization wanted;
  wanted.mean = moments.mean;
  for (const double squares : moments.squares) {
    // What is missing becomes the mean and adds nothing: hence all examples, not only those with a value.
    wanted.scale.push_back(squares > 0 ? std::sqrt(squares / static_cast<double>(examples)) : 1.0);
  }
  return wanted;
}

// ---- numbers to be predicted ---------------------------------------------------------------------

Standardization targetStandardizationOf(const Examples& training, std::size_t outputs) {
  // Targets are read as if they were features: (count, outputs), none missing.
  Examples targets;
  targets.count = training.count;
  targets.floats = training.targets;
  return standardizationOf(learnMoments(targets, outputs), training.count);
}

void standardizeTargets(DataSet& set) {
  set.targetStandardization = targetStandardizationOf(set.training, set.outputs);
  for (Examples* part : partsOf(set)) {
    for (std::size_t i = 0; i < part->count; ++i) {
      const auto row = std::span(part->targets).subspan(i * set.outputs, set.outputs);
      rewriteRow(row, set.targetStandardization.mean, set.targetStandardization);
    }
  }
}

// ---- checks -------------------------------------------------------------------------------------

void checkCounts(const DataSet& set) {
  if (set.training.count == 0) {
    refuse(set.name, "holds no example to train with; give a file with examples{}",
           set.test.count ? ", or a smaller --test-share" : "");
  }
  if (set.training.count > kMostExamples) {
    refuse(set.name, "holds {} examples; at most {} are read", set.training.count, kMostExamples);
  }
}

void checkWeights(const DataSet& set, const Examples& part) {
  double sum = 0;
  for (std::size_t i = 0; i < part.weights.size(); ++i) {
    if (!(part.weights[i] >= 0) || std::isinf(part.weights[i])) {
      refuse(set.name, "the weight of example {} is {}; weights are 0 or more", i, part.weights[i]);
    }
    sum += static_cast<double>(part.weights[i]);
  }
  if (!part.weights.empty() && sum == 0) {
    refuse(set.name, "all weights are 0; some example must count for something");
  }
}

}  // namespace

std::string featureName(const DataSet& set, std::size_t feature) {
  if (feature < set.featureNames.size()) return fmt::format("'{}'", set.featureNames[feature]);
  return fmt::format("feature {}", feature);
}

// Welford's way: one pass, and no difference of large sums.
FeatureMoments learnMoments(const Examples& part, std::size_t features) {
  FeatureMoments moments{std::vector<double>(features), std::vector<double>(features),
                         std::vector<std::uint64_t>(features)};
  std::vector<float> row(features);
  for (std::size_t i = 0; i < part.count; ++i) {
    readRow(part, i, row);
    for (std::size_t f = 0; f < features; ++f) {
      if (std::isnan(row[f])) continue;
      const double value = static_cast<double>(row[f]), distance = value - moments.mean[f];
      moments.mean[f] += distance / static_cast<double>(++moments.count[f]);
      moments.squares[f] += distance * (value - moments.mean[f]);
    }
  }
  return moments;
}

void prepareParts(DataSet& set, const DataOptions& options) {
  checkCounts(set);
  if (options.missing == MissingValues::drop) dropIncomplete(set);
  splitParts(set, options);
  checkCounts(set);
  for (const Examples* part : partsOf(set)) checkWeights(set, *part);
  const bool standardize = options.standardize.value_or(false);
  const bool mayMiss = options.missing == MissingValues::mean && set.training.floatData() != nullptr;
  if (!mayMiss && !standardize) return;
  set.training.waitUntilReady();
  const FeatureMoments moments = learnMoments(set.training, set.features);
  if (mayMiss) requireValues(set, moments);
  if (standardize) set.standardization = standardizationOf(moments, set.training.count);
  for (Examples* part : partsOf(set)) {
    if (part->count == 0) continue;
    part->waitUntilReady();
    rewrite(*part, set.features, moments.mean, set.standardization);
  }
  if (standardize && set.outputs > 0) standardizeTargets(set);
}

}  // namespace cajal
