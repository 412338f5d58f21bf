#include "engine/vulkan/fault.h"

#include <atomic>
#include <cstdlib>
#include <string>

namespace cajal {
namespace {

// The number in "allocation:7", or 0.
unsigned long wantedAt(const char* kind) {
  const char* const wish = std::getenv("CAJAL_FAULT");
  const std::string prefix = std::string(kind) + ":";
  if (!wish || !std::string(wish).starts_with(prefix)) return 0;
  return std::strtoul(wish + prefix.size(), nullptr, 10);
}

}  // namespace

// A lost device stays lost; a refused allocation may be tried again.
VkResult orFault(FaultAt place, VkResult result) {
  static const unsigned long allocation = wantedAt("allocation"), submit = wantedAt("submit");
  static std::atomic<unsigned long> allocations{0}, submits{0};
  if (place == FaultAt::allocation && allocation > 0 && ++allocations == allocation)
    return VK_ERROR_OUT_OF_DEVICE_MEMORY;
  if (place == FaultAt::submit && submit > 0 && ++submits >= submit) return VK_ERROR_DEVICE_LOST;
  if (place == FaultAt::wait && submit > 0 && submits >= submit) return VK_ERROR_DEVICE_LOST;
  return result;
}

}  // namespace cajal
