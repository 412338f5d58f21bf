// The order of signals and waits, without a GPU: a thousand frames of whatever a user can do, each signal and
// wait held against the rules as it is made (recorded_stream.h).
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "compute/core/random.h"
#include "tests/viewer/bridge/recorded_stream.h"

namespace cajal {
namespace {

using namespace test;

class SharedMemoryOrder : public testing::Test {
 protected:
  SharedMemoryOrder() {
    m_bridge = std::make_unique<SharedMemory>(
        std::make_unique<RecordedStream>(m_order),
        [this](const ArenaSource& arenas) {
          return std::make_unique<Trainer>(smallConfiguration(), smallSet(), *m_backend, arenas);
        },
        0U);
  }

  void request(std::uint64_t steps = 0) {
    FrameRequest request;
    request.steps = steps;
    request.view.looks = static_cast<Looks>(m_example % 3);
    request.view.example = m_example++;  // so that each publication writes activations
    m_bridge->request(request);
  }
  void drawTaken() {
    m_order.submit(m_bridge->waits(), m_bridge->signals());
    m_bridge->submitted(++m_frame);
  }
  // As App::frame() does it.
  SnapshotFacts frame(std::uint64_t steps = 0) {
    const Publication* publication = m_bridge->newest(true);
    const SnapshotFacts facts = publication->facts;
    const auto taken = m_order.arenas;
    m_bridge->takeMetrics();
    request(steps);
    EXPECT_EQ(m_order.arenas, taken) << "changed before it was drawn";
    drawTaken();
    return facts;
  }

