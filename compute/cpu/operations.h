#pragma once
// The operations of a step on the CPU, in the order of compute/cuda/operations.h. What each reads and
// writes stands in compute/core/operations.h; each is the specification of its CUDA twin.

#include "compute/core/operations.h"
#include "compute/core/steps.h"
#include "compute/core/telemetry.h"
#include "compute/cpu/thread_team.h"

namespace cajal::cpu {

// gather.cpp
void run(ThreadTeam&, const Gather&);

// dense.cpp
void run(ThreadTeam&, const DenseForward&);
void run(ThreadTeam&, const DenseBackwardInput&);
void run(ThreadTeam&, const DenseBackwardParameters&);

// convolution.cpp
void run(ThreadTeam&, const ConvolutionForward&);
void run(ThreadTeam&, const ConvolutionBackwardInput&);
void run(ThreadTeam&, const ConvolutionBackwardParameters&);

// pool.cpp
void run(ThreadTeam&, const PoolForward&);
void run(ThreadTeam&, const PoolBackward&);

// normalization.cpp
void run(ThreadTeam&, const BatchNormForward&);
void run(ThreadTeam&, const BatchNormBackward&);
void run(ThreadTeam&, const LayerNormForward&);
void run(ThreadTeam&, const LayerNormBackward&);

// elements.cpp
void run(ThreadTeam&, const ApplyDropout&);
void run(ThreadTeam&, const Add&);
void run(ThreadTeam&, const Activate&);
void run(ThreadTeam&, const MultiplyByDerivative&);

// head.cpp
void run(ThreadTeam&, const ActivateRows&);
void run(ThreadTeam&, const ApplyHead&, Statistics& statistics);

// update.cpp
struct GradientFacts {
  double sumOfSquares = 0;
  bool areFinite = true;
};
// The squares are those of the gradients clipped to ± clipValue, where that is not 0.
GradientFacts measureGradients(ThreadTeam& team, const float* gradients, std::size_t count, float clipValue);
void update(ThreadTeam& team, const Hyperparameters& hyperparameters, const UpdateScale& scale,
            const UpdateArenas& arenas);
void moveAverage(ThreadTeam& team, const float* parameters, float decay, float* average, std::size_t count);

// summary.cpp
std::vector<Summary> summarize(ThreadTeam& team, const std::vector<ValueRange>& ranges);
std::vector<UnitSummary> summarize(ThreadTeam& team, const std::vector<UnitRange>& units);

}  // namespace cajal::cpu
