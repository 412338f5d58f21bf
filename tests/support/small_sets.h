#pragma once
// Data sets of a few examples, made on the spot: tests of training do not depend on how digits are drawn.

#include <cstdint>

#include "compute/core/random.h"
#include "compute/data/dataset.h"

namespace cajal::test {

inline Examples randomBytes(std::size_t count, std::size_t features, std::size_t classes,
                            std::uint64_t seed) {
  Examples examples;
  examples.count = count;
  Random random(seed, RandomStream::points);
  for (std::size_t i = 0; i < count * features; ++i) {
    examples.bytes.push_back(static_cast<std::uint8_t>(random.index(256)));
  }
  for (std::size_t i = 0; i < count; ++i) examples.labels.push_back(static_cast<Label>(i % classes));
  return examples;
}

inline Examples randomPoints(std::size_t count, std::size_t features, std::size_t classes,
                             std::uint64_t seed) {
  Examples examples;
  examples.count = count;
  Random random(seed, RandomStream::points);
  for (std::size_t i = 0; i < count * features; ++i) examples.floats.push_back(random.uniform(-1, 1));
  for (std::size_t i = 0; i < count; ++i) examples.labels.push_back(static_cast<Label>(i % classes));
  return examples;
}

// Noise with labels: nothing to generalise, but a network with enough weights can learn every example by
// heart.
inline DataSet bytesSet(std::size_t training, std::size_t test, std::size_t features, std::size_t classes) {
  DataSet set;
  set.name = "bytes";
  set.features = features;
  set.classes = classes;
  set.training = randomBytes(training, features, classes, 1);
  set.test = randomBytes(test, features, classes, 2);
  return set;
}

inline DataSet pointsSet(std::size_t training, std::size_t test, std::size_t features, std::size_t classes) {
  DataSet set;
  set.name = "points";
  set.features = features;
  set.classes = classes;
  set.training = randomPoints(training, features, classes, 1);
  set.test = randomPoints(test, features, classes, 2);
  return set;
}

// Example `index` as the network reads it.
inline std::vector<double> exampleValues(const Examples& examples, std::size_t features, std::size_t index) {
  std::vector<double> values(features);
  for (std::size_t f = 0; f < features; ++f) {
    values[f] = examples.bytes.empty() ? static_cast<double>(examples.floats[index * features + f])
                                       : static_cast<double>(examples.bytes[index * features + f]) / 255.0;
  }
  return values;
}

}  // namespace cajal::test
