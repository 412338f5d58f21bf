#include "engine/render/passes/tone_pass.h"

#include "engine/vulkan/barrier.h"

namespace cajal {
namespace {

constexpr std::uint32_t kGroupSide = 8;  // local_size_x and _y of fold, blur and compose

struct BlurConstants {
  std::int32_t x, y;  // the direction
};

void dispatchOver(VkCommandBuffer commands, VkExtent2D extent) {
  vkCmdDispatch(commands, groupsFor(extent.width, kGroupSide), groupsFor(extent.height, kGroupSide), 1);
}

}  // namespace

TonePass::TonePass(const Device& device)
    : m_nearest(device, VK_FILTER_NEAREST),
      m_fold(device, "fold.comp", {kUniform, kUniform, kStorage, kStorage, kStorageImage}, 0),
      m_expose(device, "expose.comp", {kUniform, kStorage}, 0),
      m_blur(device, "blur.comp", {kStorageImage, kStorageImage}, sizeof(BlurConstants)),
      m_compose(device, "compose.comp",
                {kUniform, kUniform, kStorage, kStorage, kSampled, kStorageImage, kStorage}, 0) {}

void TonePass::expose(VkCommandBuffer commands, const UploadedScene& scene, const Buffer& exposure,
                      RenderTargets& targets) const {
  fold(commands, scene, exposure, targets);
  memoryBarrier(commands, access::kComputeReadWrite, access::kComputeReadWrite);
  m_expose.bind(commands);
  m_expose.bindings(commands, {scene.tone, exposure});
  vkCmdDispatch(commands, 1, 1, 1);

  blur(commands, targets.small, targets.smallOther, 1, 0);
  blur(commands, targets.smallOther, targets.small, 0, 1);
  targets.small.transition(commands, VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL, access::kComputeRead);
  memoryBarrier(commands, access::kComputeReadWrite, access::kComputeRead);
}

void TonePass::compose(VkCommandBuffer commands, const UploadedScene& scene, const Buffer& exposure,
                       const RenderTargets& targets, Image& picture) const {
  picture.transition(commands, VK_IMAGE_LAYOUT_GENERAL, access::kComputeWrite, Contents::discard);
  m_compose.bind(commands);
  m_compose.bindings(commands,
                     {scene.view, scene.tone, targets.light, exposure, sampledImage(targets.small, m_nearest),
                      storageImage(picture), targets.marks});
  // A row of runs of eight pixels is half a run longer at each end (shaders/compose.comp).
  dispatchOver(commands, {targets.extent.width / 8 + 2, targets.extent.height});
}

void TonePass::fold(VkCommandBuffer commands, const UploadedScene& scene, const Buffer& exposure,
                    RenderTargets& targets) const {
  targets.small.transition(commands, VK_IMAGE_LAYOUT_GENERAL, access::kComputeWrite, Contents::discard);
  m_fold.bind(commands);
  m_fold.bindings(commands, {scene.view, scene.tone, targets.light, exposure, storageImage(targets.small)});
  dispatchOver(commands, targets.small.extent());
}

void TonePass::blur(VkCommandBuffer commands, Image& source, Image& target, int x, int y) const {
  source.transition(commands, VK_IMAGE_LAYOUT_GENERAL, access::kComputeRead);
  target.transition(commands, VK_IMAGE_LAYOUT_GENERAL, access::kComputeWrite, Contents::discard);
  m_blur.bind(commands);
  m_blur.bindings(commands, {storageImage(source), storageImage(target)});
  m_blur.push(commands, BlurConstants{x, y});
  dispatchOver(commands, target.extent());
}

}  // namespace cajal
