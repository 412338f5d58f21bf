#pragma once
// Edges alone, without tone and without solid things: the light planes are read back and counted. Every test
// draws with the shaders, and once more on the host.

#include "engine/render/host/host_edges.h"
#include "engine/render/passes/edge_pass.h"
#include "engine/render/renderer.h"
#include "engine/vulkan/frame_upload.h"
#include "engine/vulkan/immediate.h"
#include "shaders/shared/look.h"
#include "tests/support/vulkan/small_scene.h"
#include "tests/support/vulkan/vulkan_test.h"

#include <cstring>
#include <vector>

namespace cajal::test {

inline constexpr VkExtent2D kSize{64, 48};
inline const double kUnit = gpu::kLightUnit;  // what a pixel of full strength adds

// The two planes as the shader left them.
struct Light {
  std::vector<double> positive, negative;  // (height, width)
  double total() const {
    double sum = 0;
    for (std::size_t i = 0; i < positive.size(); ++i) sum += positive[i] + negative[i];
    return sum;
  }
  bool operator==(const Light&) const = default;
};

using Marks = std::vector<bool>;

class EdgePassFixture : public VulkanTest {
 protected:
  explicit EdgePassFixture(DrawnBy drawnBy)
      : m_drawnBy(drawnBy),
        m_pass(device()),
        m_targets(device(), kSize),
        m_cutoffs(device(), 4096, VK_BUFFER_USAGE_STORAGE_BUFFER_BIT, MemoryUse::mapped, "cutoffs"),
        m_ranges(device(), 256, VK_BUFFER_USAGE_STORAGE_BUFFER_BIT, MemoryUse::mapped, "ranges") {
    setRange(1);
  }

  // Light in the mean over all edges, as a share of the strongest: what sampling is in proportion to; and for
  // marks the share of those that are not finite.
  void setRange(float end, float meanLight = 1, float notFinite = 1) {
    for (gpu::Range& each : m_ranges.elements<gpu::Range>()) each = {end, meanLight, notFinite, notFinite};
  }

  // What frame `number` adds, after what was there has leaked: `blend` 1 starts anew.
  Light draw(SmallScene& small, std::uint32_t number = 1, float blend = 1) {
    return m_drawnBy == DrawnBy::host ? drawOnHost(small, number, blend)
                                      : drawWithShaders(small, number, blend);
  }
  Light drawWithShaders(SmallScene& small, std::uint32_t number, float blend) {
    const RenderScene scene = frameOf(small, number, blend);
    FrameUpload upload(device(), 1 << 16);
    const Buffer projected(device(), std::max<VkDeviceSize>(16 * small.nodes.size(), 16),
                           VK_BUFFER_USAGE_STORAGE_BUFFER_BIT, MemoryUse::device, "projected");
    const UploadedScene uploaded = cajal::upload(
        upload, scene, groupFramesOf(scene), {{wholeOf(m_ranges), wholeOf(projected), wholeOf(m_cutoffs)}});
    runNow(device(), [&](VkCommandBuffer commands) { m_pass.draw(commands, uploaded, blend, m_targets); });
    return readLight();
  }
  Light drawOnHost(SmallScene& small, std::uint32_t number, float blend) {
    const RenderScene scene = frameOf(small, number, blend);
    const std::span<const gpu::Range> ranges = m_ranges.elements<gpu::Range>();
    m_host.draw(scene.view, groupFramesOf(scene), {&ranges, 1});
    return lightOf(m_host.light());
  }

  // Which pixels the last frame has marked, (height, width).
  Marks marks() const { return m_drawnBy == DrawnBy::host ? marksOfHost() : marksOfShaders(); }
  Marks marksOfHost() const {
    const std::span<const std::uint32_t> words = m_host.marks().words();
    return words.empty() ? Marks(kSize.width * kSize.height) : marksOf(words);
  }
  Marks marksOfShaders() const {
    const std::vector<std::byte> bytes = downloadNow(device(), m_targets.marks);
    std::vector<std::uint32_t> words(bytes.size() / sizeof(std::uint32_t));
    std::memcpy(words.data(), bytes.data(), bytes.size());
    return marksOf(words);
  }

  // Where a point of the world is in the picture, in pixels.
  static glm::dvec2 pixelOf(const SmallScene& small, glm::vec3 world) {
    const glm::dvec4 clip = glm::dmat4(small.viewProjection(kSize)) * glm::dvec4(world, 1.0);
    return (glm::dvec2(clip) / clip.w * 0.5 + 0.5) * glm::dvec2(kSize.width, kSize.height);
  }

  // Length in pixels of the projected Bézier curve of an edge, by ten thousand chords.
  static double lengthOnScreen(const SmallScene& small, glm::vec3 from, glm::vec3 to, float tangent) {
    const glm::vec3 bend = tangent * glm::vec3(1, 0, 0);
    constexpr int chords = 10'000;
    glm::dvec2 last = pixelOf(small, from);
    double length = 0;
    for (int i = 1; i <= chords; ++i) {
      const double t = static_cast<double>(i) / chords, u = 1 - t;
      const glm::dvec3 point = u * u * u * glm::dvec3(from) + 3 * u * u * t * glm::dvec3(from + bend) +
                               3 * u * t * t * glm::dvec3(to - bend) + t * t * t * glm::dvec3(to);
      const glm::dvec2 pixel = pixelOf(small, glm::vec3(point));
      length += glm::distance(last, pixel);
      last = pixel;
    }
    return length;
  }

 private:
  RenderScene frameOf(SmallScene& small, std::uint32_t number, float blend) const {
    RenderScene scene = small.render(device(), kSize);
    scene.view.viewport = {kSize.width, kSize.height};
    scene.view.frame = number;
    scene.view.blend = blend;
    return scene;
  }
  Light readLight() const {
    const std::vector<std::byte> bytes = downloadNow(device(), m_targets.light);
    std::vector<std::uint32_t> words(2 * kSize.width * kSize.height);
    std::memcpy(words.data(), bytes.data(), words.size() * sizeof(std::uint32_t));
    return lightOf(words);
  }
  static Marks marksOf(std::span<const std::uint32_t> words) {
    Marks marks;
    const std::size_t ofARow = words.size() / kSize.height;
    for (std::size_t y = 0; y < kSize.height; ++y) {
      for (std::size_t bit = gpu::kMarksBefore; bit < gpu::kMarksBefore + kSize.width; ++bit)
        marks.push_back(words[y * ofARow + bit / 32] >> (bit % 32) & 1u);
    }
    return marks;
  }
  static Light lightOf(const std::vector<std::uint32_t>& words) {
    Light light;
    for (std::size_t i = 0; i < words.size(); i += 2) {
      light.positive.push_back(words[i]);
      light.negative.push_back(words[i + 1]);
    }
    return light;
  }

  DrawnBy m_drawnBy;
  EdgePass m_pass;
  HostEdges m_host;
  RenderTargets m_targets;
  Buffer m_cutoffs;
  Buffer m_ranges;
};

class EdgePassTest : public EdgePassFixture, public testing::WithParamInterface<DrawnBy> {
 protected:
  EdgePassTest() : EdgePassFixture(GetParam()) {}
};

}  // namespace cajal::test
