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
  // The last picture may show what the last step changed. No step comes after it that could be looked at: the
  // changes of every step are kept, from a request on that wants them.
  if ((wantedView().arenas & arenaBit(ArenaKind::changes)) != 0) requestFirst();
  std::uint64_t steps = stepsLeft();
  if (m_options.seconds) steps = std::min(steps, stepsOf(*m_options.seconds));
  m_steering.run(steps);
  for (;;) {
    const Progress progress = m_steering.progress();
    takeMetrics();
    m_facts.step = progress.steps;
    m_facts.resets = progress.resets;
    followScript();
    if (isStuck() || m_wantsToQuit || !progress.haltedReason.empty() || isInterrupted()) break;
    if (!progress.isRunning) {
      // A reset by a script takes the steps back: some are left then.
      if (!m_options.steps || m_options.seconds || stepsLeft() == 0) break;
      m_steering.run(stepsLeft());
    }
    measurePrice();
    m_runFolder.saveCheckpointWhenDue(m_inquiries, progress.steps);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  m_steering.pause();
  takeMetrics(Wait::yes);
  m_facts.step = m_steering.progress().steps;
  m_runTime = static_cast<double>(m_facts.step / m_pace.stepsPerFrame + 1) / m_pace.framesPerSecond;
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
      fmt::format("; training went on to step {} without pictures", m_steering.progress().steps);
}

void App::runUntilFirstFrame() {
  requestFirst();
  frame();
  m_stage.frames().waitForAll();
  fmt::print("{:.6f}\n", secondsNow());  // the benchmark knows when it started us, on the same clock
  std::fflush(stdout);
}

}  // namespace cajal
