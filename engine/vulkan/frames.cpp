#include "engine/vulkan/frames.h"

#include "engine/base/log.h"
#include "engine/vulkan/check.h"
#include "engine/vulkan/device.h"
#include "engine/vulkan/fault.h"

namespace cajal {

namespace {

constexpr double kPatienceSeconds = 60;  // software Vulkan takes seconds for a large exact picture

OwnedCommandPool createPool(const Device& device) {
  VkCommandPoolCreateInfo info{VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO};
  info.flags = VK_COMMAND_POOL_CREATE_TRANSIENT_BIT;
  info.queueFamilyIndex = device.queueFamily();
  VkCommandPool pool = VK_NULL_HANDLE;
  check(vkCreateCommandPool(device.handle(), &info, nullptr, &pool), "creating a frame's command pool");
  return {device.handle(), pool};
}

std::vector<VkSemaphoreSubmitInfo> submitInfos(const std::vector<SemaphoreAt>& semaphores) {
  std::vector<VkSemaphoreSubmitInfo> infos;
  for (const SemaphoreAt& semaphore : semaphores) {
    VkSemaphoreSubmitInfo info{VK_STRUCTURE_TYPE_SEMAPHORE_SUBMIT_INFO};
    info.semaphore = semaphore.semaphore;
    info.value = semaphore.value;
    info.stageMask = semaphore.stage;
    infos.push_back(info);
  }
  return infos;
}

}  // namespace

Frame::Frame(const Device& device, std::size_t slot, VkDeviceSize uploadBytes)
    : m_slot(slot), m_pool(createPool(device)), m_upload(device, uploadBytes) {
  VkCommandBufferAllocateInfo info{VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO};
  info.commandPool = m_pool.get();
  info.level = VK_COMMAND_BUFFER_LEVEL_PRIMARY;
  info.commandBufferCount = 1;
  check(vkAllocateCommandBuffers(device.handle(), &info, &m_commands), "allocating a frame's command buffer");
}

Frames::Frames(const Device& device, std::size_t inFlight, VkDeviceSize uploadBytes)
    : m_device(&device), m_done(device, "frames done") {
  require(inFlight > 0, "at least one frame is in flight");
  for (std::size_t slot = 0; slot < inFlight; ++slot) m_frames.push_back(Frame(device, slot, uploadBytes));
}

Frames::~Frames() {
  try {
    waitForAll();
  } catch (const std::exception& error) {
    logError("while ending the last frames: {}", error.what());
  }
}

Frame& Frames::begin() {
  Frame& frame = current();
  const bool wasSubmitted = frame.m_number <= m_lastSubmitted;  // not if an error ended its recording
  if (wasSubmitted && !m_done.wait(frame.m_number, kPatienceSeconds))
    throw DeviceLost(ExitCode::gpu,
                     fmt::format("{} has not finished frame {} in {:.0f} seconds; draw fewer edges or a "
                                 "smaller picture, or choose another device with --device",
                                 m_device->facts().name, frame.m_number, kPatienceSeconds));
  frame.m_kept.clear();
  frame.m_upload.reset();
  frame.m_number = m_lastSubmitted + 1;
  check(vkResetCommandPool(m_device->handle(), frame.m_pool.get(), 0), "resetting a frame's commands");
  VkCommandBufferBeginInfo info{VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO};
  info.flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT;
  check(vkBeginCommandBuffer(frame.m_commands, &info), "beginning a frame's commands");
  return frame;
}

void Frames::submit(const std::vector<SemaphoreAt>& waits, std::vector<SemaphoreAt> signals) {
  Frame& frame = current();
  check(vkEndCommandBuffer(frame.m_commands), "ending a frame's commands");
  signals.push_back(m_done.at(frame.m_number));
  const auto waitInfos = submitInfos(waits);
  const auto signalInfos = submitInfos(signals);
  VkCommandBufferSubmitInfo commands{VK_STRUCTURE_TYPE_COMMAND_BUFFER_SUBMIT_INFO};
  commands.commandBuffer = frame.m_commands;
  VkSubmitInfo2 info{VK_STRUCTURE_TYPE_SUBMIT_INFO_2};
  info.waitSemaphoreInfoCount = static_cast<std::uint32_t>(waitInfos.size());
  info.pWaitSemaphoreInfos = waitInfos.data();
  info.commandBufferInfoCount = 1;
  info.pCommandBufferInfos = &commands;
  info.signalSemaphoreInfoCount = static_cast<std::uint32_t>(signalInfos.size());
  info.pSignalSemaphoreInfos = signalInfos.data();
  // A fault that is asked for comes instead of the frame, which is not submitted then.
  check(orFault(FaultAt::submit, VK_SUCCESS), "submitting a frame");
  check(vkQueueSubmit2(m_device->queue(), 1, &info, VK_NULL_HANDLE), "submitting a frame");
  frame.m_kept = std::exchange(m_kept, {});
  m_lastSubmitted = frame.m_number;
}

void Frames::waitForAll() const {
  check(orFault(FaultAt::wait, VK_SUCCESS), "waiting for the last frames");
  if (!m_done.wait(m_lastSubmitted, kPatienceSeconds))
    throw DeviceLost(ExitCode::gpu, m_device->facts().name + " has not finished the last frames");
}

}  // namespace cajal
