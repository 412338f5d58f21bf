#include "engine/vulkan/frame_upload.h"

#include "engine/vulkan/device.h"

#include <algorithm>
#include <cstring>

namespace cajal {

namespace {

Buffer createBlock(const Device& device, VkDeviceSize bytes) {
  constexpr VkBufferUsageFlags kUses = VK_BUFFER_USAGE_UNIFORM_BUFFER_BIT |
                                       VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_TRANSFER_SRC_BIT;
  return {device, bytes, kUses, MemoryUse::upload, "frame upload"};
}

VkDeviceSize alignUp(VkDeviceSize offset, VkDeviceSize alignment) {
  return (offset + alignment - 1) / alignment * alignment;
}

}  // namespace

FrameUpload::FrameUpload(const Device& device, VkDeviceSize firstBlockBytes) : m_device(&device) {
  m_blocks.push_back(createBlock(device, firstBlockBytes));
}

FrameUpload::Room FrameUpload::reserve(VkDeviceSize bytes) {
  const VkDeviceSize alignment = std::max<VkDeviceSize>(m_device->limits().offsetAlignment, 16);
  bytes = std::max<VkDeviceSize>(bytes, 4);
  VkDeviceSize offset = alignUp(m_used, alignment);
  if (offset + bytes > m_blocks.back().size()) {
    m_blocks.push_back(createBlock(*m_device, std::max(2 * m_blocks.back().size(), bytes)));
    offset = 0;
  }
  m_used = offset + bytes;
  const Buffer& block = m_blocks.back();
  return {partOf(block, offset, bytes), block.mapped() + offset};
}

BufferRange FrameUpload::writeBytes(std::span<const std::byte> bytes) {
  const Room room = reserve(bytes.size());
  if (!bytes.empty()) std::memcpy(room.bytes, bytes.data(), bytes.size());
  return room.range;
}

void FrameUpload::reset() {
  // The last block is the largest: with it alone, a frame like the last one needs at most one more.
  m_blocks.erase(m_blocks.begin(), m_blocks.end() - 1);
  m_used = 0;
}

}  // namespace cajal
