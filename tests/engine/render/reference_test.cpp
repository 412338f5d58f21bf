// Small scenes against their reference pictures.
#include "tests/engine/render/renderer_fixture.h"
#include "tests/support/vulkan/reference_picture.h"

#include <algorithm>
#include <limits>

namespace cajal::test {
namespace {

constexpr VkExtent2D kSize{240, 136};

TEST_P(RendererTest, EdgesLookAsTheyDid) {
  SmallScene small;
  small.addUnitRange();
  small.camera = lookAt({-4, 3, 8}, {0, 0, 0}, 0.7f);
  for (int i = 0; i < 10; ++i)
    small.addNode(
        {i < 5 ? -3 : 3, 1.5f - 0.75f * static_cast<float>(i % 5), 0.3f * static_cast<float>(i % 3)});
  SmallScene::bend(small.addBundle(5, 5), 2.5f);
  for (int i = 0; i < 25; ++i) small.values.push_back(static_cast<float>(i % 7) / 3 - 1);
  small.tone.bloom = 0.25f;
  const Picture picture = Easel(device(), kSize, GetParam()).draw(small, 16);
  EXPECT_TRUE(looksLikeReference("edges", picture.view()));
}

TEST_P(RendererTest, EdgesThatAreNotFiniteLookAsTheyDid) {
  SmallScene small;
  small.addUnitRange();
  small.camera = lookAt({-4, 3, 8}, {0, 0, 0}, 0.7f);
  for (int i = 0; i < 10; ++i)
    small.addNode({i < 5 ? -3 : 3, 1.5f - 0.75f * static_cast<float>(i % 5), 0}, 0.15f);
  SmallScene::bend(small.addBundle(5, 5), 2.5f);
  for (int i = 0; i < 25; ++i) small.values.push_back(static_cast<float>(i % 7) / 3 - 1);
  small.values[3] = small.values[17] = std::numeric_limits<float>::quiet_NaN();
  small.values[10] = std::numeric_limits<float>::infinity();
  small.tone.bloom = 0.25f;
  const Picture picture = Easel(device(), kSize, GetParam()).draw(small, 16);
  EXPECT_TRUE(looksLikeReference("not_finite", picture.view()));
}

TEST_P(RendererTest, PlanesLookAsTheyDid) {
  SmallScene small;
  small.addUnitRange();
  small.camera = lookAt({-3, 2, 9}, {0, 0, 0}, 0.7f);
  for (int i = 0; i < 8 * 12; ++i) small.values.push_back(static_cast<float>(i % 13) / 6 - 1);
  small.activations.clear();
  for (int i = 0; i < 36; ++i) small.activations.push_back(static_cast<float>(i % 6) / 5);
  small.planes = {
      {{-4, 2, 0}, 6, {3.5f, 0, 0}, 6, {0, -3.5f, 0}, gpu::kActivations, 0, 0, 1, 1.0f, 1, 0},
      {{0.5f, 2, 0}, 8, {4, 0, 0}, 12, {0, -3, 1}, gpu::kPlaneValues, 0, 0, 0, 1.0f, 1, 0},
  };
  const Picture picture = Easel(device(), kSize, GetParam()).draw(small, 2);
  EXPECT_TRUE(looksLikeReference("planes", picture.view()));
}

TEST_P(RendererTest, NodesLookAsTheyDid) {
  SmallScene small;
  small.addUnitRange();
  small.activations.clear();
  for (int i = 0; i < 12; ++i) {
    small.activations.push_back(static_cast<float>(i) / 5 - 1);
    small.addNode({1.4f * static_cast<float>(i % 6) - 3.5f, i < 6 ? 0.8f : -0.8f, i % 2}, 0.5f,
                  static_cast<std::uint32_t>(i));
  }
  const Picture picture = Easel(device(), kSize, GetParam()).draw(small, 2);
  EXPECT_TRUE(looksLikeReference("nodes", picture.view()));
}

// ---- the comparison itself ----

class ComparedPictures : public testing::Test {
 protected:
  static constexpr int kWidth = 100, kHeight = 50;
  static PictureView view(const std::vector<std::byte>& rgba) { return {kWidth, kHeight, 4, rgba}; }
  static bool areAlike(const std::vector<std::byte>& a, const std::vector<std::byte>& b) {
    const PictureDifference difference = differenceOf(view(a), view(b));
    return difference.mean <= kMostMean && difference.outliers <= kMostOutliers;
  }
  const std::vector<std::byte> m_plain = std::vector<std::byte>(4 * kWidth * kHeight, std::byte{40});
};

TEST_F(ComparedPictures, AStepOfRoundingEverywhereIsNoDifference) {
  std::vector<std::byte> other = m_plain;
  for (std::byte& byte : other) byte = std::byte{41};
  EXPECT_TRUE(areAlike(m_plain, other));
}

TEST_F(ComparedPictures, AThinLineThatIsMissingIsADifference) {
  std::vector<std::byte> other = m_plain;
  std::fill_n(other.begin() + 4 * kWidth * 25, 4 * 10, std::byte{80});  // ten pixels of five thousand
  EXPECT_FALSE(areAlike(m_plain, other));
}

TEST_F(ComparedPictures, AnotherTintEverywhereIsADifference) {
  std::vector<std::byte> other = m_plain;
  for (std::size_t i = 0; i < other.size(); i += 4) other[i] = std::byte{45};
  EXPECT_FALSE(areAlike(m_plain, other));
}

}  // namespace
}  // namespace cajal::test
