// PNG: what was written comes back, bit for bit.
#include "engine/capture/png.h"

#include "tests/engine/capture/recording_fixture.h"
#include "tests/support/png_reading.h"
#include "tests/support/refusal.h"

#include <gtest/gtest.h>

namespace cajal {
namespace {

using test::PngPicture;
using test::readPng;
using test::readText;
using test::TemporaryFolder;
using test::writeText;

// Bytes without a pattern a filter could hide behind.
std::vector<std::byte> noise(int count) {
  std::vector<std::byte> bytes = test::noiseFrame(count, 1, 1);
  bytes.resize(static_cast<std::size_t>(count));
  return bytes;
}

TEST(Png, KeepsColoursAndDropsAlpha) {
  const TemporaryFolder folder;
  auto pixels = noise(37 * 21 * 4);
  writePng(folder / "a.png", {37, 21, 4, pixels});
  for (std::size_t i = 3; i < pixels.size(); i += 4) pixels[i] = std::byte{255};
  const PngPicture read = readPng(folder / "a.png");
  EXPECT_EQ(read.width, 37);
  EXPECT_EQ(read.height, 21);
  EXPECT_EQ(read.pixels, pixels);
}

TEST(Png, KeepsEveryByteOfRgb) {
  const TemporaryFolder folder;
  const auto pixels = noise(5 * 3 * 3);
  writePng(folder / "a.png", {5, 3, 3, pixels});
  const PngPicture read = readPng(folder / "a.png");
  for (std::size_t i = 0; i < 15; ++i) {
    for (std::size_t channel = 0; channel < 3; ++channel) {
      EXPECT_EQ(read.pixels[i * 4 + channel], pixels[i * 3 + channel]);
    }
  }
}

TEST(Png, SaysSrgbAndCarriesText) {
  const TemporaryFolder folder;
  const std::vector<PngText> text{{"step", "1200"}, {"Title", "θ – a \"layer\""}};
  writePng(folder / "a.png", {1, 1, 4, noise(4)}, text);
  const PngPicture read = readPng(folder / "a.png");
  EXPECT_TRUE(test::says(readText(folder / "a.png"), "sRGB"));
  ASSERT_EQ(read.text.size(), 2U);
  EXPECT_EQ(read.text[0].key, "step");
  EXPECT_EQ(read.text[0].value, "1200");
  EXPECT_EQ(read.text[1].value, text[1].value);
}

TEST(Png, FullDiskKeepsTheOldPictureAndLeavesNoTemporary) {
  const TemporaryFolder folder;
  writeText(folder / "a.png", "old");
  const std::vector<std::byte> pixels = noise(64 * 64 * 4);
  EXPECT_EQ(test::onFullDisk(2000,
                             [&] {
                               writePng(folder / "a.png", {64, 64, 4, pixels});
                             }),
            ExitCode::inputOutput);
  EXPECT_EQ(readText(folder / "a.png"), "old");
  EXPECT_EQ(folder.count(), 1);
}

}  // namespace
}  // namespace cajal
