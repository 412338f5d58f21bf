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
                  Activation activation, const Matrix& output);
void denseBackwardInput(ThreadTeam& team, const Matrix& dLoss_dZ, const Matrix& weight, const Matrix& input,
                        Activation before, const Matrix& dLoss_dZBefore);
void denseBackwardParameters(ThreadTeam& team, const Matrix& dLoss_dZ, const Matrix& input,
                             const Matrix& dWeight, float* dBias, bool accumulate);

// head.cpp
void activateRows(ThreadTeam& team, Activation activation, const Matrix& output);
void head(ThreadTeam& team, const Head& head, const Matrix& output, const Targets& targets,
          const Matrix* dLoss_dZ, float inverseBatch, Statistics& statistics);

// update.cpp
void update(ThreadTeam& team, const Hyperparameters& hyperparameters, std::uint64_t updates,
            float* parameters, const float* gradients, float* firstMoments, float* secondMoments,
            std::size_t count, std::size_t decayed);

}  // namespace cajal::cpu
