#include "engine/vulkan/check.h"

#include "engine/base/log.h"

namespace cajal {

namespace {

const char* advice(VkResult result) {
  switch (result) {
    case VK_ERROR_OUT_OF_DEVICE_MEMORY:
      return "the GPU's memory is full: close other programs, or ask for a smaller picture or network";
    case VK_ERROR_OUT_OF_HOST_MEMORY:
      return "the machine's memory is full: close other programs, or ask for a smaller network";
    case VK_ERROR_DEVICE_LOST:
      return "the GPU stopped answering: see the system's log, or choose another one with --device";
    case VK_ERROR_INCOMPATIBLE_DRIVER:
    case VK_ERROR_INITIALIZATION_FAILED:
      return "no usable Vulkan driver: install the GPU's own, or mesa-vulkan-drivers for the software one";
    case VK_ERROR_EXTENSION_NOT_PRESENT:
    case VK_ERROR_FEATURE_NOT_PRESENT:
    case VK_ERROR_LAYER_NOT_PRESENT:
      return "the driver lacks something we need: update it, or choose another device with --device";
    default: return "set CAJAL_VALIDATION=1 to learn more, or choose another device with --device";
  }
}

std::string sentence(VkResult result, std::string_view doing) {
  return fmt::format("Vulkan failed while {} ({}); {}", doing, resultName(result), advice(result));
}

}  // namespace

void check(VkResult result, std::string_view doing, std::source_location where) {
  switch (result) {
    case VK_SUCCESS: return;
    case VK_ERROR_DEVICE_LOST: throw DeviceLost(ExitCode::gpu, sentence(result, doing), where);
    case VK_ERROR_OUT_OF_DEVICE_MEMORY:
      throw OutOfDeviceMemory(ExitCode::gpu, sentence(result, doing), where);
    default: throw Error(ExitCode::gpu, sentence(result, doing), where);
  }
}

void logUnlessSuccess(VkResult result, std::string_view doing) noexcept {
  if (result == VK_SUCCESS) return;
  try {
    logError("{}", sentence(result, doing));
  } catch (...) {  // a full disk behind stderr must not end the program
  }
}

std::string resultName(VkResult result) {
#define CAJAL_NAME(result) \
  case result: return #result
  switch (result) {
    CAJAL_NAME(VK_SUCCESS);
    CAJAL_NAME(VK_NOT_READY);
    CAJAL_NAME(VK_TIMEOUT);
    CAJAL_NAME(VK_INCOMPLETE);
    CAJAL_NAME(VK_ERROR_OUT_OF_HOST_MEMORY);
    CAJAL_NAME(VK_ERROR_OUT_OF_DEVICE_MEMORY);
    CAJAL_NAME(VK_ERROR_INITIALIZATION_FAILED);
    CAJAL_NAME(VK_ERROR_DEVICE_LOST);
    CAJAL_NAME(VK_ERROR_MEMORY_MAP_FAILED);
    CAJAL_NAME(VK_ERROR_LAYER_NOT_PRESENT);
    CAJAL_NAME(VK_ERROR_EXTENSION_NOT_PRESENT);
    CAJAL_NAME(VK_ERROR_FEATURE_NOT_PRESENT);
    CAJAL_NAME(VK_ERROR_INCOMPATIBLE_DRIVER);
    CAJAL_NAME(VK_ERROR_TOO_MANY_OBJECTS);
    CAJAL_NAME(VK_ERROR_FORMAT_NOT_SUPPORTED);
    CAJAL_NAME(VK_ERROR_FRAGMENTED_POOL);
    CAJAL_NAME(VK_ERROR_OUT_OF_POOL_MEMORY);
    CAJAL_NAME(VK_ERROR_INVALID_EXTERNAL_HANDLE);
    CAJAL_NAME(VK_ERROR_SURFACE_LOST_KHR);
    CAJAL_NAME(VK_ERROR_NATIVE_WINDOW_IN_USE_KHR);
    CAJAL_NAME(VK_SUBOPTIMAL_KHR);
    CAJAL_NAME(VK_ERROR_OUT_OF_DATE_KHR);
    CAJAL_NAME(VK_ERROR_UNKNOWN);
    default: return fmt::format("VkResult {}", static_cast<int>(result));
  }
#undef CAJAL_NAME
}

}  // namespace cajal
