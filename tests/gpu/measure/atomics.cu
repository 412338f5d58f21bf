// How fast counts can be added into a picture: what edge drawing is bound by. A 1920 × 1080 picture, two
// planes of 32-bit counts (16.6 MB, which fits the L2 cache of large GPUs).
#include "compute/core/random.h"
#include "tests/gpu/measure/measure.h"

namespace cajal::measure {
namespace {

using cuda::check;
using cuda::launch;

constexpr unsigned kWidth = 1920, kHeight = 1080, kPixels = kWidth * kHeight, kCounts = 2 * kPixels;
constexpr unsigned kBlocks = 8192, kThreads = 256;
constexpr unsigned kAddsPerThread = 64;
constexpr double kAdds = double(kBlocks) * kThreads * kAddsPerThread;

// A cheap walk through all 32-bit numbers, so that making an address costs less than the add.
__device__ unsigned nextRandom(unsigned state) {
  return state * 1664525u + 1013904223u;
}
__device__ unsigned scaled(unsigned bits, unsigned count) {
  return __umulhi(bits, count);
}
__device__ unsigned startOf(unsigned thread) {
  return philox(1, thread, 0).words[0];
}

__global__ void uniformAdds(unsigned* counts) {
  unsigned state = startOf(blockIdx.x * blockDim.x + threadIdx.x);
  for (unsigned i = 0; i < kAddsPerThread; ++i) {
    state = nextRandom(state);
    atomicAdd(counts + scaled(state, kCounts), 1u);
  }
}

// Each thread walks 64 neighbouring pixels of a line with a random place and slope, as an exact edge does.
__global__ void lineAdds(unsigned* counts) {
  const Philox random = philox(2, blockIdx.x * blockDim.x + threadIdx.x, 0);
  float x = uniformFromBits(random.words[0]) * (kWidth - 1),
        y = uniformFromBits(random.words[1]) * (kHeight - 1);
  const float slope = 2.0f * uniformFromBits(random.words[2]) - 1.0f;
  unsigned* plane = counts + (random.words[3] & 1u) * kPixels;
  for (unsigned i = 0; i < kAddsPerThread; ++i) {
    x = x + 1.0f < kWidth ? x + 1.0f : 0.0f;
    y = fminf(fmaxf(y + slope, 0.0f), kHeight - 1.0f);
    atomicAdd(plane + static_cast<unsigned>(y) * kWidth + static_cast<unsigned>(x), 1u);
  }
}

// One add in four goes to one of 256 pixels: the neighbourhood of neurons, where many edges meet.
__global__ void hubAdds(unsigned* counts) {
  unsigned state = startOf(blockIdx.x * blockDim.x + threadIdx.x);
  for (unsigned i = 0; i < kAddsPerThread; ++i) {
    state = nextRandom(state);
    const unsigned pixel = i % 4 == 0 ? scaled(state, 256) * (kCounts / 256) : scaled(state, kCounts);
    atomicAdd(counts + pixel, 1u);
  }
}

__global__ void oneAddressAdds(unsigned* counts) {
  for (unsigned i = 0; i < kAddsPerThread; ++i) atomicAdd(counts, 1u);
}

// Depth and identity in one 64-bit word: opaque nodes.
__global__ void uniformMinimums(unsigned long long* depths) {
  unsigned state = startOf(blockIdx.x * blockDim.x + threadIdx.x);
  for (unsigned i = 0; i < kAddsPerThread; ++i) {
    state = nextRandom(state);
    atomicMin(depths + scaled(state, kPixels), (static_cast<unsigned long long>(state) << 32) | i);
  }
}

// A tile of 64 × 64 pixels and two planes, 32 KB: counted in shared memory, added to the picture once.
__global__ void tileAdds(unsigned* counts) {
  constexpr unsigned kTileCounts = 64 * 64 * 2;
  __shared__ unsigned tile[kTileCounts];
  for (unsigned i = threadIdx.x; i < kTileCounts; i += blockDim.x) tile[i] = 0;
  __syncthreads();
  unsigned state = startOf(blockIdx.x * blockDim.x + threadIdx.x);
  for (unsigned i = 0; i < kAddsPerThread * 16; ++i) {
    state = nextRandom(state);
    atomicAdd(tile + scaled(state, kTileCounts), 1u);
  }
  __syncthreads();
  const unsigned base = blockIdx.x % (kCounts / kTileCounts) * kTileCounts;
  for (unsigned i = threadIdx.x; i < kTileCounts; i += blockDim.x) atomicAdd(counts + base + i, tile[i]);
}

template <typename Element>
void rate(cudaStream_t stream, const std::string& name, void (*kernel)(Element*), Element* memory,
          double adds, const char* note) {
  const auto seconds = gpuSeconds(stream, 5, [&] {
    launch(kernel, {kBlocks, kThreads}, stream, "adding into a picture", memory);
  });
  reportRate("atomics." + name, seconds, adds * 1e-9, "G/s", note);
}

}  // namespace

void atomics(cudaStream_t stream) {
  const auto counts = cuda::allocateDevice<unsigned>(kCounts, "the counts");
  const auto depths = cuda::allocateDevice<unsigned long long>(kPixels, "the depths");
  check(cudaMemsetAsync(counts.get(), 0, kCounts * sizeof(unsigned), stream), "clearing the counts");
  check(cudaMemsetAsync(depths.get(), 0xff, kPixels * sizeof(unsigned long long), stream),
        "clearing the depths");
  rate(stream, "uniform", uniformAdds, counts.get(), kAdds, "u32 adds at random pixels of a 16.6 MB picture");
  rate(stream, "lines", lineAdds, counts.get(), kAdds, "u32 adds along lines, 64 pixels a thread");
  rate(stream, "hubs", hubAdds, counts.get(), kAdds, "u32 adds, a quarter of them to 256 pixels");
  rate(stream, "one_address", oneAddressAdds, counts.get(), kAdds, "u32 adds to one pixel");
  rate(stream, "minimum64", uniformMinimums, depths.get(), kAdds, "u64 minimums at random pixels, 16.6 MB");
  rate(stream, "shared_tiles", tileAdds, counts.get(), kAdds * 16,
       "u32 adds in 32 KB tiles of shared memory");
}

}  // namespace cajal::measure
