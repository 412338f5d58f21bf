#pragma once
// Examples as kernels read them: DeviceExamples without its owner, which a kernel can do nothing with.

#include "compute/core/backend.h"
#include "compute/math/permutation.h"

namespace cajal::cuda {

struct ExampleRows {
  const std::uint8_t* bytes;
  const float* floats;
  const Label* labels;
  const float* targets;
  const float* weights;
  std::size_t count;
  std::size_t features;
  std::size_t outputs;
};

inline ExampleRows rowsOf(const DeviceExamples& examples) {
  return {examples.bytes,   examples.floats, examples.labels,   examples.targets,
          examples.weights, examples.count,  examples.features, examples.outputs};
}

// Value `index` of all of them, as the network reads it.
CAJAL_HOST_DEVICE inline float valueAt(const ExampleRows& rows, std::size_t index) {
  return rows.bytes ? static_cast<float>(rows.bytes[index]) * (1.0f / 255.0f) : rows.floats[index];
}

// Which example stands at place `position` of the endless shuffled sequence.
CAJAL_HOST_DEVICE inline std::size_t shuffledExample(std::uint64_t seed, std::size_t count,
                                                     std::uint64_t position) {
  const auto place = static_cast<std::uint32_t>(position % count);
  return Permutation(seed, position / count, static_cast<std::uint32_t>(count))(place);
}

}  // namespace cajal::cuda
