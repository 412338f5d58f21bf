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

void App::takeMetrics(Wait wait) {
  for (const Metrics& metrics : m_source->takeMetrics(wait)) {
    m_curves.add(metrics);
    m_runFolder.append(metrics, state());
  }
  m_inquiries.deliver();
  for (const LoggedCommand& applied : m_inquiries.takeApplied()) noteApplied(applied);
}

void App::measurePrice() {
  const double now = secondsNow(), elapsed = now - m_mark.time;
  if (elapsed < kPricePeriod) return;
  const std::uint64_t steps = m_steering.progress().steps;
  const SourceCounters counters = m_source->counters();
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
  m_steering.pause();
  m_inquiries.deliver(Wait::yes);  // commands that are not applied yet belong to the log
  takeMetrics();
  stopRecording();
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

}  // namespace cajal
