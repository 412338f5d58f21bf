#pragma once
// Memory of a backend: arenas of floats, and the parts of a data set.

#include <cstdint>
#include <functional>
#include <memory>

#include "compute/core/tensor.h"
#include "compute/data/dataset.h"

namespace cajal {

// Memory of a backend, owned: freed by whoever made it.
using ArenaMemory = std::unique_ptr<float, std::function<void(float*)>>;

// Where arenas come from: the backend itself, or the viewer, when both sides are to share them.
// The memory is zero when handed over.
using ArenaSource = std::function<ArenaMemory(ArenaKind kind, std::size_t floats)>;

// One part of a data set, in the backend's memory, or, where that is too small, as it stands in the host's.
struct DeviceExamples {
  std::shared_ptr<void> owner;          // frees what it must
  const std::uint8_t* bytes = nullptr;  // (count, features), read as value / 255; or
  const float* floats = nullptr;        // (count, features)
  const Label* labels = nullptr;        // (count); or
  const float* targets = nullptr;       // (count, outputs)
  const float* weights = nullptr;       // (count), or null: all count 1
  std::size_t count = 0;
  std::size_t features = 0;
  std::size_t outputs = 0;  // of `targets`
  // Read row by row for each batch; the pointers above are null then, and a selection's cursor is the host's.
  const Examples* onHost = nullptr;
};

class BackendMemory {
 public:
  virtual ~BackendMemory() = default;

  // Memory that is addressable by the host (the CPU's), so that a host copy publishes it.
  virtual bool isHostMemory() const = 0;
  // Zeroed. Throws Error(gpu) or Error(badInput) saying how much was wanted, where there is too little.
  virtual ArenaMemory allocate(std::size_t floats) = 0;
  virtual DeviceExamples upload(const Examples& examples, std::size_t features) = 0;

  // Host copies of `count` floats; they wait until the backend has come that far.
  virtual void read(const float* source, float* host, std::size_t count) = 0;
  virtual void write(float* target, const float* host, std::size_t count) = 0;
  // In order with the operations.
  virtual void fillZero(float* target, std::size_t count) = 0;
  // target ← source, both in the backend's memory.
  virtual void copy(const float* source, float* target, std::size_t count) = 0;
  // Returns when everything enqueued so far is done.
  virtual void finish() = 0;
};

}  // namespace cajal
