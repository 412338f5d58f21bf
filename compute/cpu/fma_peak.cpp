#include "compute/cpu/fma_peak.h"

#include <algorithm>
#include <vector>

#include "engine/base/clock.h"
#include "engine/base/parallel.h"

namespace cajal::cpu {
namespace {

// As wide as the widest registers this file was compiled for.
#if defined(__AVX512F__)
constexpr int kLanes = 16;
#elif defined(__AVX__)
constexpr int kLanes = 8;
#else
constexpr int kLanes = 4;
#endif
using Vector __attribute__((vector_size(kLanes * sizeof(float)))) = float;

constexpr int kChains = 12;  // independent sums, more than latency × units of any core we know
constexpr int kRounds = 200'000;

// Seconds for kRounds × kChains multiply-adds of kLanes each.
double timeOnce(float& sink) {
  Vector sums[kChains];
  for (int chain = 0; chain < kChains; ++chain) sums[chain] = Vector{} + 1.0f + static_cast<float>(chain);
  Vector factor = Vector{} + 0.999f, addend = Vector{} + 0.001f;
  asm volatile("" : "+x"(factor), "+x"(addend));  // unknown to the compiler: nothing can be folded
  const double start = secondsNow();
  for (int round = 0; round < kRounds; ++round) {
    for (int chain = 0; chain < kChains; ++chain) sums[chain] = sums[chain] * factor + addend;
  }
  const double seconds = secondsNow() - start;
  for (int chain = 1; chain < kChains; ++chain) sums[0] += sums[chain];
  sink = sums[0][0];
  return seconds;
}

}  // namespace

double measureFmaPeak(int threads, double seconds) {
  std::vector<double> best(static_cast<std::size_t>(threads), 1e30);
  const auto measure = [&](std::size_t t) {
    volatile float keep = 0;
    const double end = secondsNow() + seconds;
    do {
      float sink = 0;
      best[t] = std::min(best[t], timeOnce(sink));
      keep = sink;
    } while (secondsNow() < end);
    static_cast<void>(keep);
  };
  parallelFor(best.size(), measure, static_cast<unsigned>(threads));
  double sum = 0;
  for (const double slowest : best) sum += 2.0 * kLanes * kChains * kRounds / slowest * 1e-9;
  return sum;
}

}  // namespace cajal::cpu
