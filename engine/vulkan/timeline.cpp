#include "engine/vulkan/timeline.h"

#include "engine/vulkan/check.h"
#include "engine/vulkan/device.h"

#include <algorithm>

namespace cajal {

namespace {

VkSemaphore createTimeline(const Device& device, std::string_view name, Exported exported) {
  if (exported == Exported::yes && !device.can().exportsSemaphores)
    throw Error(ExitCode::gpu,
                fmt::format("{} cannot share semaphores with another API", device.facts().name));
  VkExportSemaphoreCreateInfo exporting{VK_STRUCTURE_TYPE_EXPORT_SEMAPHORE_CREATE_INFO};
  exporting.handleTypes = VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_OPAQUE_FD_BIT;
  VkSemaphoreTypeCreateInfo type{VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO};
  type.pNext = exported == Exported::yes ? &exporting : nullptr;
  type.semaphoreType = VK_SEMAPHORE_TYPE_TIMELINE;
  const VkSemaphoreCreateInfo info{VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO, &type};
  VkSemaphore semaphore = VK_NULL_HANDLE;
  check(vkCreateSemaphore(device.handle(), &info, nullptr, &semaphore),
        fmt::format("creating the timeline {}", name));
  device.setName(VK_OBJECT_TYPE_SEMAPHORE, semaphore, name);
  return semaphore;
}

std::uint64_t nanoseconds(double seconds) {
  constexpr double kLongest = 1e9;  // seconds; longer than that is for ever
  return static_cast<std::uint64_t>(std::clamp(seconds, 0.0, kLongest) * 1e9);
}

}  // namespace

Timeline::Timeline(const Device& device, std::string_view name, Exported exported)
    : m_device(&device), m_semaphore(device.handle(), createTimeline(device, name, exported)) {}

std::uint64_t Timeline::value() const {
  std::uint64_t value = 0;
  check(vkGetSemaphoreCounterValue(m_device->handle(), handle(), &value), "reading a timeline");
  return value;
}

SemaphoreAt Timeline::at(std::uint64_t value, VkPipelineStageFlags2 stage) const {
  return {handle(), value, stage};
}

bool Timeline::wait(std::uint64_t value, double timeoutSeconds) const {
  const VkSemaphore semaphore = handle();
  VkSemaphoreWaitInfo info{VK_STRUCTURE_TYPE_SEMAPHORE_WAIT_INFO};
  info.semaphoreCount = 1;
  info.pSemaphores = &semaphore;
  info.pValues = &value;
  const VkResult result = vkWaitSemaphores(m_device->handle(), &info, nanoseconds(timeoutSeconds));
  if (result == VK_TIMEOUT) return false;
  check(result, "waiting for a timeline");
  return true;
}

void Timeline::signal(std::uint64_t value) const {
  VkSemaphoreSignalInfo info{VK_STRUCTURE_TYPE_SEMAPHORE_SIGNAL_INFO};
  info.semaphore = handle();
  info.value = value;
  check(vkSignalSemaphore(m_device->handle(), &info), "signalling a timeline");
}

int Timeline::exportFd() const {
  require(m_device->can().exportsSemaphores, "only exported timelines are given away");
  VkSemaphoreGetFdInfoKHR info{VK_STRUCTURE_TYPE_SEMAPHORE_GET_FD_INFO_KHR};
  info.semaphore = handle();
  info.handleType = VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_OPAQUE_FD_BIT;
  int fd = -1;
  check(m_device->functions().getSemaphoreFd(m_device->handle(), &info, &fd), "exporting a timeline");
  return fd;
}

}  // namespace cajal
