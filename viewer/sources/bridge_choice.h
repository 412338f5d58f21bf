#pragma once
// Where a training runs and how its state reaches the GPU that draws: whether CUDA can train in the memory
// that Vulkan draws from, and what takes its place where it cannot. Pure functions.

#include <optional>
#include <span>
#include <string>

#include "compute/cuda/cuda_device.h"
#include "engine/vulkan/device.h"
#include "viewer/actions/options.h"

namespace cajal {

enum class BridgeKind {
  sharedMemory,    // CUDA trains in Vulkan's memory
  copiesFromCuda,  // CUDA trains in its own; what is drawn is copied into mapped slots
  cpu,             // the processor trains; what is drawn is copied into mapped slots
};

struct BridgeChoice {
  BridgeKind kind = BridgeKind::cpu;
  int cudaDevice = 0;  // of sharedMemory
  std::string whyNot;  // sharedMemory is not the choice
};

// The one of CUDA's GPUs that Vulkan draws on, by UUID.
std::optional<int> cudaDeviceOf(const DeviceFacts& drawing, std::span<const CudaDevice> gpus);

// Why the two cannot share memory, in words; empty where they can.
std::string whyNotShared(const DeviceFacts& drawing, const DeviceAbilities& can,
                         std::span<const CudaDevice> gpus);

// What takes the place of shared memory: with `--backend cuda` CUDA trains all the same, and what is drawn is
// copied; else the processor trains, whose bits are the same on every machine.
BridgeKind insteadOfSharedMemory(BackendChoice wanted);

BridgeChoice chooseBridge(BackendChoice wanted, const DeviceFacts& drawing, const DeviceAbilities& can,
                          std::span<const CudaDevice> gpus);

}  // namespace cajal
