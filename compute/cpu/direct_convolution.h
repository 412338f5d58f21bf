#pragma once
// A convolution without patches, for the windows that networks mostly have: stride and dilation 1, one group,
// and as many output channels as fill registers.
//
// Channels stand last, so the values under one row of a window are one straight run of `size · channels`
// floats, and the run of the next pixel begins `channels` further on. A block of output pixels and channels
// stays in registers; every value of a run is multiplied with the weights of all channels at once. On small
// images that is three times as fast as unfolding them for a matrix product, which moves every value size²
// times.

#include <cstddef>

#include "compute/core/sliding_window.h"

namespace cajal::cpu {

class DirectConvolution {
 public:
  // Whether this convolution is one of those.
  static bool suits(const Convolution& convolution);
  // Output channels come in multiples of this: as many floats as a register of this build holds.
  static std::size_t channelStep();

  explicit DirectConvolution(const Convolution& convolution);

  std::size_t taps() const { return m_size * m_run; }
  std::size_t outputs() const { return m_outputs; }
  std::size_t paddedFloats() const { return m_paddedRows * m_rowStride; }

  // image (rows, columns, channels) with zeros around it.
  void pad(const float* image, float* padded) const;
  // output (pixels, outputs) = padded * weight (taps, outputs); overwrites.
  void forward(const float* padded, const float* weight, float* output) const;
  // sums (taps, outputs) += Σ over pixels of padded · dOutput (pixels, outputs).
  void addWeightGradient(const float* padded, const float* dOutput, float* sums) const;

 private:
  std::size_t m_size, m_padding, m_channels, m_outputs;
  std::size_t m_inputRows, m_inputColumns, m_rows, m_columns;  // columns and rows are those of the output
  std::size_t m_run;                                           // floats under one row of a window
  std::size_t m_paddedRows, m_rowStride;                       // of the padded image
};

// The convolution that takes dLoss/dOutput to dLoss/dInput, where it suits too: the same window, turned
// round, over the outputs.
Convolution transposed(const Convolution& convolution);

// weight (outputs, taps) → (taps, outputs)
void packWeight(const Convolution& convolution, const float* weight, float* packed);
// weight (outputs, size, size, channels) → (size, size, outputs; channels), turned round: what transposed()
// reads.
void packTransposed(const Convolution& convolution, const float* weight, float* packed);

}  // namespace cajal::cpu
