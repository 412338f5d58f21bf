#pragma once
// A SlidingWindow as kernels read it, in the 32-bit numbers that a GPU divides quickly, and its arithmetic
// along one side of an image. No CUDA in here: tested on any machine.

#include "compute/core/random.h"  // CAJAL_HOST_DEVICE
#include "compute/core/sliding_window.h"

namespace cajal::cuda {

struct Window {
  int rows, columns;              // of the input
  int outputRows, outputColumns;  // places of the window
  int size, stride, padding, dilation;
};

inline Window windowOf(const SlidingWindow& window) {
  const auto number = [](std::size_t value) { return static_cast<int>(value); };
  return {number(window.input.rows),      number(window.input.columns), number(window.outputRows()),
          number(window.outputColumns()), number(window.size),          number(window.stride),
          number(window.padding),         number(window.dilation)};
}

// Where tap `tap` of the window at `place` lies; below 0 or past the end of the image in the padding.
CAJAL_HOST_DEVICE inline int tapAt(const Window& window, int place, int tap) {
  return place * window.stride + tap * window.dilation - window.padding;
}

// The other way: the place at which tap `tap` lies at `position`, or -1. There are `places` places. Over taps
// that fall, places rise: in that order windows are summed everywhere.
CAJAL_HOST_DEVICE inline int placeOf(const Window& window, int position, int tap, int places) {
  const int start = position + window.padding - tap * window.dilation;
  if (start < 0 || start % window.stride != 0) return -1;
  return start / window.stride < places ? start / window.stride : -1;
}

}  // namespace cajal::cuda
