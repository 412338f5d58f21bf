#include "viewer/bridge/mapped_slots.h"

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
    m_slots = std::make_unique<MappedSlots>(
        device(), m_done, std::make_unique<Trainer>(configuration, m_data, *m_backend, ArenaSource{}));
  }

  // Asks for so many steps and takes what is published after them.
  const Publication& advance(std::uint64_t steps, std::uint32_t arenas = kParameters | kActivations) {
    m_slots->request({{Part::test, 3, arenas}, steps});
    const Publication* publication = m_slots->newest(true);
    EXPECT_NE(publication, nullptr);
    return *publication;
  }

  // Frame `number` reads the newest publication; it is drawn once m_done says so.
  void submit(std::uint64_t number) { m_slots->submitted(number); }

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
  std::unique_ptr<MappedSlots> m_slots;
};

TEST_F(MappedSlotsTest, HasNothingToShowBeforeItIsAsked) {
  EXPECT_EQ(m_slots->newest(false), nullptr);
  EXPECT_EQ(m_slots->stepsDone(), 0U);
  EXPECT_FALSE(m_slots->isRunning());
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
  EXPECT_EQ(m_slots->stepsDone(), step);
}

TEST_F(MappedSlotsTest, WhatIsPublishedIsWhatTheTrainerHasByteForByte) {
  constexpr std::uint32_t all = (1u << kArenaKinds) - 1;
  const Publication& publication = advance(9, all & ~arenaBit(ArenaKind::looks));
  for (std::size_t kind = 0; kind < kArenaKinds; ++kind) {
    if (static_cast<ArenaKind>(kind) == ArenaKind::looks) continue;  // copied row by row: the next test
    const std::vector<std::byte> published = bytesOf(publication.arenas[kind]);
    m_slots->withTrainer([&](Trainer& trainer) {
      const auto arena = static_cast<ArenaKind>(kind);
      ASSERT_EQ(published.size(), trainer.network().arenaFloats(arena) * sizeof(float));
      EXPECT_EQ(std::memcmp(published.data(), trainer.network().arena(arena), published.size()), 0) << kind;
    });
  }
}

// Sixteen test examples, of 4096 rows that there is room for.
TEST_F(MappedSlotsTest, OfLooksTheRowsThatAreFilledAreCopied) {
  const std::uint64_t before = m_slots->counters().bytesCopied;
  m_slots->request({{Part::test, 3, arenaBit(ArenaKind::looks), false, Looks::examples}, 9});
  const Publication& publication = *m_slots->newest(true);
  ASSERT_EQ(publication.facts.looks.count, 16U);
  EXPECT_EQ(m_slots->counters().bytesCopied - before, 16 * (2 + 5 + 2) * sizeof(float));
  const std::vector<std::byte> published =
      bytesOf(publication.arenas[static_cast<std::size_t>(ArenaKind::looks)]);
  m_slots->withTrainer([&](Trainer& trainer) {
    for (const TensorView& tensor : trainer.network().tensors()) {
      if (tensor.arena != ArenaKind::looks) continue;
      const std::size_t floats = tensor.shape.count() / trainer.network().looksCapacity() * 16;
      const float* const looked = trainer.network().arena(ArenaKind::looks) + tensor.offset;
      EXPECT_EQ(std::memcmp(published.data() + tensor.offset * sizeof(float), looked, floats * sizeof(float)),
                0)
          << tensor.name;
    }
  });
}

TEST_F(MappedSlotsTest, APublicationStaysAsItIsWhileTrainingGoesOn) {
  const Publication& publication = advance(1);
  submit(1);  // and is not drawn yet
  const std::vector<std::byte> before = bytesOf(publication.arenas[0]);
  m_slots->run(500);
  waitUntil([&] { return m_slots->stepsDone() == 501; });
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
  EXPECT_EQ(m_slots->newest(false)->facts.step, 8U);
}

TEST_F(MappedSlotsTest, WithoutANewOneTheLastIsShownAgain) {
  const Publication* shown = &advance(2);
  submit(1);
  EXPECT_EQ(m_slots->newest(false), shown);
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
  EXPECT_EQ(m_slots->newest(false)->facts.step, 3U);  // the one that waited; the missing one is tried again
  submit(3);
  waitUntil([&] { return m_slots->counters().publications == 4; });
  EXPECT_EQ(m_slots->newest(false)->facts.step, 4U);
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
  std::size_t floats = 0;
  m_slots->withTrainer([&](Trainer& trainer) {
    floats = trainer.network().arenaFloats(ArenaKind::parameters) +
             trainer.network().arenaFloats(ArenaKind::activations);
  });
  advance(1);
  advance(1);
  EXPECT_EQ(m_slots->counters().bytesCopied, 2 * floats * sizeof(float));
  EXPECT_EQ(m_slots->counters().publications, 2U);
}

TEST_F(MappedSlotsTest, CommandsAreLoggedWithTheStepBeforeThem) {
  advance(5);
  m_slots->post({"lr", 0.25});
  EXPECT_EQ(advance(5).facts.hyperparameters.learningRate, 0.25f);
  const std::vector<LoggedCommand> log = m_slots->takeCommandLog();
  ASSERT_EQ(log.size(), 1U);
  EXPECT_EQ(log[0].step, 5U);
  EXPECT_EQ(log[0].command, (Command{"lr", 0.25}));
  EXPECT_TRUE(m_slots->takeCommandLog().empty());
}

TEST_F(MappedSlotsTest, AResetStartsAgainAtStepZero) {
  const std::vector<std::byte> fresh = bytesOf(advance(0).arenas[0]);
  advance(7);
  m_slots->post(Command{});
  const Publication& again = advance(0);
  EXPECT_EQ(again.facts.step, 0U);
  EXPECT_EQ(bytesOf(again.arenas[0]), fresh);
}

TEST_F(MappedSlotsTest, PausedItMakesNoStepAndStepOnceMakesOne) {
  m_slots->run(TrainingThread::kForever);
  waitUntil([&] { return m_slots->stepsDone() > 10; });
  m_slots->pause();
  m_slots->withTrainer([](Trainer&) {});  // answered between two steps, after the pause
  const std::uint64_t steps = m_slots->stepsDone();
  EXPECT_EQ(advance(0).facts.step, steps);
  m_slots->stepOnce();
  waitUntil([&] { return m_slots->stepsDone() > steps; });
  EXPECT_EQ(advance(0).facts.step, steps + 1);
}

TEST_F(MappedSlotsTest, RunsFreelyWhileFramesComeAndGo) {
  m_slots->run(TrainingThread::kForever);
  std::uint64_t frame = 0, last = 0;
  waitUntil([&] {
    ++frame;
    m_slots->request({{Part::test, frame, kParameters | kActivations}, 0});
    const Publication* publication = m_slots->newest(frame == 1);
    EXPECT_GE(publication->facts.step, last);
    last = publication->facts.step;
    submit(frame);
    if (frame > 2) m_done.signal(frame - 2);  // two are in flight
    if (frame % 10 == 0) m_slots->post({"lr", 1e-3});
    if (frame % 50 == 0) m_slots->takeMetrics();
    return last > 1000;
  });
  m_slots->pause();
  m_done.signal(frame);
}

TEST_F(MappedSlotsTest, EndsInTheMidstOfARunAndOfARequest) {
  m_slots->run(TrainingThread::kForever);
  m_slots->request({{Part::test, 0, kParameters}, 0});
  m_slots.reset();
}

}  // namespace
}  // namespace cajal::test
