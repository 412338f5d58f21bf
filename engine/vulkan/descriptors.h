#pragma once
// What a shader is given to read and write: buffers and images, in the order of its bindings.
//
// They are pushed into the command buffer (VK_KHR_push_descriptor, there on every driver we know, software
// included), so there are no pools and no sets to keep alive.

#include "engine/vulkan/buffer.h"
#include "engine/vulkan/image.h"
#include "engine/vulkan/vulkan.h"

#include <span>
#include <vector>

namespace cajal {

// The types of bindings that our shaders have.
inline constexpr auto kUniform = VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER;
inline constexpr auto kStorage = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER;
inline constexpr auto kSampled = VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER;
inline constexpr auto kStorageImage = VK_DESCRIPTOR_TYPE_STORAGE_IMAGE;

// One binding's value. Buffers convert by themselves.
struct Descriptor {
  Descriptor(const Buffer& whole) : buffer(wholeOf(whole)) {}  // NOLINT(google-explicit-constructor)
  Descriptor(BufferRange range) : buffer(range) {}             // NOLINT(google-explicit-constructor)
  Descriptor(VkImageView view, VkImageLayout layout, VkSampler sampler) : image{sampler, view, layout} {}

  BufferRange buffer{};
  VkDescriptorImageInfo image{};
};

// An image for imageLoad and imageStore; in layout GENERAL.
Descriptor storageImage(const Image& image);
// An image to look at through a sampler; in layout SHADER_READ_ONLY_OPTIMAL.
Descriptor sampledImage(const Image& image, const Sampler& sampler);

// Set 0 of a pipeline: the type of each binding, from 0 up.
class DescriptorLayout {
 public:
  DescriptorLayout(const Device& device, std::vector<VkDescriptorType> bindings, VkShaderStageFlags stages);

  VkDescriptorSetLayout handle() const { return m_layout.get(); }

  // One value a binding. Throws where a storage range is larger than the device allows (DeviceLimits).
  void push(VkCommandBuffer commands, VkPipelineBindPoint point, VkPipelineLayout pipeline,
            std::span<const Descriptor> values) const;

 private:
  const Device* m_device;
  std::vector<VkDescriptorType> m_bindings;
  OwnedSetLayout m_layout;
};

}  // namespace cajal
