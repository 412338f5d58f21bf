#include "engine/vulkan/pipeline.h"

#include "engine/vulkan/check.h"
#include "engine/vulkan/device.h"
#include "engine/vulkan/shader_library.h"

#include <array>

namespace cajal {

namespace {

VkPipelineLayout createLayout(const Device& device, VkDescriptorSetLayout set, std::uint32_t pushBytes,
                              VkShaderStageFlags stages) {
  require(pushBytes <= 128 && pushBytes % 4 == 0, "push constants are at most 128 bytes, in fours");
  const VkPushConstantRange range{stages, 0, pushBytes};
  VkPipelineLayoutCreateInfo info{VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO};
  info.setLayoutCount = 1;
  info.pSetLayouts = &set;
  info.pushConstantRangeCount = pushBytes > 0 ? 1 : 0;
  info.pPushConstantRanges = &range;
  VkPipelineLayout layout = VK_NULL_HANDLE;
  check(vkCreatePipelineLayout(device.handle(), &info, nullptr, &layout), "creating a pipeline layout");
  return layout;
}

OwnedShaderModule createModule(const Device& device, std::string_view shader) {
  const auto words = shaderWords(shader);
  VkShaderModuleCreateInfo info{VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO};
  info.codeSize = words.size_bytes();
  info.pCode = words.data();
  VkShaderModule module = VK_NULL_HANDLE;
  check(vkCreateShaderModule(device.handle(), &info, nullptr, &module),
        fmt::format("reading the shader {}", shader));
  return {device.handle(), module};
}

// Specialisation constants 0, 1, 2, ... Points into itself and into `values`.
struct Specialisation {
  explicit Specialisation(const std::vector<std::uint32_t>& values) {
    for (std::uint32_t i = 0; i < values.size(); ++i)
      entries.push_back({i, i * static_cast<std::uint32_t>(sizeof(std::uint32_t)), sizeof(std::uint32_t)});
    info = {static_cast<std::uint32_t>(entries.size()), entries.data(), values.size() * sizeof(std::uint32_t),
            values.data()};
  }
  Specialisation(const Specialisation&) = delete;
  Specialisation& operator=(const Specialisation&) = delete;

