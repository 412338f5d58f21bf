// The update rules over a whole arena. parameters and moments (count) are overwritten, gradients (count) are
// read.
#include "compute/cuda/check.h"
#include "compute/cuda/operations.h"

namespace cajal::cuda {
namespace {

// A kernel's arguments are copied when it is launched: no pinned memory is needed, and none can be
// overwritten early.
__global__ void storeHyperparametersKernel(const Hyperparameters hyperparameters, Hyperparameters* onDevice) {
  *onDevice = hyperparameters;
}

// One thread a parameter. The rule is read from memory like the rates: all threads take the same branch.
__global__ void updateKernel(const Hyperparameters* __restrict__ hyperparameters, std::uint64_t updates,
                             float* __restrict__ w, const float* __restrict__ g, float* __restrict__ m,
                             float* __restrict__ v, std::size_t count, std::size_t decayed) {
  __shared__ AdamScale scale;  // two powers in double: once a block
  const Hyperparameters h = *hyperparameters;
  if (h.rule == UpdateRule::adam && threadIdx.x == 0) scale = adamScale(h, updates);
  __syncthreads();

  const std::size_t i = static_cast<std::size_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (i >= count) return;
  const float decay = i < decayed ? h.weightDecay : 0.0f;
  switch (h.rule) {
    case UpdateRule::gradientDescent:
    case UpdateRule::sgd: return updateSgd(h, decay, w[i], g[i]);
    case UpdateRule::momentum: return updateMomentum(h, decay, w[i], g[i], m[i]);
    case UpdateRule::adam: return updateAdam(h, scale, decay, w[i], g[i], m[i], v[i]);
  }
}

// ---------------------------------------------------------------------------------------------------------------

constexpr unsigned kThreads = 256;  // bound by memory: any full number of warps does

}  // namespace

void storeHyperparameters(const Queue& queue, const Hyperparameters& hyperparameters,
                          Hyperparameters* onDevice) {
  storeHyperparametersKernel<<<1, 1, 0, queue.stream>>>(hyperparameters, onDevice);
  checkLaunch("storing the hyperparameters");
}

void update(const Queue& queue, const Hyperparameters* onDevice, std::uint64_t updates, float* parameters,
            const float* gradients, float* firstMoments, float* secondMoments, std::size_t count,
            std::size_t decayed) {
  if (count == 0) return;
  const int blocks = asInt((count + kThreads - 1) / kThreads, "more parameters than one launch can take");
  updateKernel<<<blocks, kThreads, 0, queue.stream>>>(onDevice, updates, parameters, gradients, firstMoments,
                                                      secondMoments, count, decayed);
  checkLaunch("updating the parameters");
}

}  // namespace cajal::cuda
