#include "viewer/record/recorder.h"

#include <fmt/format.h>

#include <exception>
#include <utility>

#include "engine/base/error.h"
#include "engine/base/log.h"
#include "engine/capture/png.h"

namespace cajal {

void Recorder::startFilm(const std::filesystem::path& path, double framesPerSecond) {
  stopFilm();
  m_film = std::make_unique<Film>(path, m_stage.extent(), framesPerSecond, m_isLive, m_seed);
  logInfo("recording {}", path.string());
}

void Recorder::stopFilm() {
  if (!m_film) return;
  try {
    collect(true);
  } catch (const Error& error) {
    // A lost device sends nothing any more: the film keeps what has come.
    if (error.exitCode() != ExitCode::gpu) throw;
    logError("{}", error.what());
  }
  const VideoSummary summary = m_film->finish();
  logInfo("{}", describe(summary));
  m_filmProblem = summary.problem;
  m_film.reset();
}

bool Recorder::wantsFrame(std::uint64_t step) {
  for (Picture& picture : m_pictures) {
    if (picture.frame == 0) picture = {picture.path, m_stage.frames().lastSubmitted() + 1, step};
  }
  return m_film || !m_pictures.empty();
}

void Recorder::collect(bool wait) {
  std::exception_ptr problem;
  m_stage.takeCaptures(
      [&](std::span<const std::byte> rgba, VkExtent2D extent, std::uint64_t frame) {
        if (m_film) m_film->add(rgba, extent);
        while (!m_pictures.empty() && m_pictures.front().frame != 0 && m_pictures.front().frame <= frame) {
          const Picture picture = std::move(m_pictures.front());
          m_pictures.pop_front();
          try {
            write(picture, rgba, extent);
          } catch (const Error&) {
            if (!problem) problem = std::current_exception();
          }
        }
      },
      wait);
  if (problem) std::rethrow_exception(problem);
}

void Recorder::write(const Picture& picture, std::span<const std::byte> rgba, VkExtent2D extent) const {
  writePng(picture.path, {static_cast<int>(extent.width), static_cast<int>(extent.height), 4, rgba},
           std::vector<PngText>{{"step", std::to_string(picture.step)}, {"seed", std::to_string(m_seed)}});
  logInfo("picture: {}", picture.path.string());
}

}  // namespace cajal
