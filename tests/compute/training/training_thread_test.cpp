// The training thread never makes another thread wait for what it does.
#include "compute/training/steering/training_thread.h"

#include <gtest/gtest.h>

#include <chrono>
#include <future>

#include "tests/support/small_sets.h"

namespace cajal {
namespace {

using namespace test;

class OnAThread : public testing::Test {
 protected:
  std::unique_ptr<TrainingThread> threadFor(std::vector<std::size_t> widths, StepTurns* turns = nullptr) {
    TrainingConfiguration configuration;
    configuration.network.spec = denseNetwork(widths);
    configuration.batchSize = 8;
    return std::make_unique<TrainingThread>(
        std::make_unique<Trainer>(configuration, m_data, *m_backend, ArenaSource{}),
        [](const Snapshot&, std::uint64_t) { return true; }, turns);
  }

  DataSet m_data = pointsSet(64, 16, 2, 2);
  std::unique_ptr<Backend> m_backend = makeCpuBackend(1);
};

// Two trainings on one place: the one goes on while the other has no steps to do, and both come to their
// ends.
TEST_F(OnAThread, ATrainingThatRestsLeavesItsPlaceToOthers) {
  StepTurns turns(1);
  auto otherBackend = makeCpuBackend(1);
  const auto first = threadFor({2, 4, 2}, &turns);
  std::swap(m_backend, otherBackend);  // one a training
  const auto second = threadFor({2, 4, 2}, &turns);
  const auto runs = [](TrainingThread& thread, std::uint64_t steps) {
    thread.run(steps);
    while (thread.progress().isRunning) std::this_thread::yield();
    return thread.progress().steps;
  };
  EXPECT_EQ(runs(*first, 3), 3U);
  EXPECT_EQ(runs(*second, 5), 5U);
  first->run(500);
  second->run(500);
  while (first->progress().isRunning || second->progress().isRunning) std::this_thread::yield();
  EXPECT_EQ(first->progress().steps, 503U);
  EXPECT_EQ(second->progress().steps, 505U);
}

// The training thread is held up in the middle of a question until every call of this thread has returned. A
// call that waited for it would wait until it gives up. Commands, a reset among them, are carried out in the
// same place.
TEST_F(OnAThread, NoCallWaitsForWhatIsCarriedOut) {
  std::promise<void> begun, released;
  bool isReleased = false;
  // An evaluation of the training part waits for its examples first; a deferred future runs where it is
  // waited for, which is on the training thread.
  m_data.training.ready =
      std::async(std::launch::deferred, [&] {
        begun.set_value();
        isReleased = released.get_future().wait_for(std::chrono::seconds(20)) == std::future_status::ready;
      }).share();
  const auto thread = threadFor({2, 4, 2});
  const Ticket question = thread->ask(EvaluatePart{Part::training});
  begun.get_future().wait();
  const Ticket reset = thread->submit(Command{});
  thread->run(3);
  thread->pause();
  thread->setThreads(1);
  thread->requestPublication({}, false, 1);
  thread->retryPublication();
  EXPECT_EQ(thread->progress().resets, 0u);
  EXPECT_TRUE(thread->takeMetrics().empty());
  EXPECT_TRUE(thread->takeAnswers().empty());
  released.set_value();
  const std::vector<Answer> answers = thread->takeAnswers(Wait::yes);
  EXPECT_TRUE(isReleased) << "a call has waited for the question";
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_EQ(answers[0].ticket, question);
  EXPECT_EQ(answers[1].ticket, reset);
  EXPECT_EQ(thread->progress().resets, 1u);
}

TEST_F(OnAThread, TheLastStepsPointIsThereOnceTheStepIsCounted) {
  const auto thread = threadFor({2, 4, 2});
  for (std::uint64_t steps = 1; steps <= 128; steps *= 2) {  // each has a point
    thread->run(steps - thread->stepsDone());
    while (thread->stepsDone() < steps) {
    }
    const std::vector<Metrics> points = thread->takeMetrics();
    ASSERT_FALSE(points.empty()) << steps;
    EXPECT_EQ(points.back().step, steps == 128 ? 100 : steps);
  }
}

TEST_F(OnAThread, WaitingForAnswersGivesThemAllInOrder) {
  const auto thread = threadFor({2, 4, 2});
  thread->run();
  std::vector<Ticket> tickets;
  for (int i = 0; i < 20; ++i) {
    tickets.push_back(thread->submit({"momentum", 0.01 * i}));
    tickets.push_back(thread->ask(CopyState{}));
  }
  std::vector<Answer> answers;
  while (answers.size() < tickets.size()) {
    for (Answer& answer : thread->takeAnswers(Wait::yes)) answers.push_back(std::move(answer));
  }
  for (std::size_t i = 0; i < tickets.size(); ++i) EXPECT_EQ(answers[i].ticket, tickets[i]);
  for (std::size_t i = 1; i < answers.size(); ++i) EXPECT_GE(answers[i].step, answers[i - 1].step);
  EXPECT_TRUE(thread->takeAnswers(Wait::yes).empty()) << "nothing is open";
}

// Also where the step comes while others are asked for, and a question is not kept waiting.
TEST_F(OnAThread, ACommandWithAStepOfItsOwnIsAppliedExactlyThen) {
  const auto thread = threadFor({2, 4, 2});
  thread->submit({"momentum", 0.5, 0, 100});
  thread->submit({std::string(kPause), {}, 0, 150});
  thread->ask(ReadTensors{});
  EXPECT_EQ(thread->takeAnswers(Wait::yes).size(), 1U);
  thread->run();
  std::vector<Answer> answers;
  while (thread->stepsDone() < 150) {
    for (Answer& answer : thread->takeAnswers()) answers.push_back(std::move(answer));
  }
  thread->ask(ReadTensors{});
  for (Answer& answer : thread->takeAnswers(Wait::yes)) answers.push_back(std::move(answer));
  ASSERT_EQ(answers.size(), 2U) << "a pause is not answered";
  EXPECT_EQ(std::get<LoggedCommand>(answers[0].content).step, 100U);
  EXPECT_EQ(answers[1].step, 150U) << "went on behind the pause";
}

TEST_F(OnAThread, ACommandTellsTheValueThatItReplaces) {
  const auto thread = threadFor({2, 4, 2});
  thread->submit({"batch", std::int64_t{16}});
  thread->submit({"batch", std::int64_t{1000}});
  thread->submit(Command{});
  const std::vector<Answer> answers = thread->takeAnswers(Wait::yes);
  ASSERT_EQ(answers.size(), 3U);
  const auto applied = [&](std::size_t i) { return std::get<LoggedCommand>(answers[i].content); };
  const auto batch = [](std::int64_t size) { return std::vector<SettingChange>{{"batch", size}}; };
  EXPECT_EQ(applied(0).before, batch(8));
  EXPECT_EQ(applied(1).before, batch(16));
  EXPECT_EQ(applied(1).command.value, SettingValue{std::int64_t{64}}) << "as applied";
  EXPECT_TRUE(applied(2).before.empty());
}

}  // namespace
}  // namespace cajal
