// The borders of planes: each pixel shows as much of a plane as the plane covers of it, with shaders and on
// the host.
#include "tests/engine/render/renderer_fixture.h"

#include <algorithm>
#include <cmath>

namespace cajal::test {
namespace {

constexpr VkExtent2D kSize{64, 48};
constexpr double kSteps =
    3;  // of 255: colours are rounded where they are drawn, and again where they are blended

struct Hung {
  const char* how;
  glm::vec3 origin, across, down;
};

const Hung kHung[] = {
    {"before the eye", {-3, 2, 0}, {6, 0, 0}, {0, -4, 0}},
    {"turned", {-2, 1, 0}, {3, 1.3f, 0}, {1, -2.4f, 0}},
    {"tilted", {-2, 1, 1}, {3, 1, -6}, {0.5f, -2, 3}},
    {"a floor that ends behind the eye", {-3, -1.5f, 14}, {6, 0, 0}, {0, 0.3f, -60}},
    {"seen from behind", {2, 1, 0}, {-4, 0.5f, 0}, {0, -2, -2}},
    {"a sliver", {-2.5f, 0.61f, 0}, {5, -1.1f, 0}, {0, -0.04f, 0.3f}},
    {"nearly edge-on", {-2, 0.04f, 3}, {4, 0, 0}, {0, -0.03f, -8}},
    {"less than a pixel", {0.52f, 0.37f, 0}, {0.07f, 0.02f, 0}, {0, -0.06f, 0}},
    {"a pixel high, and on no pixel's border", {-1.03f, 0.02f, 0}, {2, 0, 0}, {0, -0.15f, 0}},
};

gpu::Plane planeOf(const Hung& hung, gpu::uint value = 0) {
  return {hung.origin, 1, hung.across, 1, hung.down, gpu::kPlaneValues, value, 0, 0, 1.0f, 1, 0};
}

// One plane of the strongest colour.
SmallScene sceneOf(const Hung& hung) {
  SmallScene small = onePlane(1, 1, {1.0f, -1.0f});
  small.planes = {planeOf(hung)};
  return small;
}

// Where the ray through a place of the picture meets the plane, as shares of its sides; and whether before
// the eye.
bool isInside(const SmallScene& small, const glm::dmat4& back, const gpu::Plane& plane, glm::dvec2 pixel) {
  const glm::dvec2 clip = 2.0 * pixel / glm::dvec2(kSize.width, kSize.height) - 1.0;
  const glm::dvec4 far = back * glm::dvec4(clip, 1, 1);
  const glm::dvec3 eye = small.camera.position, ray = glm::dvec3(far) / far.w - eye;
  // origin + u across + v down = eye + t ray
  const glm::dvec3 at = glm::inverse(glm::dmat3(glm::dvec3(plane.across), glm::dvec3(plane.down), -ray)) *
                        (eye - glm::dvec3(plane.origin));
  return at.x >= 0 && at.x <= 1 && at.y >= 0 && at.y <= 1 && at.z > 0;
}

// The share of each pixel that a plane covers, by counting places of it. They are spread so that no line
// passes many at once, whichever way it runs: whole multiples of two numbers, modulo 1.
std::vector<double> countedCover(const SmallScene& small, const gpu::Plane& plane) {
  constexpr int kPlaces = 500;
  const glm::dmat4 back = glm::inverse(glm::dmat4(small.viewProjection(kSize)));
  std::vector<double> shares;
  for (std::uint32_t y = 0; y < kSize.height; ++y) {
    for (std::uint32_t x = 0; x < kSize.width; ++x) {
      int inside = 0;
      for (int i = 0; i < kPlaces; ++i) {
        const glm::dvec2 place = glm::fract((0.5 + i) * glm::dvec2(0.7548776662467, 0.5698402909980));
        inside += isInside(small, back, plane, glm::dvec2(x, y) + place);
      }
      shares.push_back(inside / static_cast<double>(kPlaces));
    }
  }
  return shares;
}

double sumOf(const std::vector<double>& shares) {
  double sum = 0;
  for (const double share : shares) sum += share;
  return sum;
}

class PlaneBorders : public VulkanTest, public testing::WithParamInterface<DrawnBy> {
 protected:
  PlaneBorders() {
    SmallScene empty = sceneOf(kHung[0]), full = sceneOf({"everywhere", {-9, 9, 0}, {18, 0, 0}, {0, -18, 0}});
    empty.planes.clear();
    m_without = drawn(empty);
    m_with = drawn(full);
  }

