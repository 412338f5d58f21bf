#include "engine/camera/flight.h"

#include "tests/support/rounding.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

namespace cajal {
namespace {

constexpr int kParts = 20;  // of 0.2 s

FlightControls thrust(glm::vec3 direction, bool fast = false) {
  FlightControls controls;
  controls.thrust = direction;
  controls.fast = fast;
  return controls;
}

FlightControls look(float x, float y) {
  FlightControls controls;
  controls.look = {x, y};
  return controls;
}

FlightControls wheel(float notches) {
  FlightControls controls;
  controls.wheel = notches;
  return controls;
}

// The same motion in one frame of 0.2 s and in twenty of 0.01 s ends in the same place. Each of the twenty
// frames makes some 16 roundings (exponential, products, sums) of lengths up to `reach`.
void expectSameInParts(const Flight& start, const FlightControls& controls, float reach) {
  Flight whole = start, parts = start;
  whole.update(controls, 0.2);
  for (int part = 0; part < kParts; ++part) parts.update(controls, 0.2 / kParts);
  const float tolerance = reach * static_cast<float>(test::gammaOf(16 * kParts));
  EXPECT_LT(glm::distance(whole.camera().position, parts.camera().position), tolerance);
  EXPECT_LT(glm::distance(whole.camera().forward(), parts.camera().forward()), tolerance);
}

TEST(Flight, DoesNotDependOnHowTimeIsCutIntoFrames) {
  Flight flight(lookAt({0, 0, 0}, {1, 2, -3}, 0.7f));
  for (const glm::vec3 direction : {glm::vec3(1, 0, 0), glm::vec3(0, 1, 0), glm::vec3(0, 0, 1)})
    expectSameInParts(flight, thrust(direction, true), 24);  // 4 · 30 units a second
}

TEST(Flight, SlowsDownTheSameHoweverTimeIsCutIntoFrames) {
  Flight flight{Camera{}};
  flight.update(thrust({0, 0, 1}), 0.25);
  expectSameInParts(flight, {}, 30);
}

TEST(Flight, GlidesTheSameHoweverTimeIsCutIntoFrames) {
  Flight flight{Camera{}};
  flight.glideTo(lookAt({10, 20, 30}, {0, 0, 0}, 0.7f));
  expectSameInParts(flight, {}, 40);
}

TEST(Flight, OrbitsTheSameHoweverTimeIsCutIntoFrames) {
  Flight flight(lookAt({0, 0, 20}, {0, 0, 0}, 0.7f));
  flight.setMode(FlightMode::orbit, {0, 0, 0});
  flight.update({}, 1);
  expectSameInParts(flight, thrust({1, 0.5f, 1}), 20);
}

TEST(Flight, WithoutControlsStandsStill) {
  Flight flight{Camera{}};
  EXPECT_FALSE(flight.update({}, 0.1));
  EXPECT_EQ(flight.camera(), Camera{});
}

TEST(Flight, ThrustMovesAlongTheCamerasOwnAxes) {
  const Camera start = lookAt({0, 0, 0}, {5, 1, -2}, 0.7f);
  const std::pair<glm::vec3, glm::vec3> wanted[] = {
      {{1, 0, 0}, start.right()}, {{0, 1, 0}, start.up()}, {{0, 0, 1}, start.forward()}};
  for (const auto& [direction, axis] : wanted) {
    Flight flight(start);
    EXPECT_TRUE(flight.update(thrust(direction), 0.2));
    EXPECT_GT(glm::dot(glm::normalize(flight.camera().position), axis), 0.9999f);
  }
}

TEST(Flight, AtFullThrustReachesItsSpeed) {
  Flight flight{Camera{}};
  for (int i = 0; i < 20; ++i) flight.update(thrust({0, 0, 1}), 0.25);  // e^-45 of the start is left
  const float before = flight.camera().position.z;
  flight.update(thrust({0, 0, 1}), 0.25);
  // A difference of two places some 150 units away.
  EXPECT_NEAR(before - flight.camera().position.z, flight.speed() * 0.25f, 150 * test::gammaOf(8));
}

TEST(Flight, ComesToRestWhenLetGo) {
  Flight flight{Camera{}};
  flight.update(thrust({0, 0, 1}), 0.25);
  int frames = 0;
  while (flight.update({}, 0.05) && frames < 100) ++frames;
  EXPECT_LT(frames, 100);
}

TEST(Flight, AFrameThatHungCountsAsAQuarterOfASecond) {
  Flight hung{Camera{}}, quarter{Camera{}};
  hung.update(thrust({0, 0, 1}), 60);
  quarter.update(thrust({0, 0, 1}), 0.25);
  EXPECT_EQ(hung.camera(), quarter.camera());
}

TEST(Flight, TimeThatRunsBackwardsMovesNothing) {
  Flight flight{Camera{}};
  EXPECT_FALSE(flight.update(thrust({0, 0, 1}), -1));
}

TEST(Flight, TheWheelChangesTheSpeedWithinLimits) {
  Flight flight{Camera{}};
  const float before = flight.speed();
  flight.update(wheel(1), 0.01);
  EXPECT_GT(flight.speed(), before);
  flight.update(wheel(1000), 0.01);
  EXPECT_EQ(flight.speed(), 2000);
  flight.update(wheel(-1000), 0.01);
  EXPECT_EQ(flight.speed(), 0.5f);
}

TEST(Flight, DraggingRightLooksRightAndDraggingDownLooksDown) {
  Flight flight{Camera{}};
  flight.update(look(50, 0), 0.01);
  EXPECT_GT(flight.camera().forward().x, 0);
  flight.update(look(0, 50), 0.01);
  EXPECT_LT(flight.camera().forward().y, 0);
}

TEST(Flight, ThePitchEndsBeforeThePole) {
  Flight flight{Camera{}};
  flight.update(look(0, -1e6f), 0.01);
  EXPECT_EQ(flight.camera().pitch, kMostPitch);
  flight.update(look(0, 1e6f), 0.01);
  EXPECT_EQ(flight.camera().pitch, -kMostPitch);
}

TEST(Glide, ArrivesExactly) {
  const Camera goal = lookAt({100, 20, -30}, {0, 0, 0}, 0.5f);
  Flight flight{Camera{}};
  flight.glideTo(goal);
  for (int i = 0; i < 100; ++i) flight.update({}, 0.05);
  EXPECT_EQ(flight.camera(), goal);
}

TEST(Glide, IsEndedByAnyControl) {
  const std::function<void(FlightControls&)> controls[] = {
      [](FlightControls& c) { c.thrust.x = 1; },
      [](FlightControls& c) { c.look.x = 1; },
      [](FlightControls& c) { c.pan.y = 1; },
  };
  for (const auto& control : controls) {
    Flight flight{Camera{}};
    flight.glideTo(lookAt({100, 0, 0}, {0, 0, 0}, 0.7f));
    flight.update({}, 0.01);
    FlightControls touch;
    control(touch);
    flight.update(touch, 0.01);
    for (int i = 0; i < 200; ++i) flight.update({}, 0.05);
    EXPECT_LT(flight.camera().position.x, 50);
  }
}

TEST(Glide, TurnsAsSmoothlyAsItMoves) {
  Flight flight{Camera{}};
  flight.glideTo(lookAt({0, 0, 0}, {10, 0, -1}, 0.7f));  // a turn on the spot
  flight.update({}, 0.01);
  EXPECT_GT(flight.camera().forward().x, 0);
  EXPECT_LT(flight.camera().forward().x, 0.5f);
}

class Orbit : public testing::Test {
 protected:
  Orbit() : m_flight(lookAt({4, 3, 20}, kPivot, 0.7f)) {
    m_flight.setMode(FlightMode::orbit, kPivot);
    m_flight.update({}, 0.01);
  }
  float distance() const { return glm::distance(m_flight.camera().position, kPivot); }
  float gaze() const {  // cosine between the gaze and the pivot
    return glm::dot(m_flight.camera().forward(), glm::normalize(kPivot - m_flight.camera().position));
  }

