// A convolution: directly where that suits (direct_convolution.h), otherwise as a dense layer over patches:
// row p of (pixels, taps) is what output pixel p looks at.
//
// Channels stand last, so a patch is a few straight copies, and the product's result is the image as it is to
// be. A tile is some images of the batch; each is unfolded in pieces that stay in cache, group by group.
#include <algorithm>
#include <vector>

#include "compute/cpu/direct_convolution.h"
#include "compute/cpu/elements.h"
#include "compute/cpu/gemm.h"
#include "compute/cpu/operations.h"
#include "compute/cpu/vectors.h"

namespace cajal::cpu {
namespace {

constexpr std::size_t kMostTiles = 16;
constexpr std::size_t kPatchFloats = 96 << 10;  // unfolded at once: 384 KB, in a core's own cache

// Images [begin, end) of a batch for each tile; fixed by the shape alone.
struct Images {
  std::size_t begin, end;
};

class ImageTiling {
 public:
  explicit ImageTiling(std::size_t images, std::size_t mostTiles = kMostTiles)
      : m_images(images), m_each((images + mostTiles - 1) / mostTiles) {}
  std::size_t count() const { return (m_images + m_each - 1) / m_each; }
  Images operator[](std::size_t tile) const {
    return {tile * m_each, std::min(m_images, (tile + 1) * m_each)};
  }

 private:
  std::size_t m_images, m_each;
};

// Where tap (i, j) of the window at output (row, column) lies: the pixel's number, or -1 in the padding.
std::ptrdiff_t pixelAt(const SlidingWindow& window, std::size_t row, std::size_t column, std::size_t i,
                       std::size_t j) {
  const std::size_t y = row * window.stride + i * window.dilation;
  const std::size_t x = column * window.stride + j * window.dilation;
  const bool isInside = y >= window.padding && x >= window.padding &&
                        y - window.padding < window.input.rows && x - window.padding < window.input.columns;
  if (!isInside) return -1;
  return static_cast<std::ptrdiff_t>((y - window.padding) * window.input.columns + (x - window.padding));
}

// One group's share of the convolution.
struct Group {
  const Convolution& convolution;
  std::size_t index;

