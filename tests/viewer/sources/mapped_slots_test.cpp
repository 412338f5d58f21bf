#include "viewer/sources/mapped_slots.h"

#include "engine/vulkan/immediate.h"
#include "tests/support/small_sets.h"
#include "tests/support/vulkan/vulkan_test.h"

#include <chrono>
#include <cstring>
#include <thread>

namespace cajal::test {
namespace {

constexpr std::uint32_t kParameters = arenaBit(ArenaKind::parameters);
constexpr std::uint32_t kActivations = arenaBit(ArenaKind::activations);

class MappedSlotsTest : public VulkanTest {
 protected:
  MappedSlotsTest()
      : m_data(pointsSet(64, 16, 2, 2)), m_backend(makeCpuBackend(1)), m_done(device(), "done") {
    TrainingConfiguration configuration;
    configuration.network.spec = denseNetwork({2, 5, 2});
    configuration.batchSize = 8;
    auto trainer = std::make_unique<Trainer>(configuration, m_data, *m_backend, ArenaSource{});
    m_network = &trainer->network();
    m_slots = std::make_unique<MappedSlots>(device(), m_done, std::move(trainer));
  }

  Steering& steering() { return *m_slots->steering(); }
  std::uint64_t stepsDone() { return steering().progress().steps; }

  // Asks for so many steps and takes what is published after them.
  const Publication& advance(std::uint64_t steps, std::uint32_t arenas = kParameters | kActivations) {
    m_slots->request({{Part::test, 3, arenas}, steps});
    const Publication* publication = m_slots->newest(Wait::yes);
    EXPECT_NE(publication, nullptr);
    return *publication;
  }

  // Frame `number` reads the newest publication; it is drawn once m_done says so.
  void submit(std::uint64_t number) { m_slots->sync().submitted(number); }

