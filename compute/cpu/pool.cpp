// Pools: the largest value or the mean of each window, each channel on its own. Channels stand side by side:
// a register of them is worked on at once.
#include <algorithm>
#include <limits>
#include <span>
#include <vector>

#include "compute/cpu/operations.h"
#include "compute/cpu/vectors.h"

namespace cajal::cpu {
namespace {

// Along one side of a window: the first tap that lies inside the image, and one past the last.
struct Range {
  std::size_t first, end;
};

Range tapsInside(const SlidingWindow& window, std::size_t start, std::size_t length) {
  const std::size_t dilation = window.dilation, padding = window.padding;
  const std::size_t past = length + padding;  // one past the last pixel, as start counts
  const std::size_t first = start >= padding ? 0 : (padding - start + dilation - 1) / dilation;
  return {first, start >= past ? 0 : std::min(window.size, (past - 1 - start) / dilation + 1)};
}

// The pixels of the image under each window: the same for every image and channel.
class Taps {
 public:
  explicit Taps(const SlidingWindow& window) : m_channels(window.input.channels) {
    for (std::size_t row = 0; row < window.outputRows(); ++row) {
      for (std::size_t column = 0; column < window.outputColumns(); ++column) addWindow(window, row, column);
    }
    m_ends.push_back(m_pixels.size());
  }

  std::size_t windows() const { return m_ends.size() - 1; }
  std::size_t channels() const { return m_channels; }
  std::span<const std::size_t> operator[](std::size_t output) const {
    return std::span(m_pixels).subspan(m_ends[output], m_ends[output + 1] - m_ends[output]);
  }

 private:
  void addWindow(const SlidingWindow& window, std::size_t row, std::size_t column) {
    m_ends.push_back(m_pixels.size());
    const Range rows = tapsInside(window, row * window.stride, window.input.rows);
    const Range columns = tapsInside(window, column * window.stride, window.input.columns);
    for (std::size_t i = rows.first; i < rows.end; ++i) {
      const std::size_t y = row * window.stride + i * window.dilation - window.padding;
      for (std::size_t j = columns.first; j < columns.end; ++j) {
        const std::size_t x = column * window.stride + j * window.dilation - window.padding;
        m_pixels.push_back(y * window.input.columns + x);
      }
    }
  }

  std::size_t m_channels;
  std::vector<std::size_t> m_pixels;  // window after window
  std::vector<std::size_t> m_ends;    // where each window's begin; and the end of the last
};

// NaN wins: a network that diverged must show it.
Floats larger(const Floats& value, const Floats& largest) {
  return (value > largest) | (value != value) ? value : largest;
}

Floats largestOf(const float* image, std::size_t channels, std::span<const std::size_t> taps,
                 std::size_t count) {
  Floats largest = Floats{} - std::numeric_limits<float>::infinity();
  for (const std::size_t tap : taps) largest = larger(load(image + tap * channels, count), largest);
  return largest;
}

void maximumForward(const Taps& taps, const float* image, float* output) {
  const std::size_t channels = taps.channels();
  for (std::size_t pixel = 0; pixel < taps.windows(); ++pixel) {
    forEachVector(channels, [&](std::size_t first, std::size_t count) {
      const Floats largest = largestOf(image + first, channels, taps[pixel], count);
      store(output + pixel * channels + first, largest, count);
    });
  }
}

void averageForward(const Taps& taps, float share, const float* image, float* output) {
  const std::size_t channels = taps.channels();
  for (std::size_t pixel = 0; pixel < taps.windows(); ++pixel) {
    forEachVector(channels, [&](std::size_t first, std::size_t count) {
      Floats sum = {};
      for (const std::size_t tap : taps[pixel]) sum += load(image + tap * channels + first, count);
      store(output + pixel * channels + first, sum * share, count);
    });
  }
}

// To the first of a window's largest values, as forward compares them.
void maximumBackward(const Taps& taps, const float* image, const float* dOutput, float* dInput) {
  const std::size_t channels = taps.channels();
  for (std::size_t pixel = 0; pixel < taps.windows(); ++pixel) {
    forEachVector(channels, [&](std::size_t first, std::size_t count) {
      const Floats largest = largestOf(image + first, channels, taps[pixel], count);
      const Floats gradient = load(dOutput + pixel * channels + first, count);
      Ints isGiven = {};
      for (const std::size_t tap : taps[pixel]) {
        const Floats value = load(image + tap * channels + first, count);
        const Ints isIt = ((value == largest) | (value != value)) & ~isGiven;
        float* const to = dInput + tap * channels + first;
        store(to, load(to, count) + (isIt ? gradient : Floats{}), count);
        isGiven |= isIt;
      }
    });
  }
}

void averageBackward(const Taps& taps, float share, const float* dOutput, float* dInput) {
  const std::size_t channels = taps.channels();
  for (std::size_t pixel = 0; pixel < taps.windows(); ++pixel) {
    forEachVector(channels, [&](std::size_t first, std::size_t count) {
      const Floats gradient = load(dOutput + pixel * channels + first, count) * share;
      for (const std::size_t tap : taps[pixel]) {
        float* const to = dInput + tap * channels + first;
        store(to, load(to, count) + gradient, count);
      }
    });
  }
}

// Padding counts: a window is divided by its whole area.
float shareOf(const SlidingWindow& window) {
  return 1.0f / static_cast<float>(window.size * window.size);
}

}  // namespace

void run(ThreadTeam& team, const PoolForward& operation) {
  const auto& [pooling, input, output] = operation;
  const Taps taps(pooling.window);
  team.forEachTile(input.rows, [&](std::size_t row) {
    const float* const image = input.data + row * input.columns;
    float* const result = output.data + row * output.columns;
    if (pooling.kind == PoolKind::maximum) {
      maximumForward(taps, image, result);
    } else {
      averageForward(taps, shareOf(pooling.window), image, result);
    }
  });
}

void run(ThreadTeam& team, const PoolBackward& operation) {
  const auto& [pooling, input, dLoss_dOutput, dLoss_dInput] = operation;
  const Taps taps(pooling.window);
  team.forEachTile(input.rows, [&](std::size_t row) {
    const float* const dOutput = dLoss_dOutput.data + row * dLoss_dOutput.columns;
    float* const dInput = dLoss_dInput.data + row * dLoss_dInput.columns;
    std::fill_n(dInput, dLoss_dInput.columns, 0.0f);
    if (pooling.kind == PoolKind::maximum) {
      maximumBackward(taps, input.data + row * input.columns, dOutput, dInput);
    } else {
      averageBackward(taps, shareOf(pooling.window), dOutput, dInput);
    }
  });
}

}  // namespace cajal::cpu
