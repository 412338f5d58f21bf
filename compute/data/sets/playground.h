#pragma once
// The four two-dimensional sets of TensorFlow Playground (playground.tensorflow.org, dataset.ts): two
// features, two classes. Its plane reaches from about -6 to 6; ours is the same plane divided by
// kPlaygroundUnit, so that a coordinate has a spread near 1, which is what the initial weights of a network
// expect.

#include <cstddef>
#include <cstdint>

#include "compute/data/dataset.h"

namespace cajal {

constexpr float kPlaygroundUnit = 3.0f;       // of Playground's units in one of ours
constexpr float kMostPlaygroundNoise = 0.5f;  // Playground's slider at 50

enum class PlaygroundShape { exclusiveOr, circle, gauss, spiral };

struct PlaygroundSize {
  std::size_t training = 4000;
  std::size_t test = 1000;
};

// Point i is a function of (seed, part, shape, i). Class 1 is what Playground calls positive: equal signs
// (xor), the inner disc (circle), the cloud at the upper right (gauss), the first arm (spiral). Throws
// Error(usage) unless 0 <= noise <= 0.5.
DataSet makePlayground(PlaygroundShape shape, std::uint64_t seed, float noise, PlaygroundSize size = {});

}  // namespace cajal
