#include "tests/support/cuda_test.h"

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
    for (std::uint64_t updates = 1; updates <= 3; ++updates) {
      backend.update(h, updates, w.data(), g.data(), m.data(), v.data(), kCount, kDecayed);
      h.learningRate = 0.005f;
    }
    return {w.read(), m.read(), v.read()};
  }
};

TEST_F(CudaUpdate, IsTheCpusForEveryRuleAndFollowsTheSliders) {
  for (const UpdateRule rule :
       {UpdateRule::gradientDescent, UpdateRule::sgd, UpdateRule::momentum, UpdateRule::adam}) {
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

TEST_F(CudaUpdate, SgdLeavesTheMomentsAlone) {
  const Arenas cuda = run(*m_cuda, settings(UpdateRule::sgd));
  EXPECT_EQ(cuda.m.values, randomMatrix(1, kCount, 3).values);
  EXPECT_EQ(cuda.v.values, randomMatrix(1, kCount, 4, 0, 1).values);
}

}  // namespace
}  // namespace cajal
