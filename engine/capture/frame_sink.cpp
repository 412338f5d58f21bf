#include "engine/capture/frame_sink.h"

#include "engine/base/child_process.h"
#include "engine/base/error.h"
#include "engine/base/file.h"
#include "engine/base/log.h"

#include <algorithm>
#include <atomic>
#include <thread>

namespace cajal {
namespace {

constexpr double kEndPatience = 1.0;  // seconds between asking an encoder to end and killing it

// ---- names ------------------------------------------------------------------------------------------------

// film.part.mkv, film.part-2.mkv, ...: the first that is not there, so that no earlier recording is
// overwritten.
std::filesystem::path freeNameBeside(const std::filesystem::path& path, const std::string& mark,
                                     const std::string& ending) {
  std::filesystem::path name = path;
  for (int number = 1;; ++number) {
    const std::string suffix = number == 1 ? "" : fmt::format("-{}", number);
    name.replace_filename(path.stem().string() + mark + suffix + ending);
    if (!isThere(name)) return name;
  }
}

// Where ffmpeg writes: at the wanted name when it is free, so that even a killed program leaves the film
// there; beside it when something stands there already, or when MP4 (unreadable until complete) is made at
// the end.
std::filesystem::path recordingPath(const VideoOptions& options) {
  const VideoContainer container = containerOf(options.path);
  const bool isDirect = container != VideoContainer::mp4 && !isThere(options.path);
  if (isDirect) return options.path;
  return freeNameBeside(options.path, ".part", container == VideoContainer::webm ? ".webm" : ".mkv");
}

// The last few lines a program said, for a message: without empty ones, joined by " | ".
std::string lastWords(const std::string& tail) {
  constexpr std::size_t kMostBytes = 400;
  std::string words = tail.substr(tail.size() - std::min(tail.size(), kMostBytes));
  while (!words.empty() && words.back() == '\n') words.pop_back();
  std::string line;
  for (const char c : words) line += c == '\n' ? " | " : std::string(1, c);
  return line.empty() ? "it said nothing" : "it said: " + line;
}

// ---- an ffmpeg child --------------------------------------------------------------------------------------

class FfmpegSink : public FrameSink {
 public:
  FfmpegSink(const VideoOptions& options, VideoCodec codec)
      : m_options(options),
        m_codec(codec),
        m_recording(recordingPath(options)),
        m_child(recordCommand(options, codec, m_recording, std::thread::hardware_concurrency())) {}

  bool write(std::span<const std::byte> rgba) override {
    m_hasRefused = !m_child.write(rgba);
    m_hasFrames = m_hasFrames || !m_hasRefused;
    return !m_hasRefused;
  }
  void interrupt() override {
    m_wasInterrupted = true;
    m_child.terminate(kEndPatience);
  }
  VideoCodec codec() const override { return m_codec; }

  SinkResult finish() override {
    m_child.closeInput();
    std::string problem = waitForEnd();
    if (!hasContent()) {
      std::error_code ignored;
      std::filesystem::remove(m_recording, ignored);
      return {m_options.path, m_hasRefused || m_hasFrames ? problem + "; nothing was recorded"
                                                          : "no frame came, so there is no film"};
    }
    const std::filesystem::path path = moveIntoPlace(problem);
    if (!problem.empty()) problem += fmt::format("; what was recorded so far is in '{}'", path.string());
    return {path, problem};
  }

 private:
  bool hasContent() const {
    std::error_code failed;
    const auto size = std::filesystem::file_size(m_recording, failed);
    return m_hasFrames && !failed && size > 0;
  }

  // Empty, or why the encoder did not end as it should.
  std::string waitForEnd() {
    std::optional<ExitStatus> status = m_child.waitFor(m_options.patience);
    const bool hung = !status || m_wasInterrupted;
    if (!status) status = m_child.terminate(kEndPatience);
    if (status->isSuccess() && !hung && !m_hasRefused) return "";
    const std::string how = hung
                                ? fmt::format("made no progress for {} s and was stopped", m_options.patience)
                                : describe(*status);
    return fmt::format("ffmpeg {}; {}", how, lastWords(m_child.outputTail()));
  }

  // Remuxes or renames the recording to the name that was asked for, and adds to `problem` if that fails;
  // then the recording stays where it is. Returns where the film is.
  std::filesystem::path moveIntoPlace(std::string& problem) {
    try {
      syncFile(m_recording);
      if (containerOf(m_options.path) == VideoContainer::mp4) return remux();
      if (m_recording != m_options.path) renameFile(m_recording, m_options.path);
      return m_options.path;
    } catch (const std::exception& error) {
      problem += (problem.empty() ? "" : "; ") + std::string(error.what());
      return m_recording;
    }
  }

