#pragma once
// Convolutions, pools and normalisations in double, as the plainest loops there are: what the operations of a
// backend and whole networks are tested against. Shares no line with what it tests but the shapes.
//
// Images are (B, rows, columns, channels), channels last; a convolution's weight is (outputs, size, size,
// channels / groups).

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "compute/core/backend.h"
#include "compute/core/sliding_window.h"
#include "tests/support/host_matrix.h"

namespace cajal::test {

using Values = std::vector<double>;

inline Values inDouble(const HostMatrix& matrix) {
  return {matrix.values.begin(), matrix.values.end()};
}

// Given to the same loop in place of the values, it makes the Σ|aᵢ bᵢ| that a rounding bound is a multiple
// of.
inline Values absolute(Values values) {
  for (double& value : values) value = std::fabs(value);
  return values;
}

// ---- windows ----------------------------------------------------------------------------------------------

// Calls work(output pixel, place in the window, input pixel) for every place of every window that lies inside
// the image, window by window, row by row.
template <typename Work>
void forEachTap(const SlidingWindow& w, Work&& work) {
  for (std::size_t r = 0; r < w.outputRows(); ++r) {
    for (std::size_t c = 0; c < w.outputColumns(); ++c) {
      for (std::size_t i = 0; i < w.size; ++i) {
        for (std::size_t j = 0; j < w.size; ++j) {
          const long y = static_cast<long>(r * w.stride + i * w.dilation) - static_cast<long>(w.padding);
          const long x = static_cast<long>(c * w.stride + j * w.dilation) - static_cast<long>(w.padding);
          if (y < 0 || x < 0 || y >= static_cast<long>(w.input.rows)) continue;
          if (x >= static_cast<long>(w.input.columns)) continue;
          work(r * w.outputColumns() + c, i * w.size + j,
               static_cast<std::size_t>(y) * w.input.columns + static_cast<std::size_t>(x));
        }
      }
    }
  }
}

// Calls work(output, weight, input), indices into the whole arrays, for every product of a convolution.
template <typename Work>
void forEachProduct(const Convolution& c, std::size_t images, Work&& work) {
  const std::size_t channels = c.window.input.channels, each = channels / c.groups;
  for (std::size_t n = 0; n < images; ++n) {
    forEachTap(c.window, [&](std::size_t outputPixel, std::size_t place, std::size_t inputPixel) {
      for (std::size_t o = 0; o < c.outputs; ++o) {
        const std::size_t group = o / (c.outputs / c.groups);
        for (std::size_t k = 0; k < each; ++k) {
          work(n * c.output().count() + outputPixel * c.outputs + o,
               (o * c.window.size * c.window.size + place) * each + k,
               n * c.window.input.count() + inputPixel * channels + group * each + k);
        }
      }
    });
  }
}

inline Values convolve(const Convolution& c, std::size_t images, const Values& input, const Values& weight,
                       const Values& bias) {
  Values output(images * c.output().count());
  for (std::size_t i = 0; i < output.size(); ++i) output[i] = bias[i % c.outputs];
  forEachProduct(c, images,
                 [&](std::size_t o, std::size_t w, std::size_t i) { output[o] += weight[w] * input[i]; });
  return output;
}

inline Values convolutionInputGradient(const Convolution& c, std::size_t images, const Values& dOutput,
                                       const Values& weight) {
  Values dInput(images * c.window.input.count());
  forEachProduct(c, images,
                 [&](std::size_t o, std::size_t w, std::size_t i) { dInput[i] += weight[w] * dOutput[o]; });
  return dInput;
}

inline Values convolutionWeightGradient(const Convolution& c, std::size_t images, const Values& dOutput,
                                        const Values& input) {
  Values dWeight(c.outputs * c.taps());
  forEachProduct(c, images,
                 [&](std::size_t o, std::size_t w, std::size_t i) { dWeight[w] += dOutput[o] * input[i]; });
  return dWeight;
}

// Calls work(output, input), indices into the whole arrays, for every value a pool looks at.
template <typename Work>
void forEachPooled(const Pooling& p, std::size_t images, Work&& work) {
  const std::size_t channels = p.window.input.channels;
  for (std::size_t n = 0; n < images; ++n) {
    forEachTap(p.window, [&](std::size_t outputPixel, std::size_t, std::size_t inputPixel) {
      for (std::size_t c = 0; c < channels; ++c) {
        work(n * p.output().count() + outputPixel * channels + c,
             n * p.window.input.count() + inputPixel * channels + c);
      }
    });
  }
}

inline Values pool(const Pooling& p, std::size_t images, const Values& input) {
  const bool isMaximum = p.kind == PoolKind::maximum;
  Values output(images * p.output().count(), isMaximum ? -std::numeric_limits<double>::infinity() : 0.0);
  const double area = static_cast<double>(p.window.size * p.window.size);
  forEachPooled(p, images, [&](std::size_t o, std::size_t i) {
    output[o] = isMaximum ? std::max(output[o], input[i]) : output[o] + input[i] / area;
  });
  return output;
}

inline Values poolGradient(const Pooling& p, std::size_t images, const Values& input, const Values& dOutput) {
  const Values output = pool(p, images, input);
  const double area = static_cast<double>(p.window.size * p.window.size);
  Values dInput(input.size());
  std::vector<bool> isGiven(output.size());
  forEachPooled(p, images, [&](std::size_t o, std::size_t i) {
    if (p.kind == PoolKind::average) {
      dInput[i] += dOutput[o] / area;
    } else if (input[i] == output[o] && !isGiven[o]) {
      dInput[i] += dOutput[o];
      isGiven[o] = true;
    }
  });
  return dInput;
}

// ---- normalisations ---------------------------------------------------------------------------------------

// The values that share a mean and a variance: `count` of them, `step` apart.
struct Line {
  std::size_t begin, step, count;
};

inline std::vector<Line> columnsOf(std::size_t rows, std::size_t columns) {
  std::vector<Line> lines;
  for (std::size_t c = 0; c < columns; ++c) lines.push_back({c, columns, rows});
  return lines;
}

inline std::vector<Line> rowsOf(std::size_t rows, std::size_t columns) {
  std::vector<Line> lines;
  for (std::size_t r = 0; r < rows; ++r) lines.push_back({r * columns, 1, columns});
  return lines;
}

struct Moments {
  double mean = 0, variance = 0;
  double inverseDeviation() const { return 1.0 / std::sqrt(variance + static_cast<double>(kNormEpsilon)); }
};

inline Moments momentsOf(const Values& values, const Line& line) {
  Moments moments;
  for (std::size_t i = 0; i < line.count; ++i) moments.mean += values[line.begin + i * line.step];
  moments.mean /= static_cast<double>(line.count);
  for (std::size_t i = 0; i < line.count; ++i) {
    const double difference = values[line.begin + i * line.step] - moments.mean;
    moments.variance += difference * difference;
  }
  moments.variance /= static_cast<double>(line.count);
  return moments;
}

// (x - μ) / √(σ² + ε)
inline Values standardize(Values values, const std::vector<Line>& lines) {
  for (const Line& line : lines) {
    const Moments moments = momentsOf(values, line);
    for (std::size_t i = 0; i < line.count; ++i) {
      double& value = values[line.begin + i * line.step];
      value = (value - moments.mean) * moments.inverseDeviation();
    }
  }
  return values;
}

// Scale and shift are those of the columns.
inline Values scaleAndShift(Values values, const Values& scale, const Values& shift) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = values[i] * scale[i % scale.size()] + shift[i % shift.size()];
  }
  return values;
}

