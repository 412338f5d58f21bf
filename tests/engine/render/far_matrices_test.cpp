// Matrices that are seen from so far that a pixel covers thousands of elements.
#include "tests/engine/render/renderer_fixture.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cajal::test {
namespace {

constexpr VkExtent2D kSize{64, 48};
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

using Color = Picture::Color;

// Pixels in the colour reserved for what is not finite.
int warnings(const Picture& picture) {
  int count = 0;
  for (std::size_t y = 0; y < picture.extent.height; ++y) {
    for (std::size_t x = 0; x < picture.extent.width; ++x) {
      const Color color = picture.at(x, y);
      count += color.red > 150 && color.blue > 100 && color.green < color.blue / 2;
    }
  }
  return count;
}

// Sixteen million elements before a picture of 3072 pixels.
SmallScene manyElements(float value) {
  constexpr std::uint32_t side = 4096;
  return onePlane(side, side, std::vector<float>(std::size_t{side} * side, value));
}

TEST_P(RendererTest, FromVeryFarOneStrongElementIsSeenWhereTheStrongestIsShown) {
  SmallScene small = manyElements(0.0f);
  const auto bluest = [](const Picture& picture) {
    int most = 0;
    for (std::size_t i = 0; i < picture.rgba.size(); i += 4)
      most = std::max(most, static_cast<int>(picture.rgba[i + 2]) - static_cast<int>(picture.rgba[i]));
    return most;
  };
  for (const std::size_t place :
       {2000u * 4096 + 1234, 0u, 4095u, 4095u * 4096, 4096u * 4096 - 1, 3000u * 4096 + 7}) {
    // A pixel at the border shows it by as much as the matrix covers of that pixel.
    const bool isInside = place == 2000u * 4096 + 1234;
    small.values[place] = -1;
    small.reduction = gpu::kStrongest;
    EXPECT_GT(bluest(draw(small)), isInside ? 100 : 80) << place;
    small.reduction = gpu::kMean;
    EXPECT_LT(bluest(draw(small)), 60) << place << ": one of ten thousand is nothing in the mean";
    small.values[place] = 0;
  }
}

TEST_P(RendererTest, AStrongElementIsSeenAsHighAsItIsWhereOnlyColumnsAreMany) {
  SmallScene small = onePlane(4, 2000, std::vector<float>(4 * 2000, 0.0f));
  small.values[1 * 2000 + 777] = -1;  // a row is six pixels high, fifty columns are one pixel wide
  small.reduction = gpu::kStrongest;
  const Picture picture = draw(small);
  int seen = 0;
  for (std::size_t y = 0; y < kSize.height; ++y) {
    const auto isBlue = [&](std::size_t x) { return picture.at(x, y).blue > picture.at(x, y).red + 100; };
    bool isSeen = false;
    for (std::size_t x = 0; x < kSize.width; ++x) isSeen |= isBlue(x);
    seen += isSeen;
  }
  EXPECT_GE(seen, 6);
  EXPECT_LE(seen, 8);
}

TEST_P(RendererTest, FromVeryFarOneNaNStillWarns) {
  SmallScene small = manyElements(0.1f);
  small.values[2000 * 4096 + 1234] = kNaN;
  for (const gpu::uint reduction : {gpu::kStrongest, gpu::kMean, gpu::kRootMeanSquare}) {
    small.reduction = reduction;
    EXPECT_GE(warnings(draw(small)), 1);
  }
}

TEST_P(RendererTest, FromVeryFarTheMeanOfBothSignsIsNothingAndTheOthersKeepTheirLevel) {
  SmallScene small = manyElements(0.8f), flat = onePlane(1, 1, {0.8f}), nothing = onePlane(1, 1, {0.0f});
  for (std::size_t i = 0; i < small.values.size(); i += 2) small.values[i] = -0.8f;
  const auto strengthOf = [](const Color& color) { return std::max(color.red, color.blue); };
  small.reduction = gpu::kMean;
  EXPECT_NEAR(draw(small).at(32, 24).sum(), draw(nothing).at(32, 24).sum(), 6);
  for (const gpu::uint reduction : {gpu::kStrongest, gpu::kRootMeanSquare}) {
    small.reduction = reduction;
    EXPECT_NEAR(strengthOf(draw(small).at(32, 24)), strengthOf(draw(flat).at(32, 24)), 40);
  }
}

// The host's drawing and the shaders', of the same matrix: both of elements and of blocks, tilted so that
// every size of pixel is there.
class FarMatrices : public VulkanTest {};
TEST_F(FarMatrices, LookTheSameOnTheHostAndWithShaders) {
  constexpr std::uint32_t rows = 900, columns = 700;
  std::vector<float> values(std::size_t{rows} * columns);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] =
        std::sin(static_cast<float>(i % columns) * 0.05f) * std::cos(static_cast<float>(i / columns) * 0.03f);
  SmallScene small = onePlane(rows, columns, values);
  small.planes[0].origin = {-3, -1.5f, 8};
  small.planes[0].down = {0, 0, -60};
  for (const gpu::uint reduction : {gpu::kStrongest, gpu::kMean, gpu::kRootMeanSquare}) {
    small.reduction = reduction;
    const Picture onHost = Easel(device(), {160, 120}, DrawnBy::host).draw(small);
    const Picture withShaders = Easel(device(), {160, 120}, DrawnBy::shaders).draw(small);
    int different = 0;
    for (std::size_t i = 0; i < onHost.rgba.size(); ++i) {
      const int difference = static_cast<int>(onHost.rgba[i]) - static_cast<int>(withShaders.rgba[i]);
      different += std::abs(difference) > 12;
    }
    // Derivatives of a quad's pixels stand beside exact ones: at the threshold some pixels differ by a level.
    EXPECT_LT(different, static_cast<int>(onHost.rgba.size()) / 100) << reduction;
  }
}

}  // namespace
}  // namespace cajal::test
