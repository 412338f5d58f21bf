// App, continued: runs that nobody watches.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <thread>

#include "engine/base/clock.h"
#include "engine/base/log.h"
#include "viewer/app.h"
#include "viewer/interrupt.h"

namespace cajal {

// Nobody looks: the whole machine trains, and the clock of the run is that of its frames all the same.
void App::trainOnly() {
  // As a film would: its first frame shows step 0.
  const auto stepsOf = [&](double seconds) {
    const auto frames = static_cast<std::uint64_t>(std::ceil(seconds * m_pace.framesPerSecond));
    return (std::max<std::uint64_t>(frames, 1) - 1) * m_pace.stepsPerFrame;
  };
  // The last picture may show what the last step changed: no step comes after it that could be looked at.
  m_bridge->withTrainer([&](Trainer& trainer) {
    trainer.keepChanges((wantedView().arenas & arenaBit(ArenaKind::changes)) != 0);
  });
  std::uint64_t steps = stepsLeft();
  if (m_options.seconds) steps = std::min(steps, stepsOf(*m_options.seconds));
  m_bridge->run(steps);
  // A script's pause or the end of a replay may come before all steps are done.
  while (m_bridge->isRunning() && m_bridge->haltedReason().empty() && !m_wantsToQuit && !isInterrupted()) {
    takeMetrics();
    m_facts.step = m_bridge->stepsDone();
    followScript();
    measurePrice();
    m_runFolder.saveCheckpointWhenDue(*m_bridge);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  m_bridge->pause();
  takeMetrics();
  m_facts.step = m_bridge->stepsDone();
  followScript();
  m_runTime = static_cast<double>(m_bridge->stepsDone() / m_pace.stepsPerFrame + 1) / m_pace.framesPerSecond;
}

// The device that draws is gone, or has no room left. What was to be trained is trained all the same; whoever
// set no end for it watched, and can no longer.
void App::goOnWithoutPictures(const std::string& why) {
  m_drawingProblem = why;
  if (!m_options.steps) return;
  logError("{}; training goes on without pictures", why);
  if (m_pace.stepsPerFrame == 0) m_pace.stepsPerFrame = 1;
  trainOnly();
  m_drawingProblem += fmt::format("; training went on to step {} without pictures", m_bridge->stepsDone());
}

void App::runUntilFirstFrame() {
  requestFirst();
  frame();
  m_stage.frames().waitForAll();
  fmt::print("{:.6f}\n", secondsNow());  // the benchmark knows when it started us, on the same clock
  std::fflush(stdout);
}

}  // namespace cajal
