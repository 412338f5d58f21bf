// Reading memory of cudaMalloc: in order, at random, and adding up one large matrix (a heatmap's first pass).
// What memory imported from Vulkan is compared with.
#include "tests/gpu/measure/measure.h"

namespace cajal::measure {
namespace {

using cuda::check;
using cuda::launch;

constexpr std::size_t kStreamedBytes = std::size_t{4} << 30;
constexpr std::size_t kMatrixFloats = std::size_t{16384} * 16384;
constexpr unsigned kThreads = 512;

// Every float once, four at a time. The sum is written where it cannot be known to be useless.
__global__ void addUp(const float4* __restrict__ values, std::size_t count, float* result) {
  float sum = 0;
  const std::size_t stride = static_cast<std::size_t>(gridDim.x) * blockDim.x;
  for (std::size_t i = static_cast<std::size_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < count;
       i += stride) {
    const float4 four = values[i];
    sum += (four.x + four.y) + (four.z + four.w);
  }
  if (sum == 12345.0f) *result = sum;
}

constexpr unsigned kReadsPerThread = 64;

// Four bytes at random places of all the memory. `count` is a power of two.
__global__ void readAtRandom(const float* __restrict__ values, std::size_t count, float* result) {
  std::uint64_t state = static_cast<std::uint64_t>(blockIdx.x) * blockDim.x + threadIdx.x + 1;
  float sum = 0;
  for (unsigned i = 0; i < kReadsPerThread; ++i) {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    sum += values[(state >> 20) & (count - 1)];
  }
  if (sum == 12345.0f) *result = sum;
}

unsigned blocksToFillTheGpu() {
  int multiprocessors = 0;
  check(cudaDeviceGetAttribute(&multiprocessors, cudaDevAttrMultiProcessorCount, 0),
        "counting multiprocessors");
  return static_cast<unsigned>(multiprocessors) * 4;  // 4 · 512 threads: all that a multiprocessor holds
}

}  // namespace

void bandwidth(cudaStream_t stream) {
  const auto memory = cuda::allocateDevice<std::byte>(kStreamedBytes, "reading it");
  const auto result = cuda::allocateDevice<float>(1, "a result");
  check(cudaMemsetAsync(memory.get(), 0, kStreamedBytes, stream), "clearing memory");
  const unsigned blocks = blocksToFillTheGpu();
  const auto* floats = reinterpret_cast<const float*>(memory.get());

  const auto sum = [&](std::size_t count) {
    return gpuSeconds(stream, 5, [&, count] {
      launch(addUp, {blocks, kThreads}, stream, "adding up", reinterpret_cast<const float4*>(floats),
             count / 4, result.get());
    });
  };
  reportRate("bandwidth.stream", sum(kStreamedBytes / 4), kStreamedBytes * 1e-9, "GB/s",
             "cudaMalloc, 4 GiB read in order");
  reportTime("bandwidth.matrix", sum(kMatrixFloats), 1e3, "ms",
             "16384 x 16384 floats (1.07 GB) added up, read once");

  constexpr unsigned kBlocks = 16384;
  const auto random = gpuSeconds(stream, 5, [&] {
    launch(readAtRandom, {kBlocks, 256}, stream, "reading at random", floats, kStreamedBytes / 4,
           result.get());
  });
  reportRate("bandwidth.random", random, double(kBlocks) * 256 * kReadsPerThread * 1e-9, "G/s",
             "cudaMalloc, 4-byte reads at random in 4 GiB");
}

}  // namespace cajal::measure
