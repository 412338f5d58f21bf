#include <cmath>

#include "tests/support/cuda_test.h"
#include "tests/support/one_update.h"

namespace cajal {
namespace {

using namespace test;

constexpr std::size_t kCount = 40'003, kDecayed = 30'001;

Hyperparameters settings(UpdateRule rule) {
  Hyperparameters h;
  h.rule = rule;
  h.learningRate = 0.01f;
  h.weightDecay = 0.1f;
  return h;
}

class CudaUpdate : public CudaTest {
 protected:
  struct Arenas {
    HostMatrix w, m, v;
  };

  // Three updates in a row, with another learning rate from the second on.
  static Arenas run(Backend& backend, Hyperparameters h) {
    const Placed w(backend, randomMatrix(1, kCount, 1)), g(backend, randomMatrix(1, kCount, 2));
    const Placed m(backend, randomMatrix(1, kCount, 3)), v(backend, randomMatrix(1, kCount, 4, 0, 1));
    UpdateCount count;
    for (int update = 0; update < 3; ++update) {
      updateOnce(backend, h, count, {w.data(), g.data(), m.data(), v.data(), kCount, kDecayed}, true);
      count = next(h, count);
      h.learningRate = 0.005f;
    }
    return {w.read(), m.read(), v.read()};
  }
};

TEST_F(CudaUpdate, IsTheCpusForEveryRuleAndFollowsTheSliders) {
  for (std::uint32_t i = 0; i < kUpdateRules; ++i) {
    const auto rule = static_cast<UpdateRule>(i);
    if (rule == UpdateRule::rmsprop) continue;  // g / √v may be any size here; below
    SCOPED_TRACE(std::string(name(rule)));
    const Arenas cuda = run(*m_cuda, settings(rule)), cpu = run(*m_cpu, settings(rule));
    // One text; fused products round once less. m and v stay below 2; a step is at most 0.01 · |m / √v|, and
    // v starts at 1e-5 or more of its range but for a few: three updates of a dozen roundings of numbers
    // below 16.
    const auto tolerance = [](std::size_t) { return 3 * gammaOf(12) * 16; };
    expectNear(cuda.w, cpu.w, tolerance);
    expectNear(cuda.m, cpu.m, tolerance);
    expectNear(cuda.v, cpu.v, tolerance);
  }
}

TEST_F(CudaUpdate, RmspropIsTheCpus) {
  Hyperparameters h = settings(UpdateRule::rmsprop);
  h.epsilon = 0.1f;  // m stays below 10 · 3
  const Arenas cuda = run(*m_cuda, h), cpu = run(*m_cpu, h);
  const auto tolerance = [](std::size_t) { return 3 * gammaOf(12) * 32; };
  expectNear(cuda.w, cpu.w, tolerance);
  expectNear(cuda.m, cpu.m, tolerance);
}

TEST_F(CudaUpdate, ClippedAndPenalisedIsTheCpus) {
  Hyperparameters h = settings(UpdateRule::adamw);
  h.clipNorm = 3;
  h.clipValue = 0.5f;
  h.l1 = 0.1f;
  const Arenas cuda = run(*m_cuda, h), cpu = run(*m_cpu, h);
  // The norm is a sum of 40,003 squares, in another order within a block of 16,384.
  const auto tolerance = [](std::size_t) { return gammaOf(1024) * 16; };
  expectNear(cuda.w, cpu.w, tolerance);
  expectNear(cuda.v, cpu.v, tolerance);
}

TEST_F(CudaUpdate, IsBlockedByOneValueThatIsNotFinite) {
  for (const std::size_t place : {std::size_t{0}, kCount - 1}) {
    const HostMatrix before = randomMatrix(1, kCount, 1);
    HostMatrix gradients = randomMatrix(1, kCount, 2);
    gradients.values[place] = std::nanf("");
    const Placed w(*m_cuda, before), g(*m_cuda, gradients), m(*m_cuda, before), v(*m_cuda, before);
    const std::uint64_t blocked = m_cuda->blockedUpdates();
    updateOnce(*m_cuda, settings(UpdateRule::adam), {},
               {w.data(), g.data(), m.data(), v.data(), kCount, kDecayed}, true);
    m_cuda->finish();
    EXPECT_EQ(m_cuda->blockedUpdates(), blocked + 1);
    EXPECT_EQ(w.read().values, before.values);
  }
}

TEST_F(CudaUpdate, SgdLeavesTheMomentsAlone) {
  const Arenas cuda = run(*m_cuda, settings(UpdateRule::sgd));
  EXPECT_EQ(cuda.m.values, randomMatrix(1, kCount, 3).values);
  EXPECT_EQ(cuda.v.values, randomMatrix(1, kCount, 4, 0, 1).values);
}

TEST_F(CudaUpdate, LeavesWhatItChanged) {
  const HostMatrix before = randomMatrix(1, kCount, 1);
  const Placed w(*m_cuda, before), g(*m_cuda, randomMatrix(1, kCount, 2)), m(*m_cuda, HostMatrix(1, kCount)),
      v(*m_cuda, HostMatrix(1, kCount)), changes(*m_cuda, HostMatrix(1, kCount, 123.0f));
  updateOnce(*m_cuda, settings(UpdateRule::adam), {},
             {w.data(), g.data(), m.data(), v.data(), kCount, kDecayed, changes.data()}, false);
  const HostMatrix after = w.read(), changed = changes.read();
  for (std::size_t i = 0; i < kCount; ++i) {
    ASSERT_EQ(changed.values[i], after.values[i] - before.values[i]) << i;
    ASSERT_NE(changed.values[i], 0.0f) << i;
  }
}

TEST_F(CudaUpdate, AMovedAverageIsTheCpus) {
  const auto run = [](Backend& backend) {
    const Placed w(backend, randomMatrix(1, kCount, 1)), average(backend, randomMatrix(1, kCount, 2));
    backend.moveAverage(PlacedState(backend).get(), w.data(), 0.9f, average.data(), kCount);
    return average.read();
  };
  // Three operations on numbers below 2.
  expectNear(run(*m_cuda), run(*m_cpu), [](std::size_t) { return 2 * gammaOf(3) * 2; });
}

}  // namespace
}  // namespace cajal
