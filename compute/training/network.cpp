#include "compute/training/network.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

#include "engine/base/error.h"

namespace cajal {
namespace {

constexpr std::size_t kWidestLayer = 1 << 20;
constexpr std::array<std::string_view, 3> kInitializerNames = {"auto", "he", "xavier"};

void fillHe(Random& random, std::vector<float>& weight, std::size_t inputs) {
  const float deviation = std::sqrt(2.0f / static_cast<float>(inputs));
  for (float& w : weight) w = deviation * random.normal();
}

void fillXavier(Random& random, std::vector<float>& weight, std::size_t inputs, std::size_t outputs) {
  const float limit = std::sqrt(6.0f / static_cast<float>(inputs + outputs));
  for (float& w : weight) w = random.uniform(-limit, limit);
}

}  // namespace

std::string_view name(Initializer initializer) {
  return kInitializerNames[static_cast<std::size_t>(initializer)];
}

std::optional<Initializer> initializerFromName(std::string_view name) {
  for (std::size_t i = 0; i < kInitializerNames.size(); ++i) {
    if (kInitializerNames[i] == name) return static_cast<Initializer>(i);
  }
  return std::nullopt;
}

std::vector<std::size_t> parseWidths(std::string_view text, std::string_view flag) {
  std::vector<std::size_t> widths;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (;;) {
    std::size_t width = 0;
    const auto [next, error] = std::from_chars(at, end, width);
    if (error != std::errc() || width == 0 || width > kWidestLayer) {
      throw Error(ExitCode::usage,
                  fmt::format("{} {}: layer {} must be a whole number from 1 to {}, as in 784-128-64-10",
                              flag, text, widths.size() + 1, kWidestLayer));
    }
    widths.push_back(width);
    at = next;
    if (at == end) break;
    if (*at != '-') {
      throw Error(
          ExitCode::usage,
          fmt::format("{} {}: '{}' found where '-' was expected, as in 784-128-64-10", flag, text, *at));
    }
    ++at;
  }
  if (widths.size() < 2) {
    throw Error(
        ExitCode::usage,
        fmt::format("{} {}: a network has at least an input and an output layer, as in 784-10", flag, text));
  }
  return widths;
}

std::string toString(const std::vector<std::size_t>& widths) {
  return fmt::format("{}", fmt::join(widths, "-"));
}

void checkDescription(const NetworkDescription& description) {
  if (description.hidden == Activation::softmax) {
    throw Error(ExitCode::usage,
                "--activation softmax: softmax is for the outputs (--output-activation); hidden "
                "layers take relu, tanh, sigmoid or identity");
  }
  const bool hasLogits =
      description.output == Activation::softmax || description.output == Activation::sigmoid;
  if (description.loss == Loss::crossEntropy && !hasLogits) {
    throw Error(ExitCode::usage,
                fmt::format("--loss cross-entropy: needs --output-activation softmax or sigmoid, not {}; "
                            "or choose --loss mse",
                            name(description.output)));
  }
}

Network::Network(const NetworkDescription& description, Backend& backend, const ArenaSource& arenas)
    : m_description(description) {
  checkDescription(description);
  for (std::size_t layer = 1; layer < description.widths.size(); ++layer) {
    const bool last = layer + 1 == description.widths.size();
    // The last layer leaves z: its activation is the head's, which sees whole rows and knows the loss.
    m_layers.emplace_back(description.widths[layer - 1], description.widths[layer],
                          last ? Activation::identity : description.hidden);
  }
  placeTensors();
  for (std::size_t kind = 0; kind < kArenaKinds; ++kind) {
    m_arenas[kind] = arenas ? arenas(static_cast<ArenaKind>(kind), m_arenaFloats[kind])
                            : backend.allocate(m_arenaFloats[kind]);
  }
  bindLayers();
}

void Network::placeTensors() {
  const auto add = [this](std::string name, TensorRole role, std::size_t layer, Shape shape, ArenaKind arena,
                          std::size_t offset) {
    m_tensors.push_back({std::move(name), role, static_cast<int>(layer), std::move(shape), arena, offset});
  };
  // Parameters, gradients and moments stand at the same offsets of their arenas.
  const auto addParameter = [&](const std::string& name, TensorRole role, std::size_t layer,
                                const Shape& shape, std::size_t offset) {
    add(name, role, layer, shape, ArenaKind::parameters, offset);
    add(name + ".gradient", TensorRole::gradient, layer, shape, ArenaKind::gradients, offset);
    add(name + ".first_moment", TensorRole::firstMoment, layer, shape, ArenaKind::firstMoments, offset);
    add(name + ".second_moment", TensorRole::secondMoment, layer, shape, ArenaKind::secondMoments, offset);
  };

  std::size_t offset = 0;
  for (std::size_t l = 0; l < m_layers.size(); ++l) {
    m_weightOffsets.push_back(offset);
    addParameter(fmt::format("layer{}.weight", l + 1), TensorRole::weight, l + 1, m_layers[l].weightShape(),
                 offset);
    offset += alignedCount(m_layers[l].weightShape().count());
  }
  m_weightFloats = offset;
  for (std::size_t l = 0; l < m_layers.size(); ++l) {
    m_biasOffsets.push_back(offset);
    addParameter(fmt::format("layer{}.bias", l + 1), TensorRole::bias, l + 1, m_layers[l].biasShape(),
                 offset);
    offset += alignedCount(m_layers[l].outputs());
  }
  for (std::size_t kind = 0; kind < kArenaKinds; ++kind) m_arenaFloats[kind] = offset;

  std::size_t activations = 0;
  for (std::size_t l = 0; l < m_description.widths.size(); ++l) {
    m_activationOffsets.push_back(activations);
    add(l == 0 ? "input" : fmt::format("layer{}.activation", l), TensorRole::activation, l,
        {{m_description.widths[l]}}, ArenaKind::activations, activations);
    activations += alignedCount(m_description.widths[l]);
  }
  m_arenaFloats[static_cast<std::size_t>(ArenaKind::activations)] = activations;
}

void Network::bindLayers() {
  float* parameters = arena(ArenaKind::parameters);
  float* gradients = arena(ArenaKind::gradients);
  for (std::size_t l = 0; l < m_layers.size(); ++l) {
    m_layers[l].bind(parameters + m_weightOffsets[l], parameters + m_biasOffsets[l],
                     gradients + m_weightOffsets[l], gradients + m_biasOffsets[l]);
  }
}

std::size_t Network::edgeCount() const {
  std::size_t count = 0;
  for (const Dense& layer : m_layers) count += layer.weightShape().count();
  return count;
}

std::size_t Network::parameterCount() const {
  std::size_t count = edgeCount();
  for (const Dense& layer : m_layers) count += layer.outputs();
  return count;
}

Matrix Network::shownActivation(std::size_t layer) const {
  return {arena(ArenaKind::activations) + m_activationOffsets[layer], 1, m_description.widths[layer]};
}

void Network::initialize(Backend& backend, std::uint64_t seed) {
  for (std::size_t kind = 0; kind < kArenaKinds; ++kind) {
    backend.fillZero(m_arenas[kind].get(), m_arenaFloats[kind]);
  }
  for (std::size_t l = 0; l < m_layers.size(); ++l) {
    const Dense& layer = m_layers[l];
    Random random(seed, RandomStream::initialWeights, l);
    std::vector<float> weight(layer.weightShape().count());
    const bool he =
        m_description.initializer == Initializer::he ||
        (m_description.initializer == Initializer::automatic && layer.activation() == Activation::relu);
    if (he) {
      fillHe(random, weight, layer.inputs());
    } else {
      fillXavier(random, weight, layer.inputs(), layer.outputs());
    }
    backend.write(layer.weight().data, weight.data(), weight.size());
  }
}

}  // namespace cajal
