// PNG: what was written comes back, bit for bit; what is no picture is refused.
#include "engine/capture/png.h"

#include "engine/base/error.h"
#include "tests/engine/base/temporary_folder.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

namespace cajal {
namespace {

using test::readText;
using test::TemporaryFolder;
using test::writeText;

// Bytes without a pattern a filter could hide behind.
std::vector<std::byte> noise(std::size_t count) {
  std::vector<std::byte> bytes(count);
  std::uint32_t state = 1;
  for (std::byte& byte : bytes) {
    state = state * 1664525u + 1013904223u;
    byte = static_cast<std::byte>(state >> 24);
  }
  return bytes;
}

ExitCode refusal(const std::filesystem::path& path) {
  try {
    readPng(path);
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find(path.string()), std::string::npos);
    return error.exitCode();
  }
  return ExitCode::done;
}

TEST(Png, KeepsEveryByteOfRgba) {
  const TemporaryFolder folder;
  const auto pixels = noise(37 * 21 * 4);
  writePng(folder / "a.png", {37, 21, 4, pixels}, {}, PngAlpha::keep);
  const PngPicture read = readPng(folder / "a.png");
  EXPECT_EQ(read.width, 37);
  EXPECT_EQ(read.height, 21);
  EXPECT_EQ(read.pixels, pixels);
}

TEST(Png, DropsAlphaUnlessAskedToKeepIt) {
  const TemporaryFolder folder;
  auto pixels = noise(8 * 8 * 4);
  writePng(folder / "a.png", {8, 8, 4, pixels});
  for (std::size_t i = 3; i < pixels.size(); i += 4) pixels[i] = std::byte{255};
  EXPECT_EQ(readPng(folder / "a.png").pixels, pixels);
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
  EXPECT_TRUE(read.isSrgb);
  ASSERT_EQ(read.text.size(), 2U);
  EXPECT_EQ(read.text[0].key, "step");
  EXPECT_EQ(read.text[0].value, "1200");
  EXPECT_EQ(read.text[1].value, text[1].value);
}

TEST(Png, EveryTruncationIsRefused) {
  const TemporaryFolder folder;
  writePng(folder / "a.png", {4, 4, 4, noise(64)});
  const std::string whole = readText(folder / "a.png");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    writeText(folder / "cut.png", whole.substr(0, size));
    ASSERT_EQ(refusal(folder / "cut.png"), ExitCode::badInput) << size;
  }
}

TEST(Png, ADamagedByteIsNoticed) {
  const TemporaryFolder folder;
  writePng(folder / "a.png", {4, 4, 4, noise(64)});
  std::string damaged = readText(folder / "a.png");
  damaged[20] = static_cast<char>(damaged[20] ^ 1);  // inside the header's width and height
  writeText(folder / "a.png", damaged);
  EXPECT_EQ(refusal(folder / "a.png"), ExitCode::badInput);
}

// A header that claims 16000 by 16000 pixels, with its checksum right, in a file of a few bytes.
TEST(Png, AClaimOfPixelsThatAreNotThereIsRefusedBeforeAllocating) {
  const TemporaryFolder folder;
  writePng(folder / "a.png", {1, 1, 4, noise(4)});
  std::string bomb = readText(folder / "a.png");
  bomb.replace(16, 8, std::string("\0\0\x3e\x80\0\0\x3e\x80", 8));
  const uLong checksum = crc32(0, reinterpret_cast<const Bytef*>(bomb.data()) + 12, 17);
  for (std::size_t i = 0; i < 4; ++i) bomb[29 + i] = static_cast<char>(checksum >> (24 - 8 * i));
  writeText(folder / "a.png", bomb);
  EXPECT_EQ(refusal(folder / "a.png"), ExitCode::badInput);
}

TEST(Png, MissingFileIsAnInputOutputError) {
  const TemporaryFolder folder;
  EXPECT_EQ(refusal(folder / "none.png"), ExitCode::inputOutput);
}

TEST(Png, FullDiskKeepsTheOldPictureAndLeavesNoTemporary) {
  const TemporaryFolder folder;
  writeText(folder / "a.png", "old");
  const pid_t child = fork();
  if (child == 0) {
    const rlimit limit{2000, 2000};
    setrlimit(RLIMIT_FSIZE, &limit);
    try {
      writePng(folder / "a.png", {64, 64, 4, noise(64 * 64 * 4)});
    } catch (const Error& error) {
      _exit(static_cast<int>(error.exitCode()));
    }
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), static_cast<int>(ExitCode::inputOutput));
  EXPECT_EQ(readText(folder / "a.png"), "old");
  EXPECT_EQ(folder.count(), 1);
}

}  // namespace
}  // namespace cajal
