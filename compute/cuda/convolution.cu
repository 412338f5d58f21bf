// A convolution as a dense layer over patches: row p of (pixels, groups, taps) is what output pixel p of the
// batch looks at, group by group.
//
// Channels stand last, so the product's result is the image as it is to be, and the groups are products of
// one shape a fixed way apart. The output pixels of a batch are taken in pieces whose patches fit the
// scratch. Going back, a pixel of the input gathers from the patches it is in, in the order of their windows:
// nothing is added with atomics. Images are overwritten; weight gradients too, or added to where
// `accumulate`.
#include <algorithm>

#include "compute/cuda/elements.h"
#include "compute/cuda/gemm.h"
#include "compute/cuda/per_value.h"
#include "compute/cuda/scratch.h"
#include "compute/cuda/window.h"

namespace cajal::cuda {
namespace {

// 32 MiB of patches at once: the product finds them in the second-level cache of a large GPU.
constexpr std::size_t kPatchFloats = 8u << 20;

// What a kernel knows of a convolution. Channels are counted in Elements: floats, or four of them at once.
struct Patches {
  Window window;
  unsigned groups, inputs;  // inputs: channels of a group
};

// Output pixels [begin, end) of a batch.
struct Piece {
  unsigned begin, end;
};

// A tap of a patch, and the pixel it is to be found at.
struct Tap {
  unsigned pixel, group, input;
  int i, j;
};

__device__ Tap tapOf(const Patches& patches, unsigned index) {
  const auto size = static_cast<unsigned>(patches.window.size);
  Tap tap;
  tap.input = index % patches.inputs;
  index /= patches.inputs;
  tap.j = static_cast<int>(index % size);
  index /= size;
  tap.i = static_cast<int>(index % size);
  index /= size;
  tap.group = index % patches.groups;
  tap.pixel = index / patches.groups;
  return tap;
}

// images (B, rows, columns, channels) → memory (pixels of the piece, groups, size, size, inputs), `count`
// Elements; zero in the padding.
template <typename Element>
__global__ void unfoldKernel(const Patches patches, const Piece piece, unsigned count,
                             const Element* __restrict__ images, Element* __restrict__ memory) {
  const unsigned index = valueIndex();
  if (index >= count) return;
  const Window& window = patches.window;
  const Tap tap = tapOf(patches, index);
  const unsigned pixel = piece.begin + tap.pixel, rowOfBatch = pixel / window.outputColumns;
  const int y = tapAt(window, static_cast<int>(rowOfBatch % window.outputRows), tap.i);
  const int x = tapAt(window, static_cast<int>(pixel % window.outputColumns), tap.j);
  const bool isInside = y >= 0 && y < window.rows && x >= 0 && x < window.columns;
  const std::size_t imageRow = static_cast<std::size_t>(rowOfBatch / window.outputRows) * window.rows + y;
  const std::size_t place = (imageRow * window.columns + x) * patches.groups + tap.group;
  memory[index] = isInside ? images[place * patches.inputs + tap.input] : Element{};
}

__device__ void addTo(float& sum, float value) {
  sum += value;
}
__device__ void addTo(float4& sum, const float4& value) {
  sum.x += value.x;
  sum.y += value.y;
  sum.z += value.z;
  sum.w += value.w;
}

// The other way: images += what stands in the piece's patches, beginning at zero for an image whose first
// output pixel is in the piece. `count` Elements from image `firstImage` on, every image the piece touches.
template <typename Element>
__global__ void foldKernel(const Patches patches, const Piece piece, unsigned firstImage, unsigned count,
                           const Element* __restrict__ memory, Element* __restrict__ images) {
  const unsigned index = valueIndex();
  if (index >= count) return;
  const Window& window = patches.window;
  const unsigned channels = patches.groups * patches.inputs, channel = index % channels;
  const unsigned place = index / channels, row = place / window.columns;
  const int x = static_cast<int>(place % window.columns), y = static_cast<int>(row % window.rows);
  const unsigned image = firstImage + row / window.rows;
  const unsigned firstPixel = image * window.outputRows * window.outputColumns;

  Element* const target =
      images + static_cast<std::size_t>(firstImage) * window.rows * window.columns * channels;
  Element sum = {};
  if (firstPixel < piece.begin) sum = target[index];
  for (int i = window.size - 1; i >= 0; --i) {
    const int outputRow = placeOf(window, y, i, window.outputRows);
    for (int j = window.size - 1; outputRow >= 0 && j >= 0; --j) {
      const int outputColumn = placeOf(window, x, j, window.outputColumns);
      if (outputColumn < 0) continue;
      const unsigned pixel = firstPixel + outputRow * window.outputColumns + outputColumn;
      if (pixel < piece.begin || pixel >= piece.end) continue;
      const std::size_t patch =
          static_cast<std::size_t>(pixel - piece.begin) * patches.groups + channel / patches.inputs;
      const unsigned tap = (i * window.size + j) * patches.inputs + channel % patches.inputs;
      addTo(sum, memory[patch * window.size * window.size * patches.inputs + tap]);
    }
  }
  target[index] = sum;
}

// ---------------------------------------------------------------------------------------------------------------

// Four channels at once wherever a group has a multiple of four.
bool isWide(const Convolution& convolution) {
  return convolution.inputsPerGroup() % 4 == 0;
}

Patches patchesOf(const Convolution& convolution, unsigned floatsPerElement) {
  return {windowOf(convolution.window), valueCount(convolution.groups),
          valueCount(convolution.inputsPerGroup()) / floatsPerElement};
}

// A window of one pixel that misses none: its patches are the images as they stand.
bool isPlain(const Convolution& convolution) {
  const SlidingWindow& window = convolution.window;
  return window.size == 1 && window.stride == 1 && window.padding == 0;
}

std::size_t patchFloats(const Convolution& convolution) {
  return convolution.groups * convolution.taps();
}

// Whole images where one fits, so that each is folded at once.
unsigned pixelsPerPiece(const Convolution& convolution, std::size_t images) {
  const std::size_t perImage = convolution.output().pixels();
  if (isPlain(convolution)) return valueCount(images * perImage);
  const std::size_t fitting = std::max<std::size_t>(1, kPatchFloats / patchFloats(convolution));
  return valueCount(std::min(images * perImage, fitting < perImage ? fitting : fitting - fitting % perImage));
}

float* patchMemory(const Queue& queue, const Convolution& convolution, unsigned pixels) {
  return queue.scratch->floats(pixels * patchFloats(convolution));
}

// Calls work(piece) for every piece of a batch of `images` images.
template <typename Work>
void forEachPiece(const Convolution& convolution, std::size_t images, Work&& work) {
  const unsigned pixels = valueCount(images * convolution.output().pixels());
  const unsigned step = pixelsPerPiece(convolution, images);
  for (unsigned begin = 0; begin < pixels; begin += step) work(Piece{begin, std::min(pixels, begin + step)});
}

template <typename Element>
void unfoldAs(const Queue& queue, const Patches& patches, const Piece& piece, const Matrix& images,
              float* memory) {
  const std::size_t size = static_cast<std::size_t>(patches.window.size) * patches.window.size;
  const std::size_t count = (piece.end - piece.begin) * size * patches.groups * patches.inputs;
  launch(unfoldKernel<Element>, {blocksFor(count), kThreads}, queue.stream, "unfolding images", patches,
         piece, valueCount(count), reinterpret_cast<const Element*>(images.data),
         reinterpret_cast<Element*>(memory));
}

// The patches of a piece, read from `images` (B, …).
const float* unfold(const Queue& queue, const Convolution& convolution, const Piece& piece,
                    const Matrix& images) {
  if (isPlain(convolution)) return images.data + piece.begin * patchFloats(convolution);
  float* const memory = patchMemory(queue, convolution, piece.end - piece.begin);
  if (isWide(convolution)) {
    unfoldAs<float4>(queue, patchesOf(convolution, 4), piece, images, memory);
  } else {
    unfoldAs<float>(queue, patchesOf(convolution, 1), piece, images, memory);
  }
  return memory;
}

template <typename Element>
void foldAs(const Queue& queue, const Patches& patches, const Piece& piece, const float* memory,
            const Matrix& images) {
  const Window& window = patches.window;
  const unsigned perImage = window.outputRows * window.outputColumns;
  const unsigned firstImage = piece.begin / perImage, pastImage = (piece.end + perImage - 1) / perImage;
  const std::size_t pixels = static_cast<std::size_t>(window.rows) * window.columns;
  const std::size_t count = (pastImage - firstImage) * pixels * patches.groups * patches.inputs;
  launch(foldKernel<Element>, {blocksFor(count), kThreads}, queue.stream, "folding images", patches, piece,
         firstImage, valueCount(count), reinterpret_cast<const Element*>(memory),
         reinterpret_cast<Element*>(images.data));
}

void fold(const Queue& queue, const Convolution& convolution, const Piece& piece, const float* memory,
          const Matrix& images) {
  if (isWide(convolution)) {
    foldAs<float4>(queue, patchesOf(convolution, 4), piece, memory, images);
  } else {
    foldAs<float>(queue, patchesOf(convolution, 1), piece, memory, images);
  }
}

// The pixels of a batch of images as rows of channels, as bias and activation see them.
Matrix asPixels(const Matrix& images, std::size_t channels) {
  return {images.data, images.count() / channels, channels};
}

}  // namespace

void run(const Queue& queue, const ConvolutionForward& operation) {
  const auto& [convolution, input, weight, bias, activation, output, z] = operation;
  const std::size_t taps = convolution.taps(), outputs = convolution.outputsPerGroup();
  forEachPiece(convolution, input.rows, [&](const Piece& piece) {
    // A group: (pixels, outputs) = (pixels, taps) · (outputs, taps)ᵀ
    gemm(queue,
         {.transposeB = true,
          .rows = piece.end - piece.begin,
          .columns = outputs,
          .summed = taps,
          .strideA = patchFloats(convolution),
          .strideC = convolution.outputs},
         unfold(queue, convolution, piece, input), weight.data, 0.0f,
         output.data + piece.begin * convolution.outputs,
         {.count = convolution.groups, .a = taps, .b = outputs * taps, .c = outputs});
  });
  addBiasAndActivate(queue, activation, bias, asPixels(output, convolution.outputs), z);
}

void run(const Queue& queue, const ConvolutionBackwardInput& operation) {
  const auto& [convolution, dLoss_dZ, weight, before, dLoss_dZBefore] = operation;
  const std::size_t taps = convolution.taps(), outputs = convolution.outputsPerGroup();
  forEachPiece(convolution, dLoss_dZ.rows, [&](const Piece& piece) {
    const bool plain = isPlain(convolution);
    float* const patches = plain ? dLoss_dZBefore.data + piece.begin * patchFloats(convolution)
                                 : patchMemory(queue, convolution, piece.end - piece.begin);
    // A group: (pixels, taps) = (pixels, outputs) · (outputs, taps)
    gemm(queue,
         {.rows = piece.end - piece.begin,
          .columns = taps,
          .summed = outputs,
          .strideA = convolution.outputs,
          .strideC = patchFloats(convolution)},
         dLoss_dZ.data + piece.begin * convolution.outputs, weight.data, 0.0f, patches,
         {.count = convolution.groups, .a = outputs, .b = outputs * taps, .c = taps});
    if (!plain) fold(queue, convolution, piece, patches, dLoss_dZBefore);
  });
  multiplyByDerivative(queue, before, dLoss_dZBefore);
}

void run(const Queue& queue, const ConvolutionBackwardParameters& operation) {
  const auto& [convolution, dLoss_dZ, input, dWeight, dBias, accumulate] = operation;
  const std::size_t taps = convolution.taps(), outputs = convolution.outputsPerGroup();
  forEachPiece(convolution, input.rows, [&](const Piece& piece) {
    // A group: (outputs, taps) = (pixels, outputs)ᵀ · (pixels, taps), added up over the pieces
    gemm(queue,
         {.transposeA = true,
          .rows = outputs,
          .columns = taps,
          .summed = piece.end - piece.begin,
          .strideA = convolution.outputs,
          .strideB = patchFloats(convolution)},
         dLoss_dZ.data + piece.begin * convolution.outputs, unfold(queue, convolution, piece, input),
         accumulate || piece.begin > 0 ? 1.0f : 0.0f, dWeight.data,
         {.count = convolution.groups, .a = outputs, .b = taps, .c = outputs * taps});
  });
  sumColumns(queue, asPixels(dLoss_dZ, convolution.outputs), dBias, accumulate);
}

}  // namespace cajal::cuda
