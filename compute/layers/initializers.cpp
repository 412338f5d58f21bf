#include "compute/layers/initializers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numeric>

#include "compute/cpu/gemm.h"

namespace cajal {
namespace {

struct Named {
  InitializerKind kind;
  std::string_view name;
  float usualScale;
  bool takesScale;
};

constexpr std::array kInitializers = {
    Named{InitializerKind::automatic, "auto", 1, false},
    Named{InitializerKind::he, "he", 1, false},
    Named{InitializerKind::xavier, "xavier", 1, false},
    Named{InitializerKind::lecun, "lecun", 1, false},
    Named{InitializerKind::orthogonal, "orthogonal", 1, true},
    Named{InitializerKind::zeros, "zeros", 0, false},
    Named{InitializerKind::constant, "constant", 0.1f, true},
    Named{InitializerKind::uniform, "uniform", 0.05f, true},
    Named{InitializerKind::normal, "normal", 0.02f, true},
};

InitializerKind usualFor(Activation activation) {
  switch (activation) {
    case Activation::identity:
    case Activation::sigmoid:
    case Activation::tanh:
    case Activation::softmax: return InitializerKind::xavier;
    default: return InitializerKind::he;
  }
}

void fillNormal(Random& random, float deviation, std::vector<float>& weight) {
  for (float& w : weight) w = deviation * random.normal();
}

void fillUniform(Random& random, float limit, std::vector<float>& weight) {
  for (float& w : weight) w = random.uniform(-limit, limit);
}

// ---- orthogonal ----

// Vectors that are made orthonormal one by one, in double. With fewer, the matrix products would be too thin.
constexpr std::size_t kPanel = 64;
constexpr std::size_t kLanes = 8;  // partial sums, so that the compiler may use vectors of them

double dot(const double* a, const double* b, std::size_t count) {
  std::array<double, kLanes> sums{};
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) sums[lane] += a[i + lane] * b[i + lane];
  }
  for (; i < count; ++i) sums[0] += a[i] * b[i];
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

// Makes the vectors of a panel (count, length) orthonormal, one after the other. Twice is enough: what
// rounding leaves after the second time is below double precision (Giraud et al. 2005).
void orthonormalize(float* panel, std::size_t count, std::size_t length) {
  std::vector<double> vectors(panel, panel + count * length);
  for (std::size_t v = 0; v < count; ++v) {
    double* const vector = vectors.data() + v * length;
    for (int pass = 0; pass < 2; ++pass) {
      for (std::size_t before = 0; before < v; ++before) {
        const double* const other = vectors.data() + before * length;
        const double along = dot(other, vector, length);
        for (std::size_t i = 0; i < length; ++i) vector[i] -= along * other[i];
      }
    }
    const double norm = std::sqrt(dot(vector, vector, length));
    for (std::size_t i = 0; i < length; ++i) panel[v * length + i] = static_cast<float>(vector[i] /= norm);
  }
}

// Takes out of the vectors of a panel (count, length) what lies along those before it (before, length), which
// are orthonormal.
void takeOut(const float* basis, std::size_t before, float* panel, std::size_t count, std::size_t length) {
  std::vector<float> along(count * before);
  cpu::gemm(count, before, length, {panel, length}, {basis, length, true}, 0.0f, along.data(), before);
  for (float& share : along) share = -share;
  cpu::gemm(count, length, before, {along.data(), before}, {basis, length}, 1.0f, panel, length);
}

// Vectors (count, length), one a row, count ≤ length: Q of the QR decomposition of a Gaussian matrix, with
// the signs that make the diagonal of R positive, which is uniform over all orthonormal frames. Gram-Schmidt
// by panels: nearly all the work is in matrix products. Each panel goes through them twice, for the same
// reason as single vectors do; these are in float, as the weights are.
void fillOrthonormal(Random& random, std::size_t count, std::size_t length, float* vectors) {
  for (std::size_t i = 0; i < count * length; ++i) vectors[i] = random.normal();
  for (std::size_t first = 0; first < count; first += kPanel) {
    float* const panel = vectors + first * length;
    const std::size_t size = std::min(kPanel, count - first);
    for (int pass = 0; first > 0 && pass < 2; ++pass) {
      takeOut(vectors, first, panel, size, length);
      if (pass == 0) orthonormalize(panel, size, length);
    }
    orthonormalize(panel, size, length);
  }
}

void fillOrthogonal(Random& random, float scale, std::size_t rows, std::size_t columns,
                    std::vector<float>& weight) {
  if (rows <= columns) {
    fillOrthonormal(random, rows, columns, weight.data());
    for (float& w : weight) w *= scale;
    return;
  }
  std::vector<float> vectors(rows * columns);
  fillOrthonormal(random, columns, rows, vectors.data());
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < columns; ++column)
      weight[row * columns + column] = scale * vectors[column * rows + row];
  }
}

const Named& entry(InitializerKind kind) {
  return kInitializers[static_cast<std::size_t>(kind)];
}

}  // namespace

std::string toString(const Initializer& initializer) {
  const Named& named = entry(initializer.kind);
  return named.takesScale ? fmt::format("{}:{}", named.name, initializer.scale) : std::string(named.name);
}

std::optional<Initializer> initializerFromText(std::string_view text) {
  const std::size_t colon = text.find(':');
  for (const Named& named : kInitializers) {
    if (named.name != text.substr(0, colon)) continue;
    Initializer initializer = {named.kind, named.usualScale};
    if (colon == std::string_view::npos) return initializer;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data() + colon + 1, end, initializer.scale);
    const bool good = error == std::errc() && rest == end && std::isfinite(initializer.scale);
    return good && named.takesScale ? std::optional(initializer) : std::nullopt;
  }
  return std::nullopt;
}

std::vector<float> initialWeight(const Initializer& initializer, Activation activation, std::size_t rows,
                                 std::size_t columns, std::size_t fanOut, Random& random) {
  std::vector<float> weight(rows * columns);
  const auto fanIn = static_cast<float>(columns);
  const bool isAutomatic = initializer.kind == InitializerKind::automatic;
  switch (isAutomatic ? usualFor(activation) : initializer.kind) {
    case InitializerKind::automatic:
    case InitializerKind::he: fillNormal(random, std::sqrt(2.0f / fanIn), weight); break;
    case InitializerKind::xavier:
      fillUniform(random, std::sqrt(6.0f / (fanIn + static_cast<float>(fanOut))), weight);
      break;
    case InitializerKind::lecun: fillNormal(random, std::sqrt(1.0f / fanIn), weight); break;
    case InitializerKind::orthogonal: fillOrthogonal(random, initializer.scale, rows, columns, weight); break;
    case InitializerKind::zeros: break;
    case InitializerKind::constant: weight.assign(weight.size(), initializer.scale); break;
    case InitializerKind::uniform: fillUniform(random, initializer.scale, weight); break;
    case InitializerKind::normal: fillNormal(random, initializer.scale, weight); break;
  }
  return weight;
}

}  // namespace cajal
