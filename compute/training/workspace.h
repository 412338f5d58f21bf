#pragma once
// A workspace: room for what a batch leaves in every layer, on its way forward and back.

#include <memory>
#include <vector>

#include "compute/layers/layer.h"

namespace cajal {

using LayerList = std::vector<std::unique_ptr<Layer>>;

// By output: 0 is the input of the network, l what layer l (counted from 1) gives. Null where nothing is
// needed.
struct Workspace {
  ArenaMemory memory;
  std::size_t capacity = 0;  // rows
  std::vector<ExampleShape> shapes;
  std::vector<float*> outputs;    // (rows, n): y
  std::vector<float*> z;          // (rows, n), where the activation's derivative reads it
  std::vector<float*> kept;       // what the layer keeps for its backward pass
  std::vector<float*> gradients;  // (rows, n): dLoss/dZ

  Matrix output(std::size_t l, std::size_t rows) const { return {outputs[l], rows, shapes[l].count()}; }
  Matrix gradient(std::size_t l, std::size_t rows) const { return {gradients[l], rows, shapes[l].count()}; }
  // Of layer l, counted from 1.
  Flow flow(std::size_t l, std::size_t rows) const {
    return {output(l - 1, rows), output(l, rows), z[l], kept[l]};
  }
};

// For batches, or chunks of them, of up to `capacity` examples.
Workspace makeWorkspace(BackendMemory& memory, const LayerList& layers, std::size_t capacity);
// For one example that is not learnt from; its outputs stand where they are given.
Workspace makeWorkspace(BackendMemory& memory, const LayerList& layers, std::vector<float*> outputs);
// What makeWorkspace(memory, layers, capacity) allocates for an example.
std::size_t workspaceFloats(const LayerList& layers);

}  // namespace cajal
