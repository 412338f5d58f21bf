#pragma once
// Small data that lives for one frame: uniforms, lists that shaders read, a picture that is copied.

#include "engine/vulkan/buffer.h"

#include <span>
#include <type_traits>
#include <vector>

namespace cajal {

// Hands out aligned pieces of host-visible blocks, and takes them all back at once when the frame is over.
// Grows as needed. For uniform and storage bindings, and as the source of copies.
class FrameUpload {
 public:
  FrameUpload(const Device& device, VkDeviceSize firstBlockBytes);

  // A copy of these values, where shaders can read it until the frame is over. Four bytes at least, so that
  // the range of an empty list can still be bound.
  template <typename T>
  BufferRange write(std::span<const T> values) {
    static_assert(std::is_trivially_copyable_v<T>);
    return writeBytes(std::as_bytes(values));
  }
  template <typename T>
  BufferRange write(const std::vector<T>& values) {
    return write(std::span<const T>(values));
  }
  template <typename T>
  BufferRange writeOne(const T& value) {
    return write(std::span<const T>(&value, 1));
  }

  // Room to be filled by the caller before the frame is submitted.
  struct Room {
    BufferRange range;
    std::byte* bytes;
  };
  Room reserve(VkDeviceSize bytes);

  void reset();  // the GPU has read everything

 private:
  BufferRange writeBytes(std::span<const std::byte> bytes);

  const Device* m_device;
  std::vector<Buffer> m_blocks;  // the last one is being filled
  VkDeviceSize m_used = 0;       // bytes of the last block
};

}  // namespace cajal
