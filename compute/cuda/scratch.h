#pragma once
// Memory that an operation uses while it runs: one buffer, lent to one operation after the other in the order
// of the stream.

#include <vector>

#include "compute/cuda/owners.h"

namespace cajal::cuda {

class Scratch {
 public:
  // `count` floats, not zeroed, for what is enqueued until the next call. The first step of a shape may
  // allocate here; those after it do not, and a step that has run once can be captured.
  float* floats(std::size_t count);

 private:
  // Each at least twice as large as the one before; the last one is lent. The others stay, since captured
  // graphs point to them: together they are smaller than the last.
  std::vector<DeviceMemory<float>> m_buffers;
  std::size_t m_count = 0;  // floats of the last
};

}  // namespace cajal::cuda