  // Until the training thread has answered; a test that waits so long has failed anyway.
  template <typename Condition>
  static void waitUntil(Condition&& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!condition()) {
      ASSERT_LT(std::chrono::steady_clock::now(), end);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  std::vector<std::byte> bytesOf(const BufferRange& range) const {
    const Buffer host(device(), range.bytes, VK_BUFFER_USAGE_TRANSFER_DST_BIT, MemoryUse::readback, "host");
    runNow(device(), [&](VkCommandBuffer commands) {
      const VkBufferCopy region{range.offset, 0, range.bytes};
      vkCmdCopyBuffer(commands, range.buffer, host.handle(), 1, &region);
      memoryBarrier(commands, access::kCopyWrite, access::kHostRead);
    });
    const auto bytes = host.elements<const std::byte>();
    return {bytes.begin(), bytes.end()};
  }

  DataSet m_data;
  std::unique_ptr<Backend> m_backend;
  Timeline m_done;
  std::unique_ptr<Source> m_slots;
  const Network* m_network = nullptr;  // read while the training is idle
};

TEST_F(MappedSlotsTest, HasNothingToShowBeforeItIsAsked) {
  EXPECT_EQ(m_slots->newest(Wait::no), nullptr);
  EXPECT_EQ(stepsDone(), 0U);
  EXPECT_FALSE(steering().progress().isRunning);
}

TEST_F(MappedSlotsTest, ShowsTheStartWithoutAStep) {
  EXPECT_EQ(advance(0).facts.step, 0U);
}

TEST_F(MappedSlotsTest, BetweenTwoLockstepPublicationsLieExactlyTheStepsAskedFor) {
  std::uint64_t step = 0;
  for (std::uint64_t frame = 1; frame <= 50; ++frame) {
    const std::uint64_t steps = 1 + frame % 7;
    EXPECT_EQ(advance(steps).facts.step, step += steps);
    submit(frame);
    m_done.signal(frame);
  }
  EXPECT_EQ(stepsDone(), step);
}

TEST_F(MappedSlotsTest, WhatIsPublishedIsWhatTheTrainerHasByteForByte) {
  constexpr std::uint32_t all = (1u << kArenaKinds) - 1;
  const Publication& publication = advance(9, all & ~arenaBit(ArenaKind::looks));
  for (std::size_t kind = 0; kind < kArenaKinds; ++kind) {
    if (static_cast<ArenaKind>(kind) == ArenaKind::looks) continue;  // copied row by row: the next test
    const std::vector<std::byte> published = bytesOf(publication.arenas[kind]);
    const auto arena = static_cast<ArenaKind>(kind);
    ASSERT_EQ(published.size(), m_network->arenaFloats(arena) * sizeof(float));
    EXPECT_EQ(std::memcmp(published.data(), m_network->arena(arena), published.size()), 0) << kind;
  }
}

// Sixteen test examples, of 4096 rows that there is room for.
TEST_F(MappedSlotsTest, OfLooksTheRowsThatAreFilledAreCopied) {
  const std::uint64_t before = m_slots->counters().bytesCopied;
  m_slots->request({{Part::test, 3, arenaBit(ArenaKind::looks), false, Looks::examples}, 9});
  const Publication& publication = *m_slots->newest(Wait::yes);
  ASSERT_EQ(publication.facts.looks.count, 16U);
  EXPECT_EQ(m_slots->counters().bytesCopied - before, 16 * (2 + 5 + 2) * sizeof(float));
  const std::vector<std::byte> published =
      bytesOf(publication.arenas[static_cast<std::size_t>(ArenaKind::looks)]);
  for (const TensorView& tensor : m_slots->subject().tensors) {
    if (tensor.arena != ArenaKind::looks) continue;
    const std::size_t floats = tensor.shape.count() / m_network->looksCapacity() * 16;
    const float* const looked = m_network->arena(ArenaKind::looks) + tensor.offset;
    EXPECT_EQ(std::memcmp(published.data() + tensor.offset * sizeof(float), looked, floats * sizeof(float)),
              0)
        << tensor.name;
  }
}

TEST_F(MappedSlotsTest, APublicationStaysAsItIsWhileTrainingGoesOn) {
  const Publication& publication = advance(1);
  submit(1);  // and is not drawn yet
  const std::vector<std::byte> before = bytesOf(publication.arenas[0]);
  steering().run(500);
  waitUntil([&] { return stepsDone() == 501; });
  EXPECT_EQ(bytesOf(publication.arenas[0]), before);
}

TEST_F(MappedSlotsTest, OnlyTheArenasThatWereAskedForAreThere) {
  const Publication& publication = advance(1, kActivations);
  for (std::size_t kind = 0; kind < kArenaKinds; ++kind)
    EXPECT_EQ(publication.arenas[kind].buffer != VK_NULL_HANDLE, (kActivations >> kind & 1) != 0) << kind;
}

TEST_F(MappedSlotsTest, AnotherArenaMayBeAskedForLater) {
  advance(1);
  const std::uint32_t gradients = arenaBit(ArenaKind::gradients);
  EXPECT_NE(advance(1, gradients).arenas[static_cast<std::size_t>(ArenaKind::gradients)].buffer,
            VkBuffer{VK_NULL_HANDLE});
}

TEST_F(MappedSlotsTest, FactsBelongToThePublication) {
  const Publication& publication = advance(16);
  EXPECT_EQ(publication.facts.batchSize, 8U);
  EXPECT_EQ(publication.facts.epochs, 2);  // 16 steps of 8, of 64 examples
  EXPECT_EQ(publication.facts.label, m_data.test.labels[3]);
  EXPECT_EQ(publication.facts.view.example, 3U);
}

TEST_F(MappedSlotsTest, OfTwoPublicationsTheLaterIsShown) {
  const ViewRequest view{Part::test, 0, kParameters};
  for (std::uint64_t i = 1; i <= 2; ++i) {
    m_slots->request({view, 4});
    waitUntil([&] { return m_slots->counters().publications == i; });
  }
  EXPECT_EQ(m_slots->newest(Wait::no)->facts.step, 8U);
}

TEST_F(MappedSlotsTest, WithoutANewOneTheLastIsShownAgain) {
  const Publication* shown = &advance(2);
  submit(1);
  EXPECT_EQ(m_slots->newest(Wait::no), shown);
}

// Two frames in flight read two slots, the third waits to be drawn.
TEST_F(MappedSlotsTest, WhereEverySlotIsBusyNothingIsOverwrittenAndItIsTriedAgain) {
  advance(1);
  submit(1);
  advance(1);
  submit(2);
  m_slots->request({{Part::test, 0, kParameters}, 1});
  waitUntil([&] { return m_slots->counters().publications == 3; });
  m_slots->request({{Part::test, 0, kParameters}, 1});
  waitUntil([&] { return m_slots->counters().skipped > 0; });
  EXPECT_EQ(m_slots->counters().publications, 3U);

  m_done.signal(1);
  EXPECT_EQ(m_slots->newest(Wait::no)->facts.step,
            3U);  // the one that waited; the missing one is tried again
  submit(3);
  waitUntil([&] { return m_slots->counters().publications == 4; });
  EXPECT_EQ(m_slots->newest(Wait::no)->facts.step, 4U);
  m_done.signal(3);
}

TEST_F(MappedSlotsTest, WhoWaitsGetsHisPublicationOnceASlotIsFree) {
  advance(1);
  submit(1);
  advance(1);
  submit(2);
  advance(1);
  submit(3);
  std::thread drawing([this] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    m_done.signal(2);
  });
  EXPECT_EQ(advance(1).facts.step, 4U);
  drawing.join();
  m_done.signal(3);
}

TEST_F(MappedSlotsTest, CountsTheBytesThatItCopies) {
  const std::size_t floats =
      m_network->arenaFloats(ArenaKind::parameters) + m_network->arenaFloats(ArenaKind::activations);
  advance(1);
  advance(1);
  EXPECT_EQ(m_slots->counters().bytesCopied, 2 * floats * sizeof(float));
  EXPECT_EQ(m_slots->counters().publications, 2U);
}

TEST_F(MappedSlotsTest, CommandsAreAnsweredWithTheStepAndTheValuesBeforeAndAfter) {
  advance(5);
  const Ticket first = steering().submit({"lr", 0.25});
  const Ticket second = steering().submit({"momentum", 7.0});
  EXPECT_EQ(advance(5).facts.hyperparameters.learningRate, 0.25f);
  const std::vector<Answer> answers = steering().takeAnswers();
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[0].ticket, first);
  EXPECT_EQ(answers[1].ticket, second);
  const auto rate = std::get<LoggedCommand>(answers[0].content),
             momentum = std::get<LoggedCommand>(answers[1].content);
  EXPECT_EQ(rate.step, 5U);
  EXPECT_EQ(rate.command, (Command{"lr", 0.25}));
  EXPECT_FALSE(rate.before.empty());
  EXPECT_LT(std::get<double>(momentum.command.value), 1) << "brought into range";
  EXPECT_TRUE(steering().takeAnswers().empty());
}

TEST_F(MappedSlotsTest, AQuestionIsAnsweredBetweenTwoStepsAfterTheCommandsBeforeIt) {
  steering().run();
  waitUntil([&] { return stepsDone() > 10; });
  steering().submit({"optimizer", "momentum"});
  steering().ask(ReadTensors{TensorRole::weight});
  steering().ask(CopyState{});
  const Ticket last = steering().ask(EvaluatePart{Part::test});
  const std::vector<Answer> answers = steering().takeAnswers(Wait::yes);
  ASSERT_EQ(answers.size(), 4U);
  EXPECT_EQ(answers[3].ticket, last);
  EXPECT_GT(answers[1].step, 10U);
  EXPECT_EQ(answers[3].step, answers[1].step);
  const auto& weights = std::get<std::vector<TensorValues>>(answers[1].content);
  const auto& state = std::get<std::shared_ptr<const TrainingState>>(answers[2].content);
  ASSERT_EQ(weights.size(), 2U);
  EXPECT_EQ(state->counters.steps, answers[2].step);
  EXPECT_EQ(state->counters.settings.hyperparameters.rule, UpdateRule::momentum);
  EXPECT_EQ(state->tensors.front().values, weights.front().values);
  EXPECT_EQ(std::get<Statistics>(answers[3].content).count, 16U);
  EXPECT_TRUE(steering().progress().isRunning);
}

TEST_F(MappedSlotsTest, ThePublicationThatIsWaitedForAnswersTheLastRequest) {
  for (std::size_t i = 0; i < 3000; ++i) {
    m_slots->request({{Part::test, 0, kParameters}, 0});
    for (std::size_t pause = 0; pause < i % 50; ++pause) std::this_thread::yield();
    m_slots->request({{Part::test, 1 + i % 8, kParameters}, 0});
    const Publication* const publication = m_slots->newest(Wait::yes);
    ASSERT_EQ(publication->facts.view.example, 1 + i % 8) << i;
    ASSERT_EQ(publication->request, 2 * (i + 1));
  }
}

TEST_F(MappedSlotsTest, AResetStartsAgainAtStepZero) {
  const std::vector<std::byte> fresh = bytesOf(advance(0).arenas[0]);
  advance(7);
  steering().submit(Command{});
  const Publication& again = advance(0);
  EXPECT_EQ(again.facts.step, 0U);
  EXPECT_EQ(bytesOf(again.arenas[0]), fresh);
}

TEST_F(MappedSlotsTest, PausedItMakesNoStepAndStepOnceMakesOne) {
  steering().run();
  waitUntil([&] { return stepsDone() > 10; });
  steering().pause();
  steering().ask(ReadTensors{TensorRole::bias});  // answered between two steps, after the pause
  steering().takeAnswers(Wait::yes);
  const std::uint64_t steps = stepsDone();
  EXPECT_EQ(advance(0).facts.step, steps);
  steering().run(1);
  waitUntil([&] { return stepsDone() > steps; });
  EXPECT_EQ(advance(0).facts.step, steps + 1);
}

TEST_F(MappedSlotsTest, RunsFreelyWhileFramesComeAndGo) {
  steering().run();
  std::uint64_t frame = 0, last = 0;
  waitUntil([&] {
    ++frame;
    m_slots->request({{Part::test, frame, kParameters | kActivations}, 0});
    const Publication* publication = m_slots->newest(frame == 1 ? Wait::yes : Wait::no);
    EXPECT_GE(publication->facts.step, last);
    last = publication->facts.step;
    submit(frame);
    if (frame > 2) m_done.signal(frame - 2);  // two are in flight
    if (frame % 10 == 0) steering().submit({"lr", 1e-3});
    if (frame % 50 == 0) m_slots->takeMetrics(Wait::no);
    return last > 1000;
  });
  steering().pause();
  m_done.signal(frame);
}

TEST_F(MappedSlotsTest, EndsInTheMidstOfARunAndOfARequest) {
  steering().run();
  m_slots->request({{Part::test, 0, kParameters}, 0});
  m_slots.reset();
}

}  // namespace
}  // namespace cajal::test
