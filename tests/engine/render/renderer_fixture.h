#pragma once
// Whole frames, as the program draws them, without training and without panels.

#include "engine/capture/png.h"
#include "engine/render/renderer.h"
#include "engine/vulkan/immediate.h"
#include "tests/support/vulkan/small_scene.h"
#include "tests/support/vulkan/vulkan_test.h"

#include <cmath>
#include <vector>

namespace cajal::test {

// A finished picture on the host.
struct Picture {
  VkExtent2D extent{};
  std::vector<std::byte> rgba;

  struct Color {
    int red = 0, green = 0, blue = 0, alpha = 0;
    int sum() const { return red + green + blue; }
  };
  Color at(std::size_t x, std::size_t y) const {
    const std::byte* const pixel = rgba.data() + 4 * (y * extent.width + x);
    return {static_cast<int>(pixel[0]), static_cast<int>(pixel[1]), static_cast<int>(pixel[2]),
            static_cast<int>(pixel[3])};
  }
  Color at(glm::vec2 pixel) const {
    return at(static_cast<std::size_t>(pixel.x), static_cast<std::size_t>(pixel.y));
  }
  PictureView view() const {
    return {static_cast<int>(extent.width), static_cast<int>(extent.height), 4, rgba};
  }
};

// Frames, timer and renderer of one size, freshly made.
class Easel {
 public:
  Easel(const Device& device, VkExtent2D extent, DrawnBy drawnBy = DrawnBy::theFaster)
      : m_device(device),
        m_frames(device),
        m_timer(device, m_frames.inFlight()),
        m_renderer(device, m_frames, extent, drawnBy) {}

  Renderer& renderer() { return m_renderer; }

  // So many frames of the scene, and the last of them.
  Picture draw(SmallScene& small, int frames = 1) {
    RenderScene scene = small.render(m_device, m_renderer.extent());
    return draw(scene, frames);
  }
  Picture draw(RenderScene& scene, int frames = 1) {
    for (int i = 0; i < frames; ++i) {
      Frame& frame = m_frames.begin();
      m_timer.beginFrame(frame);
      m_renderer.draw(frame, m_timer, scene);
      m_frames.submit();
    }
    m_frames.waitForAll();
    return {m_renderer.extent(), downloadNow(m_device, m_renderer.picture())};
  }

 private:
  const Device& m_device;
  Frames m_frames;
  GpuTimer m_timer;
  Renderer m_renderer;
};

// Every test draws with the shaders, and once more on the host.
class RendererTest : public VulkanTest, public testing::WithParamInterface<DrawnBy> {
 protected:
  Picture draw(SmallScene& small, VkExtent2D extent = {64, 48}, int frames = 1) const {
    return Easel(device(), extent, GetParam()).draw(small, frames);
  }

  // The pixel that shows a point of the world.
  static glm::vec2 pixelOf(const SmallScene& small, VkExtent2D extent, glm::vec3 world) {
    glm::vec2 pixel(-1);
    EXPECT_TRUE(projectToPixels(small.viewProjection(extent), {extent.width, extent.height}, world, pixel));
    return pixel;
  }
};

// A sphere in the middle of the picture, of this activation.
inline SmallScene oneNode(float activation) {
  SmallScene small;
  small.addUnitRange();
  small.activations = {activation};
  small.addNode({0, 0, 0}, 1);
  return small;
}

// A matrix across the middle of the picture: its rows from the top, its columns from the left.
inline SmallScene onePlane(std::uint32_t rows, std::uint32_t columns, std::vector<float> values) {
  SmallScene small;
  small.addUnitRange();
  small.values = std::move(values);
  small.planes = {{{-3, 2, 0}, rows, {6, 0, 0}, columns, {0, -4, 0}, gpu::kPlaneValues, 0, 0, 0, 1.0f, 1, 0}};
  return small;
}

}  // namespace cajal::test
