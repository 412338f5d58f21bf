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
  m_film = std::make_unique<Film>(path, m_stage.extent(), m_framesWanted, isLive(), m_options.training.seed);
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
        if (m_screenshotFrame == 0 || frame < m_screenshotFrame) return;
        writeScreenshot(rgba, extent);
        m_screenshotFrame = 0;
        m_nextScreenshot.clear();
      },
      wait);
}

void App::writeScreenshot(std::span<const std::byte> rgba, VkExtent2D extent) const {
  writePng(m_nextScreenshot, {static_cast<int>(extent.width), static_cast<int>(extent.height), 4, rgba},
           std::vector<PngText>{{"step", std::to_string(m_facts.step)},
                                {"seed", std::to_string(m_options.training.seed)}});
  logInfo("picture: {}", m_nextScreenshot.string());
}

// The last picture stands still: its samples are averaged over some frames, and every pixel of every edge is
// drawn.
void App::drawLastPicture() {
  m_nextScreenshot.clear();
  m_screenshotFrame = 0;
  m_bridge->pause();
  m_settings.sampling = EdgeSampling::exact;
  if (m_framesDrawn == 0) settleAtOnce();
  for (int i = 0; i < kFramesForLastPicture; ++i) {
    m_bridge->request({wantedView(), 0});
    const Publication* publication = m_bridge->newest(true);
    m_facts = publication->facts;
    if (i == 0 && !m_options.camera.empty()) moveCamera(0);
    if (i == 0) m_stage.renderer().forgetLight();
    if (i + 1 == kFramesForLastPicture) m_nextScreenshot = m_options.screenshot;
    draw(*publication, 1.0 / m_framesWanted);
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
