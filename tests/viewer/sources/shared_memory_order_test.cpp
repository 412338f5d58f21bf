// The order of signals and waits, without a GPU: a thousand frames of whatever a user can do, each signal and
// wait held against the rules as it is made (recorded_stream.h).
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "compute/core/random.h"
#include "tests/viewer/sources/recorded_stream.h"

namespace cajal {
namespace {

using namespace test;

class SharedMemoryOrder : public testing::Test {
 protected:
  SharedMemoryOrder() {
    m_source = std::make_unique<SharedMemory>(
        std::make_unique<RecordedStream>(m_order),
        [this](const ArenaSource& arenas) {
          return std::make_unique<Trainer>(smallConfiguration(), smallSet(), *m_backend, arenas);
        },
        0U);
  }

  Steering& steering() { return *m_source->steering(); }
  void request(std::uint64_t steps = 0) {
    FrameRequest request;
    request.steps = steps;
    request.view.looks = static_cast<Looks>(m_example % 3);
    request.view.example = m_example++;  // so that each publication writes activations
    m_source->request(request);
  }
  void drawTaken() {
    m_order.submit(m_source->sync().waits(), m_source->sync().signals());
    m_source->sync().submitted(++m_frame);
  }
  // As App::frame() does it.
  SnapshotFacts frame(std::uint64_t steps = 0) {
    const Publication* publication = m_source->newest(Wait::yes);
    const SnapshotFacts facts = publication->facts;
    const auto taken = m_order.arenas;
    m_source->takeMetrics();
    request(steps);
    EXPECT_EQ(m_order.arenas, taken) << "changed before it was drawn";
    drawTaken();
    return facts;
  }

  RecordedOrder m_order;
  std::unique_ptr<Backend> m_backend = makeCpuBackend(1);
  std::unique_ptr<Source> m_source;
  std::uint64_t m_frame = 0;
  std::size_t m_example = 0;
};

TEST_F(SharedMemoryOrder, NothingCanBeDrawnBeforeItIsRequested) {
  EXPECT_EQ(m_source->newest(Wait::no), nullptr);
  EXPECT_TRUE(m_source->sync().waits().empty());
  EXPECT_TRUE(m_source->sync().signals().empty());
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
  steering().run(100);
  request();
  for (int i = 0; i < 100; ++i) frame();
  EXPECT_EQ(steering().progress().steps, 100U);
  EXPECT_FALSE(steering().progress().isRunning);
}

TEST_F(SharedMemoryOrder, WithoutFramesALookKeepsTrainingGoing) {
  steering().run(500);
  for (int i = 0; i < 1000 && steering().progress().steps < 500; ++i) m_source->takeMetrics();
  EXPECT_EQ(steering().progress().steps, 500U);
  EXPECT_EQ(m_order.trained, 0U) << "nobody wanted to draw";
}

TEST_F(SharedMemoryOrder, ALookLeavesAloneWhatIsAboutToBeDrawn) {
  steering().run();
  request();
  m_source->newest(Wait::no);
  const auto taken = m_order.arenas;
  std::this_thread::sleep_for(std::chrono::milliseconds(60));
  for (int look = 0; look < 3; ++look) m_source->takeMetrics();
  EXPECT_EQ(m_order.arenas, taken);
  drawTaken();
  for (int look = 0; look < 3; ++look) m_source->takeMetrics();
  EXPECT_NE(m_order.arenas, taken) << "nobody asks for frames any more: training goes on";
}

TEST_F(SharedMemoryOrder, CommandsAreLoggedWithTheirStepAndResetGoesBackToZero) {
  request();
  frame(5);
  steering().submit({"lr", 0.5});
  frame(5);  // the five steps of before
  steering().submit(Command{});
  frame(2);
  const std::vector<Answer> answers = steering().takeAnswers();
  ASSERT_EQ(answers.size(), 2U);
  const auto rate = std::get<LoggedCommand>(answers[0].content);
  EXPECT_EQ(rate.step, 5U);
  EXPECT_EQ(rate.command, (Command{"lr", 0.5}));
  EXPECT_EQ(std::get<LoggedCommand>(answers[1].content).step, 10U);
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
  m_source->newest(Wait::yes);
  const auto taken = m_order.arenas;
  const int finishes = m_order.finishes;
  m_source->takeMetrics(Wait::yes);
  EXPECT_EQ(m_order.finishes, finishes + 1);
  EXPECT_EQ(m_order.arenas, taken);
  drawTaken();
  EXPECT_EQ(frame(3).step, 3U);
}

TEST_F(SharedMemoryOrder, APublicationNamesTheRequestThatItAnswers) {
  request();
  request();
  EXPECT_EQ(m_source->newest(Wait::yes)->request, 2U);
  request();  // enqueued behind the frame at hand
  EXPECT_EQ(m_source->newest(Wait::no)->request, 2U);
  drawTaken();
  EXPECT_EQ(m_source->newest(Wait::no)->request, 3U);
}

// What is enqueued is not waited for; nothing more is enqueued meanwhile.
TEST_F(SharedMemoryOrder, AQuestionIsAnsweredOnceTheGpuHasDoneWhatIsEnqueued) {
  steering().run();
  request();
  for (int i = 0; i < 5; ++i) frame();
  m_order.holdsBursts = true;  // the GPU is busy
  frame();
  const auto before = m_order.arenas;
  const int finishes = m_order.finishes;
  steering().ask(CopyState{});
  for (int i = 0; i < 3; ++i) {
    frame();
    EXPECT_TRUE(steering().takeAnswers().empty());
  }
  EXPECT_EQ(m_order.finishes, finishes) << "the render thread waited for steps";
  m_order.holdsBursts = false;
  const std::vector<Answer> answers = steering().takeAnswers();
  ASSERT_EQ(answers.size(), 1U);
  const auto& state = std::get<std::shared_ptr<const TrainingState>>(answers[0].content);
  EXPECT_EQ(state->counters.steps, steering().progress().steps);
  for (const TensorValues& saved : state->tensors) {
    const std::vector<float>& arena = before[static_cast<std::size_t>(saved.tensor.arena)];
    EXPECT_TRUE(std::equal(saved.values.begin(), saved.values.end(),
                           arena.begin() + static_cast<std::ptrdiff_t>(saved.tensor.offset)))
        << saved.tensor.name << " is of a later step";
  }
  const std::uint64_t steps = steering().progress().steps;
  for (int i = 0; i < 5; ++i) frame();
  EXPECT_GT(steering().progress().steps, steps) << "training did not go on";
}

// A film's steps are counted: they are done behind the question that came before them.
TEST_F(SharedMemoryOrder, InLockstepAQuestionIsAnsweredBeforeTheNextSteps) {
  request();
  frame(3);
  m_order.holdsBursts = true;
  frame(3);
  steering().ask(ReadTensors{TensorRole::weight});
  frame(3);
  EXPECT_EQ(frame(3).step, 9U);
  const std::vector<Answer> answers = steering().takeAnswers();
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].step, 6U);
}

