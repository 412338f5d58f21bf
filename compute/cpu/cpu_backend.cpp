// The CPU backend: host memory, oneDNN for the products, a thread team for everything.
#include <dnnl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <deque>
#include <new>
#include <thread>
#include <utility>

#include "compute/core/backend.h"
#include "compute/cpu/operations.h"
#include "engine/base/error.h"

namespace cajal {
namespace {

class CpuBackend final : public Backend {
 public:
  explicit CpuBackend(int threads) : m_team(threads > 0 ? threads : defaultThreads()) {}

  std::string describe() const override {
    const dnnl_version_t* version = dnnl_version();
    return fmt::format("CPU, {} thread{}, oneDNN {}.{}.{}", m_team.threads(),
                       m_team.threads() == 1 ? "" : "s", version->major, version->minor, version->patch);
  }
  bool isHostMemory() const override { return true; }

  ArenaMemory allocate(std::size_t floats) override {
    constexpr std::align_val_t alignment{256};
    const std::size_t bytes = std::max<std::size_t>(floats, 1) * sizeof(float);
    auto* memory = static_cast<float*>(::operator new(bytes, alignment, std::nothrow));
    if (!memory) {
      throw Error(ExitCode::badInput,
                  fmt::format("out of memory: {} MB were wanted for one arena; use a smaller --net "
                              "or --batch",
                              bytes / 1'000'000));
    }
    std::memset(memory, 0, bytes);
    return {memory, [](float* data) { ::operator delete(data, alignment); }};
  }

  DeviceExamples upload(const Examples& examples, std::size_t features) override {
    // Host memory already: the data set is only referred to, and outlives the trainer.
    return {nullptr,
            examples.byteData(),
            examples.floatData(),
            examples.labels.empty() ? nullptr : examples.labels.data(),
            examples.targets.empty() ? nullptr : examples.targets.data(),
            examples.weights.empty() ? nullptr : examples.weights.data(),
            examples.count,
            features,
            examples.count ? examples.targets.size() / examples.count : 0};
  }

  void read(const float* source, float* host, std::size_t count) override {
    std::copy_n(source, count, host);
  }
  void write(float* target, const float* host, std::size_t count) override {
    std::copy_n(host, count, target);
  }
  void fillZero(float* target, std::size_t count) override { std::memset(target, 0, count * sizeof(float)); }
  void finish() override {}
  void copy(const float* source, float* target, std::size_t count) override {
    std::memcpy(target, source, count * sizeof(float));
  }
  std::uint64_t blockedUpdates() override { return m_blockedUpdates; }
  void setThreads(int threads) override { m_team.resize(std::max(threads, 1)); }

  void setRules(const StepRules& rules, StepState* state) override {
    state->rules = rules;
    state->clock.learningRate = learningRateOf(rules, state->clock.steps);
  }
  void setClock(const StepClock& clock, StepState* state) override {
    state->clock = clock;
    state->clock.learningRate = learningRateOf(state->rules, clock.steps);
  }
  StepClock readClock(const StepState* state) override { return state->clock; }
  void tick(StepState* state) override { state->clock = ticked(state->rules, state->clock); }

  void takeStatistics(int slot) override {
    m_taken.push_back(m_statistics[slot]);
    m_statistics[slot] = {};
  }
  std::optional<Statistics> pollStatistics() override {
    if (m_taken.empty()) return std::nullopt;
    const Statistics oldest = m_taken.front();
    m_taken.pop_front();
    return oldest;
  }
  Statistics readStatistics(int slot) override { return m_statistics[slot]; }
  void writeStatistics(int slot, const Statistics& statistics) override { m_statistics[slot] = statistics; }
  bool takeSummaries(const std::vector<ValueRange>& ranges, const std::vector<UnitRange>& units) override {
    m_summaries = {cpu::summarize(m_team, ranges), cpu::summarize(m_team, units)};
    return true;
  }
  std::optional<Summaries> pollSummaries() override { return std::exchange(m_summaries, std::nullopt); }

 private:
  static int defaultThreads() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency())); }

  void perform(const Operation& operation) override {
    std::visit([this](const auto& known) { carryOut(known); }, operation);
  }
  template <typename Known>
  void carryOut(const Known& operation) {
    cpu::run(m_team, operation);
  }
  void carryOut(const ApplyHead& operation) {
    cpu::run(m_team, operation, m_statistics[operation.statistics]);
  }
  void doUpdate(StepState* state, const UpdateArenas& arenas, bool isMeasured) override {
    if (isHalted(state->clock)) return;
    const Hyperparameters h = hyperparametersOf(*state);
    cpu::GradientFacts facts;
    if (isMeasured) facts = cpu::measureGradients(m_team, arenas.gradients, arenas.count, h.clipValue);
    if (!facts.areFinite && state->rules.onNotFinite != NotFinite::pass) {
      ++m_blockedUpdates;
      if (state->rules.onNotFinite == NotFinite::stop) state->clock.haltedAfter = state->clock.steps + 1;
      return;
    }
    cpu::update(m_team, h, updateScale(h, state->clock.updates, std::sqrt(facts.sumOfSquares)), arenas);
  }
  void doMoveAverage(const StepState* state, const float* parameters, float decay, float* average,
                     std::size_t count) override {
    if (!isHalted(state->clock)) cpu::moveAverage(m_team, parameters, decay, average, count);
  }

  ThreadTeam m_team;
  Statistics m_statistics[kStatisticsSlots];
  std::deque<Statistics> m_taken;
  std::uint64_t m_blockedUpdates = 0;
  std::optional<Summaries> m_summaries;  // taken, not yet asked for
};

}  // namespace

std::unique_ptr<Backend> makeCpuBackend(int threads) {
  return std::make_unique<CpuBackend>(threads);
}

}  // namespace cajal
