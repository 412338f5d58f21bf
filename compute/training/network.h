#pragma once
// A network: dense layers in a row, their parameters in arenas, and the TensorViews that let anybody look.

#include <string>
#include <string_view>
#include <vector>

#include "compute/core/backend.h"
#include "compute/layers/dense.h"

namespace cajal {

enum class Initializer : std::uint32_t {
  automatic,  // He before ReLU, Xavier before everything else
  he,         // normal, variance 2 / in (He et al. 2015)
  xavier,     // uniform, ± √(6 / (in + out)) (Glorot & Bengio 2010)
};
std::string_view name(Initializer initializer);
std::optional<Initializer> initializerFromName(std::string_view name);

struct NetworkDescription {
  std::vector<std::size_t> widths = {784, 128, 64, 10};  // input first, outputs last
  Activation hidden = Activation::relu;
  Activation output = Activation::softmax;
  Loss loss = Loss::crossEntropy;
  Initializer initializer = Initializer::automatic;
};

// "784-128-64-10" → widths. Throws Error(usage) naming the flag and what is wrong.
std::vector<std::size_t> parseWidths(std::string_view text, std::string_view flag = "--net");
std::string toString(const std::vector<std::size_t>& widths);
// Throws Error(usage) for a combination that has no gradient, such as cross-entropy of ReLU outputs.
void checkDescription(const NetworkDescription& description);

class Network {
 public:
  Network(const NetworkDescription& description, Backend& backend, const ArenaSource& arenas);

  const NetworkDescription& description() const { return m_description; }
  const std::vector<Dense>& layers() const { return m_layers; }
  const std::vector<TensorView>& tensors() const { return m_tensors; }
  std::size_t edgeCount() const;       // weights without biases
  std::size_t parameterCount() const;  // with biases, without padding

  float* arena(ArenaKind kind) const { return m_arenas[static_cast<std::size_t>(kind)].get(); }
  std::size_t arenaFloats(ArenaKind kind) const { return m_arenaFloats[static_cast<std::size_t>(kind)]; }
  // The weights stand before the biases; this many floats, padding included.
  std::size_t weightFloats() const { return m_weightFloats; }
  // The shown example's activations: layer 0 is the input. (1, width)
  Matrix shownActivation(std::size_t layer) const;

  // Fresh weights from the seed, zero biases, gradients and moments.
  void initialize(Backend& backend, std::uint64_t seed);

 private:
  void placeTensors();
  void bindLayers();

  NetworkDescription m_description;
  std::vector<Dense> m_layers;
  std::vector<TensorView> m_tensors;
  std::vector<std::size_t> m_weightOffsets, m_biasOffsets, m_activationOffsets;  // floats
  std::size_t m_weightFloats = 0;
  std::size_t m_arenaFloats[kArenaKinds] = {};
  ArenaMemory m_arenas[kArenaKinds];
};

}  // namespace cajal
