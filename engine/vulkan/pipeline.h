#pragma once
// Compute and graphics pipelines, made from a shader's file name and the list of its bindings.

#include "engine/vulkan/descriptors.h"
#include "engine/vulkan/owned.h"
#include "engine/vulkan/vulkan.h"

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <type_traits>
#include <vector>

namespace cajal {

// What both kinds share. Use: bind(), bindings(), push(), then vkCmdDispatch or vkCmdDraw.
class Pipeline {
 public:
  VkPipeline handle() const { return m_pipeline.get(); }
  VkPipelineLayout layout() const { return m_layout.get(); }

  void bind(VkCommandBuffer commands) const;
  // The values of binding 0, 1, 2, ...
  void bindings(VkCommandBuffer commands, std::initializer_list<Descriptor> values) const;
  void bindings(VkCommandBuffer commands, std::span<const Descriptor> values) const;
  // Push constants: one struct from shaders/shared/, as large as was declared.
  template <typename T>
  void push(VkCommandBuffer commands, const T& constants) const {
    static_assert(std::is_trivially_copyable_v<T>);
    pushBytes(commands, &constants, sizeof(T));
  }

 protected:
  Pipeline(const Device& device, std::vector<VkDescriptorType> bindings, std::uint32_t pushBytes,
           VkPipelineBindPoint point, VkShaderStageFlags stages);

  OwnedPipeline m_pipeline;

 private:
  void pushBytes(VkCommandBuffer commands, const void* bytes, std::size_t size) const;

  VkPipelineBindPoint m_point;
  VkShaderStageFlags m_stages;
  std::uint32_t m_pushBytes;
  DescriptorLayout m_descriptors;
  OwnedPipelineLayout m_layout;
};

class ComputePipeline : public Pipeline {
 public:
  // `constants` are the shader's specialisation constants 0, 1, 2, ... (32 bits each).
  ComputePipeline(const Device& device, std::string_view shader, std::vector<VkDescriptorType> bindings,
                  std::uint32_t pushBytes, const std::vector<std::uint32_t>& constants = {});
};

enum class Blend {
  opaque,         // the new colour
  alpha,          // new × α + old × (1 − α)
  premultiplied,  // new + old × (1 − α)
  additive,       // new + old
};

// For dynamic rendering. Vertices come from buffers that the vertex shader reads by gl_VertexIndex and
// gl_InstanceIndex; viewport and scissor are set by beginRendering(). Both sides of a face are drawn.
struct GraphicsPipelineDescription {
  std::string_view vertexShader;
  std::string_view fragmentShader;
  std::vector<VkDescriptorType> bindings{};
  std::uint32_t pushBytes = 0;
  std::vector<VkFormat> colourFormats{};
  VkFormat depthFormat = VK_FORMAT_UNDEFINED;  // undefined: no depth
  Blend blend = Blend::opaque;
  bool depthTest = false;  // nearer than what is there, or as near
  bool depthWrite = false;
  VkPrimitiveTopology topology = VK_PRIMITIVE_TOPOLOGY_TRIANGLE_LIST;
  std::vector<std::uint32_t> constants{};  // specialisation constants 0, 1, 2, ... of both shaders
};

class GraphicsPipeline : public Pipeline {
 public:
  GraphicsPipeline(const Device& device, const GraphicsPipelineDescription& description);
};

// Workgroups that cover `items` with `groupSize` each.
constexpr std::uint32_t groupsFor(std::uint64_t items, std::uint32_t groupSize) {
  return static_cast<std::uint32_t>((items + groupSize - 1) / groupSize);
}

}  // namespace cajal
