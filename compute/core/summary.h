#pragma once
// Summaries of many numbers: what a tensor's health is read from. One pass, the same text for host and
// device.
//
// Sums are taken in double, lane by lane and tile by tile, in an order that does not depend on threads.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "compute/core/random.h"  // CAJAL_HOST_DEVICE
#include "compute/math/activations.h"

namespace cajal {

// Of the numbers that are finite, but for the counts.
struct Summary {
  std::uint64_t count = 0;  // all of them
  std::uint64_t nans = 0, infinities = 0, zeros = 0;
  double sum = 0, squares = 0;
  float minimum = std::numeric_limits<float>::infinity();
  float maximum = -std::numeric_limits<float>::infinity();

  std::uint64_t finite() const { return count - nans - infinities; }
  double mean() const { return finite() ? sum / static_cast<double>(finite()) : 0.0; }
  // Of the whole, not of a sample: divided by n.
  double deviation() const {
    if (finite() == 0) return 0.0;
    const double variance = squares / static_cast<double>(finite()) - mean() * mean();
    return variance > 0 ? std::sqrt(variance) : 0.0;
  }
  double norm() const { return std::sqrt(squares); }  // Euclidean
  double zeroShare() const { return count ? static_cast<double>(zeros) / static_cast<double>(count) : 0.0; }

  CAJAL_HOST_DEVICE void add(float x) {
    ++count;
    if (x != x) {
      ++nans;
    } else if (x - x != 0.0f) {
      ++infinities;
    } else {
      zeros += x == 0.0f;
      sum += static_cast<double>(x);
      squares += static_cast<double>(x) * static_cast<double>(x);
      minimum = x < minimum ? x : minimum;
      maximum = x > maximum ? x : maximum;
    }
  }
  CAJAL_HOST_DEVICE void add(const Summary& other) {
    count += other.count;
    nans += other.nans;
    infinities += other.infinities;
    zeros += other.zeros;
    sum += other.sum;
    squares += other.squares;
    minimum = other.minimum < minimum ? other.minimum : minimum;
    maximum = other.maximum > maximum ? other.maximum : maximum;
  }
};

// A slope below this passes next to nothing back: a sigmoid beyond ± 4.6, a tanh beyond ± 3, a ReLU below 0.
inline constexpr float kFlatSlope = 0.01f;

// What the neurons of a layer do over a batch. A neuron of a convolution is a channel.
struct UnitSummary {
  Summary outputs;
  std::uint64_t flat = 0;   // outputs whose slope is flat
  std::uint64_t units = 0;  // neurons
  std::uint64_t dead = 0;   // of them, those that are flat for every example (and every pixel)

  double flatShare() const {
    return outputs.count ? static_cast<double>(flat) / static_cast<double>(outputs.count) : 0.0;
  }
  double deadShare() const { return units ? static_cast<double>(dead) / static_cast<double>(units) : 0.0; }
};

// Numbers that are to be summed up, in a backend's memory.
struct ValueRange {
  const float* values = nullptr;
  std::size_t count = 0;
  bool operator==(const ValueRange&) const = default;
};

// The outputs y = f(z) of a layer: where a gradient arrives on its way back. z only where f' reads it.
struct ActivatedOutput {
  Activation activation = Activation::identity;
  const float* y = nullptr;  // (B, n)
  const float* z = nullptr;  // (B, n), or null
  bool operator==(const ActivatedOutput&) const = default;
};

// What the neurons of a layer gave for a batch.
struct UnitRange {
  ActivatedOutput outputs;  // (rows, units)
  std::size_t rows = 0;     // examples, times pixels where there are any
  std::size_t units = 0;
  bool operator==(const UnitRange&) const = default;
};

struct Summaries {
  std::vector<Summary> ranges;     // in the order they were given
  std::vector<UnitSummary> units;  // the same
};

}  // namespace cajal
