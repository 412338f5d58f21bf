// Pools: the largest value or the mean of each window, each channel on its own.
#include <algorithm>
#include <limits>

#include "compute/cpu/operations.h"

namespace cajal::cpu {
namespace {

// The taps of the window at output (row, column) that lie inside the image, as ranges of pixels.
struct Taps {
  std::size_t top, bottom, left, right;  // first tap, and one past the last, along a side of the window
};

std::size_t firstInside(std::size_t start, std::size_t padding, std::size_t dilation) {
  return start >= padding ? 0 : (padding - start + dilation - 1) / dilation;
}

std::size_t pastInside(std::size_t start, const SlidingWindow& window, std::size_t length) {
  const std::size_t end = length + window.padding;  // one past the last pixel, as start counts
  return start >= end ? 0 : std::min(window.size, (end - 1 - start) / window.dilation + 1);
}

Taps tapsAt(const SlidingWindow& window, std::size_t row, std::size_t column) {
  const std::size_t y = row * window.stride, x = column * window.stride;
  return {firstInside(y, window.padding, window.dilation), pastInside(y, window, window.input.rows),
          firstInside(x, window.padding, window.dilation), pastInside(x, window, window.input.columns)};
}

// Calls work(output pixel, input pixel) for every tap inside the image, window by window.
template <typename Begin, typename Work>
void forEachTap(const SlidingWindow& window, Begin&& begin, Work&& work) {
  for (std::size_t row = 0, pixel = 0; row < window.outputRows(); ++row) {
    for (std::size_t column = 0; column < window.outputColumns(); ++column, ++pixel) {
      begin(pixel);
      const Taps taps = tapsAt(window, row, column);
      for (std::size_t i = taps.top; i < taps.bottom; ++i) {
        const std::size_t y = row * window.stride + i * window.dilation - window.padding;
        for (std::size_t j = taps.left; j < taps.right; ++j) {
          const std::size_t x = column * window.stride + j * window.dilation - window.padding;
          work(pixel, y * window.input.columns + x);
        }
      }
    }
  }
}

void maximumForward(const SlidingWindow& window, const float* image, float* output) {
  const std::size_t channels = window.input.channels;
  forEachTap(
      window,
      [&](std::size_t pixel) {
        std::fill_n(output + pixel * channels, channels, -std::numeric_limits<float>::infinity());
      },
      [&](std::size_t pixel, std::size_t from) {
        const float* __restrict__ in = image + from * channels;
        float* __restrict__ out = output + pixel * channels;
        // NaN wins: a network that diverged must show it.
        for (std::size_t c = 0; c < channels; ++c) out[c] = in[c] > out[c] || in[c] != in[c] ? in[c] : out[c];
      });
}

void averageForward(const SlidingWindow& window, const float* image, float* output) {
  const std::size_t channels = window.input.channels;
  const float share = 1.0f / static_cast<float>(window.size * window.size);
  forEachTap(
      window, [&](std::size_t pixel) { std::fill_n(output + pixel * channels, channels, 0.0f); },
      [&](std::size_t pixel, std::size_t from) {
        const float* __restrict__ in = image + from * channels;
        float* __restrict__ out = output + pixel * channels;
        for (std::size_t c = 0; c < channels; ++c) out[c] += share * in[c];
      });
}

// The first of a window's largest values, as forward compares them.
void maximumBackward(const SlidingWindow& window, const float* image, const float* dOutput, float* dInput) {
  const std::size_t channels = window.input.channels;
  constexpr std::size_t kChannelsAtOnce = 64;
  for (std::size_t first = 0; first < channels; first += kChannelsAtOnce) {
    const std::size_t count = std::min(kChannelsAtOnce, channels - first);
    float largest[kChannelsAtOnce];
    std::uint32_t place[kChannelsAtOnce];
    std::size_t current = 0;
    const auto give = [&] {
      for (std::size_t c = 0; c < count; ++c) {
        dInput[place[c] * channels + first + c] += dOutput[current * channels + first + c];
      }
    };
    forEachTap(
        window,
        [&](std::size_t pixel) {
          if (pixel > 0) give();
          current = pixel;
          std::fill_n(largest, count, -std::numeric_limits<float>::infinity());
          std::fill_n(place, count, 0u);
        },
        [&](std::size_t, std::size_t from) {
          const float* in = image + from * channels + first;
          for (std::size_t c = 0; c < count; ++c) {
            const bool isLarger = in[c] > largest[c] || in[c] != in[c];
            largest[c] = isLarger ? in[c] : largest[c];
            place[c] = isLarger ? static_cast<std::uint32_t>(from) : place[c];
          }
        });
    give();
  }
}

void averageBackward(const SlidingWindow& window, const float* dOutput, float* dInput) {
  const std::size_t channels = window.input.channels;
  const float share = 1.0f / static_cast<float>(window.size * window.size);
  forEachTap(
      window, [](std::size_t) {},
      [&](std::size_t pixel, std::size_t from) {
        const float* __restrict__ out = dOutput + pixel * channels;
        float* __restrict__ in = dInput + from * channels;
        for (std::size_t c = 0; c < channels; ++c) in[c] += share * out[c];
      });
}

}  // namespace

void poolForward(ThreadTeam& team, const Pooling& pooling, const Matrix& input, const Matrix& output) {
  const auto forward = pooling.kind == PoolKind::maximum ? maximumForward : averageForward;
  team.forEachTile(input.rows, [&](std::size_t row) {
    forward(pooling.window, input.data + row * input.columns, output.data + row * output.columns);
  });
}

void poolBackward(ThreadTeam& team, const Pooling& pooling, const Matrix& input, const Matrix& dLoss_dOutput,
                  const Matrix& dLoss_dInput) {
  team.forEachTile(input.rows, [&](std::size_t row) {
    const float* dOutput = dLoss_dOutput.data + row * dLoss_dOutput.columns;
    float* dInput = dLoss_dInput.data + row * dLoss_dInput.columns;
    std::fill_n(dInput, dLoss_dInput.columns, 0.0f);
    if (pooling.kind == PoolKind::maximum) {
      maximumBackward(pooling.window, input.data + row * input.columns, dOutput, dInput);
    } else {
      averageBackward(pooling.window, dOutput, dInput);
    }
  });
}

}  // namespace cajal::cpu
