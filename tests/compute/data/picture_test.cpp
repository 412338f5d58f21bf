// PNG pictures: every kind there is becomes bytes of one or three channels; what is damaged is refused.
#include "compute/data/readers/picture.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "engine/capture/png.h"
#include "tests/engine/base/temporary_folder.h"
#include "tests/support/png_files.h"
#include "tests/support/refusal.h"

namespace cajal {
namespace {

using namespace test;

class Picture : public testing::Test {
 protected:
  Bytes read(const Bytes& png, std::size_t channels) const {
    writeBytes(m_file, png);
    const PictureForm form = readPictureForm(m_file);
    Bytes pixels(form.rows * form.columns * channels);
    readPicture(m_file, form, channels, pixels);
    return pixels;
  }
  PictureForm form(const Bytes& png) const {
    writeBytes(m_file, png);
    return readPictureForm(m_file);
  }
  // As the reader of folders does it.
  void readAnyhow(const Bytes& png) const { read(png, form(png).isColoured ? 3 : 1); }

  const TemporaryFolder m_folder;
  const std::filesystem::path m_file = m_folder / "a.png";
};

TEST_F(Picture, GreyStaysOneChannel) {
  const Bytes png = makePng(2, 3, {0, 1, 2, 253, 254, 255});
  EXPECT_EQ(form(png).rows, 2u);
  EXPECT_EQ(form(png).columns, 3u);
  EXPECT_FALSE(form(png).isColoured);
  EXPECT_EQ(read(png, 1), (Bytes{0, 1, 2, 253, 254, 255}));
}

TEST_F(Picture, GreyBecomesThreeEqualChannelsWhereOthersAreColoured) {
  EXPECT_EQ(read(makePng(1, 2, {7, 9}), 3), (Bytes{7, 7, 7, 9, 9, 9}));
}

TEST_F(Picture, ColoursStay) {
  const Bytes png = makePng(1, 2, {1, 2, 3, 4, 5, 6}, {.kind = PNG_COLOR_TYPE_RGB});
  EXPECT_TRUE(form(png).isColoured);
  EXPECT_EQ(read(png, 3), (Bytes{1, 2, 3, 4, 5, 6}));
}

TEST_F(Picture, TransparencyIsDropped) {
  EXPECT_EQ(read(makePng(1, 2, {1, 2, 3, 0, 4, 5, 6, 128}, {.kind = PNG_COLOR_TYPE_RGB_ALPHA}), 3),
            (Bytes{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(read(makePng(1, 2, {7, 0, 9, 128}, {.kind = PNG_COLOR_TYPE_GRAY_ALPHA}), 1), (Bytes{7, 9}));
}

TEST_F(Picture, SixteenBitsBecomeTheNearestOfEight) {
  EXPECT_EQ(read(makePng(1, 3, {0, 0, 0x80, 0x80, 0xFF, 0xFF}, {.bits = 16}), 1), (Bytes{0, 128, 255}));
}

TEST_F(Picture, FewBitsSpanTheWholeRange) {
  EXPECT_EQ(read(makePng(1, 8, {0b10100000}, {.bits = 1}), 1), (Bytes{255, 0, 255, 0, 0, 0, 0, 0}));
}

TEST_F(Picture, PalettesAreLookedUp) {
  const PngOptions colours{.kind = PNG_COLOR_TYPE_PALETTE, .palette = {{1, 2, 3}, {40, 50, 60}}};
  EXPECT_TRUE(form(makePng(1, 2, {1, 0}, colours)).isColoured);
  EXPECT_EQ(read(makePng(1, 2, {1, 0}, colours), 3), (Bytes{40, 50, 60, 1, 2, 3}));
}

TEST_F(Picture, APaletteOfGreysIsGreyAndExact) {
  PngOptions greys{.kind = PNG_COLOR_TYPE_PALETTE};
  Bytes all;
  for (int grey = 0; grey < 256; ++grey) {
    const auto byte = static_cast<std::uint8_t>(grey);
    greys.palette.push_back({byte, byte, byte});
    all.push_back(byte);
  }
  EXPECT_FALSE(form(makePng(16, 16, all, greys)).isColoured);
  EXPECT_EQ(read(makePng(16, 16, all, greys), 1), all);
}

TEST_F(Picture, InterlacedPicturesAreTheSame) {
  Bytes values(9 * 9);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::uint8_t>(3 * i);
  EXPECT_EQ(read(makePng(9, 9, values, {.isInterlaced = true}), 1), values);
}

TEST_F(Picture, OurOwnPicturesAreRead) {
  const std::vector<std::byte> pixels(2 * 2 * 3, std::byte{9});
  writePng(m_file, {2, 2, 3, pixels});
  EXPECT_TRUE(readPictureForm(m_file).isColoured);
}

TEST_F(Picture, AMissingFileIsAnInputOutputError) {
  expectRefusal(
      "none.png", [&] { readPictureForm(m_folder / "none.png"); }, ExitCode::inputOutput);
}

TEST_F(Picture, WhatIsNoPictureIsRefused) {
  expectRefusal("a.png: is not a PNG picture", [&] { form({1, 2, 3}); });
  expectRefusal("a.png: is not a PNG picture", [&] { form(gzip({1, 2, 3, 4, 5, 6, 7, 8, 9})); });
  expectRefusal(
      "none.png", [&] { readPictureForm(m_folder / "none.png"); }, ExitCode::inputOutput);
  ASSERT_EQ(mkfifo((m_folder / "pipe.png").c_str(), 0600), 0);
  expectRefusal(
      "pipe.png", [&] { readPictureForm(m_folder / "pipe.png"); }, ExitCode::inputOutput);
}

// A header's size with a right check sum, and next to nothing behind it.
TEST_F(Picture, ASizeThatTheFileCannotHoldIsRefused) {
  Bytes png = makePng(2, 3, {0, 1, 2, 253, 254, 255});
  for (const std::size_t at : {18, 22}) png[at] = 0x20;  // 8192 more in either direction
  const auto sum = static_cast<std::uint32_t>(crc32(0, &png[12], 17));
  for (std::size_t i = 0; i < 4; ++i) png[29 + i] = static_cast<std::uint8_t>(sum >> (24 - 8 * i));
  expectRefusal("more pixels", [&] { form(png); });
}

TEST_F(Picture, EveryPrefixIsRefused) {
  const Bytes whole = makePng(1, 2, {1, 2, 3, 4, 5, 6}, {.kind = PNG_COLOR_TYPE_RGB});
  for (std::size_t size = 0; size < whole.size(); ++size)
    expectRefusal("a.png", [&] { readAnyhow({whole.begin(), whole.begin() + static_cast<long>(size)}); });
}

TEST_F(Picture, EveryFlippedBitIsRefused) {
  const Bytes whole = makePng(1, 2, {1, 2, 3, 4, 5, 6}, {.kind = PNG_COLOR_TYPE_RGB});
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    Bytes flipped = whole;
    flipped[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
    expectRefusal("a.png", [&] { readAnyhow(flipped); });
  }
}

}  // namespace
}  // namespace cajal
