// The update rules over a whole arena, and what has to be known of its gradients first.
//
// parameters and moments (count) are overwritten, gradients (count) are read. Sums are taken block by block
// and added in the order of the blocks, without atomics: the same step gives the same bits.
#include "compute/cuda/launch.h"
#include "compute/cuda/operations.h"

namespace cajal::cuda {
namespace {

// A kernel's arguments are copied when it is launched: no pinned memory is needed, and none can be
// overwritten early.
__global__ void setRulesKernel(const StepRules rules, StepState* state) {
  state->rules = rules;
  state->clock.learningRate = learningRateOf(rules, state->clock.steps);
}

__global__ void setClockKernel(const StepClock clock, StepState* state) {
  state->clock = clock;
  state->clock.learningRate = learningRateOf(state->rules, clock.steps);
}

__global__ void tickKernel(StepState* state) {
  state->clock = ticked(state->rules, state->clock);
}

constexpr unsigned kThreads = 256;               // bound by memory: any full number of warps does
constexpr unsigned kGradientsPerBlock = 16'384;  // the CPU's tile

// What one block knows of its gradients: Σ g², and Σ 0 g, which is NaN where a value is not finite.
struct BlockFacts {
  float squares, zeros;
};

__global__ void measureKernel(const float* __restrict__ gradients, std::size_t count,
                              const StepState* __restrict__ state, BlockFacts* partials) {
  __shared__ BlockFacts shared[kThreads];
  const std::size_t begin = static_cast<std::size_t>(blockIdx.x) * kGradientsPerBlock;
  const std::size_t end = begin + kGradientsPerBlock < count ? begin + kGradientsPerBlock : count;
  const float clipValue = state->rules.hyperparameters.clipValue;
  BlockFacts own = {0, 0};
  for (std::size_t i = begin + threadIdx.x; i < end; i += kThreads) {
    const float clipped = clippedGradient(gradients[i], clipValue);
    own.squares += clipped * clipped;
    own.zeros += 0.0f * gradients[i];
  }
  shared[threadIdx.x] = own;
  __syncthreads();
  for (unsigned half = kThreads / 2; half > 0; half /= 2) {
    if (threadIdx.x < half) {
      shared[threadIdx.x].squares += shared[threadIdx.x + half].squares;
      shared[threadIdx.x].zeros += shared[threadIdx.x + half].zeros;
    }
    __syncthreads();
  }
  if (threadIdx.x == 0) partials[blockIdx.x] = shared[0];
}

// One thread: a few dozen blocks for a network one can look at.
__global__ void concludeKernel(const BlockFacts* __restrict__ partials, unsigned blocks, StepState* state,
                               GradientFacts* facts, volatile std::uint64_t* blockedOnHost) {
  double squares = 0;
  bool areFinite = true;
  for (unsigned block = 0; block < blocks; ++block) {
    squares += static_cast<double>(partials[block].squares);
    areFinite = areFinite && partials[block].zeros == 0.0f;
  }
  const NotFinite policy = state->rules.onNotFinite;
  facts->sumOfSquares = squares;
  facts->isBlocked = !areFinite && policy != NotFinite::pass;
  if (!facts->isBlocked || isHalted(state->clock)) return;
  if (policy == NotFinite::stop) state->clock.haltedAfter = state->clock.steps + 1;
  ++facts->blocked;
  *blockedOnHost = facts->blocked;
}

struct Arenas {
  float* __restrict__ w;
  const float* __restrict__ g;
  float* __restrict__ m;
  float* __restrict__ v;
  std::size_t count, penalized;
  float* __restrict__ changes;  // or null
};

template <UpdateRule rule>
__device__ void updateOne(const Hyperparameters& h, const UpdateScale& scale, const Arenas& arenas,
                          std::size_t i) {
  const bool isPenalized = i < arenas.penalized;
  const float before = arenas.changes ? arenas.w[i] : 0.0f;
  updateParameter<rule>(h, isPenalized ? scale : withoutPenalty(scale), isPenalized ? h.l1 : 0.0f,
                        arenas.w[i], arenas.g[i], arenas.m[i], arenas.v[i]);
  if (arenas.changes) arenas.changes[i] = arenas.w[i] - before;
}

// One thread a parameter. The rule is read from memory like the rates: all threads take the same branch.
// `facts` is null where nothing was measured.
__global__ void updateKernel(const StepState* __restrict__ state, const GradientFacts* facts,
                             const Arenas arenas) {
  __shared__ UpdateScale scale;  // powers in double: once a block
  if (isHalted(state->clock) || (facts && facts->isBlocked)) return;
  const Hyperparameters h = hyperparametersOf(*state);
  if (threadIdx.x == 0) scale = updateScale(h, state->clock.updates, facts ? sqrt(facts->sumOfSquares) : 0.0);
  __syncthreads();

  const std::size_t i = static_cast<std::size_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (i >= arenas.count) return;
  switch (h.rule) {
    case UpdateRule::gradientDescent:
    case UpdateRule::sgd: return updateOne<UpdateRule::sgd>(h, scale, arenas, i);
    case UpdateRule::momentum: return updateOne<UpdateRule::momentum>(h, scale, arenas, i);
    case UpdateRule::nesterov: return updateOne<UpdateRule::nesterov>(h, scale, arenas, i);
    case UpdateRule::adagrad: return updateOne<UpdateRule::adagrad>(h, scale, arenas, i);
    case UpdateRule::rmsprop: return updateOne<UpdateRule::rmsprop>(h, scale, arenas, i);
    case UpdateRule::adam:
    case UpdateRule::adamw: return updateOne<UpdateRule::adam>(h, scale, arenas, i);
    case UpdateRule::nadam: return updateOne<UpdateRule::nadam>(h, scale, arenas, i);
    case UpdateRule::lion: return updateOne<UpdateRule::lion>(h, scale, arenas, i);
  }
}

__global__ void moveAverageKernel(const StepState* __restrict__ state, const float* __restrict__ parameters,
                                  float decay, std::size_t count, float* __restrict__ average) {
  const std::size_t i = static_cast<std::size_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (i < count && !isHalted(state->clock)) average[i] = movedAverage(average[i], parameters[i], decay);
}

// ---------------------------------------------------------------------------------------------------------------

unsigned blocksOf(std::size_t count, std::size_t each) {
  return static_cast<unsigned>(asInt((count + each - 1) / each, "more parameters than one launch can take"));
}

}  // namespace

void setRules(const Queue& queue, const StepRules& rules, StepState* state) {
  launch(setRulesKernel, {1, 1}, queue.stream, "setting the rules of a step", rules, state);
}

void setClock(const Queue& queue, const StepClock& clock, StepState* state) {
  launch(setClockKernel, {1, 1}, queue.stream, "setting the clock of the steps", clock, state);
}

void tick(const Queue& queue, StepState* state) {
  launch(tickKernel, {1, 1}, queue.stream, "going on to the next step", state);
}

std::size_t measureScratchFloats(std::size_t count) {
  return blocksOf(count, kGradientsPerBlock) * sizeof(BlockFacts) / sizeof(float);
}

void measureGradients(const Queue& queue, StepState* state, const float* gradients, std::size_t count,
                      float* scratch, GradientFacts* facts, std::uint64_t* blockedOnHost) {
  if (count == 0) return;
  auto* const partials = reinterpret_cast<BlockFacts*>(scratch);
  const unsigned blocks = blocksOf(count, kGradientsPerBlock);
  launch(measureKernel, {blocks, kThreads}, queue.stream, "measuring the gradients", gradients, count, state,
         partials);
  launch(concludeKernel, {1, 1}, queue.stream, "measuring the gradients", partials, blocks, state, facts,
         blockedOnHost);
}

void update(const Queue& queue, const StepState* state, const GradientFacts* facts, const UpdateArenas& a) {
  if (a.count == 0) return;
  const Arenas arenas = {a.parameters, a.gradients, a.firstMoments, a.secondMoments,
                         a.count,      a.penalized, a.changes};
  launch(updateKernel, {blocksOf(a.count, kThreads), kThreads}, queue.stream, "updating the parameters",
         state, facts, arenas);
}

void moveAverage(const Queue& queue, const StepState* state, const float* parameters, float decay,
                 float* average, std::size_t count) {
  if (count == 0) return;
  launch(moveAverageKernel, {blocksOf(count, kThreads), kThreads}, queue.stream,
         "moving the average of the weights", state, parameters, decay, count, average);
}

}  // namespace cajal::cuda
