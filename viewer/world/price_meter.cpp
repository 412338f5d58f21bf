#include "viewer/world/price_meter.h"

namespace cajal {
namespace {

constexpr double kPeriod = 0.5;  // seconds between two readings

}  // namespace

void PriceMeter::update(double now, const Totals& totals, double drawMilliseconds) {
  const double elapsed = now - m_since;
  if (elapsed < kPeriod) return;
  // A reset takes the steps back.
  const std::uint64_t steps = totals.steps >= m_before.steps ? totals.steps - m_before.steps : 0;
  const std::uint64_t frames = totals.frames - m_before.frames;
  m_price.stepsPerSecond = static_cast<double>(steps) / elapsed;
  m_price.stepMilliseconds = m_price.stepsPerSecond > 0 ? 1e3 / m_price.stepsPerSecond : 0;
  m_price.framesPerSecond = static_cast<double>(frames) / elapsed;
  m_price.drawMilliseconds = drawMilliseconds;
  const std::uint64_t bytes = totals.bytesCopied - m_before.bytesCopied;
  m_price.bytesCopiedPerFrame = frames ? static_cast<double>(bytes) / static_cast<double>(frames) : 0;
  begin(now, totals);
}

}  // namespace cajal