  std::filesystem::path remux() const {
    const std::filesystem::path part = freeNameBeside(m_options.path, ".part", ".mp4");
    ChildProcess child(remuxCommand(m_recording, part));
    child.closeInput();
    // Copying is bound by the disk: a tenth of a gigabyte a second is slow.
    const double allowed = m_options.patience + 1e-8 * static_cast<double>(InputFile(m_recording).size());
    std::optional<ExitStatus> status = child.waitFor(allowed);
    if (!status) status = child.terminate(kEndPatience);
    std::error_code ignored;
    if (!status->isSuccess()) {
      std::filesystem::remove(part, ignored);
      throw Error(ExitCode::inputOutput,
                  fmt::format("cannot make '{}': ffmpeg {}; {}", m_options.path.string(), describe(*status),
                              lastWords(child.outputTail())));
    }
    syncFile(part);
    renameFile(part, m_options.path);
    std::filesystem::remove(m_recording, ignored);
    return m_options.path;
  }

  VideoOptions m_options;
  VideoCodec m_codec;
  std::filesystem::path m_recording;
  bool m_hasFrames = false;                   // it took one
  bool m_hasRefused = false;                  // it took no more, though we had more
  std::atomic<bool> m_wasInterrupted{false};  // it hung
  ChildProcess m_child;
};

// ---- a folder of pictures ---------------------------------------------------------------------------------

class PngFolderSink : public FrameSink {
 public:
  PngFolderSink(const VideoOptions& options, const std::filesystem::path& folder)
      : m_options(options), m_folder(folder) {
    std::error_code failed;
    std::filesystem::create_directory(m_folder, failed);  // a failure is named by the next line
    requireWritableFolder(m_folder);
    if (isThere(pictureName(1))) {
      throw Error(ExitCode::inputOutput, fmt::format("cannot record to '{}': it already holds a sequence; "
                                                     "empty it or choose another folder",
                                                     m_folder.string()));
    }
  }

  bool write(std::span<const std::byte> rgba) override {
    try {
      AtomicFile file(pictureName(m_written + 1));
      file.write(encodePng({m_options.width, m_options.height, 4, rgba}, m_options.metadata));
      file.commit(AtomicFile::Durability::unsynced);
      ++m_written;
      return true;
    } catch (const std::exception& error) {
      m_problem = error.what();
      return false;
    }
  }

  SinkResult finish() override {
    if (!m_problem.empty()) m_problem += fmt::format("; the first {} pictures are there", m_written);
    return {m_folder, m_problem};
  }
  void interrupt() override {}
  VideoCodec codec() const override { return VideoCodec::png; }

 private:
  std::filesystem::path pictureName(int number) const {
    return m_folder / fmt::format("frame-{:06}.png", number);
  }

  VideoOptions m_options;
  std::filesystem::path m_folder;
  int m_written = 0;
  std::string m_problem;
};

// ---- which of the two -------------------------------------------------------------------------------------

// What `ffmpeg -encoders` prints; empty if there is no ffmpeg, or none that answers.
std::string listEncoders() {
  constexpr double kPatience = 5.0;  // seconds; it takes a tenth of one
  try {
    ChildProcess child({"ffmpeg", "-hide_banner", "-loglevel", "error", "-encoders"}, std::size_t{1} << 20);
    child.closeInput();
    const std::optional<ExitStatus> status = child.waitFor(kPatience);
    return status && status->isSuccess() ? child.outputTail() : "";
  } catch (const Error&) {
    return "";
  }
}

std::unique_ptr<FrameSink> makePicturesInstead(const VideoOptions& options, const char* why) {
  const std::filesystem::path folder = freeNameBeside(options.path, ".frames", "");
  logWarning("{}: recording pictures into '{}/' instead of '{}'", why, folder.string(),
             options.path.string());
  return std::make_unique<PngFolderSink>(options, folder);
}

void requireSize(const VideoOptions& options) {
  constexpr int kMost = 16384;  // pixels; H.264's limit, and libvpx's is no smaller
  const bool fits =
      options.width >= 1 && options.width <= kMost && options.height >= 1 && options.height <= kMost;
  if (!fits) {
    throw Error(ExitCode::usage, fmt::format("cannot record {} x {} pixels: choose a size from 1 to {}",
                                             options.width, options.height, kMost));
  }
  if (!(options.framesPerSecond >= 0.1 && options.framesPerSecond <= 1000)) {
    throw Error(ExitCode::usage,
                fmt::format("cannot record {} frames a second: choose 0.1 to 1000", options.framesPerSecond));
  }
}

}  // namespace

std::unique_ptr<FrameSink> makeFrameSink(const VideoOptions& options) {
  requireSize(options);
  const VideoContainer container = containerOf(options.path);
  if (container == VideoContainer::pngFolder) return std::make_unique<PngFolderSink>(options, options.path);
  requireWritableTarget(options.path);
  const std::string encoders = listEncoders();
  if (encoders.empty())
    return makePicturesInstead(options, "no working ffmpeg was found on PATH (install ffmpeg)");
  const VideoCodec codec = chooseCodec(encoders, container);
  if (codec == VideoCodec::png)
    return makePicturesInstead(options, "ffmpeg has no encoder for this kind of film");
  return std::make_unique<FfmpegSink>(options, codec);
}

}  // namespace cajal