TEST_F(SharedMemoryOrder, ACommandIsNotAppliedToWhatIsAboutToBeDrawn) {
  request();
  frame(5);
  m_source->newest(Wait::no);
  const auto taken = m_order.arenas;
  steering().submit(Command{});
  EXPECT_TRUE(steering().takeAnswers().empty());
  EXPECT_EQ(m_order.arenas, taken);
  drawTaken();
  EXPECT_EQ(steering().takeAnswers().size(), 1U);
  EXPECT_EQ(m_source->newest(Wait::no)->facts.step, 0U);
  drawTaken();
}

TEST_F(SharedMemoryOrder, NothingIsCopiedAndNothingSkipped) {
  request();
  for (int i = 0; i < 10; ++i) frame(1);
  EXPECT_EQ(m_source->counters().bytesCopied, 0U);
  EXPECT_EQ(m_source->counters().skipped, 0U);
  EXPECT_EQ(m_source->counters().publications, 11U);
}

TEST_F(SharedMemoryOrder, HoldsOverAThousandFramesOfAnything) {
  Random random(7, RandomStream::points);
  request();
  for (int i = 0; i < 1000; ++i) {
    switch (random.index(14)) {
      case 0: steering().run(); break;
      case 1: steering().pause(); break;
      case 2: steering().run(1); break;
      case 3: steering().submit(Command{}); break;
      case 4:
        steering().submit({"optimizer", std::string(name(static_cast<UpdateRule>(random.index(4))))});
        break;
      case 5:  // asked now, answered in one of the next frames
        steering().ask(EvaluatePart{Part::test, 16});
        steering().ask(CopyState{});
        break;
      case 6:  // the same state once more
        m_source->newest(Wait::no);
        drawTaken();
        break;
      case 7:  // asked twice, drawn once
        request(1);
        break;
      case 8:  // taken, overtaken, and never drawn
        m_source->newest(Wait::no);
        request(2);
        m_source->newest(Wait::yes);
        break;
      case 9:
        for (int look = 0; look < 3; ++look) m_source->takeMetrics();
        break;
      case 10: steering().takeAnswers(); break;
      case 11:
        steering().ask(ReadTensors{TensorRole::weight});
        steering().takeAnswers(Wait::yes);
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
  m_source.reset();
  EXPECT_EQ(m_order.rescues, 1) << "a stream that waits for drawing is not waited for at the end";
}

TEST_F(SharedMemoryOrder, AFrameThatNeverEndsIsAnErrorAndNoHang) {
  request();
  frame();
  m_order.isStuck = true;
  EXPECT_THROW(frame(10'000), Error);
  m_source.reset();
  EXPECT_EQ(m_order.rescues, 1);
}

}  // namespace
}  // namespace cajal
