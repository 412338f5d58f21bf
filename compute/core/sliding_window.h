#pragma once
// Windows that slide over images: what convolutions and pools have in common.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "compute/core/tensor.h"

namespace cajal {

// A square window over an image of `input`'s shape; places outside of it read zero (or nothing, for a
// maximum).
struct SlidingWindow {
  ExampleShape input;
  std::size_t size = 1;      // pixels along a side
  std::size_t stride = 1;    // pixels from one window to the next
  std::size_t padding = 0;   // pixels around the image
  std::size_t dilation = 1;  // pixels between two taps of a window

  std::size_t reach() const { return dilation * (size - 1) + 1; }  // pixels from the first tap to the last
  bool fits() const { return input.rows + 2 * padding >= reach() && input.columns + 2 * padding >= reach(); }
  // Whether a tap lies inside the image wherever the window stands: wide dilation can step over it.
  bool alwaysMeets() const {
    return padding < reach() && (padding == 0 || dilation <= std::min(input.rows, input.columns));
  }
  // Only where it fits.
  std::size_t outputRows() const { return (input.rows + 2 * padding - reach()) / stride + 1; }
  std::size_t outputColumns() const { return (input.columns + 2 * padding - reach()) / stride + 1; }
  bool operator==(const SlidingWindow&) const = default;
};

// weight (outputs, size, size, channels / groups): output channel o reads the channels of its group alone.
struct Convolution {
  SlidingWindow window;
  std::size_t outputs = 1;  // channels
  std::size_t groups = 1;   // divides both the channels and the outputs

  ExampleShape output() const { return {window.outputRows(), window.outputColumns(), outputs}; }
  std::size_t inputsPerGroup() const { return window.input.channels / groups; }
  std::size_t outputsPerGroup() const { return outputs / groups; }
  std::size_t taps() const { return window.size * window.size * inputsPerGroup(); }  // values an output reads
};

enum class PoolKind : std::uint32_t { maximum, average };

// Each channel on its own. An average counts the zeros of the padding.
struct Pooling {
  PoolKind kind = PoolKind::maximum;
  SlidingWindow window;

  ExampleShape output() const { return {window.outputRows(), window.outputColumns(), window.input.channels}; }
};

}  // namespace cajal
