// App, continued: films and pictures.
#include <fmt/format.h>

#include <cstdlib>

#include "engine/base/error.h"
#include "engine/base/log.h"
#include "engine/capture/png.h"
#include "viewer/app.h"

namespace cajal {
namespace {

constexpr int kFramesForLastPicture = 8;  // its samples are averaged over so many

}  // namespace

void App::startRecording(const std::filesystem::path& path) {
  if (m_film) stopRecording();
  m_film = std::make_unique<Film>(path, m_stage.extent(), m_pace.framesPerSecond, isLive(),
                                  m_options.training.seed);
  logInfo("recording {}", path.string());
}

void App::stopRecording() {
  if (!m_film) return;
  try {
    collectCaptures(true);
  } catch (
      const Error& error) {  // a device that is lost sends nothing any more: the film keeps what has come
    if (error.exitCode() != ExitCode::gpu) throw;
    logError("{}", error.what());
  }
  const VideoSummary summary = m_film->finish();
  logInfo("{}", describe(summary));
  m_filmProblem = summary.problem;
  m_film.reset();
}

void App::collectCaptures(bool wait) {
  m_stage.takeCaptures(
      [this](std::span<const std::byte> rgba, VkExtent2D extent, std::uint64_t frame) {
        if (m_film) m_film->add(rgba, extent);
        while (!m_pictures.empty() && m_pictures.front().frame != 0 && m_pictures.front().frame <= frame) {
          const PendingPicture picture = std::move(m_pictures.front());
          m_pictures.pop_front();
          writeScreenshot(picture, rgba, extent);
        }
      },
      wait);
}

// A picture that cannot be written is said; only the one that --screenshot asks for is owed.
void App::writeScreenshot(const PendingPicture& picture, std::span<const std::byte> rgba, VkExtent2D extent) {
  try {
    writePng(picture.path, {static_cast<int>(extent.width), static_cast<int>(extent.height), 4, rgba},
             std::vector<PngText>{{"step", std::to_string(picture.step)},
                                  {"seed", std::to_string(m_options.training.seed)}});
    logInfo("picture: {}", picture.path.string());
  } catch (const Error& error) {
    if (m_isFinished) throw;
    tell(error.what());
  }
}

// On the panel and in the log: what the user asked for could not be done, and the run goes on.
void App::tell(const std::string& problem) {
  logError("{}", problem);
  m_notice = problem;
}

// The last picture stands still: its samples are averaged over some frames, and every pixel of every edge is
// drawn.
void App::drawLastPicture() {
  m_pictures.clear();
  m_bridge->pause();
  m_settings.sampling = EdgeSampling::exact;
  if (m_framesDrawn == 0) settleAtOnce();
  for (int i = 0; i < kFramesForLastPicture; ++i) {
    m_bridge->request({wantedView(), 0});
    const Publication* publication = m_bridge->newest(true);
    m_facts = publication->facts;
    if (i == 0 && !m_options.camera.empty()) moveCamera(0);
    if (i == 0) m_stage.renderer().forgetLight();
    if (i + 1 == kFramesForLastPicture) m_pictures.push_back({m_options.screenshot});
    draw(*publication, 1.0 / m_pace.framesPerSecond);
  }
  collectCaptures(true);
}

// In the midst of a frame, and the window can no longer be closed: what there is is kept, and that is the
// end.
void App::endWithoutDisplay() {
  m_windowIsGone = true;
  ExitCode code = ExitCode::done;
  try {
    finish();
  } catch (const std::exception& error) {
    logError("{}", error.what());
    code = ExitCode::inputOutput;
  }
  std::_Exit(static_cast<int>(code));
}

}  // namespace cajal
