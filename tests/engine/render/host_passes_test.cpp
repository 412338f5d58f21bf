// What shaders draw and what the host draws, held to each other: the same scenes, the same frames.
#include "tests/engine/render/edge_pass_fixture.h"
#include "tests/engine/render/renderer_fixture.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace cajal::test {
namespace {

// Two layers of nodes and all edges between them, seen from the side; with every sign, zeros, and what is no
// number.
SmallScene twoLayers(float samples) {
  SmallScene small;
  small.addUnitRange();
  small.camera = lookAt({-4, 3, 8}, {0, 0, 0}, 0.7f);
  small.activations = {1, 0.5f, -2, 0, 1, 0.3f, 1, 1, 1, -1, 0.2f, 0.7f};
  for (int i = 0; i < 12; ++i)
    small.addNode({-3, 0.4f * static_cast<float>(i) - 2, 0.1f * static_cast<float>(i % 3)});
  for (int i = 0; i < 9; ++i) small.addNode({3, 0.5f * static_cast<float>(i) - 2, 0}, 0.2f, 2);
  SmallScene::bend(small.addBundle(12, 9), 2.5f);
  small.bundles[0].samples = samples;
  for (int i = 0; i < 108; ++i) small.values.push_back(1.4f * std::sin(static_cast<float>(i * i)));
  small.values[7] = std::numeric_limits<float>::quiet_NaN();
  small.values[20] = std::numeric_limits<float>::infinity();
  small.values[21] = -std::numeric_limits<float>::infinity();
  small.values[30] = 0;
  return small;
}

struct Variant {
  const char* name;
  void (*change)(SmallScene&);
};

const Variant kVariants[] = {
    {"Plain", [](SmallScene&) {}},
    {"Gamma", [](SmallScene& s) { s.edges.gamma = 1.7f; }},
    {"Threshold", [](SmallScene& s) { s.edges.threshold = 0.4f; }},
    {"Strength", [](SmallScene& s) { s.edges.strength = 2.5f; }},
    {"Contribution", [](SmallScene& s) { s.bundles[0].firstActivation = 0; }},
    {"Gathered",
     [](SmallScene& s) {
       s.bundles[0].gather = 0.6f, s.bundles[0].leave = {-1, 0.4f, 0, 0.6f};
     }},
    {"Strongest", [](SmallScene& s) { s.bundles[0].most = 3; }},
    {"StrongestOfAll", [](SmallScene& s) { s.bundles[0].most = 50; }},
    {"Wide", [](SmallScene& s) { s.edges.width = 3.5f; }},
    {"DepthCue", [](SmallScene& s) { s.edges.depthCue = 0.8f, s.edges.nearest = 6, s.edges.farthest = 12; }},
    {"Pulses",
     [](SmallScene& s) { s.edges.pulse = 0.9f, s.edges.pulsePlace = 7.3f, s.edges.pulsePeriod = 0.4f; }},
    {"PulsesBackwards",
     [](SmallScene& s) { s.edges.pulse = 0.9f, s.edges.pulsePlace = 7.3f, s.edges.pulsePeriod = -1.2f; }},
    {"PastTheEye",
     [](SmallScene& s) {
       s.camera = lookAt({-1, 0.3f, 0.2f}, {3, 0, 0}, 0.7f);
     }},
    {"Beside",
     [](SmallScene& s) {
       s.camera = lookAt({-4, 3, 8}, {20, 0, 0}, 0.7f);
     }},
    {"Bloom", [](SmallScene& s) { s.tone.bloom = 0.5f; }},
};

// Largest |a - b| of two lists, and how many elements differ.
struct Difference {
  double largest = 0;
  std::size_t elements = 0;
};

template <typename T>
Difference differenceOf(const std::vector<T>& a, const std::vector<T>& b) {
  Difference difference;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double here = std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i]));
    difference.largest = std::max(difference.largest, here);
    difference.elements += here > 0;
  }
  return difference;
}

class HostEdgesTest : public EdgePassFixture, public testing::WithParamInterface<Variant> {
 protected:
  HostEdgesTest() : EdgePassFixture(DrawnBy::shaders) {}

  void expectTheSame(float samples) {
    SmallScene small = twoLayers(samples);
    GetParam().change(small);
    setRange(1, 0.5f);
    for (std::uint32_t frame = 1; frame <= 3; ++frame) {
      const float blend = 1.0f / static_cast<float>(frame);  // later frames leave some light of before
      const Light shaders = drawWithShaders(small, frame, blend), host = drawOnHost(small, frame, blend);
      EXPECT_NEAR(shaders.total(), host.total(), 1e-3 * host.total());
      // GPUs may fuse products into sums, which moves samples across the border of a pixel now and then.
      if (device().facts().type != VK_PHYSICAL_DEVICE_TYPE_CPU) continue;
      EXPECT_EQ(marksOfShaders(), marksOfHost()) << "frame " << frame;
      // Both sides round each sum and product alone, so that the samples are the same ones and fall on the
      // same pixels. Their light comes from powers, which each side computes to some 1e-6 in its own way: one
      // sample of 4096 units in a hundred or so is then rounded to the other whole number.
      for (const Difference& plane :
           {differenceOf(shaders.positive, host.positive), differenceOf(shaders.negative, host.negative)}) {
        EXPECT_LE(plane.largest, 2) << "frame " << frame;
        EXPECT_LE(plane.elements, shaders.positive.size() / 100) << "frame " << frame;
      }
    }
  }
};

std::string nameOfVariant(const testing::TestParamInfo<Variant>& test) {
  return test.param.name;
}

TEST_P(HostEdgesTest, AreTheShadersEdges) {
  for (const float samples : {0.0f, 700.0f}) {
    SCOPED_TRACE(samples > 0 ? "sampled" : "exact");
    expectTheSame(samples);
  }
}

INSTANTIATE_TEST_SUITE_P(Scenes, HostEdgesTest, testing::ValuesIn(kVariants), nameOfVariant);

// Whole pictures: no byte is off by more than two steps of rounding, and hardly any by that: where a sphere
// or a plane is blended, and where the bloom passes through halves in the shaders and through floats on the
// host.
class HostPictureTest : public VulkanTest, public testing::WithParamInterface<Variant> {};

TEST_P(HostPictureTest, IsTheShadersPictureAlsoWhereTheLeftIsCovered) {
  SmallScene small = twoLayers(3000);
  GetParam().change(small);
  for (const VkExtent2D extent : {VkExtent2D{1, 1}, VkExtent2D{7, 90}, VkExtent2D{241, 137}}) {
    for (const std::uint32_t left : {0u, extent.width / 3}) {
      SCOPED_TRACE(fmt::format("{} x {}, {} covered", extent.width, extent.height, left));
      Easel shaders(device(), extent, DrawnBy::shaders), host(device(), extent, DrawnBy::host);
      RenderScene scene = small.render(device(), extent);
      scene.view.left = left;
      scene.coveredColor = {0.11f, 0.21f, 0.31f};
      const Difference difference = differenceOf(shaders.draw(scene, 5).rgba, host.draw(scene, 5).rgba);
      if (device().facts().type != VK_PHYSICAL_DEVICE_TYPE_CPU) continue;
      EXPECT_LE(difference.largest, 2);
      EXPECT_LE(static_cast<double>(difference.elements), 4 + 0.05 * 4 * extent.width * extent.height);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Scenes, HostPictureTest, testing::ValuesIn(kVariants), nameOfVariant);

}  // namespace
}  // namespace cajal::test
