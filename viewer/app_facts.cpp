// App, continued: what is measured while it runs, and what is said and kept when it ends.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "engine/base/clock.h"
#include "engine/base/error.h"
#include "engine/base/log.h"
#include "viewer/app.h"
#include "viewer/scene/labels.h"

namespace cajal {
namespace {

constexpr int kFramesForLastPicture = 8;  // its samples are averaged over so many

}  // namespace

void App::takeMetrics(Wait wait) {
  for (const Metrics& metrics : m_source->takeMetrics(wait)) {
    m_curves.add(metrics);
    m_runFolder.append(metrics, state());
  }
  m_inquiries.deliver();
  for (const LoggedCommand& applied : m_inquiries.takeApplied()) noteApplied(applied);
}

void App::measurePrice() {
  m_price.update(secondsNow(), {m_steering.progress().steps, m_framesDrawn, m_source->counters().bytesCopied},
                 m_stage.drawMilliseconds());
}

// The last picture stands still: its samples are averaged over some frames, and every pixel of every edge is
// drawn.
void App::drawLastPicture() {
  m_recorder.forgetPictures();
  m_steering.pause();
  m_settings.sampling = EdgeSampling::exact;
  if (m_framesDrawn == 0) settleAtOnce();
  for (int i = 0; i < kFramesForLastPicture; ++i) {
    m_source->request({wantedView(), 0});
    const Publication* publication = m_source->newest(Wait::yes);
    m_facts = publication->facts;
    if (i == 0 && !m_options.camera.empty()) moveCamera(0);
    if (i == 0) m_stage.renderer().forgetLight();
    if (i + 1 == kFramesForLastPicture) m_recorder.takePicture(m_options.screenshot);
    draw(*publication, 1.0 / m_pace.framesPerSecond);
  }
  m_recorder.collect(true);
}

// Weights are kept all the same where there is no picture to be had.
void App::takeLastPicture() {
  try {
    drawLastPicture();
  } catch (const Error& error) {
    if (error.exitCode() != ExitCode::gpu) throw;
    m_drawingProblem = error.what();
  }
}

void App::finish() {
  if (m_isFinished) return;
  m_isFinished = true;
  m_steering.pause();
  m_inquiries.deliver(Wait::yes);  // commands that are not applied yet belong to the log
  takeMetrics();
  m_recorder.stopFilm();
  if (!m_options.screenshot.empty() && !m_windowIsGone && m_drawingProblem.empty()) takeLastPicture();
  m_runFolder.saveCheckpoint(m_inquiries);
  Statistics test;
  std::uint64_t lastStep = 0;
  m_inquiries.ask(EvaluatePart{Part::test}, [&](const Answer& answer) {
    if (const auto* const found = std::get_if<Statistics>(&answer.content)) test = *found;
    lastStep = answer.step;  // the training has paused by now; it may have been in a step before
  });
  m_inquiries.finish();
  m_runFolder.append(TimedAction{{lastStep, {}}, {"quit", {}}});  // where a replay ends
  m_runFolder.finish();
  for (const GpuSpan& span : m_stage.spans()) logDebug("{}: {:.2f} ms", span.name, span.milliseconds);
  const std::string steps = withThousands(m_steering.progress().steps), count = withThousands(test.count);
  if (m_fixed.predictsNumbers) {
    logInfo("{} steps, test loss {:.6g} over {} examples", steps, test.meanLoss(), count);
  } else {
    logInfo("{} steps, test accuracy {:.2f} % of {} examples", steps, 100 * test.accuracy(), count);
  }
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
