// Pools: the largest value or the mean of each window, each channel on its own. Images (B, rows, columns,
// channels); outputs and gradients are overwritten, one thread a value. The gradient of a pixel is gathered
// from the windows it lies in, in their order: nothing is added with atomics.
#include <cmath>

#include "compute/cuda/operations.h"
#include "compute/cuda/per_value.h"
#include "compute/cuda/window.h"

namespace cajal::cuda {
namespace {

// A value of a batch of images.
struct Position {
  unsigned image;
  int row, column;
  unsigned channel;
};

__device__ Position positionOf(unsigned value, int rows, int columns, unsigned channels) {
  Position position;
  position.channel = value % channels;
  value /= channels;
  position.column = static_cast<int>(value % columns);
  value /= columns;
  position.row = static_cast<int>(value % rows);
  position.image = value / rows;
  return position;
}

__device__ bool isInside(const Window& window, int row, int column) {
  return row >= 0 && row < window.rows && column >= 0 && column < window.columns;
}

// What the windows of one channel of one image read: pixels lie `channels` floats apart.
struct Plane {
  const float* values;
  unsigned channels;
  __device__ float at(const Window& window, int row, int column) const {
    return values[static_cast<std::size_t>(row * window.columns + column) * channels];
  }
};

__device__ Plane planeOf(const Window& window, const float* images, const Position& position,
                         unsigned channels) {
  const std::size_t pixels = static_cast<std::size_t>(window.rows) * window.columns;
  return {images + position.image * pixels * channels + position.channel, channels};
}

struct Largest {
  float value;
  int row, column;  // where it is first met; -1: the window lies in the padding
};

// NaN wins: a network that diverged must show it.
__device__ Largest largestOf(const Window& window, const Plane& plane, int outputRow, int outputColumn) {
  Largest largest = {-INFINITY, -1, -1};
  for (int i = 0; i < window.size; ++i) {
    for (int j = 0; j < window.size; ++j) {
      const int row = tapAt(window, outputRow, i), column = tapAt(window, outputColumn, j);
      if (!isInside(window, row, column)) continue;
      const float value = plane.at(window, row, column);
      // The first value counts even where it is minus infinity: its window's gradient must go somewhere.
      if (largest.row < 0 || value > largest.value || value != value) largest = {value, row, column};
    }
  }
  return largest;
}

__device__ float averageOf(const Window& window, const Plane& plane, int outputRow, int outputColumn) {
  const float share = 1.0f / static_cast<float>(window.size * window.size);
  float sum = 0;
  for (int i = 0; i < window.size; ++i) {
    for (int j = 0; j < window.size; ++j) {
      const int row = tapAt(window, outputRow, i), column = tapAt(window, outputColumn, j);
      if (isInside(window, row, column)) sum += share * plane.at(window, row, column);
    }
  }
  return sum;
}

__global__ void poolForwardKernel(PoolKind kind, const Window window, unsigned channels, unsigned count,
                                  const float* __restrict__ images, float* __restrict__ output) {
  const unsigned i = valueIndex();
  if (i >= count) return;
  const Position at = positionOf(i, window.outputRows, window.outputColumns, channels);
  const Plane plane = planeOf(window, images, at, channels);
  output[i] = kind == PoolKind::maximum ? largestOf(window, plane, at.row, at.column).value
                                        : averageOf(window, plane, at.row, at.column);
}

// One thread a value of the input: it asks every window it lies in, and of a maximum whether it was the one.
__global__ void poolBackwardKernel(PoolKind kind, const Window window, unsigned channels, unsigned count,
                                   const float* __restrict__ images, const float* __restrict__ dOutput,
                                   float* __restrict__ dInput) {
  const unsigned index = valueIndex();
  if (index >= count) return;
  const Position at = positionOf(index, window.rows, window.columns, channels);
  const Plane plane = planeOf(window, images, at, channels);
  const float share = 1.0f / static_cast<float>(window.size * window.size);
  const std::size_t firstPixel =
      static_cast<std::size_t>(at.image) * window.outputRows * window.outputColumns;
  float sum = 0;
  for (int i = window.size - 1; i >= 0; --i) {
    const int row = placeOf(window, at.row, i, window.outputRows);
    for (int j = window.size - 1; row >= 0 && j >= 0; --j) {
      const int column = placeOf(window, at.column, j, window.outputColumns);
      if (column < 0) continue;
      const std::size_t pixel = firstPixel + row * window.outputColumns + column;
      const float gradient = dOutput[pixel * channels + at.channel];
      if (kind == PoolKind::average) {
        sum += share * gradient;
      } else {
        const Largest largest = largestOf(window, plane, row, column);
        if (largest.row == at.row && largest.column == at.column) sum += gradient;
      }
    }
  }
  dInput[index] = sum;
}

}  // namespace

// ---------------------------------------------------------------------------------------------------------------

void run(const Queue& queue, const PoolForward& operation) {
  const auto& [pooling, input, output] = operation;
  launch(poolForwardKernel, {blocksFor(output.count()), kThreads}, queue.stream, "pooling", pooling.kind,
         windowOf(pooling.window), valueCount(pooling.window.input.channels), valueCount(output.count()),
         input.data, output.data);
}

void run(const Queue& queue, const PoolBackward& operation) {
  const auto& [pooling, input, dLoss_dOutput, dLoss_dInput] = operation;
  launch(poolBackwardKernel, {blocksFor(input.count()), kThreads}, queue.stream,
         "handing gradients back through a pool", pooling.kind, windowOf(pooling.window),
         valueCount(pooling.window.input.channels), valueCount(input.count()), input.data, dLoss_dOutput.data,
         dLoss_dInput.data);
}

}  // namespace cajal::cuda
