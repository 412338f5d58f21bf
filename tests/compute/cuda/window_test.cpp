// Runs without a GPU.
#include "compute/cuda/window.h"

#include <gtest/gtest.h>

namespace cajal::cuda {
namespace {

const SlidingWindow kWindows[] = {
    {.input = {9, 7, 1}, .size = 3},
    {.input = {9, 7, 1}, .size = 3, .stride = 2, .padding = 1},
    {.input = {9, 7, 1}, .size = 2, .stride = 3, .padding = 1},
    {.input = {9, 7, 1}, .size = 3, .stride = 2, .padding = 2, .dilation = 2},
};

TEST(Window, CountsPlacesAsTheSlidingWindowDoes) {
  for (const SlidingWindow& sliding : kWindows) {
    EXPECT_EQ(windowOf(sliding).outputRows, static_cast<int>(sliding.outputRows()));
    EXPECT_EQ(windowOf(sliding).outputColumns, static_cast<int>(sliding.outputColumns()));
  }
}

TEST(Window, APlaceIsFoundFromEachOfItsTapsAndFromNothingElse) {
  for (const SlidingWindow& sliding : kWindows) {
    const Window window = windowOf(sliding);
    for (int tap = 0; tap < window.size; ++tap) {
      for (int position = 0; position < window.rows; ++position) {
        int expected = -1;
        for (int place = 0; place < window.outputRows; ++place) {
          if (tapAt(window, place, tap) == position) expected = place;
        }
        EXPECT_EQ(placeOf(window, position, tap, window.outputRows), expected) << tap << " at " << position;
      }
    }
  }
}

TEST(Window, PaddingLiesBeforeZero) {
  const Window window = windowOf({.input = {9, 7, 1}, .size = 3, .stride = 2, .padding = 1});
  EXPECT_EQ(tapAt(window, 0, 0), -1);
  EXPECT_EQ(tapAt(window, 4, 2), 9);  // past the last of nine rows
}

}  // namespace
}  // namespace cajal::cuda
