#include "engine/vulkan/immediate.h"

#include "engine/vulkan/check.h"
#include "engine/vulkan/device.h"

namespace cajal {

namespace {

OwnedCommandPool createPool(const Device& device) {
  VkCommandPoolCreateInfo info{VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO};
  info.flags = VK_COMMAND_POOL_CREATE_TRANSIENT_BIT;
  info.queueFamilyIndex = device.queueFamily();
  VkCommandPool pool = VK_NULL_HANDLE;
  check(vkCreateCommandPool(device.handle(), &info, nullptr, &pool), "creating a command pool");
  return {device.handle(), pool};
}

VkCommandBuffer allocateCommands(const Device& device, VkCommandPool pool) {
  VkCommandBufferAllocateInfo info{VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO};
  info.commandPool = pool;
  info.level = VK_COMMAND_BUFFER_LEVEL_PRIMARY;
  info.commandBufferCount = 1;
  VkCommandBuffer commands = VK_NULL_HANDLE;
  check(vkAllocateCommandBuffers(device.handle(), &info, &commands), "allocating a command buffer");
  return commands;
}

void submitAndWait(const Device& device, VkCommandBuffer commands) {
  VkFenceCreateInfo fenceInfo{VK_STRUCTURE_TYPE_FENCE_CREATE_INFO};
  VkFence handle = VK_NULL_HANDLE;
  check(vkCreateFence(device.handle(), &fenceInfo, nullptr, &handle), "creating a fence");
  const OwnedFence fence(device.handle(), handle);
  VkCommandBufferSubmitInfo buffer{VK_STRUCTURE_TYPE_COMMAND_BUFFER_SUBMIT_INFO};
  buffer.commandBuffer = commands;
  VkSubmitInfo2 submit{VK_STRUCTURE_TYPE_SUBMIT_INFO_2};
  submit.commandBufferInfoCount = 1;
  submit.pCommandBufferInfos = &buffer;
  check(vkQueueSubmit2(device.queue(), 1, &submit, handle), "submitting work");
  check(vkWaitForFences(device.handle(), 1, &handle, VK_TRUE, UINT64_MAX), "waiting for submitted work");
}

}  // namespace

void runNow(const Device& device, const std::function<void(VkCommandBuffer)>& record) {
  const OwnedCommandPool pool = createPool(device);
  const VkCommandBuffer commands = allocateCommands(device, pool.get());
  VkCommandBufferBeginInfo begin{VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO};
  begin.flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT;
  check(vkBeginCommandBuffer(commands, &begin), "beginning a command buffer");
  record(commands);
  check(vkEndCommandBuffer(commands), "ending a command buffer");
  submitAndWait(device, commands);
}

void uploadNow(const Device& device, const Buffer& buffer, std::span<const std::byte> bytes) {
  require(bytes.size() <= buffer.size(), "an upload fits its buffer");
  if (bytes.empty()) return;
  const Buffer staging(device, bytes.size(), VK_BUFFER_USAGE_TRANSFER_SRC_BIT, MemoryUse::upload, "upload");
  staging.write(bytes);
  runNow(device, [&](VkCommandBuffer commands) {
    const VkBufferCopy region{0, 0, bytes.size()};
    vkCmdCopyBuffer(commands, staging.handle(), buffer.handle(), 1, &region);
  });
}

std::vector<std::byte> downloadNow(const Device& device, const Buffer& buffer) {
  const Buffer staging(device, buffer.size(), VK_BUFFER_USAGE_TRANSFER_DST_BIT, MemoryUse::readback,
                       "download");
  runNow(device, [&](VkCommandBuffer commands) {
    const VkBufferCopy region{0, 0, buffer.size()};
    vkCmdCopyBuffer(commands, buffer.handle(), staging.handle(), 1, &region);
    memoryBarrier(commands, access::kCopyWrite, access::kHostRead);
  });
  const auto bytes = staging.elements<const std::byte>();
  return {bytes.begin(), bytes.end()};
}

std::vector<std::byte> downloadNow(const Device& device, Image& image) {
  const VkDeviceSize size = bytesPerPixel(image.format()) * image.extent().width * image.extent().height;
  const Buffer staging(device, size, VK_BUFFER_USAGE_TRANSFER_DST_BIT, MemoryUse::readback, "download");
  runNow(device, [&](VkCommandBuffer commands) {
    image.transition(commands, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, access::kCopyRead);
    copyToBuffer(commands, image, staging.handle());
    memoryBarrier(commands, access::kCopyWrite, access::kHostRead);
  });
  const auto bytes = staging.elements<const std::byte>();
  return {bytes.begin(), bytes.end()};
}

}  // namespace cajal
