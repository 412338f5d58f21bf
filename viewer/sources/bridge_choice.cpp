#include "viewer/sources/bridge_choice.h"

#include <fmt/format.h>

#include <vector>

namespace cajal {
namespace {

std::string namesOf(std::span<const CudaDevice> gpus) {
  std::vector<std::string> names;
  for (const CudaDevice& gpu : gpus) names.push_back(gpu.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

std::optional<int> cudaDeviceOf(const DeviceFacts& drawing, std::span<const CudaDevice> gpus) {
  for (const CudaDevice& gpu : gpus) {
    if (gpu.uuid == drawing.uuid) return gpu.index;
  }
  return std::nullopt;
}

std::string whyNotShared(const DeviceFacts& drawing, const DeviceAbilities& can,
                         std::span<const CudaDevice> gpus) {
  if (gpus.empty()) return "CUDA sees no GPU";
  if (!cudaDeviceOf(drawing, gpus)) {
    return fmt::format("Vulkan draws on {}, which is another device than CUDA's ({})", drawing.name,
                       namesOf(gpus));
  }
  if (!can.exportsMemory) return drawing.name + " does not share its memory with CUDA";
  if (!can.exportsSemaphores) return drawing.name + " does not share its timelines with CUDA";
  return "";
}

BridgeKind insteadOfSharedMemory(BackendChoice wanted) {
  return wanted == BackendChoice::cuda ? BridgeKind::copiesFromCuda : BridgeKind::cpu;
}

BridgeChoice chooseBridge(BackendChoice wanted, const DeviceFacts& drawing, const DeviceAbilities& can,
                          std::span<const CudaDevice> gpus) {
  if (wanted == BackendChoice::cpu) return {BridgeKind::cpu, 0, "--backend cpu"};
  const std::string whyNot = whyNotShared(drawing, can, gpus);
  if (!whyNot.empty()) return {insteadOfSharedMemory(wanted), 0, whyNot};
  return {BridgeKind::sharedMemory, *cudaDeviceOf(drawing, gpus), ""};
}

}  // namespace cajal
