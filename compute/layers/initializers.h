#pragma once
// How weights begin. fanIn: values a neuron reads; fanOut: neurons a value goes to.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compute/core/random.h"
#include "compute/math/activations.h"

namespace cajal {

enum class InitializerKind : std::uint32_t {
  automatic,   // He before ReLU and its relatives, LeCun before SELU, Xavier before everything else
  he,          // normal, variance 2 / fanIn (He et al. 2015)
  xavier,      // uniform, ± √(6 / (fanIn + fanOut)) (Glorot & Bengio 2010)
  lecun,       // normal, variance 1 / fanIn (LeCun et al. 1998)
  orthogonal,  // rows (or columns, where they are fewer) at right angles, of length `scale` (Saxe et al.
               // 2014)
  zeros,
  constant,  // scale
  uniform,   // ± scale
  normal,    // deviation scale
};

struct Initializer {
  InitializerKind kind = InitializerKind::automatic;
  float scale = 1;
  bool operator==(const Initializer&) const = default;
};

// "he", "normal:0.02": those with a scale take it behind a colon.
std::string toString(const Initializer& initializer);
std::optional<Initializer> initializerFromText(std::string_view text);
inline constexpr const char* kInitializerChoices =
    "auto, he, xavier, lecun, orthogonal, zeros, constant:0.1, uniform:0.05, normal:0.02";

// A weight of so many rows (neurons) and columns (values each reads), row-major. `activation` is what
// follows.
std::vector<float> initialWeight(const Initializer& initializer, Activation activation, std::size_t rows,
                                 std::size_t columns, std::size_t fanOut, Random& random);

}  // namespace cajal
