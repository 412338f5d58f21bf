// App, continued: runs that nobody watches, and the end of all runs.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <thread>

#include "engine/base/clock.h"
#include "engine/base/error.h"
#include "engine/base/log.h"
#include "viewer/shell/app.h"
#include "viewer/shell/interrupt.h"

namespace cajal {
namespace {

constexpr int kFramesForLastPicture = 8;  // its samples are averaged over so many

}  // namespace

// Nobody looks: the whole machine trains, and the clock of the run is that of its frames all the same.
void App::trainOnly() {
  // As a film would: its first frame shows step 0.
  const auto stepsOf = [&](double seconds) {
    const auto frames = static_cast<std::uint64_t>(std::ceil(seconds * m_pace.framesPerSecond));
    return (std::max<std::uint64_t>(frames, 1) - 1) * m_pace.stepsPerFrame;
  };
  forEachLane([&](Lane& lane) {
    // The last picture may show what the last step changed. No step comes after it that could be looked at:
    // the changes of every step are kept, from a request on that wants them.
    if ((lane.wantedView().arenas & arenaBit(ArenaKind::changes)) != 0) lane.request(0, 1.0 / 60);
    std::uint64_t steps = stepsLeft(lane);
    if (m_options.seconds) steps = std::min(steps, stepsOf(*m_options.seconds));
    if (lane.isTrained()) lane.steering().run(steps);
  });
  for (bool isTraining = true; isTraining;) {
    // What the script is told, and what is made of it below, are one moment: a lane that stands at the end of
    // the script's making must not be sent on. Commands that were applied before that moment are logged
    // first.
    std::map<const Lane*, Progress> progressOf;
    forEachLane([&](Lane& lane) { progressOf[&lane] = lane.followProgress(); });
    takeMetrics();
    followScript();
    if (m_wantsToQuit || isInterrupted()) break;
    isTraining = false;
    forEachLane([&](Lane& lane) {
      const Progress& progress = progressOf[&lane];
      if (!lane.isTrained() || !progress.haltedReason.empty()) return;
      // A reset by a script takes the steps back: some are left then.
      if (!progress.isRunning && lane.isPlaying() && m_options.steps && !m_options.seconds &&
          stepsLeft(lane) > 0)
        lane.steering().run(stepsLeft(lane));
      isTraining = isTraining || lane.progress().isRunning;
      lane.measurePrice(secondsNow(), m_framesDrawn, m_stage.drawMilliseconds());
      lane.runFolder().saveCheckpointWhenDue(lane.inquiries(), progress.steps);
    });
    if (isTraining) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  for (const auto& lane : lanes()) lane->steering().pause();
  takeMetrics(Wait::yes);
  forEachLane([](Lane& lane) { lane.followProgress(); });
  m_runTime =
      static_cast<double>(m_world.first().facts().step / m_pace.stepsPerFrame + 1) / m_pace.framesPerSecond;
}

// The device that draws is gone, or has no room left. What was to be trained is trained all the same; whoever
// set no end for it watched, and can no longer.
void App::goOnWithoutPictures(const std::string& why) {
  m_drawingProblem = why;
  if (!m_options.steps) return;
  logError("{}; training goes on without pictures", why);
  if (m_pace.stepsPerFrame == 0) m_pace.stepsPerFrame = 1;
  trainOnly();
  m_drawingProblem +=
      fmt::format("; training went on to step {} without pictures", m_world.first().progress().steps);
}

void App::runUntilFirstFrame() {
  forEachLane([](Lane& lane) { lane.request(0, 1.0 / 60); });
  frame();
  m_stage.frames().waitForAll();
  fmt::print("{:.6f}\n", secondsNow());  // the benchmark knows when it started us, on the same clock
  std::fflush(stdout);
}

// ---- the end ----

// The last picture stands still: its samples are averaged over some frames, and every pixel of every edge is
// drawn.
void App::drawLastPicture() {
  m_recorder.forgetPictures();
  forEachLane([&](Lane& lane) {
    lane.steering().pause();
    lane.settings().sampling = EdgeSampling::exact;
    if (m_framesDrawn == 0) lane.settleAtOnce();
  });
  if (m_framesDrawn == 0) {
    bool isRearranged = false;
    forEachLane([&](Lane& lane) { isRearranged = lane.takeRearranged() || isRearranged; });
    if (isRearranged) {
      m_world.arrange(freeView());
      m_eye.place(m_world.framing(freeView()));
    }
  }
  for (int i = 0; i < kFramesForLastPicture; ++i) {
    forEachLane([](Lane& lane) {
      lane.request(0, 1.0 / 60);
      lane.newest(Wait::yes);
    });
    if (i == 0 && !m_options.camera.empty()) moveEye();
    if (i == 0) m_stage.renderer().forgetLight();
    if (i + 1 == kFramesForLastPicture) m_recorder.takePicture(m_options.screenshot);
    draw(1.0 / m_pace.framesPerSecond);
  }
  m_recorder.collect(true);
}

// Weights are kept all the same where there is no picture to be had.
void App::takeLastPicture() {
  try {
    drawLastPicture();
  } catch (const Error& error) {
    (error.exitCode() == ExitCode::gpu ? m_drawingProblem : m_pictureProblem) = error.what();
  }
}

void App::finish() {
  if (m_isFinished) return;
  m_isFinished = true;
  forEachLane([](Lane& lane) { lane.stop(); });
  takeMetrics();
  m_recorder.stopFilm();
  if (!m_options.screenshot.empty() && !m_windowIsGone && m_drawingProblem.empty()) takeLastPicture();
  std::string problem;
  for (const auto& lane : lanes()) {
    try {
      lane->keep();  // also of one that has failed to be drawn: what it learnt is well
    } catch (const std::exception& error) {
      if (!m_world.hasSeveral()) throw;
      problem = fmt::format("lane {}: {}", lane->name(), error.what());
      logError("{}", problem);
    }
  }
  if (problem.empty()) problem = m_pictureProblem;
  for (const GpuSpan& span : m_stage.spans()) logDebug("{}: {:.2f} ms", span.name, span.milliseconds);
  if (!problem.empty()) throw Error(ExitCode::inputOutput, problem);
}

// Everything has been kept; a script must hear what it has not got.
void App::throwWhatWentWrong() const {
  if (!m_drawingProblem.empty()) throw Error(ExitCode::gpu, m_drawingProblem);
  // Nobody is there to lower the rate: training did not come to its end.
  for (const auto& lane : lanes()) {
    const std::string why = lane->whyItStands();
    if (isLive() || why.empty()) continue;
    throw Error(ExitCode::badInput,
                m_world.hasSeveral() ? fmt::format("lane {}: {}", lane->name(), why) : why);
  }
  if (!m_recorder.filmProblem().empty() && !m_options.record.empty() && !isInterrupted()) {
    throw Error(ExitCode::inputOutput, fmt::format("--record {}: the film is not complete: {}",
                                                   m_options.record.string(), m_recorder.filmProblem()));
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
