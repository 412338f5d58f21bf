#pragma once
// A network: layers in a row, some of which also read an earlier one; their parameters in arenas; and the
// TensorViews and Connections by which it can be drawn.

#include <memory>
#include <string>
#include <vector>

#include "compute/core/connection.h"
#include "compute/core/dense_training.h"
#include "compute/layers/initializers.h"
#include "compute/layers/layer_spec.h"
#include "compute/training/workspace.h"

namespace cajal {

struct NetworkDescription {
  NetworkSpec spec = denseNetwork({784, 128, 64, 10});
  Activation hidden = Activation::relu;
  Head head;  // activation of the outputs, loss
  Initializer initializer;
};

// Throws Error(usage) for a combination that has no gradient, such as cross-entropy of ReLU outputs, and for
// layers that do not fit.
void checkDescription(const NetworkDescription& description);

class Network {
 public:
  Network(const NetworkDescription& description, BackendMemory& memory, const ArenaSource& arenas);

  const NetworkDescription& description() const { return m_description; }
  const LayerList& layers() const { return m_layers; }
  const std::vector<TensorView>& tensors() const { return m_tensors; }
  // By the layer that reads: first what it reads of the layer before, then the second summand of a residual
  // sum.
  const std::vector<Connection>& connections() const { return m_connections; }
  std::size_t edgeCount() const;       // weights without biases
  std::size_t parameterCount() const;  // all that is learnt, without padding
  // The shape of the values behind layer l; 0 is the input.
  const ExampleShape& shape(std::size_t l) const;
  // The layers as plain data; empty where one is of another kind than dense.
  std::vector<DenseLayer> denseLayers() const;
  std::size_t outputs() const { return m_layers.back()->output().count(); }

  float* arena(ArenaKind kind) const { return m_arenas[static_cast<std::size_t>(kind)].get(); }
  std::size_t arenaFloats(ArenaKind kind) const { return m_arenaFloats[static_cast<std::size_t>(kind)]; }
  // The weights stand before everything else; this many floats, padding included.
  std::size_t weightFloats() const { return m_weightFloats; }

  // Fresh weights from the seed; biases, gradients and moments zero.
  void initialize(BackendMemory& memory, std::uint64_t seed);
  // Reads the parameters at `parameters` from now on: those of the arena, or an average of them.
  void bindParameters(float* parameters);

  // From workspace.outputs[0] to the last output, which is left as z: the head's affair.
  void forward(const Pass& pass, const Workspace& workspace, std::size_t rows) const;
  // From the gradient at the last output to the parameters' gradients.
  void backward(const Pass& pass, const Workspace& workspace, std::size_t rows) const;
  // One example's outputs stand in the activations arena.
  const Workspace& shown() const { return m_shown; }
  // Rows of the looks arena (looks.h).
  std::size_t looksCapacity() const { return m_looksCapacity; }
  // Its rows from `first` on, for passes of no more rows than `scratch` has room for, which lends the rest.
  Workspace looks(const Workspace& scratch, std::size_t first) const;

 private:
  void placeParameters(bool weights, std::size_t& offset);
  void placeActivations();
  void placeLooks();
  void findSkips();
  void connect();
  Activation activationBehind(std::size_t layer) const;

  NetworkDescription m_description;
  LayerList m_layers;
  std::vector<TensorView> m_tensors;
  std::vector<Connection> m_connections;
  std::vector<std::vector<std::size_t>> m_offsets;  // floats, by layer and parameter
  std::vector<std::size_t> m_activationOffsets;     // floats, by layer; 0 is the input
  std::vector<std::size_t> m_lookOffsets;           // the same, of the looks
  std::size_t m_looksCapacity = 0;
  std::vector<std::vector<std::size_t>> m_readers;  // by output: the residual layers whose second input it is
  std::size_t m_weightFloats = 0;
  std::size_t m_arenaFloats[kArenaKinds] = {};
  ArenaMemory m_arenas[kArenaKinds];
  Workspace m_shown;
};

}  // namespace cajal