inline Values normalize(const Values& input, const std::vector<Line>& lines, const Values& scale,
                        const Values& shift) {
  return scaleAndShift(standardize(input, lines), scale, shift);
}

struct NormalizationGradients {
  Values input, scale, shift;
};

// dx = (g - mean(g) - x̂ mean(g x̂)) / √(σ² + ε), g = γ dz
inline NormalizationGradients normalizationGradients(const Values& input, const std::vector<Line>& lines,
                                                     const Values& scale, const Values& dOutput) {
  const Values normalized = standardize(input, lines);
  NormalizationGradients gradients = {dOutput, Values(scale.size()), Values(scale.size())};
  for (std::size_t i = 0; i < input.size(); ++i) {
    gradients.scale[i % scale.size()] += dOutput[i] * normalized[i];
    gradients.shift[i % scale.size()] += dOutput[i];
    gradients.input[i] *= scale[i % scale.size()];
  }
  for (const Line& line : lines) {
    double mean = 0, meanX = 0;
    const double share = 1.0 / static_cast<double>(line.count);
    for (std::size_t i = 0, at = line.begin; i < line.count; ++i, at += line.step) {
      mean += gradients.input[at] * share;
      meanX += gradients.input[at] * normalized[at] * share;
    }
    const double inverse = momentsOf(input, line).inverseDeviation();
    for (std::size_t i = 0, at = line.begin; i < line.count; ++i, at += line.step) {
      gradients.input[at] = inverse * (gradients.input[at] - mean - normalized[at] * meanX);
    }
  }
  return gradients;
}

}  // namespace cajal::test
