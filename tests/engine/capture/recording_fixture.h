#pragma once
// What the tests of recordings share: frames, real and false encoders, and a look into the film.

#include "engine/base/child_process.h"
#include "engine/capture/video_encoder.h"
#include "tests/engine/base/temporary_folder.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>

namespace cajal::test {

constexpr double kLong = 60.0;   // seconds; a test that waits so long has failed anyway
constexpr double kShort = 0.25;  // seconds of patience with an encoder that is known to hang

// ---- frames -----------------------------------------------------------------------------------------------

inline std::vector<std::byte> noiseFrame(int width, int height, std::uint32_t seed) {
  std::vector<std::byte> frame(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4);
  for (std::byte& byte : frame) {
    seed = seed * 1664525u + 1013904223u;
    byte = static_cast<std::byte>(seed >> 24);
  }
  return frame;
}

inline std::vector<std::byte> plainFrame(int width, int height, std::array<std::uint8_t, 3> colour) {
  std::vector<std::byte> frame;
  for (int i = 0; i < width * height; ++i) {
    for (const std::uint8_t channel : colour) frame.push_back(static_cast<std::byte>(channel));
    frame.push_back(std::byte{0});  // a transparent frame is recorded as an opaque one
  }
  return frame;
}

inline void pushNoise(VideoEncoder& encoder, int width, int height, int count) {
  for (int i = 0; i < count; ++i) encoder.push(noiseFrame(width, height, static_cast<std::uint32_t>(i)));
}

// ---- programs ---------------------------------------------------------------------------------------------

inline std::string outputOf(const std::vector<std::string>& command, std::size_t mostBytes = 1 << 20) {
  ChildProcess child(command, mostBytes);
  child.closeInput();
  child.waitFor(kLong);
  return child.outputTail();
}

// "codec_name=h264\nwidth=64\n...nb_read_frames=20\n"; anything else if the film does not play.
inline std::string probe(const std::filesystem::path& film) {
  return outputOf({"ffprobe", "-v", "error", "-count_frames", "-select_streams", "v", "-show_entries",
                   "stream=codec_name,width,height,color_range,color_space,color_transfer,color_primaries,"
                   "r_frame_rate,nb_read_frames",
                   "-of", "default=nw=1", "file:" + film.string()});
}

inline int frameCount(const std::filesystem::path& film) {
  const std::string said = probe(film);
  const std::size_t at = said.find("nb_read_frames=");
  return at == std::string::npos ? 0 : std::atoi(said.c_str() + at + 15);
}

// How long the film plays.
inline double seconds(const std::filesystem::path& film) {
  return std::atof(outputOf({"ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0",
                             "file:" + film.string()})
                       .c_str());
}

inline std::string realFfmpeg() {
  static const std::string path = [] {
    std::string found = outputOf({"sh", "-c", "command -v ffmpeg"});
    while (!found.empty() && found.back() == '\n') found.pop_back();
    return found;
  }();
  return path;
}

// A folder at the head of PATH with an `ffmpeg` that lists x264 and, asked to record, runs `body`.
class FakeFfmpeg {
 public:
  explicit FakeFfmpeg(const std::string& body)
      : m_path("PATH", m_folder.path().string() + ":" + std::getenv("PATH")) {
    writeScript(m_folder / "ffmpeg",
                "case \"$*\" in *-encoders*) echo ' V....D libx264 x'; exit 0;; esac\n" + body);
  }

 private:
  TemporaryFolder m_folder;
  ChangedEnvironment m_path;
};

class Recording : public testing::Test {
 protected:
  void SetUp() override {
    if (realFfmpeg().empty()) GTEST_SKIP() << "the ffmpeg program is not installed";
  }
  VideoOptions options(const std::string& name, int width = 64, int height = 48) const {
    return {.path = m_folder / name, .width = width, .height = height, .patience = kLong};
  }
  TemporaryFolder m_folder;
};

}  // namespace cajal::test
