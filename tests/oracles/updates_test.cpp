// Update rules and schedules against PyTorch's, which computed in double from the same numbers.
#include <gtest/gtest.h>

#include <algorithm>

#include "compute/core/backend.h"
#include "tests/oracles/fixtures.h"
#include "tests/support/host_matrix.h"
#include "tests/support/one_update.h"
#include "tests/support/rounding.h"

namespace cajal {
namespace {

using namespace test;

HostMatrix rowOf(const Json& values) {
  return HostMatrix(1, values.size(), floats(values));
}

// One case of updates.json, run on the CPU backend: what is checked is the operation, not only its text.
class UpdateCase {
 public:
  UpdateCase(const Json& json, std::size_t decayed) : m_json(json), m_decayed(decayed) {}

  void expectPyTorchs() {
    for (std::size_t step = 0; step < m_json["gradients"].size(); ++step) {
      SCOPED_TRACE("step " + std::to_string(step + 1));
      takeStep(step);
      expectNear(m_w.read().values, m_json["parameters"][step], 1);
    }
    expectNear(m_m.read().values, m_json["firstMoments"], 4);
    expectNear(m_v.read().values, m_json["secondMoments"], 1);
  }

 private:
  void takeStep(std::size_t step) {
    const Placed g(*m_backend, rowOf(m_json["gradients"][step]));
    updateOnce(*m_backend, m_h, m_updates, {m_w.data(), g.data(), m_m.data(), m_v.data(), count(), m_decayed},
               false);
    m_updates = next(m_h, m_updates);
  }

  // Numbers below `size`; 1 - β is exact here, so a step is twenty roundings, of a rate of at most 1/8 times
  // a gradient below 2, or of a quotient that Adam keeps near 1 and RMSProp below 5; five steps carry them
  // on.
  static void expectNear(const std::vector<float>& values, const Json& expected, double size) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      EXPECT_NEAR(values[i], expected[i].get<double>(), gammaOf(5 * 20) * size) << i;
    }
  }

  std::size_t count() const { return m_json["start"].size(); }

  const Json& m_json;
  std::size_t m_decayed;
  Hyperparameters m_h = hyperparametersOf(m_json);
  UpdateCount m_updates;
  std::unique_ptr<Backend> m_backend = makeCpuBackend(1);
  Placed m_w{*m_backend, rowOf(m_json["start"])};
  Placed m_m{*m_backend, HostMatrix(1, count())}, m_v{*m_backend, HostMatrix(1, count())};
};

TEST(UpdateOracle, FiveStepsOfEveryRuleWithEveryOptionArePyTorchs) {
  const Json all = fixture("updates");
  for (const Json& each : all["cases"]) {
    SCOPED_TRACE(each.dump().substr(0, 300));
    UpdateCase(each, all["decayed"].get<std::size_t>()).expectPyTorchs();
  }
}

TEST(UpdateOracle, HasEveryRule) {
  const Json all = fixture("updates");
  for (std::uint32_t i = 0; i < kUpdateRules; ++i) {
    const auto rule = static_cast<UpdateRule>(i);
    EXPECT_GE(std::count_if(all["cases"].begin(), all["cases"].end(),
                            [&](const Json& each) { return each["rule"] == name(rule); }),
              6)
        << name(rule);
  }
}

std::vector<double> ratesOf(const Json& json) {
  const Schedule schedule = scheduleOf(json);
  std::vector<double> rates;
  PlateauState plateau;
  for (std::size_t step = 0; step < json["rates"].size(); ++step) {
    if (schedule.kind == ScheduleKind::plateau)
      plateau = observed(schedule, plateau, json["losses"][step].get<double>());
    rates.push_back(static_cast<double>(scheduledRate(schedule, step, plateau.factor)));
  }
  return rates;
}

TEST(ScheduleOracle, SixtyStepsOfEveryScheduleArePyTorchs) {
  const Json all = fixture("schedules");
  for (const Json& each : all["cases"]) {
    SCOPED_TRACE(each.dump().substr(0, 150));
    const std::vector<double> rates = ratesOf(each), expected = doubles(each["rates"]);
    for (std::size_t step = 0; step < rates.size(); ++step) {
      // Computed in double and rounded once; the fixture keeps ten digits.
      EXPECT_NEAR(rates[step], expected[step], 2 * kRounding * expected[step]) << "step " << step;
    }
  }
}

TEST(ScheduleOracle, HasEverySchedule) {
  const Json all = fixture("schedules");
  for (std::uint32_t i = 0; i < kSchedules; ++i) {
    const auto kind = static_cast<ScheduleKind>(i);
    EXPECT_TRUE(std::any_of(all["cases"].begin(), all["cases"].end(), [&](const Json& each) {
      return each["kind"] == name(kind);
    })) << name(kind);
  }
}

}  // namespace
}  // namespace cajal
