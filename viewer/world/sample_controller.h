#pragma once
// Fewer samples where a frame takes too long: the picture gives way before the frame rate, and comes back
// when there is time. It cannot swing to and fro: see the constants.
//
// The resolution does not give way: letters and panels are part of the picture, and what is paid by the
// pixel, bloom and composition, is a fifth of a frame at 1280x720 on two cores (2.5 of 13 ms), where samples
// are a third.

namespace cajal {

class SampleController {
 public:
  // Below this share of what is wanted the picture is not made worse.
  static constexpr float kFloor = 0.1f;

  // Once a frame: how long the last known one took to draw, of how long it may take. The share of samples to
  // draw the next one with.
  float next(double drawSeconds, double budgetSeconds);

 private:
  // A frame costs so much a sample and something besides: with a share s its time is a + b s. Less of a
  // share, by kLess, leaves at least kLess of the time: from above kTooLong that is above kPlenty. More of
  // it, by kMore, makes at most kMore of the time: from below kPlenty that is below kTooLong. So no step
  // undoes the one before.
  static constexpr double kTooLong = 0.9, kPlenty = 0.55;  // of the budget
  static constexpr float kLess = 0.8f, kMore = 1.15f;
  static_assert(kTooLong * kLess > kPlenty && kPlenty * kMore < kTooLong);
  static constexpr double kSmoothing = 0.2;  // share of a new time in the old
  static constexpr int kPatience = 20;       // frames between two steps: times arrive late, and are smoothed

  float m_share = 1;
  double m_seconds = 0;  // smoothed; 0: none yet
  int m_waits = kPatience;
};

}  // namespace cajal
