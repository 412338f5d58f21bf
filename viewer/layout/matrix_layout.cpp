// Where the cells of a matrix are, in its rectangle.
#include <algorithm>
#include <cmath>

#include "viewer/layout/arrangements.h"

namespace cajal {
namespace {

constexpr std::size_t kMostKernels = 1024;  // that hang as pictures of their own
constexpr float kKernelShape = 2.5f;        // of kernels that read one channel: so much wider than high
constexpr float kGap = 1.0f;                // between two kernels, in cells

// Kernel (output, input) is number output · inputs + input, or the other way round, of a block that is filled
// row after row: so a row is either all that is made of one channel or all that is read by one.
bool countsInputsFirst(const Convolution& convolution) {
  return convolution.inputsPerGroup() > convolution.outputs;
}

// In cells, from the rectangle's corner to that of a kernel's picture.
glm::vec2 cornerOfKernel(const MatrixLayout& matrix, std::size_t output, std::size_t input) {
  const Convolution& convolution = *matrix.convolution;
  const std::size_t number = countsInputsFirst(convolution) ? output * convolution.inputsPerGroup() + input
                                                            : input * convolution.outputs + output;
  const float pitch = static_cast<float>(convolution.window.size) + kGap;
  return pitch * glm::vec2(static_cast<float>(number % matrix.kernelsAcross),
                           static_cast<float>(number / matrix.kernelsAcross));
}

}  // namespace

void hangKernels(MatrixLayout& matrix) {
  const Convolution& convolution = *matrix.convolution;
  const std::size_t inputs = convolution.inputsPerGroup(), outputs = convolution.outputs;
  const std::size_t kernels = inputs * outputs, least = std::min(inputs, outputs);
  if (convolution.window.size == 1 || kernels > kMostKernels) return;
  // Those that read one channel alone, or are all that is made, would be one long row.
  const float shape = std::sqrt(static_cast<float>(kernels) / kKernelShape);
  matrix.kernelsDown = least > 1 ? least : std::max<std::size_t>(1, static_cast<std::size_t>(shape + 0.5f));
  matrix.kernelsAcross = (kernels + matrix.kernelsDown - 1) / matrix.kernelsDown;
}

glm::vec2 MatrixLayout::cellsAcrossAndDown() const {
  if (!showsKernels()) return {static_cast<float>(columns), static_cast<float>(rows)};
  const glm::vec2 kernels(static_cast<float>(kernelsAcross), static_cast<float>(kernelsDown));
  return (static_cast<float>(convolution->window.size) + kGap) * kernels - kGap;
}

Box2 MatrixLayout::kernel(std::size_t output, std::size_t input) const {
  const glm::vec2 low = cornerOfKernel(*this, output, input), all = cellsAcrossAndDown();
  return {low / all, (low + static_cast<float>(convolution->window.size)) / all};
}

Box2 MatrixLayout::cell(std::size_t row, std::size_t column) const {
  const glm::vec2 all = cellsAcrossAndDown();
  glm::vec2 low(static_cast<float>(column), static_cast<float>(row));
  if (showsKernels()) {
    const std::size_t channels = convolution->inputsPerGroup(), tap = column / channels,
                      size = convolution->window.size;
    low = cornerOfKernel(*this, row, column % channels) +
          glm::vec2(static_cast<float>(tap % size), static_cast<float>(tap / size));
  }
  return {low / all, (low + 1.0f) / all};
}

std::optional<std::pair<std::size_t, std::size_t>> MatrixLayout::cellAt(glm::vec2 place) const {
  if (!(place.x >= 0 && place.x < 1 && place.y >= 0 && place.y < 1)) return std::nullopt;
  const glm::vec2 at = place * cellsAcrossAndDown();
  const auto x = static_cast<std::size_t>(at.x), y = static_cast<std::size_t>(at.y);
  if (!showsKernels()) return std::pair(y, x);
  const std::size_t channels = convolution->inputsPerGroup(), size = convolution->window.size,
                    pitch = size + static_cast<std::size_t>(kGap);
  const std::size_t number = y / pitch * kernelsAcross + x / pitch, i = y % pitch, j = x % pitch;
  if (i >= size || j >= size || number >= convolution->outputs * channels) return std::nullopt;
  const bool inputsFirst = countsInputsFirst(*convolution);
  const std::size_t output = inputsFirst ? number / channels : number % convolution->outputs,
                    input = inputsFirst ? number % channels : number / convolution->outputs;
  return std::pair(output, (i * size + j) * channels + input);
}

}  // namespace cajal
