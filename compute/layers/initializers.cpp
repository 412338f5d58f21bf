#include "compute/layers/initializers.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

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

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

// Takes out of `vector` what lies along the ones before it, and makes its length one. Twice is enough: what
// rounding leaves after the second time is below double precision (Giraud et al. 2005).
void makeOrthonormal(const std::vector<std::vector<double>>& before, std::vector<double>& vector) {
  for (int pass = 0; pass < 2; ++pass) {
    for (const std::vector<double>& other : before) {
      const double along = dot(other, vector);
      for (std::size_t i = 0; i < vector.size(); ++i) vector[i] -= along * other[i];
    }
  }
  const double length = std::sqrt(dot(vector, vector));
  for (double& value : vector) value /= length;
}

void fillOrthogonal(Random& random, float scale, std::size_t rows, std::size_t columns,
                    std::vector<float>& weight) {
  const bool byRows = rows <= columns;
  std::vector<std::vector<double>> vectors;
  for (std::size_t v = 0; v < (byRows ? rows : columns); ++v) {
    std::vector<double> vector(byRows ? columns : rows);
    for (double& value : vector) value = static_cast<double>(random.normal());
    makeOrthonormal(vectors, vector);
    for (std::size_t i = 0; i < vector.size(); ++i) {
      weight[byRows ? v * columns + i : i * columns + v] = scale * static_cast<float>(vector[i]);
    }
    vectors.push_back(std::move(vector));
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