  static constexpr glm::vec3 kPivot{1, 2, 3};
  Flight m_flight;
};

TEST_F(Orbit, DraggingKeepsDistanceAndLooksAtThePivot) {
  const float before = distance();
  for (int i = 0; i < 100; ++i) m_flight.update(look(17, i < 50 ? 5.0f : -8.0f), 0.01);
  // A hundred frames, each some 16 roundings of lengths up to the distance and the pivot.
  EXPECT_NEAR(distance(), before, before * test::gammaOf(100 * 16));
  EXPECT_NEAR(gaze(), 1, test::gammaOf(100 * 16));
}

TEST_F(Orbit, TheWheelGoesNearerAndAway) {
  const float before = distance();
  m_flight.update(wheel(1), 0.01);
  EXPECT_LT(distance(), before);
  m_flight.update(wheel(-2), 0.01);
  EXPECT_GT(distance(), before);
}

TEST_F(Orbit, NeverGoesThroughThePivot) {
  m_flight.update(wheel(1000), 0.01);
  EXPECT_NEAR(distance(), 1, 4 * test::gammaOf(16));
  EXPECT_NEAR(gaze(), 1, test::gammaOf(64));
}

TEST_F(Orbit, PanningTakesThePivotAlong) {
  const float before = distance();
  FlightControls pan;
  pan.pan = {40, 25};
  m_flight.update(pan, 0.01);
  const glm::vec3 forward = m_flight.camera().forward();
  const glm::vec3 pivot = m_flight.camera().position + before * forward;
  EXPECT_GT(glm::distance(pivot, kPivot), 0.1f);
  m_flight.update(look(30, 0), 0.01);  // turns round the new pivot
  EXPECT_NEAR(glm::distance(m_flight.camera().position, pivot), before, before * test::gammaOf(64));
}

TEST(OrbitMode, TheGazeGlidesToThePivot) {
  Flight flight(lookAt({0, 0, 20}, {20, 0, 20}, 0.7f));  // the pivot is far to the left
  flight.setMode(FlightMode::orbit, {0, 0, 0});
  flight.update({}, 0.01);
  EXPECT_GT(flight.camera().forward().x, 0.5f);
  for (int i = 0; i < 100; ++i) flight.update({}, 0.05);
  EXPECT_NEAR(flight.camera().forward().z, -1, test::gammaOf(16));
}

}  // namespace
}  // namespace cajal
