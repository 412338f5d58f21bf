#include "tests/support/vulkan/reference_picture.h"

#include "tests/support/png_reading.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>

namespace cajal::test {

namespace {

int byteAt(const PictureView& picture, std::size_t pixel, std::size_t channel) {
  return static_cast<int>(picture.pixels[pixel * static_cast<std::size_t>(picture.channels) + channel]);
}

std::size_t pixelsOf(const PictureView& picture) {
  return static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height);
}

// Eight times as bright as it is, so that it can be seen.
std::vector<std::byte> shownDifference(const PictureView& a, const PictureView& b) {
  std::vector<std::byte> shown;
  for (std::size_t pixel = 0; pixel < pixelsOf(a); ++pixel) {
    for (std::size_t channel = 0; channel < 3; ++channel) {
      const int difference = std::abs(byteAt(a, pixel, channel) - byteAt(b, pixel, channel));
      shown.push_back(static_cast<std::byte>(std::min(8 * difference, 255)));
    }
  }
  return shown;
}

}  // namespace

PictureDifference differenceOf(const PictureView& a, const PictureView& b) {
  double sum = 0;
  std::size_t outliers = 0;
  for (std::size_t pixel = 0; pixel < pixelsOf(a); ++pixel) {
    int largest = 0;
    for (std::size_t channel = 0; channel < 3; ++channel) {
      const int difference = std::abs(byteAt(a, pixel, channel) - byteAt(b, pixel, channel));
      sum += difference;
      largest = std::max(largest, difference);
    }
    outliers += largest > kOutlier;
  }
  const auto pixels = static_cast<double>(pixelsOf(a));
  return {sum / (3 * pixels), static_cast<double>(outliers) / pixels};
}

testing::AssertionResult looksLikeReference(const std::string& name, const PictureView& picture) {
  namespace fs = std::filesystem;
  // Where the tests were built they may not run: tests/gpu/check says where the sources are then.
  const char* const elsewhere = std::getenv("CAJAL_SOURCES");
  const fs::path sources = elsewhere ? elsewhere : CAJAL_SOURCE_DIR;
  const fs::path reference = sources / "tests" / "images" / (name + ".png");
  if (const char* wish = std::getenv("CAJAL_WRITE_REFERENCES"); wish && std::string(wish) == "1") {
    writePng(reference, picture);
    return testing::AssertionSuccess();
  }
  const fs::path folder = fs::path(CAJAL_BINARY_DIR) / "pictures";
  fs::create_directories(folder);
  const fs::path seen = folder / (name + ".png"), shown = folder / (name + "-difference.png");
  writePng(seen, picture);
  if (!fs::exists(reference)) {
    return testing::AssertionFailure()
           << reference << " is missing: look at " << seen << ", and if it is right, run this test with "
           << "CAJAL_WRITE_REFERENCES=1";
  }
  const PngPicture wanted = readPng(reference);
  if (wanted.width != picture.width || wanted.height != picture.height) {
    return testing::AssertionFailure() << seen << " is " << picture.width << " x " << picture.height
                                       << ", its reference " << wanted.width << " x " << wanted.height;
  }
  const PictureDifference difference = differenceOf(picture, wanted.view());
  if (difference.mean <= kMostMean && difference.outliers <= kMostOutliers)
    return testing::AssertionSuccess();
  writePng(shown, {picture.width, picture.height, 3, shownDifference(picture, wanted.view())});
  return testing::AssertionFailure() << "differs from " << reference << " by " << difference.mean
                                     << " of 255 on average, and in " << 100 * difference.outliers
                                     << " % of its pixels by more than " << kOutlier << ": look at " << seen
                                     << " and " << shown;
}

}  // namespace cajal::test
