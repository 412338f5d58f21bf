#include "compute/cuda/stream_timer.h"

#include "compute/cuda/cuda_backend.h"
#include "engine/base/clock.h"
#include "tests/support/cuda_test.h"

namespace cajal {
namespace {

using namespace test;

class CudaStreamTimer : public CudaTest {
 protected:
  // The oldest burst's, waited for.
  static std::optional<double> secondsOf(StreamTimer& timer) {
    std::optional<double> seconds;
    for (const double end = secondsNow() + 10; !seconds && secondsNow() < end;) seconds = timer.poll();
    return seconds;
  }
  void enqueueSomeWork() { m_cuda->fillZero(m_memory.get(), kFloats); }

  static constexpr std::size_t kFloats = 1u << 20;
  ArenaMemory m_memory = nullptr;

  void SetUp() override {
    CudaTest::SetUp();
    if (m_cuda) m_memory = m_cuda->allocate(kFloats);
  }
  void TearDown() override { m_memory.reset(); }
};

TEST_F(CudaStreamTimer, TellsHowLongEachBurstTook) {
  StreamTimer timer(cudaStreamOf(*m_cuda));
  EXPECT_FALSE(timer.poll().has_value());
  const double begin = secondsNow();
  for (int burst = 0; burst < 3; ++burst) {
    timer.begin();
    enqueueSomeWork();
    timer.end();
  }
  for (int burst = 0; burst < 3; ++burst) {
    const std::optional<double> seconds = secondsOf(timer);
    ASSERT_TRUE(seconds.has_value());
    EXPECT_GT(*seconds, 0.0);
    EXPECT_LT(*seconds, secondsNow() - begin);
  }
  EXPECT_FALSE(timer.poll().has_value());
}

TEST_F(CudaStreamTimer, TheBeginningMayBeMoved) {
  StreamTimer timer(cudaStreamOf(*m_cuda));
  timer.begin();
  enqueueSomeWork();
  timer.begin();
  timer.end();
  EXPECT_TRUE(secondsOf(timer).has_value());
  EXPECT_FALSE(timer.poll().has_value());
}

TEST_F(CudaStreamTimer, FinishesOnceEverythingIsDone) {
  StreamTimer timer(cudaStreamOf(*m_cuda));
  enqueueSomeWork();
  EXPECT_TRUE(timer.finish(10));
}

}  // namespace
}  // namespace cajal