  std::size_t inputs() const { return convolution.inputsPerGroup(); }
  std::size_t outputs() const { return convolution.outputsPerGroup(); }
  std::size_t firstInput() const { return index * inputs(); }
  std::size_t firstOutput() const { return index * outputs(); }
  std::size_t weightOffset() const { return firstOutput() * convolution.taps(); }
};

// Calls work(patch, pixel) for each tap of each output pixel of rows [begin, end): `patch` floats from the
// start of the patches, `pixel` as pixelAt says.
template <typename Work>
void forEachTap(const Convolution& convolution, std::size_t begin, std::size_t end, Work&& work) {
  const SlidingWindow& window = convolution.window;
  const std::size_t columns = window.outputColumns(), inputs = convolution.inputsPerGroup();
  std::size_t patch = 0;
  for (std::size_t row = begin; row < end; ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      for (std::size_t i = 0; i < window.size; ++i) {
        for (std::size_t j = 0; j < window.size; ++j, patch += inputs) {
          work(patch, pixelAt(window, row, column, i, j));
        }
      }
    }
  }
}

// image (pixels, channels) → patches (output pixels of rows [begin, end), taps)
void unfold(const Group& group, const float* image, std::size_t begin, std::size_t end, float* patches) {
  const std::size_t channels = group.convolution.window.input.channels, inputs = group.inputs();
  image += group.firstInput();
  forEachTap(group.convolution, begin, end, [=](std::size_t patch, std::ptrdiff_t pixel) {
    float* to = patches + patch;
    if (pixel < 0) {
      std::fill(to, to + inputs, 0.0f);
    } else {
      const float* from = image + static_cast<std::size_t>(pixel) * channels;
      std::copy(from, from + inputs, to);
    }
  });
}

// The other way: patches are added to the pixels they came from.
void fold(const Group& group, const float* patches, std::size_t begin, std::size_t end, float* image) {
  const std::size_t channels = group.convolution.window.input.channels, inputs = group.inputs();
  image += group.firstInput();
  forEachTap(group.convolution, begin, end, [=](std::size_t patch, std::ptrdiff_t pixel) {
    if (pixel < 0) return;
    float* to = image + static_cast<std::size_t>(pixel) * channels;
    for (std::size_t k = 0; k < inputs; ++k) to[k] += patches[patch + k];
  });
}

// Output rows of an image that are unfolded at once.
std::size_t rowsPerPiece(const Convolution& convolution) {
  const std::size_t perRow = convolution.window.outputColumns() * convolution.taps();
  return std::clamp<std::size_t>(kPatchFloats / perRow, 1, convolution.window.outputRows());
}

// This thread's scratch: allocated once, at the largest size it has met.
float* scratch(std::size_t floats) {
  static thread_local std::vector<float> memory;
  if (memory.size() < floats) memory.resize(floats);
  return memory.data();
}

float* patchMemory(const Convolution& convolution) {
  return scratch(rowsPerPiece(convolution) * convolution.window.outputColumns() * convolution.taps());
}

// Weights in the order a direct convolution reads them, on the calling thread.
const float* packed(const Convolution& convolution, const Matrix& weight,
                    void (*pack)(const Convolution&, const float*, float*)) {
  static thread_local std::vector<float> memory;
  memory.resize(weight.count());
  pack(convolution, weight.data, memory.data());
  return memory.data();
}

// output (B, m) = direct convolution of input (B, n), images of the tile only.
void convolveDirectly(const DirectConvolution& direct, const Images& images, const Matrix& input,
                      const float* weight, const Matrix& output) {
  float* const padded = scratch(direct.paddedFloats());
  for (std::size_t image = images.begin; image < images.end; ++image) {
    direct.pad(input.data + image * input.columns, padded);
    direct.forward(padded, weight, output.data + image * output.columns);
  }
}

// Calls work(group, image, begin row, end row) for every piece of the images of a tile.
template <typename Work>
void forEachPiece(const Convolution& convolution, const Images& images, Work&& work) {
  const std::size_t rows = convolution.window.outputRows(), step = rowsPerPiece(convolution);
  for (std::size_t image = images.begin; image < images.end; ++image) {
    for (std::size_t g = 0; g < convolution.groups; ++g) {
      for (std::size_t row = 0; row < rows; row += step) {
        work(Group{convolution, g}, image, row, std::min(rows, row + step));
      }
    }
  }
}

// output (B, m) = patches of input (B, n) · weightᵀ
void multiplyPatches(const Convolution& convolution, const Images& images, const Matrix& input,
                     const Matrix& weight, const Matrix& output) {
  const std::size_t columns = convolution.window.outputColumns(), taps = convolution.taps();
  float* const patches = patchMemory(convolution);
  forEachPiece(convolution, images,
               [&](const Group& group, std::size_t image, std::size_t begin, std::size_t end) {
                 unfold(group, input.data + image * input.columns, begin, end, patches);
                 float* to = output.data + image * output.columns + begin * columns * convolution.outputs;
                 gemm((end - begin) * columns, group.outputs(), taps, {patches, taps},
                      {weight.data + group.weightOffset(), taps, true}, 0.0f, to + group.firstOutput(),
                      convolution.outputs);
               });
}

// dInput (B, n) = dOutput (B, m) · weight, folded back.
void foldProducts(const Convolution& convolution, const Images& images, const Matrix& dOutput,
                  const Matrix& weight, const Matrix& dInput) {
  const std::size_t columns = convolution.window.outputColumns(), taps = convolution.taps();
  float* const patches = patchMemory(convolution);
  std::fill(dInput.data + images.begin * dInput.columns, dInput.data + images.end * dInput.columns, 0.0f);
  forEachPiece(
      convolution, images, [&](const Group& group, std::size_t image, std::size_t begin, std::size_t end) {
        const float* from = dOutput.data + image * dOutput.columns + begin * columns * convolution.outputs;
        gemm((end - begin) * columns, taps, group.outputs(),
             {from + group.firstOutput(), convolution.outputs}, {weight.data + group.weightOffset(), taps},
             0.0f, patches, taps);
        fold(group, patches, begin, end, dInput.data + image * dInput.columns);
      });
}

// sum (outputs, taps) += dOutputᵀ · patches of input
void addPatchGradient(const Convolution& convolution, const Images& images, const Matrix& dOutput,
                      const Matrix& input, float* sum) {
  const std::size_t columns = convolution.window.outputColumns(), taps = convolution.taps();
  float* const patches = patchMemory(convolution);
  forEachPiece(
      convolution, images, [&](const Group& group, std::size_t image, std::size_t begin, std::size_t end) {
        unfold(group, input.data + image * input.columns, begin, end, patches);
        const float* from = dOutput.data + image * dOutput.columns + begin * columns * convolution.outputs;
        gemm(group.outputs(), taps, (end - begin) * columns,
             {from + group.firstOutput(), convolution.outputs, true}, {patches, taps}, 1.0f,
             sum + group.weightOffset(), taps);
      });
}

// sum (taps, outputs) += the same
void addDirectGradient(const DirectConvolution& direct, const Images& images, const Matrix& dOutput,
                       const Matrix& input, float* sum) {
  float* const padded = scratch(direct.paddedFloats());
  for (std::size_t image = images.begin; image < images.end; ++image) {
    direct.pad(input.data + image * input.columns, padded);
    direct.addWeightGradient(padded, dOutput.data + image * dOutput.columns, sum);
  }
}

// sum (outputs) += Σ over pixels
void addBiasGradient(const Convolution& convolution, const Images& images, const Matrix& dOutput,
                     float* sum) {
  const std::size_t outputs = convolution.outputs;
  const float* const begin = dOutput.data + images.begin * dOutput.columns;
  const float* const end = dOutput.data + images.end * dOutput.columns;
  forEachVector(outputs, [&](std::size_t first, std::size_t count) {
    Floats total = load(sum + first, count);
    for (const float* at = begin; at < end; at += outputs) total += load(at + first, count);
    store(sum + first, total, count);
  });
}

// The pixels of an image as rows of a matrix of channels, as bias and activation see them.
Matrix asPixels(const Matrix& images, std::size_t channels) {
  return {images.data, images.count() / channels, channels};
}

}  // namespace