  Picture drawn(SmallScene& small) { return m_easel.draw(small); }

  // The share of each pixel that has the plane's colour and not the background's.
  std::vector<double> seenCover(SmallScene& small) {
    const Picture seen = drawn(small);
    std::vector<double> shares;
    for (std::size_t i = 0; i < seen.rgba.size(); i += 4) {  // red tells most
      const double none = std::to_integer<int>(m_without.rgba[i]), all = std::to_integer<int>(m_with.rgba[i]);
      shares.push_back((std::to_integer<int>(seen.rgba[i]) - none) / (all - none));
    }
    return shares;
  }

 private:
  Easel m_easel{device(), kSize, GetParam()};
  Picture m_without, m_with;
};

INSTANTIATE_TEST_SUITE_P(Drawn, PlaneBorders, kByBoth, nameOfDrawing);

TEST_P(PlaneBorders, EachPixelShowsAsMuchOfAPlaneAsThePlaneCoversOfIt) {
  for (const Hung& hung : kHung) {
    SmallScene small = sceneOf(hung);
    const std::vector<double> seen = seenCover(small), wanted = countedCover(small, small.planes[0]);
    double largest = 0;
    for (std::size_t i = 0; i < seen.size(); ++i) largest = std::max(largest, std::abs(seen[i] - wanted[i]));
    // Some places of five hundred on the wrong side of a border.
    EXPECT_LT(largest, 0.01 + kSteps / 200) << hung.how;
  }
}

TEST_P(PlaneBorders, AllPixelsTogetherShowAsMuchAsThePlanesAreaInThePicture) {
  for (const Hung& hung : kHung) {
    SmallScene small = sceneOf(hung);
    const double seen = sumOf(seenCover(small)), wanted = sumOf(countedCover(small, small.planes[0]));
    EXPECT_NEAR(seen, wanted, 0.01 * wanted + 0.02) << hung.how;
  }
}

TEST_P(PlaneBorders, APlaneOfLessThanAPixelIsAsBrightWhereverItStands) {
  for (int step = 0; step < 12; ++step) {
    Hung hung{"moving", {0.3f, 0.2f, 0}, {0.1f, 0, 0}, {0, -0.09f, 0}};  // a pixel is 0.15 world units
    hung.origin += glm::vec3(0.023f, 0.017f, 0) * static_cast<float>(step);
    SmallScene small = sceneOf(hung);
    EXPECT_NEAR(sumOf(seenCover(small)), 0.1 * 0.09 / (0.1521 * 0.1521), 0.03) << step;
  }
}

TEST_P(PlaneBorders, BetweenANearPlaneAndAFarOneNothingElseIsSeen) {
  const Hung nearOne = kHung[1], farOne{"behind", {-9, 9, -2}, {18, 0, 0}, {0, -18, 0}};
  for (const bool isNearFirst : {true, false}) {
    SmallScene both = sceneOf(nearOne), behind = sceneOf(farOne);
    both.planes = {planeOf(nearOne), planeOf(farOne, 1)};
    if (!isNearFirst) std::swap(both.planes[0], both.planes[1]);
    behind.planes = {planeOf(farOne, 1)};
    const Picture seen = drawn(both), far = drawn(behind);
    SmallScene alone = sceneOf(nearOne);
    const std::vector<double> share = seenCover(alone);
    const Picture::Color near = seen.at(32, 24);
    for (std::size_t i = 0; i < share.size(); ++i) {
      const Picture::Color here = seen.at(i % kSize.width, i / kSize.width),
                           back = far.at(i % kSize.width, i / kSize.width);
      ASSERT_NEAR(here.red, back.red + share[i] * (near.red - back.red), kSteps) << isNearFirst << ", " << i;
      ASSERT_NEAR(here.blue, back.blue + share[i] * (near.blue - back.blue), kSteps)
          << isNearFirst << ", " << i;
    }
  }
}

TEST_P(PlaneBorders, ASphereBehindABorderIsSeenAsFarAsThePlaneLeavesIt) {
  SmallScene with = sceneOf(kHung[1]), without = sceneOf(kHung[1]), sphere = sceneOf(kHung[1]);
  for (SmallScene* small : {&with, &sphere}) {
    small->activations = {1};
    small->addNode({0, 0, -4}, 3);
  }
  sphere.planes.clear();
  const std::vector<double> share = seenCover(without);
  const Picture seen = drawn(with), plane = drawn(without), behind = drawn(sphere);
  const int inside = plane.at(32, 24).blue;
  int between = 0;
  for (std::size_t i = 0; i < share.size(); ++i) {
    const int here = seen.at(i % kSize.width, i / kSize.width).blue,
              back = behind.at(i % kSize.width, i / kSize.width).blue;
    ASSERT_NEAR(here, back + share[i] * (inside - back), kSteps) << i;
    between += share[i] > 0.2 && share[i] < 0.8;
  }
  EXPECT_GT(between, 30);
}

TEST_P(PlaneBorders, WhereOnePlaneContinuesAnotherThereIsNoSeam) {
  SmallScene whole = sceneOf(kHung[2]), inTwo = sceneOf(kHung[2]);
  gpu::Plane above = inTwo.planes[0], below = above;
  above.down *= 0.7f;
  below.origin += above.down;
  below.down *= 0.3f;
  inTwo.planes = {above, below};
  const std::vector<double> one = seenCover(whole), two = seenCover(inTwo);
  for (std::size_t i = 0; i < one.size(); ++i) ASSERT_NEAR(one[i], two[i], kSteps / 200) << i;
}

TEST_P(PlaneBorders, ABorderThatLiesOnAPixelsBorderIsSharp) {
  SmallScene small = sceneOf(kHung[0]);
  // From pixel (10, 8) to (50, 40), at the distance of the eye where a world unit is so many pixels.
  const float pixels = 24.0f / (10 * std::tan(0.35f));
  small.planes[0].origin = {-22 / pixels, 16 / pixels, 0};
  small.planes[0].across = {40 / pixels, 0, 0};
  small.planes[0].down = {0, -32 / pixels, 0};
  const std::vector<double> seen = seenCover(small);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const std::size_t x = i % kSize.width, y = i / kSize.width;
    ASSERT_NEAR(seen[i], x >= 10 && x < 50 && y >= 8 && y < 40 ? 1 : 0, 1.01 / 200) << x << ", " << y;
  }
}

class PlaneBordersTwice : public VulkanTest {};
TEST_F(PlaneBordersTwice, AreTheSameOnTheHostAndWithShaders) {
  Easel host(device(), kSize, DrawnBy::host), shaders(device(), kSize, DrawnBy::shaders);
  for (const Hung& hung : kHung) {
    SmallScene small = sceneOf(hung);
    const Picture onHost = host.draw(small), withShaders = shaders.draw(small);
    int largest = 0;
    for (std::size_t i = 0; i < onHost.rgba.size(); ++i)
      largest = std::max(largest, std::abs(std::to_integer<int>(onHost.rgba[i]) -
                                           std::to_integer<int>(withShaders.rgba[i])));
    EXPECT_LE(largest, 2) << hung.how;
  }
}

}  // namespace
}  // namespace cajal::test
