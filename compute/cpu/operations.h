#pragma once
// The operations of a step on the CPU, in the order of compute/cuda/operations.h. Each says who overwrites
// what in compute/core/backend.h; each is the specification of its CUDA twin.

#include "compute/core/backend.h"
#include "compute/cpu/thread_team.h"

namespace cajal::cpu {

// gather.cpp
void gather(ThreadTeam& team, const DeviceExamples& examples, const BatchSelection& selection,
            const Matrix& input, const Targets& targets);

// dense.cpp
void denseForward(ThreadTeam& team, const Matrix& input, const Matrix& weight, const float* bias,
                  Activation activation, const Matrix& output, float* z);
void denseBackwardInput(ThreadTeam& team, const Matrix& dLoss_dZ, const Matrix& weight,
                        const ActivatedOutput& before, const Matrix& dLoss_dZBefore);
void denseBackwardParameters(ThreadTeam& team, const Matrix& dLoss_dZ, const Matrix& input,
                             const Matrix& dWeight, float* dBias, bool accumulate);

// convolution.cpp
void convolutionForward(ThreadTeam& team, const Convolution& convolution, const Matrix& input,
                        const Matrix& weight, const float* bias, Activation activation, const Matrix& output,
                        float* z);
void convolutionBackwardInput(ThreadTeam& team, const Convolution& convolution, const Matrix& dLoss_dZ,
                              const Matrix& weight, const ActivatedOutput& before,
                              const Matrix& dLoss_dZBefore);
void convolutionBackwardParameters(ThreadTeam& team, const Convolution& convolution, const Matrix& dLoss_dZ,
                                   const Matrix& input, const Matrix& dWeight, float* dBias, bool accumulate);

// pool.cpp
void poolForward(ThreadTeam& team, const Pooling& pooling, const Matrix& input, const Matrix& output);
void poolBackward(ThreadTeam& team, const Pooling& pooling, const Matrix& input, const Matrix& dLoss_dOutput,
                  const Matrix& dLoss_dInput);

// normalization.cpp
void batchNormForward(ThreadTeam& team, const Matrix& input, const ScaleAndShift& parameters,
                      const RunningStatistics& running, float* batchStatistics, const Matrix& output);
void batchNormBackward(ThreadTeam& team, const Matrix& input, const ScaleAndShift& parameters,
                       const float* batchStatistics, const Matrix& dLoss_dOutput,
                       const RunningStatistics& running, const ScaleAndShift& gradients, bool accumulate,
                       const Matrix* dLoss_dInput);
void layerNormForward(ThreadTeam& team, const Matrix& input, const ScaleAndShift& parameters,
                      float* rowStatistics, const Matrix& output);
void layerNormBackward(ThreadTeam& team, const Matrix& input, const ScaleAndShift& parameters,
                       const float* rowStatistics, const Matrix& dLoss_dOutput,
                       const ScaleAndShift& gradients, bool accumulate, const Matrix* dLoss_dInput);

// elements.cpp
void dropout(ThreadTeam& team, const DropoutMask& mask, const Matrix& input, const Matrix& output);
void add(ThreadTeam& team, const Matrix& a, const Matrix& b, const Matrix& output);
void activate(ThreadTeam& team, Activation activation, const Matrix& values, float* z);
void multiplyByDerivative(ThreadTeam& team, const Matrix& source, const ActivatedOutput& before,
                          const Matrix& target, bool accumulate);

// head.cpp
void activateRows(ThreadTeam& team, Activation activation, const Matrix& output);
void head(ThreadTeam& team, const Head& head, const Matrix& output, const Targets& targets,
          const Matrix* dLoss_dZ, float inverseBatch, Statistics& statistics);

// update.cpp
struct GradientFacts {
  double sumOfSquares = 0;
  bool areFinite = true;
};
GradientFacts measureGradients(ThreadTeam& team, const float* gradients, std::size_t count);
void update(ThreadTeam& team, const Hyperparameters& hyperparameters, const UpdateScale& scale,
            const UpdateArenas& arenas);
void moveAverage(ThreadTeam& team, const float* parameters, float decay, float* average, std::size_t count);

// summary.cpp
std::vector<Summary> summarize(ThreadTeam& team, const std::vector<ValueRange>& ranges);
std::vector<UnitSummary> summarize(ThreadTeam& team, const std::vector<UnitRange>& units);

}  // namespace cajal::cpu
