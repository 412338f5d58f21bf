#pragma once
// Which layers read which: a directed acyclic graph, with one or several inputs and outputs. Layers are
// numbered as TensorView::layer numbers them. A network of layers in a row is the simple case: layer l reads
// layer l - 1.
//
// Plain data: a trainer, a model file or a test fills it in.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "compute/core/tensor.h"

namespace cajal {

// Layer `to` reads the values of layer `from`.
struct Connection {
  std::size_t from = 0, to = 0;
  // Index of the weight in the tensor views. None: a pool, a normalisation, a summand and others have no
  // weights.
  std::optional<std::size_t> tensor = std::nullopt;
  // Neuron i of `to` adds the value of neuron i of `from`, unchanged: a summand of a sum, such as a skip
  // connection (He et al. 2016). Without weights only.
  bool isIdentity = false;

  bool operator==(const Connection&) const = default;
};

// The connections of layers in a row: each reads the one before, through its weight where it has one.
std::vector<Connection> chainOf(std::span<const TensorView> tensors);

// By layer: how many connections the longest path from an input has. An input, which reads no layer, has rank
// 0; every layer has a higher rank than the layers that it reads. Any order of layers and connections. Throws
// Error(badInput) with the layers of a cycle, and where a connection names a layer that does not exist.
std::vector<std::size_t> ranksOf(std::size_t layers, std::span<const Connection> connections);

// Throws Error(badInput), naming the layer, unless the connections are a graph that can be drawn: every layer
// and tensor exists, no path leads back, a weight belongs to the layer that reads through it and fits both
// layers, and an identity joins layers of the same number of neurons. The activations among the tensors say
// which layers there are.
void checkConnections(std::span<const TensorView> tensors, std::span<const Connection> connections);

}  // namespace cajal
