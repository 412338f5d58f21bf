#include "compute/training/workspace.h"

namespace cajal {
namespace {

// Hands out pieces of one allocation; asked a first time, without memory, it only counts.
class Pieces {
 public:
  explicit Pieces(float* memory) : m_memory(memory) {}

  float* take(std::size_t floats) {
    if (floats == 0) return nullptr;
    float* const piece = m_memory ? m_memory + m_taken : nullptr;
    m_taken += alignedCount(floats);
    return piece;
  }
  std::size_t taken() const { return m_taken; }

 private:
  float* m_memory;
  std::size_t m_taken = 0;
};

// Null in `memory` only counts. Where outputs are given, neither they nor gradients are wanted.
std::size_t place(const LayerList& layers, std::size_t capacity, float* memory, Workspace& workspace) {
  Pieces pieces(memory);
  const bool isForTraining = workspace.outputs.empty();
  workspace.capacity = capacity;
  workspace.shapes = {layers.front()->input()};
  workspace.z = workspace.kept = workspace.gradients = {nullptr};
  std::vector<float*> outputs = {isForTraining ? pieces.take(capacity * layers.front()->input().count())
                                               : nullptr};
  for (const auto& layer : layers) {
    const std::size_t values = capacity * layer->output().count();
    workspace.shapes.push_back(layer->output());
    outputs.push_back(isForTraining ? pieces.take(values) : nullptr);
    workspace.z.push_back(needsPreActivation(layer->activation()) ? pieces.take(values) : nullptr);
    workspace.kept.push_back(pieces.take(layer->keptFloats(capacity)));
    workspace.gradients.push_back(isForTraining ? pieces.take(values) : nullptr);
  }
  if (isForTraining) workspace.outputs = std::move(outputs);
  return pieces.taken();
}

Workspace make(BackendMemory& from, const LayerList& layers, std::size_t capacity,
               std::vector<float*> outputs) {
  Workspace counted;
  counted.outputs = outputs;
  ArenaMemory memory = from.allocate(place(layers, capacity, nullptr, counted));
  Workspace workspace;
  workspace.outputs = std::move(outputs);
  place(layers, capacity, memory.get(), workspace);
  workspace.memory = std::move(memory);
  return workspace;
}

}  // namespace

Workspace makeWorkspace(BackendMemory& memory, const LayerList& layers, std::size_t capacity) {
  return make(memory, layers, capacity, {});
}

Workspace makeWorkspace(BackendMemory& memory, const LayerList& layers, std::vector<float*> outputs) {
  return make(memory, layers, 1, std::move(outputs));
}

std::size_t workspaceFloats(const LayerList& layers) {
  Workspace counted;
  return place(layers, 1, nullptr, counted);
}

}  // namespace cajal
