// Summaries of tensors and of what neurons do: one block a part, then one warp a range adds the parts in
// order.
//
// Only integers are added by atomics: the same values give the same bits.
#include "compute/cuda/launch.h"
#include "compute/cuda/summary.h"

namespace cajal::cuda {
namespace {

constexpr unsigned kThreads = 256, kWarp = 32;

// Room for one Summary a thread; its members begin with values, which shared memory cannot.
template <unsigned count>
struct SharedSummaries {
  alignas(Summary) unsigned char bytes[count * sizeof(Summary)];
  __device__ Summary& operator[](unsigned i) { return reinterpret_cast<Summary*>(bytes)[i]; }
};

// The sum of what the threads of a block have, in thread 0, in the order of a tree.
template <unsigned count>
__device__ void reduce(SharedSummaries<count>& shared) {
  for (unsigned half = count / 2; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.x < half) shared[threadIdx.x].add(shared[threadIdx.x + half]);
  }
}

__global__ void summarizePartsKernel(const SummaryPlan plan, Summary* partSums) {
  __shared__ SharedSummaries<kThreads> shared;
  const SummaryPart part = plan.parts[blockIdx.x];
  const float* const values = plan.ranges[part.range].values;
  Summary own;
  for (std::size_t i = part.begin + threadIdx.x; i < part.end; i += kThreads) own.add(values[i]);
  shared[threadIdx.x] = own;
  reduce(shared);
  if (threadIdx.x == 0) partSums[blockIdx.x] = shared[0];
}

__global__ void addPartsKernel(const SummaryPlan plan, const Summary* __restrict__ partSums,
                               Summary* summaries) {
  __shared__ SharedSummaries<kWarp> shared;
  Summary own;
  const unsigned end = plan.firstParts[blockIdx.x + 1];
  for (unsigned part = plan.firstParts[blockIdx.x] + threadIdx.x; part < end; part += kWarp)
    own.add(partSums[part]);
  shared[threadIdx.x] = own;
  reduce(shared);
  if (threadIdx.x == 0) summaries[blockIdx.x] = shared[0];
}

// `alive`: set where a slope is not flat. Whoever comes first writes; all write the same.
__global__ void lookAtUnitsKernel(const SummaryPlan plan, unsigned char* alive, FlatCounts* counts) {
  __shared__ unsigned long long flatInBlock;
  if (threadIdx.x == 0) flatInBlock = 0;
  __syncthreads();

  const SummaryPart part = plan.unitParts[blockIdx.x];
  const UnitRange range = plan.units[part.range];
  unsigned char* const own = alive + plan.firstUnits[part.range];
  unsigned long long flat = 0;
  for (std::size_t i = part.begin * range.units + threadIdx.x; i < part.end * range.units; i += kThreads) {
    const float y = range.outputs.y[i], z = range.outputs.z ? range.outputs.z[i] : y;
    const bool isFlat = fabsf(derivative(range.outputs.activation, z, y)) < kFlatSlope;
    flat += isFlat;
    const std::size_t unit = i % range.units;
    if (!isFlat && own[unit] == 0) own[unit] = 1;
  }
  atomicAdd(&flatInBlock, flat);
  __syncthreads();
  if (threadIdx.x == 0) atomicAdd(&counts[part.range].flat, flatInBlock);
}

__global__ void countDeadKernel(const SummaryPlan plan, const unsigned char* __restrict__ alive,
                                FlatCounts* counts) {
  const unsigned range = blockIdx.x;
  unsigned long long dead = 0;
  for (std::size_t unit = plan.firstUnits[range] + threadIdx.x; unit < plan.firstUnits[range + 1];
       unit += kThreads) {
    dead += alive[unit] == 0;
  }
  if (dead > 0) atomicAdd(&counts[range].dead, dead);
}

}  // namespace

void summarize(const Queue& queue, const SummaryPlan& plan, const SummaryResults& results) {
  if (plan.partCount > 0) {
    launch(summarizePartsKernel, {plan.partCount, kThreads}, queue.stream, "summing up tensors", plan,
           results.partSums);
  }
  if (plan.rangeCount > 0) {
    launch(addPartsKernel, {plan.rangeCount, kWarp}, queue.stream, "summing up tensors", plan,
           results.partSums, results.summaries);
  }
  if (plan.unitPartCount > 0) {
    launch(lookAtUnitsKernel, {plan.unitPartCount, kThreads}, queue.stream, "looking at neurons", plan,
           results.alive, results.counts);
  }
  if (plan.unitRangeCount > 0) {
    launch(countDeadKernel, {plan.unitRangeCount, kThreads}, queue.stream, "looking at neurons", plan,
           results.alive, results.counts);
  }
}

}  // namespace cajal::cuda
