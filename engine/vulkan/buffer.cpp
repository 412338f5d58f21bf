#include "engine/vulkan/buffer.h"

#include "engine/vulkan/check.h"
#include "engine/vulkan/device.h"

namespace cajal {

namespace {

VkBuffer createBuffer(const Device& device, VkDeviceSize bytes, VkBufferUsageFlags usage, MemoryUse use,
                      std::string_view name) {
  require(bytes > 0, "a buffer holds at least one byte");
  if (bytes > device.limits().bufferBytes)
    throw OutOfDeviceMemory(
        ExitCode::gpu,
        fmt::format("{} needs {:.2f} GiB in one buffer, and {} allows {:.2f} GiB; ask for a smaller "
                    "network, or choose another device with --device",
                    name, static_cast<double>(bytes) / (1 << 30), device.facts().name,
                    static_cast<double>(device.limits().bufferBytes) / (1 << 30)));
  if (use == MemoryUse::shared && !device.can().exportsMemory)
    throw Error(ExitCode::gpu, fmt::format("{} cannot share the memory of {}", device.facts().name, name));
  VkExternalMemoryBufferCreateInfo external{VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_BUFFER_CREATE_INFO};
  external.handleTypes = VK_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD_BIT;
  VkBufferCreateInfo info{VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO};
  info.pNext = use == MemoryUse::shared ? &external : nullptr;
  info.size = bytes;
  info.usage = usage;
  VkBuffer buffer = VK_NULL_HANDLE;
  check(vkCreateBuffer(device.handle(), &info, nullptr, &buffer),
        fmt::format("creating the buffer {}", name));
  device.setName(VK_OBJECT_TYPE_BUFFER, buffer, name);
  return buffer;
}

MemoryRequest memoryFor(const Device& device, VkBuffer buffer, MemoryUse use, std::string_view name) {
  MemoryRequest request;
  vkGetBufferMemoryRequirements(device.handle(), buffer, &request.requirements);
  request.use = use;
  request.buffer = buffer;
  request.name = name;
  return request;
}

}  // namespace

Buffer::Buffer(const Device& device, VkDeviceSize bytes, VkBufferUsageFlags usage, MemoryUse use,
               std::string_view name)
    : m_size(bytes), m_buffer(device.handle(), createBuffer(device, bytes, usage, use, name)) {
  m_memory = Memory(device, memoryFor(device, m_buffer.get(), use, name));
  check(vkBindBufferMemory(device.handle(), m_buffer.get(), m_memory.handle(), 0),
        fmt::format("giving {} its memory", name));
}

void Buffer::writeBytes(std::span<const std::byte> bytes, VkDeviceSize offset) const {
  require(mapped() != nullptr, "only mapped buffers are written by the host");
  require(offset <= m_size && bytes.size() <= m_size - offset, "a write ends within its buffer");
  if (!bytes.empty()) std::memcpy(mapped() + offset, bytes.data(), bytes.size());
}

BufferRange wholeOf(const Buffer& buffer) {
  return {buffer.handle(), 0, buffer.size(), buffer.mapped()};
}

BufferRange partOf(const Buffer& buffer, VkDeviceSize offset, VkDeviceSize bytes) {
  require(offset <= buffer.size() && bytes <= buffer.size() - offset, "a range ends within its buffer");
  return {buffer.handle(), offset, bytes, buffer.mapped() ? buffer.mapped() + offset : nullptr};
}

}  // namespace cajal
