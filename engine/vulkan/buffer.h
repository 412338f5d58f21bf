#pragma once
// A buffer and its memory.

#include "engine/vulkan/memory.h"
#include "engine/vulkan/owned.h"
#include "engine/vulkan/vulkan.h"

#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

namespace cajal {

// Owner of one buffer with an allocation of its own. What the GPU may still use must outlive its frame:
// Frames::keep().
class Buffer {
 public:
  Buffer(const Device& device, VkDeviceSize bytes, VkBufferUsageFlags usage, MemoryUse use,
         std::string_view name);

  VkBuffer handle() const { return m_buffer.get(); }
  VkDeviceSize size() const { return m_size; }                     // bytes asked for
  VkDeviceSize allocationSize() const { return m_memory.size(); }  // bytes that an importer must name
  int exportFd() const { return m_memory.exportFd(); }             // MemoryUse::shared; the caller's to close
  std::byte* mapped() const { return m_memory.mapped(); }          // null for device and shared

  // The mapped bytes as elements: as many as fit.
  template <typename T>
  std::span<T> elements() const {
    return {reinterpret_cast<T*>(mapped()), static_cast<std::size_t>(m_size / sizeof(T))};
  }

  // Copies into mapped memory, `offset` bytes from the start.
  template <typename T>
  void write(std::span<const T> values, VkDeviceSize offset = 0) const {
    static_assert(std::is_trivially_copyable_v<T>);
    writeBytes(std::as_bytes(values), offset);
  }

 private:
  void writeBytes(std::span<const std::byte> bytes, VkDeviceSize offset) const;

  VkDeviceSize m_size;
  Memory m_memory;  // goes after what lies in it
  OwnedBuffer m_buffer;
};

// Part of a buffer: what a shader is given, or what a copy reads.
struct BufferRange {
  VkBuffer buffer = VK_NULL_HANDLE;
  VkDeviceSize offset = 0;  // bytes
  VkDeviceSize bytes = 0;
  const std::byte* host = nullptr;  // where the host finds it; null where it cannot
};

BufferRange wholeOf(const Buffer& buffer);
BufferRange partOf(const Buffer& buffer, VkDeviceSize offset, VkDeviceSize bytes);

// What the host reads where a shader would: as many elements as fit, none where the host cannot.
template <typename T>
std::span<const T> hostElements(const BufferRange& range) {
  const std::size_t count = range.host ? static_cast<std::size_t>(range.bytes / sizeof(T)) : 0;
  return {reinterpret_cast<const T*>(range.host), count};
}

}  // namespace cajal
