// App, continued: what is measured while it runs, and what is said and kept when it ends.
#include <fmt/format.h>

#include <algorithm>

#include "engine/base/clock.h"
#include "engine/base/error.h"
#include "engine/base/log.h"
#include "viewer/app.h"
#include "viewer/scene/labels.h"

namespace cajal {
namespace {

constexpr double kPricePeriod = 0.5;  // seconds between two readings of the price

}  // namespace

void App::takeMetrics() {
  for (const Metrics& metrics : m_bridge->takeMetrics()) {
    if (!m_curves.empty() && metrics.step <= m_curves.back().step) m_curves.clear();  // after a reset
    m_curves.push_back(metrics);
    m_runFolder.append(metrics, state());
  }
  for (const LoggedCommand& command : m_bridge->takeCommandLog()) noteApplied(command);
}

void App::measurePrice() {
  const double now = secondsNow(), elapsed = now - m_mark.time;
  if (elapsed < kPricePeriod) return;
  const std::uint64_t steps = m_bridge->stepsDone();
  const BridgeCounters counters = m_bridge->counters();
  const std::uint64_t frames = m_framesDrawn - m_mark.frames;
  m_price.stepsPerSecond = steps >= m_mark.steps ? static_cast<double>(steps - m_mark.steps) / elapsed : 0;
  m_price.stepMilliseconds = m_price.stepsPerSecond > 0 ? 1e3 / m_price.stepsPerSecond : 0;
  m_price.framesPerSecond = static_cast<double>(frames) / elapsed;
  m_price.drawMilliseconds = m_stage.drawMilliseconds();
  m_price.bytesCopiedPerFrame =
      frames ? static_cast<double>(counters.bytesCopied - m_mark.bytes) / static_cast<double>(frames) : 0;
  m_mark = {now, steps, m_framesDrawn, counters.bytesCopied};
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
  m_bridge->pause();
  takeMetrics();
  m_runFolder.append(TimedAction{{m_bridge->stepsDone(), {}}, {"quit", {}}});  // where a replay ends
  stopRecording();
  if (!m_options.screenshot.empty() && !m_windowIsGone && m_drawingProblem.empty()) takeLastPicture();
  m_runFolder.saveCheckpoint(*m_bridge);
  Statistics test;
  m_bridge->withTrainer([&](Trainer& trainer) { test = trainer.evaluateTest(trainer.data().test.count); });
  for (const GpuSpan& span : m_stage.spans()) logDebug("{}: {:.2f} ms", span.name, span.milliseconds);
  const std::string steps = withThousands(m_bridge->stepsDone()), count = withThousands(test.count);
  if (m_fixed.predictsNumbers) {
    logInfo("{} steps, test loss {:.6g} over {} examples", steps, test.meanLoss(), count);
  } else {
    logInfo("{} steps, test accuracy {:.2f} % of {} examples", steps, 100 * test.accuracy(), count);
  }
}

}  // namespace cajal