void run(ThreadTeam& team, const ConvolutionForward& operation) {
  const auto& [convolution, input, weight, bias, activation, output, z] = operation;
  const ImageTiling tiling(input.rows);
  const std::size_t pixels = convolution.output().pixels();
  const bool isDirect = DirectConvolution::suits(convolution);
  const DirectConvolution direct(convolution);
  const float* const packedWeight = isDirect ? packed(convolution, weight, packWeight) : nullptr;
  team.forEachTile(tiling.count(), [&](std::size_t tile) {
    const Images images = tiling[tile];
    if (isDirect) {
      convolveDirectly(direct, images, input, packedWeight, output);
    } else {
      multiplyPatches(convolution, images, input, weight, output);
    }
    addBiasAndActivate(activation,
                       {images.begin * pixels, (images.end - images.begin) * pixels, 0, convolution.outputs},
                       bias, asPixels(output, convolution.outputs), z);
  });
}

void run(ThreadTeam& team, const ConvolutionBackwardInput& operation) {
  const auto& [convolution, dLoss_dZ, weight, before, dLoss_dZBefore] = operation;
  const ImageTiling tiling(dLoss_dZ.rows);
  const Convolution back = transposed(convolution);
  const bool isDirect = DirectConvolution::suits(back);
  const DirectConvolution direct(isDirect ? back : convolution);
  const float* const packedWeight = isDirect ? packed(convolution, weight, packTransposed) : nullptr;
  team.forEachTile(tiling.count(), [&](std::size_t tile) {
    const Images images = tiling[tile];
    if (isDirect) {
      convolveDirectly(direct, images, dLoss_dZ, packedWeight, dLoss_dZBefore);
    } else {
      foldProducts(convolution, images, dLoss_dZ, weight, dLoss_dZBefore);
    }
    multiplyByDerivative(before, {images.begin, images.end - images.begin, 0, dLoss_dZBefore.columns},
                         dLoss_dZBefore);
  });
}

void run(ThreadTeam& team, const ConvolutionBackwardParameters& operation) {
  const auto& [convolution, dLoss_dZ, input, dWeight, dBias, accumulate] = operation;
  // Every tile has a sum of its own, and the sums are added in the order of the tiles: the same bits for any
  // number of threads. Weight and bias of a tile stand one after the other.
  const std::size_t weights = dWeight.count(), stride = weights + convolution.outputs;
  constexpr std::size_t kSumFloats = 4 << 20;  // 16 MB of sums at most
  const ImageTiling tiling(input.rows, std::clamp<std::size_t>(kSumFloats / stride, 2, kMostTiles));
  static thread_local std::vector<float> memory;
  std::vector<float>& sums = memory;
  sums.assign(tiling.count() * stride, 0.0f);

  const bool isDirect = DirectConvolution::suits(convolution);
  const DirectConvolution direct(convolution);
  team.forEachTile(tiling.count(), [&](std::size_t tile) {
    float* const sum = sums.data() + tile * stride;
    if (isDirect) {
      addDirectGradient(direct, tiling[tile], dLoss_dZ, input, sum);
    } else {
      addPatchGradient(convolution, tiling[tile], dLoss_dZ, input, sum);
    }
    addBiasGradient(convolution, tiling[tile], dLoss_dZ, sum + weights);
  });

  for (std::size_t tile = 0; tile < tiling.count(); ++tile) {
    const float* const sum = sums.data() + tile * stride;
    const bool adds = accumulate || tile > 0;
    const std::size_t taps = convolution.taps(), outputs = convolution.outputs;
    for (std::size_t o = 0; o < outputs; ++o) {
      // A direct convolution's sums are (taps, outputs).
      for (std::size_t t = 0; t < taps; ++t) {
        const float value = sum[isDirect ? t * outputs + o : o * taps + t];
        dWeight.data[o * taps + t] = value + (adds ? dWeight.data[o * taps + t] : 0.0f);
      }
      dBias[o] = sum[weights + o] + (adds ? dBias[o] : 0.0f);
    }
  }
}

}  // namespace cajal::cpu
