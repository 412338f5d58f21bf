#include "engine/camera/camera.h"

#include "tests/support/rounding.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace cajal {
namespace {

constexpr float kPi = std::numbers::pi_v<float>;
// Sums of a few products of numbers up to 1: sines, cosines and the axes made of them.
constexpr auto kNear = static_cast<float>(test::gammaOf(8));

void expectNear(glm::vec3 is, glm::vec3 wanted, float tolerance = kNear) {
  EXPECT_NEAR(is.x, wanted.x, tolerance);
  EXPECT_NEAR(is.y, wanted.y, tolerance);
  EXPECT_NEAR(is.z, wanted.z, tolerance);
}

glm::vec3 inClipSpace(const Camera& camera, float aspect, glm::vec3 world) {
  const glm::vec4 clip = camera.projection(aspect) * camera.view() * glm::vec4(world, 1.0f);
  return glm::vec3(clip) / clip.w;
}

TEST(Camera, AtRestLooksAlongMinusZWithXToTheRightAndYUp) {
  const Camera camera;
  EXPECT_EQ(camera.forward(), glm::vec3(0, 0, -1));
  EXPECT_EQ(camera.right(), glm::vec3(1, 0, 0));
  EXPECT_EQ(camera.up(), glm::vec3(0, 1, 0));
}

TEST(Camera, YawTurnsToTheLeft) {
  Camera camera;
  camera.yaw = kPi / 2;
  expectNear(camera.forward(), {-1, 0, 0});
}

TEST(Camera, PitchTurnsUp) {
  Camera camera;
  camera.pitch = kPi / 4;
  expectNear(camera.forward(), {0, std::sqrt(0.5f), -std::sqrt(0.5f)});
}

TEST(Camera, AxesStayARightHandedSquareFrame) {
  for (float yaw = -3; yaw < 3; yaw += 0.7f) {
    for (float pitch = -1.5f; pitch < 1.5f; pitch += 0.4f) {
      Camera camera;
      camera.yaw = yaw;
      camera.pitch = pitch;
      expectNear(glm::cross(camera.right(), camera.up()), -camera.forward());
      EXPECT_NEAR(glm::length(camera.up()), 1.0f, kNear);
    }
  }
}

TEST(Camera, ItsViewPutsTheEyeInTheOriginAndTheGazeOnMinusZ) {
  const Camera camera = lookAt({3, 4, 5}, {-2, 1, 0}, 0.7f);
  // The translation is a dot product of lengths up to |position| = √50.
  const float tolerance = 10 * kNear;
  expectNear(glm::vec3(camera.view() * glm::vec4(3, 4, 5, 1)), {0, 0, 0}, tolerance);
  expectNear(glm::vec3(camera.view() * glm::vec4(camera.position + camera.forward(), 1)), {0, 0, -1},
             tolerance);
}

TEST(Camera, ClipSpaceHasXToTheRightAndYDown) {
  const Camera camera;
  EXPECT_GT(inClipSpace(camera, 1, {1, 0, -10}).x, 0);
  EXPECT_LT(inClipSpace(camera, 1, {0, 1, -10}).y, 0);
}

TEST(Camera, DepthIsZeroAtTheNearPlaneAndOneAtTheFar) {
  const Camera camera;
  EXPECT_NEAR(inClipSpace(camera, 1, {0, 0, -kNearPlane}).z, 0, 1e-5);  // near/far is 2.5e-6 itself
  EXPECT_NEAR(inClipSpace(camera, 1, {0, 0, -kFarPlane}).z, 1, 1e-5);
}

TEST(Camera, TheFieldOfViewIsFromBottomToTopWhateverTheAspect) {
  Camera camera;
  camera.fieldOfView = 1.0f;
  const float top = std::tan(0.5f);
  for (const float aspect : {0.5f, 1.0f, 16.0f / 9}) {
    EXPECT_NEAR(inClipSpace(camera, aspect, {0, top, -1}).y, -1, kNear);
    EXPECT_NEAR(inClipSpace(camera, aspect, {aspect * top, 0, -1}).x, 1, kNear);
  }
}

TEST(LookAt, LooksAtItsTarget) {
  for (const glm::vec3 target : {glm::vec3(1, 2, 3), glm::vec3(-7, 0.5f, 2), glm::vec3(0, -3, -9)}) {
    const glm::vec3 position(0.5f, 1, -2);
    const Camera camera = lookAt(position, target, 0.7f);
    EXPECT_EQ(camera.position, position);
    // asin is steep near the poles, but these are at most 60° up: an error of its argument at most doubles.
    expectNear(camera.forward(), glm::normalize(target - position), 4 * kNear);
  }
}

TEST(LookAt, StraightUpStopsShortOfThePoleAndStaysFinite) {
  const Camera camera = lookAt({0, 0, 0}, {0, 5, 0}, 0.7f);
  EXPECT_EQ(camera.pitch, kMostPitch);
  EXPECT_TRUE(std::isfinite(camera.yaw));
  EXPECT_TRUE(std::isfinite(camera.view()[0][0]));
}

TEST(FramePoints, ContainsThemAllInTheMiddleAndIsNoFurtherThanItMustBe) {
  struct Framing {
    Box box;
    glm::vec3 from;
    float aspect;
  };
  for (const auto& [box, from, aspect] :
       {Framing{{{-1, -1, -1}, {1, 1, 1}}, {0, 0, 1}, 1.0f},
        Framing{{{0, -14, -14}, {90, 14, 14}}, {-0.66f, 0.30f, 0.69f}, 16.0f / 9},
        Framing{{{0, -14, -14}, {90, 14, 14}}, {-0.66f, 0.30f, 0.69f}, 0.4f},
        Framing{{{5, 5, 5}, {5.001f, 6, 5.001f}}, {1, 0, 0}, 2.0f},
        Framing{{{-400, -20, -20}, {400, 20, 20}}, {0, 1, 0.1f}, 1.5f}}) {
    SCOPED_TRACE(testing::Message() << "up to x = " << box.high.x << ", aspect " << aspect);
    const Camera camera = framePoints(cornersOf(box), from, aspect, 0.62f, 0.9f);
    glm::vec2 low(1e9f), high(-1e9f);
    for (const glm::vec3& corner : cornersOf(box)) {
      const glm::vec3 clip = inClipSpace(camera, aspect, corner);
      EXPECT_GT(clip.z, 0);
      EXPECT_LT(clip.z, 1);
      low = glm::min(low, glm::vec2(clip));
      high = glm::max(high, glm::vec2(clip));
    }
    // A hundredth of the picture: it is found by trial, and nobody sees the rest.
    EXPECT_NEAR(std::max(high.x - low.x, high.y - low.y), 2 * 0.9f, 0.01f);
    EXPECT_NEAR(low.x, -high.x, 0.01f);
    EXPECT_NEAR(low.y, -high.y, 0.01f);
  }
}

TEST(FramingPoints, OneAloneIsSeenFromSomewhere) {
  const glm::vec3 point(2);
  const Camera camera = framePoints({&point, 1}, {0, 0, 1}, 1, 0.7f, 0.9f);
  EXPECT_TRUE(std::isfinite(camera.position.z));
  EXPECT_GT(camera.position.z, 2);
}

TEST(ProjectToPixels, TheMiddleOfTheViewIsTheMiddleOfThePicture) {
  const Camera camera = lookAt({1, 2, 3}, {4, 2, -1}, 0.7f);
  glm::vec2 pixel;
  ASSERT_TRUE(projectToPixels(camera.projection(2) * camera.view(), {640, 320}, {4, 2, -1}, pixel));
  EXPECT_NEAR(pixel.x, 320, 640 * 4 * kNear);
  EXPECT_NEAR(pixel.y, 160, 640 * 4 * kNear);
}

TEST(ProjectToPixels, WhatIsHigherInTheWorldIsHigherInThePicture) {
  const Camera camera;
  const glm::mat4 viewProjection = camera.projection(1) * camera.view();
  glm::vec2 low, high;
  ASSERT_TRUE(projectToPixels(viewProjection, {100, 100}, {0, -1, -5}, low));
  ASSERT_TRUE(projectToPixels(viewProjection, {100, 100}, {0, 1, -5}, high));
  EXPECT_LT(high.y, low.y);
}

TEST(ProjectToPixels, WhatIsBehindTheEyeHasNoPixel) {
  const Camera camera;
  glm::vec2 pixel;
  EXPECT_FALSE(projectToPixels(camera.projection(1) * camera.view(), {100, 100}, {0, 0, 1}, pixel));
  EXPECT_FALSE(projectToPixels(camera.projection(1) * camera.view(), {100, 100}, {0, 0, 0}, pixel));
}

TEST(Mix, BeginsAtTheOneAndEndsAtTheOther) {
  const Camera a{{1, 2, 3}, 0.2f, -0.3f, 0.5f}, b{{-4, 0, 9}, 1.4f, 0.6f, 0.9f};
  EXPECT_EQ(mix(a, b, 0), a);
  const Camera end = mix(a, b, 1);
  expectNear(end.position, b.position, 9 * kNear);
  expectNear(end.forward(), b.forward(), 2 * kNear);
}

TEST(Mix, TurnsTheShortWay) {
  const Camera a{{}, 3.0f, 0, 0.7f}, b{{}, -3.0f, 0, 0.7f};
  // From 3 to -3 by way of π: half of it looks backwards, not forwards.
  EXPECT_GT(mix(a, b, 0.5f).forward().z, 0.99f);
}

}  // namespace
}  // namespace cajal
