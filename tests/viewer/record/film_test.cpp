#include "viewer/record/film.h"

#include "tests/engine/base/temporary_folder.h"
#include "tests/support/png_reading.h"

#include <gtest/gtest.h>

namespace cajal::test {
namespace {

constexpr VkExtent2D kSize{4, 3};

// Every pixel says where it is: red its column, green its row.
std::vector<std::byte> picture(VkExtent2D size) {
  std::vector<std::byte> rgba;
  for (std::uint32_t y = 0; y < size.height; ++y) {
    for (std::uint32_t x = 0; x < size.width; ++x) {
      for (const std::uint32_t value : {10 + x, 10 + y, 200U, 255U})
        rgba.push_back(static_cast<std::byte>(value));
    }
  }
  return rgba;
}

class FilmOfPictures : public testing::Test {
 protected:
  // Films one picture of this size and reads it back.
  PngPicture filmed(VkExtent2D size) {
    Film film(m_folder.path().string() + "/frames/", kSize, 30, false, 7);
    film.add(picture(size), size);
    EXPECT_EQ(film.finish().problem, "");
    return readPng(m_folder / "frames/frame-000001.png");
  }
  static int channel(const PngPicture& read, int x, int y, int channel) {
    return static_cast<int>(read.pixels[static_cast<std::size_t>(4 * (y * read.width + x) + channel)]);
  }
  TemporaryFolder m_folder;
};

TEST_F(FilmOfPictures, KeepsAPictureOfItsSizeAsItIs) {
  EXPECT_EQ(filmed(kSize).pixels, picture(kSize));
}

TEST_F(FilmOfPictures, CropsALargerPicture) {
  const PngPicture read = filmed({9, 8});
  EXPECT_EQ(read.width, 4);
  EXPECT_EQ(read.height, 3);
  EXPECT_EQ(read.pixels, picture(kSize));
}

TEST_F(FilmOfPictures, StandsASmallerPictureOnBlack) {
  const PngPicture read = filmed({2, 2});
  EXPECT_EQ(read.width, 4);
  EXPECT_EQ(channel(read, 1, 1, 0), 11);
  EXPECT_EQ(channel(read, 1, 1, 1), 11);
  for (const auto& [x, y] : {std::pair(2, 0), {3, 2}, {0, 2}}) EXPECT_EQ(channel(read, x, y, 2), 0);
}

TEST_F(FilmOfPictures, BlackStaysBlackWhereALargerPictureHasBeenBefore) {
  Film film(m_folder.path().string() + "/frames/", kSize, 30, false, 7);
  film.add(picture({4, 8}), {4, 8});
  film.add(picture({2, 2}), {2, 2});
  film.finish();
  EXPECT_EQ(channel(readPng(m_folder / "frames/frame-000002.png"), 3, 2, 2), 0);
}

TEST_F(FilmOfPictures, LastsAsLongAsItsRateSays) {
  for (const double rate : {0.5, 29.97}) {
    Film film(m_folder / fmt::format("{}/", rate), kSize, rate, false, 7);
    for (int i = 0; i < 3; ++i) film.add(picture(kSize), kSize);
    EXPECT_DOUBLE_EQ(film.finish().seconds, 3 / rate);
  }
}

TEST_F(FilmOfPictures, SaysHowManyFramesItHas) {
  Film film(m_folder.path().string() + "/frames/", kSize, 30, false, 7);
  for (int i = 0; i < 3; ++i) film.add(picture(kSize), kSize);
  EXPECT_TRUE(film.state().isRecording);
  EXPECT_EQ(film.state().frames, 3U);
  EXPECT_EQ(film.state().dropped, 0U);
  EXPECT_EQ(film.finish().frames, 3U);
  EXPECT_FALSE(film.state().isRecording);
}

}  // namespace
}  // namespace cajal::test
