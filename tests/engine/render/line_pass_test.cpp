#include "engine/render/passes/line_pass.h"

#include "engine/vulkan/frame_upload.h"
#include "engine/vulkan/immediate.h"
#include "tests/support/vulkan/small_scene.h"
#include "tests/support/vulkan/vulkan_test.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace cajal::test {
namespace {

constexpr VkExtent2D kSize{64, 48};

// Bytes of light of each sign, over the picture.
struct LineLight {
  std::vector<int> positive, negative;  // (height, width)
  static int sum(const std::vector<int>& plane) { return std::accumulate(plane.begin(), plane.end(), 0); }
};

class LinePassTest : public VulkanTest {
 protected:
  LineLight draw(SmallScene& small, std::uint32_t chords) const {
    RenderScene scene = small.render(device(), kSize);
    FrameUpload upload(device(), 1 << 16);
    std::vector<glm::vec4> clip;
    for (const gpu::Node& node : small.nodes)
      clip.push_back(scene.view.viewProjection * glm::vec4(node.position, 1.0f));
    const Buffer projected = mapped(16 * clip.size()), ranges = mapped(sizeof(gpu::Range));
    projected.write(std::span<const glm::vec4>(clip));
    ranges.elements<gpu::Range>()[0] = {1, 1, 0, 1};
    Image target(device(), kSize, VK_FORMAT_R8G8B8A8_UNORM,
                 VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT,
                 VK_IMAGE_ASPECT_COLOR_BIT, "lines");
    const LinePass lines(device(), target.format(), chords);
    const UploadedScene uploaded =
        cajal::upload(upload, scene, groupFramesOf(scene), {{wholeOf(ranges), wholeOf(projected), {}}});
    runNow(device(), [&](VkCommandBuffer commands) { lines.draw(commands, uploaded, target); });
    LineLight light;
    const std::vector<std::byte> bytes = downloadNow(device(), target);
    for (std::size_t i = 0; i < bytes.size(); i += 4) {
      light.positive.push_back(static_cast<int>(bytes[i]));
      light.negative.push_back(static_cast<int>(bytes[i + 1]));
    }
    return light;
  }

 private:
  Buffer mapped(VkDeviceSize bytes) const {
    return {device(), bytes, VK_BUFFER_USAGE_STORAGE_BUFFER_BIT, MemoryUse::mapped, "small"};
  }
};

TEST_F(LinePassTest, AnEdgeIsALineOfItsLightFromNodeToNode) {
  SmallScene small = edgesAcross({0.6f});  // gamma is 1: 153 of 255 a pixel
  glm::vec2 from, to;
  projectToPixels(small.viewProjection(kSize), {kSize.width, kSize.height}, {-3, 0, 0}, from);
  projectToPixels(small.viewProjection(kSize), {kSize.width, kSize.height}, {3, 0, 0}, to);
  for (const std::uint32_t chords : {1u, 16u}) {
    const LineLight light = draw(small, chords);
    EXPECT_EQ(LineLight::sum(light.negative), 0);
    EXPECT_NEAR(LineLight::sum(light.positive), 153 * (to.x - from.x),
                2 * 153);  // an end each may be rounded
  }
}

TEST_F(LinePassTest, EdgesThatCrossAddUpAndSignsStayApart) {
  SmallScene small = edgesAcross({0.4f, 0.2f, -0.2f});
  const LineLight light = draw(small, 1);
  EXPECT_EQ(*std::max_element(light.positive.begin(), light.positive.end()), 153);
  EXPECT_EQ(*std::max_element(light.negative.begin(), light.negative.end()), 51);
}

TEST_F(LinePassTest, WhatEdgePassLeavesOutIsNotDrawnEither) {
  for (const float value : {0.0f, 0.1f, std::numeric_limits<float>::quiet_NaN()}) {
    SmallScene small = edgesAcross({value});
    small.edges.threshold = 0.2f;
    EXPECT_EQ(LineLight::sum(draw(small, 1).positive), 0) << value;
  }
}

}  // namespace
}  // namespace cajal::test