  RecordedOrder m_order;
  std::unique_ptr<Backend> m_backend = makeCpuBackend(1);
  std::unique_ptr<Bridge> m_bridge;
  std::uint64_t m_frame = 0;
  std::size_t m_example = 0;
};

TEST_F(SharedMemoryOrder, NothingCanBeDrawnBeforeItIsRequested) {
  EXPECT_EQ(m_bridge->newest(false), nullptr);
  EXPECT_TRUE(m_bridge->waits().empty());
  EXPECT_TRUE(m_bridge->signals().empty());
}

TEST_F(SharedMemoryOrder, APausedTrainingIsDrawnAndDoesNotMove) {
  request();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(frame().step, 0U);
  EXPECT_EQ(m_order.trained, 11U);
}

TEST_F(SharedMemoryOrder, LockstepMeansExactlySoManyStepsAFrame) {
  request();
  for (std::uint64_t i = 0; i < 50; ++i) EXPECT_EQ(frame(3).step, 3 * i);
}

TEST_F(SharedMemoryOrder, RunStopsAfterItsSteps) {
  m_bridge->run(100);
  request();
  for (int i = 0; i < 100; ++i) frame();
  EXPECT_EQ(m_bridge->stepsDone(), 100U);
  EXPECT_FALSE(m_bridge->isRunning());
}

TEST_F(SharedMemoryOrder, WithoutFramesALookKeepsTrainingGoing) {
  m_bridge->run(500);
  for (int i = 0; i < 1000 && m_bridge->stepsDone() < 500; ++i) m_bridge->takeMetrics();
  EXPECT_EQ(m_bridge->stepsDone(), 500U);
  EXPECT_EQ(m_order.trained, 0U) << "nobody wanted to draw";
}

TEST_F(SharedMemoryOrder, ALookLeavesAloneWhatIsAboutToBeDrawn) {
  m_bridge->run();
  request();
  m_bridge->newest(false);
  const auto taken = m_order.arenas;
  std::this_thread::sleep_for(std::chrono::milliseconds(60));
  for (int look = 0; look < 3; ++look) m_bridge->takeMetrics();
  EXPECT_EQ(m_order.arenas, taken);
  drawTaken();
  for (int look = 0; look < 3; ++look) m_bridge->takeMetrics();
  EXPECT_NE(m_order.arenas, taken) << "nobody asks for frames any more: training goes on";
}

TEST_F(SharedMemoryOrder, CommandsAreLoggedWithTheirStepAndResetGoesBackToZero) {
  request();
  frame(5);
  m_bridge->post({"lr", 0.5});
  frame(5);  // the five steps of before
  m_bridge->post(Command{});
  frame(2);
  const auto log = m_bridge->takeCommandLog();
  ASSERT_EQ(log.size(), 2U);
  EXPECT_EQ(log[0].step, 5U);
  EXPECT_EQ(log[0].command, (Command{"lr", 0.5}));
  EXPECT_EQ(log[1].step, 10U);
  EXPECT_EQ(frame(0).step, 2U);
}

TEST_F(SharedMemoryOrder, LooksArePublishedInTurnAsTheyAreAskedFor) {
  request();
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(frame(1).looks.kind, Looks::none);
    EXPECT_EQ(frame(1).looks.count, smallSet().test.count);
    EXPECT_EQ(frame(1).looks.side, 64U);
  }
}

TEST_F(SharedMemoryOrder, AFilmWaitsForThePointsUpToWhatItShowsAndChangesNothing) {
  request();
  frame(3);
  m_bridge->newest(true);
  const auto taken = m_order.arenas;
  const int finishes = m_order.finishes;
  m_bridge->awaitMetrics();
  EXPECT_EQ(m_order.finishes, finishes + 1);
  EXPECT_EQ(m_order.arenas, taken);
  drawTaken();
  EXPECT_EQ(frame(3).step, 3U);
}

TEST_F(SharedMemoryOrder, NothingIsCopiedAndNothingSkipped) {
  request();
  for (int i = 0; i < 10; ++i) frame(1);
  EXPECT_EQ(m_bridge->counters().bytesCopied, 0U);
  EXPECT_EQ(m_bridge->counters().skipped, 0U);
  EXPECT_EQ(m_bridge->counters().publications, 11U);
}

TEST_F(SharedMemoryOrder, HoldsOverAThousandFramesOfAnything) {
  Random random(7, RandomStream::points);
  request();
  for (int i = 0; i < 1000; ++i) {
    switch (random.index(12)) {
      case 0: m_bridge->run(); break;
      case 1: m_bridge->pause(); break;
      case 2: m_bridge->stepOnce(); break;
      case 3: m_bridge->post(Command{}); break;
      case 4:
        m_bridge->post({"optimizer", std::string(name(static_cast<UpdateRule>(random.index(4))))});
        break;
      case 5: m_bridge->withTrainer([](Trainer& trainer) { trainer.evaluateTest(16); }); break;
      case 6:  // the same state once more
        m_bridge->newest(false);
        drawTaken();
        break;
      case 7:  // asked twice, drawn once
        request(1);
        break;
      case 8:  // taken, overtaken, and never drawn
        m_bridge->newest(false);
        request(2);
        m_bridge->newest(true);
        break;
      case 9:
        for (int look = 0; look < 3; ++look) m_bridge->takeMetrics();
        break;
      default: break;
    }
    frame(random.index(3));
    ASSERT_TRUE(m_order.mayChange() || m_order.isUnchanged()) << "frame " << i;
    ASSERT_FALSE(HasFailure()) << "frame " << i;
  }
  EXPECT_GE(m_order.submitted, 1000U);
}

TEST_F(SharedMemoryOrder, AnErrorOfTheGpuEndsItAndNamesTheStep) {
  request();
  frame(4);
  frame(4);
  m_order.failsAtNextWait = true;
  for (int i = 0; i < 2; ++i) {  // it is an answer to every later question, too
    try {
      frame(4);
      FAIL() << "went on";
    } catch (const Error& error) {
      EXPECT_EQ(error.exitCode(), ExitCode::gpu);
      EXPECT_NE(std::string(error.what()).find("after step 8: the GPU gave up"), std::string::npos)
          << error.what();
    }
  }
  m_bridge.reset();
  EXPECT_EQ(m_order.rescues, 1) << "a stream that waits for drawing is not waited for at the end";
}

TEST_F(SharedMemoryOrder, AFrameThatNeverEndsIsAnErrorAndNoHang) {
  request();
  frame();
  m_order.isStuck = true;
  EXPECT_THROW(frame(10'000), Error);
  m_bridge.reset();
  EXPECT_EQ(m_order.rescues, 1);
}

}  // namespace
}  // namespace cajal
