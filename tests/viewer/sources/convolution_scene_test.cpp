// A convolution as things to draw: its edges, its kernels, and what they look like.
#include "tests/viewer/sources/small_network.h"

#include "tests/engine/render/renderer_fixture.h"
#include "tests/support/vulkan/reference_picture.h"

namespace cajal::test {
namespace {

class ConvolutionScene : public VulkanTest {
 protected:
  RenderGroup group(const ViewSettings& settings) const {
    return m_small.scene().group(m_small.publication(), settings);
  }
  const SmallNetwork m_small{device(), 6, 6, parseNetwork("6x6-conv3k3p1-conv4k3-5")};
};

TEST_F(ConvolutionScene, EveryWeightIsAnEdge) {
  const ViewSettings settings;
  EXPECT_EQ(m_small.scene().account(settings).shown, m_small.scene().account(settings).total);
  EXPECT_TRUE(m_small.scene().account(settings).areOfOnePlace);
  std::size_t edges = 0;
  for (const gpu::EdgeBundle& bundle : group(settings).bundles)
    edges += std::size_t{bundle.sources} * bundle.targets;
  EXPECT_EQ(edges, 3U * 9 + 4 * 27 + 5 * 64);
}

TEST_F(ConvolutionScene, APlaceAtTheBorderHasNoEdgesToWhatIsBesideTheImage) {
  ViewSettings settings;
  settings.selected = NeuronPlace{1, 0};
  // A corner of the image reads 2 × 2 of 3 × 3; four places of the second convolution could read it, one
  // does.
  EXPECT_EQ(m_small.scene().account(settings).shown, 4U + 4);
  EXPECT_FALSE(m_small.scene().account(settings).areOfOnePlace);
}

// Every matrix has the same share of the samples, also where its edges are many bundles.
TEST_F(ConvolutionScene, SharesTheSamplesByMatrix) {
  ViewSettings settings;
  settings.samplesPerFrame = 3000;
  settings.selected = NeuronPlace{1, 3 * (2 * 6 + 2)};  // nine places of the next read it
  const RenderGroup drawn = group(settings);
  ASSERT_EQ(drawn.bundles.size(), 1U + 9);
  EXPECT_NEAR(drawn.bundles[0].samples, 1500, 1e-2);
  float rest = 0;
  for (std::size_t i = 1; i < drawn.bundles.size(); ++i) rest += drawn.bundles[i].samples;
  EXPECT_NEAR(rest, 1500, 1e-2);
}

// The range of contributions is that of the place that is shown (how it is measured: range_pass_test.cpp).
TEST_F(ConvolutionScene, AsksForTheRangeOfTheContributionsThatItShows) {
  ViewSettings settings;
  settings.quantity = Quantity::contribution;
  RenderGroup drawn = group(settings);
  const gpu::RangeRequest& request = drawn.ranges[drawn.bundles[1].range];
  const gpu::EdgeBundle& bundle = drawn.bundles[1];
  EXPECT_EQ(request.columns, bundle.sources);
  EXPECT_EQ(request.rows, bundle.targets);
  EXPECT_EQ(request.stride, bundle.stride);
  EXPECT_EQ(request.firstValue, bundle.firstValue);
  EXPECT_EQ(request.firstActivation, bundle.firstActivation);
  EXPECT_EQ(request.window.nextRow, bundle.window.nextRow);
}

TEST_F(ConvolutionScene, HangsAPictureForEveryKernel) {
  ViewSettings settings;
  settings.quantity = Quantity::weight;
  const RenderGroup drawn = group(settings);
  // The input, three and four maps; three kernels and twelve; one matrix.
  ASSERT_EQ(drawn.planes.size(), 1U + 3 + 4 + 3 + 12 + 1);
  const gpu::Plane& last = drawn.planes[drawn.planes.size() - 2];  // of output 3, input 2
  EXPECT_EQ(last.firstValue, m_small.tensor("layer2.weight").offset + 3 * 27 + 2);
  EXPECT_EQ((std::vector{last.rows, last.columns, last.stride}), (std::vector<gpu::uint>{3, 3, 3}));
}

TEST_F(ConvolutionScene, LooksAsItDid) {
  EXPECT_TRUE(looksLikeReference("convolution", m_small.draw(device(), m_small.scene().layout()).view()));
}

}  // namespace
}  // namespace cajal::test
