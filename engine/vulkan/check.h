#pragma once
// The one gate that every Vulkan call passes. Answers that are no errors (out of date, timed out) are looked
// at by the caller before they come here.

#include "engine/base/error.h"
#include "engine/vulkan/vulkan.h"

#include <source_location>
#include <string>
#include <string_view>

namespace cajal {

// The device stopped answering. Everything made from it is gone; what the program holds on the host is not.
class DeviceLost : public Error {
 public:
  using Error::Error;
};

// The request did not fit; drawing less, or smaller, may.
class OutOfDeviceMemory : public Error {
 public:
  using Error::Error;
};

// Throws unless `result` is VK_SUCCESS: DeviceLost, OutOfDeviceMemory, or Error(gpu). `doing` completes the
// sentence "Vulkan failed while ...": "creating the edge pipeline".
void check(VkResult result, std::string_view doing,
           std::source_location where = std::source_location::current());

// The same for destructors and callbacks: logs, never throws.
void logUnlessSuccess(VkResult result, std::string_view doing) noexcept;

// "VK_ERROR_DEVICE_LOST"
std::string resultName(VkResult result);

}  // namespace cajal
