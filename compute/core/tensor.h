#pragma once
// Tensors: named, shaped pieces of a few large arenas. Whoever can say TensorViews can be seen.
//
// Row-major, batch first. A dense weight is (out, in): row i holds what neuron i reads. Floats only.
// Glossary: B batch, in/out neurons before/behind a weight.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace cajal {

enum class TensorRole {
  weight,
  bias,
  scale,      // γ of a normalisation
  statistic,  // a running mean or variance: stands among the parameters, has no gradient
  activation,
  look,  // activations of many examples
  gradient,
  firstMoment,
  secondMoment,
  change  // what the last step added
};

// An arena is one allocation that holds every tensor of one kind.
enum class ArenaKind : std::uint32_t {
  parameters,     // weights, then biases
  gradients,      // of the last batch; same offsets as the parameters
  firstMoments,   // momentum, or Adam's m; same offsets
  secondMoments,  // Adam's v; same offsets
  activations,    // of the one example that is being shown: input, then every layer's output
  changes,        // what the last step added to the parameters, where somebody asked; same offsets as they
  looks,          // of many inputs, where somebody asked: a block (capacity, n) for input and layers
};
inline constexpr std::size_t kArenaKinds = 7;

// Every tensor starts at a multiple of this many floats (256 bytes), so that it can be bound on its own as a
// storage buffer on any device. The floats in between stay zero.
inline constexpr std::size_t kTensorAlignment = 64;

struct Shape {
  std::vector<std::size_t> dimensions;  // (out, in), (B, in), (out)

  std::size_t count() const {
    std::size_t product = 1;
    for (const std::size_t dimension : dimensions) product *= dimension;
    return product;
  }
  bool operator==(const Shape&) const = default;
};

// "128 × 784"
std::string toString(const Shape& shape);

// One example between two layers: rows × columns × channels, channels last, so that the channels of a pixel
// lie side by side. A plain row of n neurons is 1 × 1 × n.
struct ExampleShape {
  std::size_t rows = 1, columns = 1, channels = 1;

  std::size_t pixels() const { return rows * columns; }
  std::size_t count() const { return rows * columns * channels; }
  bool isImage() const { return rows > 1 || columns > 1; }
  bool operator==(const ExampleShape&) const = default;
};

// "28x28x16", "784"
std::string toString(const ExampleShape& shape);

struct TensorView {
  std::string name;  // "layer1.weight"
  TensorRole role = TensorRole::weight;
  int layer = 0;  // 0 is the input; a weight leads to this layer (connection.h says from which)
  Shape shape;
  ArenaKind arena = ArenaKind::parameters;
  std::size_t offset = 0;  // floats from the start of the arena
};

// A matrix in a backend's memory, borrowed. (rows, columns), row-major, no padding between rows.
struct Matrix {
  float* data = nullptr;
  std::size_t rows = 0;
  std::size_t columns = 0;

  std::size_t count() const { return rows * columns; }
};

// Rounds a float count up to kTensorAlignment.
constexpr std::size_t alignedCount(std::size_t count) {
  return (count + kTensorAlignment - 1) / kTensorAlignment * kTensorAlignment;
}

}  // namespace cajal
