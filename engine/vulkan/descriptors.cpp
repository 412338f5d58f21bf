#include "engine/vulkan/descriptors.h"

#include "engine/vulkan/check.h"
#include "engine/vulkan/device.h"

#include <array>

namespace cajal {

namespace {

constexpr std::size_t kMostBindings = 32;  // what every driver allows to be pushed at once

bool isBuffer(VkDescriptorType type) {
  return type == VK_DESCRIPTOR_TYPE_STORAGE_BUFFER || type == VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER;
}

VkDescriptorSetLayout createLayout(const Device& device, const std::vector<VkDescriptorType>& types,
                                   VkShaderStageFlags stages) {
  require(types.size() <= kMostBindings, "a pipeline has at most 32 bindings");
  std::vector<VkDescriptorSetLayoutBinding> bindings;
  for (std::uint32_t i = 0; i < types.size(); ++i) bindings.push_back({i, types[i], 1, stages, nullptr});
  VkDescriptorSetLayoutCreateInfo info{VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO};
  info.flags = VK_DESCRIPTOR_SET_LAYOUT_CREATE_PUSH_DESCRIPTOR_BIT_KHR;
  info.bindingCount = static_cast<std::uint32_t>(bindings.size());
  info.pBindings = bindings.data();
  VkDescriptorSetLayout layout = VK_NULL_HANDLE;
  check(vkCreateDescriptorSetLayout(device.handle(), &info, nullptr, &layout),
        "creating a descriptor layout");
  return layout;
}

VkDescriptorBufferInfo bufferInfo(const Device& device, VkDescriptorType type, const BufferRange& range) {
  require(range.buffer != VK_NULL_HANDLE && range.bytes > 0,
          "a buffer binding is given a buffer that is not empty");
  if (type == VK_DESCRIPTOR_TYPE_STORAGE_BUFFER && range.bytes > device.limits().storageRange)
    throw Error(ExitCode::gpu,
                fmt::format("{} lets a shader see {} MiB of a buffer at once, and {} MiB are needed; ask "
                            "for a smaller network, or choose another device with --device",
                            device.facts().name, device.limits().storageRange >> 20, range.bytes >> 20));
  return {range.buffer, range.offset, range.bytes};
}

}  // namespace

Descriptor storageImage(const Image& image) {
  return {image.view(), VK_IMAGE_LAYOUT_GENERAL, VK_NULL_HANDLE};
}

Descriptor sampledImage(const Image& image, const Sampler& sampler) {
  return {image.view(), VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL, sampler.handle()};
}

DescriptorLayout::DescriptorLayout(const Device& device, std::vector<VkDescriptorType> bindings,
                                   VkShaderStageFlags stages)
    : m_device(&device),
      m_bindings(std::move(bindings)),
      m_layout(device.handle(), createLayout(device, m_bindings, stages)) {}

void DescriptorLayout::push(VkCommandBuffer commands, VkPipelineBindPoint point, VkPipelineLayout pipeline,
                            std::span<const Descriptor> values) const {
  require(values.size() == m_bindings.size(), "every binding of a pipeline is given a value");
  if (values.empty()) return;
  std::array<VkDescriptorBufferInfo, kMostBindings> buffers{};
  std::array<VkWriteDescriptorSet, kMostBindings> writes{};
  for (std::uint32_t i = 0; i < values.size(); ++i) {
    VkWriteDescriptorSet& write = writes[i];
    write.sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET;
    write.dstBinding = i;
    write.descriptorCount = 1;
    write.descriptorType = m_bindings[i];
    if (isBuffer(m_bindings[i])) {
      buffers[i] = bufferInfo(*m_device, m_bindings[i], values[i].buffer);
      write.pBufferInfo = &buffers[i];
    } else {
      write.pImageInfo = &values[i].image;
    }
  }
  m_device->functions().pushDescriptorSet(commands, point, pipeline, 0,
                                          static_cast<std::uint32_t>(values.size()), writes.data());
}

}  // namespace cajal