  std::vector<VkSpecializationMapEntry> entries;
  VkSpecializationInfo info{};
};

VkPipelineShaderStageCreateInfo stageOf(VkShaderStageFlagBits stage, VkShaderModule module,
                                        const Specialisation& constants) {
  VkPipelineShaderStageCreateInfo info{VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO};
  info.stage = stage;
  info.module = module;
  info.pName = "main";
  info.pSpecializationInfo = constants.entries.empty() ? nullptr : &constants.info;
  return info;
}

VkPipelineColorBlendAttachmentState blendState(Blend blend) {
  VkPipelineColorBlendAttachmentState state{};
  state.colorWriteMask = VK_COLOR_COMPONENT_R_BIT | VK_COLOR_COMPONENT_G_BIT | VK_COLOR_COMPONENT_B_BIT |
                         VK_COLOR_COMPONENT_A_BIT;
  state.blendEnable = blend != Blend::opaque;
  state.srcColorBlendFactor = blend == Blend::alpha ? VK_BLEND_FACTOR_SRC_ALPHA : VK_BLEND_FACTOR_ONE;
  state.srcAlphaBlendFactor = VK_BLEND_FACTOR_ONE;
  const auto keptOfOld = blend == Blend::additive ? VK_BLEND_FACTOR_ONE : VK_BLEND_FACTOR_ONE_MINUS_SRC_ALPHA;
  state.dstColorBlendFactor = keptOfOld;
  state.dstAlphaBlendFactor = keptOfOld;
  return state;
}

}  // namespace

// ---- what both kinds share

Pipeline::Pipeline(const Device& device, std::vector<VkDescriptorType> bindings, std::uint32_t pushBytes,
                   VkPipelineBindPoint point, VkShaderStageFlags stages)
    : m_point(point),
      m_stages(stages),
      m_pushBytes(pushBytes),
      m_descriptors(device, std::move(bindings), stages),
      m_layout(device.handle(), createLayout(device, m_descriptors.handle(), pushBytes, stages)) {}

void Pipeline::bind(VkCommandBuffer commands) const {
  vkCmdBindPipeline(commands, m_point, m_pipeline.get());
}

void Pipeline::bindings(VkCommandBuffer commands, std::initializer_list<Descriptor> values) const {
  bindings(commands, std::span(values.begin(), values.size()));
}

void Pipeline::bindings(VkCommandBuffer commands, std::span<const Descriptor> values) const {
  m_descriptors.push(commands, m_point, m_layout.get(), values);
}

void Pipeline::pushBytes(VkCommandBuffer commands, const void* bytes, std::size_t size) const {
  require(size == m_pushBytes, "push constants have the size that was declared");
  vkCmdPushConstants(commands, m_layout.get(), m_stages, 0, m_pushBytes, bytes);
}

// ---- compute

ComputePipeline::ComputePipeline(const Device& device, std::string_view shader,
                                 std::vector<VkDescriptorType> bindings, std::uint32_t pushBytes,
                                 const std::vector<std::uint32_t>& constants)
    : Pipeline(device, std::move(bindings), pushBytes, VK_PIPELINE_BIND_POINT_COMPUTE,
               VK_SHADER_STAGE_COMPUTE_BIT) {
  const OwnedShaderModule module = createModule(device, shader);
  const Specialisation specialisation(constants);
  VkComputePipelineCreateInfo info{VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO};
  info.stage = stageOf(VK_SHADER_STAGE_COMPUTE_BIT, module.get(), specialisation);
  info.layout = layout();
  VkPipeline pipeline = VK_NULL_HANDLE;
  check(vkCreateComputePipelines(device.handle(), device.pipelineCache(), 1, &info, nullptr, &pipeline),
        fmt::format("compiling {}", shader));
  m_pipeline = {device.handle(), pipeline};
  device.setName(VK_OBJECT_TYPE_PIPELINE, pipeline, shader);
}

// ---- graphics

// Long, because Vulkan asks for every fixed-function state. It is a plain list in the order of the
// pipeline.
GraphicsPipeline::GraphicsPipeline(const Device& device, const GraphicsPipelineDescription& asked)
    : Pipeline(device, asked.bindings, asked.pushBytes, VK_PIPELINE_BIND_POINT_GRAPHICS,
               VK_SHADER_STAGE_VERTEX_BIT | VK_SHADER_STAGE_FRAGMENT_BIT) {
  const OwnedShaderModule vertex = createModule(device, asked.vertexShader);
  const OwnedShaderModule fragment = createModule(device, asked.fragmentShader);
  const Specialisation constants(asked.constants);
  const std::array stages{stageOf(VK_SHADER_STAGE_VERTEX_BIT, vertex.get(), constants),
                          stageOf(VK_SHADER_STAGE_FRAGMENT_BIT, fragment.get(), constants)};

  const VkPipelineVertexInputStateCreateInfo noVertices{
      VK_STRUCTURE_TYPE_PIPELINE_VERTEX_INPUT_STATE_CREATE_INFO};

  VkPipelineInputAssemblyStateCreateInfo assembly{
      VK_STRUCTURE_TYPE_PIPELINE_INPUT_ASSEMBLY_STATE_CREATE_INFO};
  assembly.topology = asked.topology;

  VkPipelineViewportStateCreateInfo viewport{VK_STRUCTURE_TYPE_PIPELINE_VIEWPORT_STATE_CREATE_INFO};
  viewport.viewportCount = 1;
  viewport.scissorCount = 1;

  VkPipelineRasterizationStateCreateInfo raster{VK_STRUCTURE_TYPE_PIPELINE_RASTERIZATION_STATE_CREATE_INFO};
  raster.polygonMode = VK_POLYGON_MODE_FILL;
  raster.cullMode = VK_CULL_MODE_NONE;
  raster.lineWidth = 1.0F;

  VkPipelineMultisampleStateCreateInfo samples{VK_STRUCTURE_TYPE_PIPELINE_MULTISAMPLE_STATE_CREATE_INFO};
  samples.rasterizationSamples = VK_SAMPLE_COUNT_1_BIT;

  VkPipelineDepthStencilStateCreateInfo depth{VK_STRUCTURE_TYPE_PIPELINE_DEPTH_STENCIL_STATE_CREATE_INFO};
  depth.depthTestEnable = asked.depthTest;
  depth.depthWriteEnable = asked.depthWrite;
  depth.depthCompareOp = VK_COMPARE_OP_LESS_OR_EQUAL;

  const std::vector blends(asked.colourFormats.size(), blendState(asked.blend));
  VkPipelineColorBlendStateCreateInfo blend{VK_STRUCTURE_TYPE_PIPELINE_COLOR_BLEND_STATE_CREATE_INFO};
  blend.attachmentCount = static_cast<std::uint32_t>(blends.size());
  blend.pAttachments = blends.data();

  constexpr std::array kDynamic{VK_DYNAMIC_STATE_VIEWPORT, VK_DYNAMIC_STATE_SCISSOR};
  VkPipelineDynamicStateCreateInfo dynamic{VK_STRUCTURE_TYPE_PIPELINE_DYNAMIC_STATE_CREATE_INFO};
  dynamic.dynamicStateCount = static_cast<std::uint32_t>(kDynamic.size());
  dynamic.pDynamicStates = kDynamic.data();

  VkPipelineRenderingCreateInfo targets{VK_STRUCTURE_TYPE_PIPELINE_RENDERING_CREATE_INFO};
  targets.colorAttachmentCount = static_cast<std::uint32_t>(asked.colourFormats.size());
  targets.pColorAttachmentFormats = asked.colourFormats.data();
  targets.depthAttachmentFormat = asked.depthFormat;

  VkGraphicsPipelineCreateInfo info{VK_STRUCTURE_TYPE_GRAPHICS_PIPELINE_CREATE_INFO, &targets};
  info.stageCount = static_cast<std::uint32_t>(stages.size());
  info.pStages = stages.data();
  info.pVertexInputState = &noVertices;
  info.pInputAssemblyState = &assembly;
  info.pViewportState = &viewport;
  info.pRasterizationState = &raster;
  info.pMultisampleState = &samples;
  info.pDepthStencilState = &depth;
  info.pColorBlendState = &blend;
  info.pDynamicState = &dynamic;
  info.layout = layout();
  VkPipeline pipeline = VK_NULL_HANDLE;
  check(vkCreateGraphicsPipelines(device.handle(), device.pipelineCache(), 1, &info, nullptr, &pipeline),
        fmt::format("compiling {} and {}", asked.vertexShader, asked.fragmentShader));
  m_pipeline = {device.handle(), pipeline};
  device.setName(VK_OBJECT_TYPE_PIPELINE, pipeline, asked.fragmentShader);
}

}  // namespace cajal
