#pragma once
// Pictures held against small references (tests/images), drawn on software Vulkan.

#include "engine/capture/png.h"

#include <gtest/gtest.h>

#include <string>

namespace cajal::test {

// How two pictures of one size differ.
struct PictureDifference {
  double mean = 0;      // of |a - b| over all bytes of red, green and blue; 0 … 255
  double outliers = 0;  // share of the pixels of which a byte differs by more than kOutlier
};
inline constexpr int kOutlier = 12;

// Why not bit for bit: drivers, and compilers of shaders for other processors, round elsewhere. A sample of
// an edge that lies on the border of two pixels then falls into the other, a rim of a node is a step darker.
// Both change few pixels, by little, on both sides: far less than a step on average, and hardly a pixel by
// much. Whatever is missing, moved by a pixel or of another colour changes hundreds.
inline constexpr double kMostMean = 1.5;
inline constexpr double kMostOutliers = 0.001;

PictureDifference differenceOf(const PictureView& a, const PictureView& b);

// Success if `picture` looks like tests/images/<name>.png. Where it does not, it is written into the build
// folder with the difference beside it, and the message says where. With CAJAL_WRITE_REFERENCES=1 in the
// environment it becomes the reference.
testing::AssertionResult looksLikeReference(const std::string& name, const PictureView& picture);

}  // namespace cajal::test
