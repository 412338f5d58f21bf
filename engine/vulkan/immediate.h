#pragma once
// Work that is done at once and waited for: for start-up and tests, never inside the loop.

#include "engine/vulkan/buffer.h"
#include "engine/vulkan/image.h"
#include "engine/vulkan/vulkan.h"

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace cajal {

// Records, submits, waits.
void runNow(const Device& device, const std::function<void(VkCommandBuffer)>& record);

// Into the start of a buffer that the host cannot reach; it needs usage TRANSFER_DST.
void uploadNow(const Device& device, const Buffer& buffer, std::span<const std::byte> bytes);

template <typename T>
void uploadNow(const Device& device, const Buffer& buffer, std::span<const T> values) {
  uploadNow(device, buffer, std::as_bytes(values));
}

// All of a buffer with usage TRANSFER_SRC.
std::vector<std::byte> downloadNow(const Device& device, const Buffer& buffer);

// All pixels of a colour image with usage TRANSFER_SRC, row after row from the top.
std::vector<std::byte> downloadNow(const Device& device, Image& image);

}  // namespace cajal
