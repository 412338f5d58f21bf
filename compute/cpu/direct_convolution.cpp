#include "compute/cpu/direct_convolution.h"

#include <algorithm>
#include <array>
#include <utility>

#include "compute/cpu/vectors.h"

namespace cajal::cpu {
namespace {

constexpr std::size_t kMostWeights = 64 << 10;  // floats: they stay in a core's own cache
constexpr int kMostPixels =
    kRegisters == 32 ? 14 : 10;  // whose sums stay in registers: two blocks of channels,
constexpr int kMostTaps = kRegisters == 32 ? 28 : 12;  // or the taps of a gradient, with room for the factors

// One block of outputs: `pixels` neighbours in a row, `blocks` · kLanes channels.
struct Block {
  const float* input;  // under the first window
  std::size_t rowStride, pixelStride;
  std::size_t size, run;
  const float* weight;  // (size · run, outputs), at the first channel
  std::size_t outputs;
  float* output;  // (pixels, outputs), at the first channel
};

template <int pixels, int blocks>
void forwardBlock(const Block& block) {
  Floats sums[pixels][blocks] = {};
  const float* weight = block.weight;
  for (std::size_t i = 0; i < block.size; ++i) {
    const float* const row = block.input + i * block.rowStride;
    for (std::size_t t = 0; t < block.run; ++t, weight += block.outputs) {
      Floats w[blocks];
      for (int b = 0; b < blocks; ++b) w[b] = load(weight + b * kLanes);
#pragma GCC unroll 16
      for (int p = 0; p < pixels; ++p) {
        const float value = row[static_cast<std::size_t>(p) * block.pixelStride + t];
        for (int b = 0; b < blocks; ++b) sums[p][b] += value * w[b];
      }
    }
  }
#pragma GCC unroll 16
  for (int p = 0; p < pixels; ++p) {
    for (int b = 0; b < blocks; ++b) {
      store(block.output + static_cast<std::size_t>(p) * block.outputs + b * kLanes, sums[p][b]);
    }
  }
}

using ForwardBlock = void (*)(const Block&);

template <int blocks, int... pixels>
constexpr std::array<ForwardBlock, sizeof...(pixels)> forwardBlocks(std::integer_sequence<int, pixels...>) {
  return {forwardBlock<pixels + 1, blocks>...};
}

// By pixels - 1.
constexpr auto kOneBlock = forwardBlocks<1>(std::make_integer_sequence<int, kMostPixels>());
constexpr auto kTwoBlocks = forwardBlocks<2>(std::make_integer_sequence<int, kMostPixels>());

// The gradient of `rows` · `taps` weights of one block of channels, summed over an image.
struct Gradient {
  const float* padded;  // at the first tap
  std::size_t rowStride, pixelStride;
  const float* dOutput;  // (rows, columns, outputs), at the first channel
  std::size_t imageRows, imageColumns, outputs;
  float* sums;  // (taps, outputs), at the first tap and channel
  std::size_t run;
};

template <int rows, int taps>
void gradientBlock(const Gradient& g) {
  Floats sums[rows][taps];
#pragma GCC unroll 32
  for (int k = 0; k < rows * taps; ++k) {
    sums[k / taps][k % taps] =
        load(g.sums +
             (static_cast<std::size_t>(k / taps) * g.run + static_cast<std::size_t>(k % taps)) * g.outputs);
  }
  const float* dOutput = g.dOutput;
  for (std::size_t row = 0; row < g.imageRows; ++row) {
    const float* values = g.padded + row * g.rowStride;
    for (std::size_t column = 0; column < g.imageColumns; ++column) {
      const Floats gradient = load(dOutput);
#pragma GCC unroll 32
      for (int k = 0; k < rows * taps; ++k) {
        const float* const run = values + static_cast<std::size_t>(k / taps) * g.rowStride;
        sums[k / taps][k % taps] += run[k % taps] * gradient;
      }
      dOutput += g.outputs;
      values += g.pixelStride;
    }
  }
#pragma GCC unroll 32
  for (int k = 0; k < rows * taps; ++k) {
    store(g.sums +
              (static_cast<std::size_t>(k / taps) * g.run + static_cast<std::size_t>(k % taps)) * g.outputs,
          sums[k / taps][k % taps]);
  }
}

using GradientBlock = void (*)(const Gradient&);

template <int rows, int... taps>
constexpr std::array<GradientBlock, sizeof...(taps)> gradientBlocks(std::integer_sequence<int, taps...>) {
  return {gradientBlock<rows, taps + 1>...};
}

// By taps - 1. Windows of three rows over images of one or two channels take all rows at once: their runs
// alone would not keep the arithmetic busy.
constexpr auto kOneRow = gradientBlocks<1>(std::make_integer_sequence<int, kMostTaps>());
constexpr auto kThreeRows = gradientBlocks<3>(std::make_integer_sequence<int, kMostTaps / 3>());

}  // namespace

bool DirectConvolution::suits(const Convolution& c) {
  const SlidingWindow& window = c.window;
  return window.stride == 1 && window.dilation == 1 && c.groups == 1 && c.outputs % kLanes == 0 &&
         c.taps() * c.outputs <= kMostWeights;
}

std::size_t DirectConvolution::channelStep() {
  return kLanes;
}

DirectConvolution::DirectConvolution(const Convolution& c)
    : m_size(c.window.size),
      m_padding(c.window.padding),
      m_channels(c.window.input.channels),
      m_outputs(c.outputs),
      m_inputRows(c.window.input.rows),
      m_inputColumns(c.window.input.columns),
      m_rows(c.window.outputRows()),
      m_columns(c.window.outputColumns()),
      m_run(m_size * m_channels),
      m_paddedRows(m_inputRows + 2 * m_padding),
      m_rowStride((m_inputColumns + 2 * m_padding) * m_channels) {}

void DirectConvolution::pad(const float* image, float* padded) const {
  const std::size_t side = m_padding * m_channels, inside = m_inputColumns * m_channels;
  std::fill_n(padded, m_padding * m_rowStride, 0.0f);
  float* row = padded + m_padding * m_rowStride;
  for (std::size_t r = 0; r < m_inputRows; ++r, row += m_rowStride) {
    std::fill_n(row, side, 0.0f);
    std::copy_n(image + r * inside, inside, row + side);
    std::fill_n(row + side + inside, side, 0.0f);
  }
  std::fill_n(row, m_padding * m_rowStride, 0.0f);
}

void DirectConvolution::forward(const float* padded, const float* weight, float* output) const {
  // As few blocks as can be, and all of about the same width.
  const std::size_t pieces = (m_columns + kMostPixels - 1) / kMostPixels;
  for (std::size_t row = 0; row < m_rows; ++row) {
    for (std::size_t piece = 0; piece < pieces; ++piece) {
      const std::size_t begin = piece * m_columns / pieces, end = (piece + 1) * m_columns / pieces;
      for (std::size_t channel = 0; channel < m_outputs;) {
        const bool isPair = channel + 2 * kLanes <= m_outputs;
        const Block block = {padded + row * m_rowStride + begin * m_channels,
                             m_rowStride,
                             m_channels,
                             m_size,
                             m_run,
                             weight + channel,
                             m_outputs,
                             output + (row * m_columns + begin) * m_outputs + channel};
        (isPair ? kTwoBlocks : kOneBlock)[end - begin - 1](block);
        channel += isPair ? 2 * kLanes : kLanes;
      }
    }
  }
}

void DirectConvolution::addWeightGradient(const float* padded, const float* dOutput, float* sums) const {
  const bool takesThree = m_size == 3 && m_run <= kThreeRows.size();
  const std::size_t most = takesThree ? m_run : kMostTaps;
  const std::size_t pieces = (m_run + most - 1) / most;
  for (std::size_t i = 0; i < m_size; i += takesThree ? 3 : 1) {
    for (std::size_t piece = 0; piece < pieces; ++piece) {
      const std::size_t begin = piece * m_run / pieces, end = (piece + 1) * m_run / pieces;
      for (std::size_t channel = 0; channel < m_outputs; channel += kLanes) {
        const Gradient gradient = {padded + i * m_rowStride + begin,
                                   m_rowStride,
                                   m_channels,
                                   dOutput + channel,
                                   m_rows,
                                   m_columns,
                                   m_outputs,
                                   sums + (i * m_run + begin) * m_outputs + channel,
                                   m_run};
        (takesThree ? kThreeRows.data() : kOneRow.data())[end - begin - 1](gradient);
      }
    }
  }
}

Convolution transposed(const Convolution& c) {
  Convolution back;
  back.window = {c.output(), c.window.size, 1,
                 c.window.size - 1 - std::min(c.window.padding, c.window.size - 1), 1};
  back.outputs = c.window.input.channels;
  back.groups = c.groups;
  // More padding than the window is wide, or steps, have no such convolution: one that suits nobody.
  if (c.window.padding >= c.window.size || c.window.stride != 1 || c.window.dilation != 1)
    back.window.stride = 2;
  return back;
}

void packWeight(const Convolution& c, const float* weight, float* packed) {
  for (std::size_t o = 0; o < c.outputs; ++o) {
    for (std::size_t t = 0; t < c.taps(); ++t) packed[t * c.outputs + o] = weight[o * c.taps() + t];
  }
}

void packTransposed(const Convolution& c, const float* weight, float* packed) {
  const std::size_t places = c.window.size * c.window.size, channels = c.window.input.channels;
  for (std::size_t place = 0; place < places; ++place) {
    for (std::size_t o = 0; o < c.outputs; ++o) {
      const float* from = weight + (o * places + (places - 1 - place)) * channels;
      std::copy_n(from, channels, packed + (place * c.outputs + o) * channels);
    }
  }
}

}  // namespace cajal::cpu
