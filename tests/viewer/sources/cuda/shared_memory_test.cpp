// CUDA and Vulkan on one GPU: what training wrote is what drawing reads. Skips, loudly, where there is none.
#include <gtest/gtest.h>

#include <algorithm>

#include "compute/cuda/cuda_backend.h"
#include "engine/base/error.h"
#include "engine/vulkan/barrier.h"
#include "engine/vulkan/device.h"
#include "engine/vulkan/frames.h"
#include "engine/vulkan/instance.h"
#include "tests/support/small_sets.h"
#include "viewer/sources/bridge_choice.h"
#include "viewer/sources/cuda_stream.h"
#include "viewer/sources/shared_memory.h"

namespace cajal {
namespace {

constexpr std::size_t kParameters = static_cast<std::size_t>(ArenaKind::parameters);
constexpr std::size_t kActivations = static_cast<std::size_t>(ArenaKind::activations);

std::vector<float> floatsOf(const Buffer& buffer) {
  const auto floats = buffer.elements<const float>();
  return {floats.begin(), floats.end()};
}

// Validated where the layer is installed; a rented GPU often comes without it.
class SharedMemoryOnGpu : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = whyNoCuda(); !why.empty())
      GTEST_SKIP() << "NOT TESTED, CUDA cannot be used: " << why;
    m_device = std::make_unique<Device>(m_instance, chooseDevice(describeDevices(m_instance), {}));
    const std::vector<CudaDevice> gpus = cudaDevices();
    if (const std::string why = whyNotShared(device().facts(), device().can(), gpus); !why.empty())
      GTEST_SKIP() << "NOT TESTED, nothing can be shared: " << why;
    m_cuda = makeCudaBackend(*cudaDeviceOf(device().facts(), gpus));
    m_frames = std::make_unique<Frames>(device());
  }

  void TearDown() override {
    for (const std::string& text : m_instance.validationMessages().texts) ADD_FAILURE() << text;
  }

  const Device& device() const { return *m_device; }

  std::unique_ptr<Source> makeSource() {
    TrainingConfiguration configuration;
    configuration.network.spec = denseNetwork({64, 96, 32, 10});
    configuration.batchSize = 32;
    return std::make_unique<SharedMemory>(
        std::make_unique<CudaStream>(device(), *m_cuda),
        [&](const ArenaSource& arenas) {
          auto trainer = std::make_unique<Trainer>(configuration, m_data, *m_cuda, arenas);
          m_trainer = trainer.get();
          return trainer;
        },
        device().queueFamily());
  }

  std::shared_ptr<Buffer> readbackFor(VkDeviceSize bytes) const {
    return std::make_shared<Buffer>(device(), bytes, VK_BUFFER_USAGE_TRANSFER_DST_BIT, MemoryUse::readback,
                                    "copy");
  }

  // A frame that draws nothing and copies one arena; the copy is there once the frame is done.
  std::shared_ptr<Buffer> copyInAFrame(Source& source, const BufferRange& arena) {
    auto copy = readbackFor(arena.bytes);
    const VkCommandBuffer commands = m_frames->begin().commands();
    source.sync().acquire(commands);
    const VkBufferCopy region{arena.offset, 0, arena.bytes};
    vkCmdCopyBuffer(commands, arena.buffer, copy->handle(), 1, &region);
    source.sync().release(commands);
    memoryBarrier(commands, access::kCopyWrite, access::kHostRead);
    m_frames->keep(copy);
    m_frames->submit(source.sync().waits(), source.sync().signals());
    source.sync().submitted(m_frames->lastSubmitted());
    return copy;
  }

  // Every tensor of one arena, padding left out, read through CUDA.
  static void expectEqualToCuda(Trainer& trainer, ArenaKind arena, const std::vector<float>& drawn) {
    for (const TensorView& tensor : trainer.network().tensors()) {
      if (tensor.arena != arena) continue;
      const std::vector<float> trained = trainer.readTensor(tensor);
      const auto first = drawn.begin() + static_cast<std::ptrdiff_t>(tensor.offset);
      EXPECT_TRUE(std::equal(trained.begin(), trained.end(), first)) << tensor.name;
    }
  }

  DataSet m_data = test::bytesSet(256, 64, 64, 10);
  Instance m_instance{InstanceOptions{.window = false, .validation = true}};
  std::unique_ptr<Device> m_device;
  std::unique_ptr<Backend> m_cuda;
  std::unique_ptr<Frames> m_frames;
  Trainer* m_trainer = nullptr;  // of the last source; read while its training rests
};

TEST_F(SharedMemoryOnGpu, AnArenaIsZeroOnBothSidesWhenItIsHandedOver) {
  CudaStream stream(device(), *m_cuda);
  const SharedArena arena = stream.makeArena(1000);
  std::vector<float> host(1000, 1.0f);
  m_cuda->read(arena.trained.get(), host.data(), host.size());
  EXPECT_EQ(host, std::vector<float>(1000, 0.0f));
  EXPECT_EQ(arena.drawn.bytes, 4000U);
}

// Round i: CUDA waits for frame i-1 and writes i everywhere; frame i waits for that and copies it away.
TEST_F(SharedMemoryOnGpu, AThousandRoundsOfPingPong) {
  constexpr std::size_t kFloats = 4096, kRounds = 1000;
  CudaStream stream(device(), *m_cuda);
  const SharedArena arena = stream.makeArena(kFloats);
  const auto copies = readbackFor(kRounds * kFloats * sizeof(float));
  for (std::size_t round = 1; round <= kRounds; ++round) {
    if (round > 1) stream.waitForDrawn(round - 1);
    const std::vector<float> values(kFloats, static_cast<float>(round));
    m_cuda->write(arena.trained.get(), values.data(), kFloats);
    stream.signalTrained(round);
    const VkCommandBuffer commands = m_frames->begin().commands();
    const VkBufferCopy region{0, (round - 1) * kFloats * sizeof(float), kFloats * sizeof(float)};
    vkCmdCopyBuffer(commands, arena.drawn.buffer, copies->handle(), 1, &region);
    memoryBarrier(commands, access::kCopyWrite, access::kHostRead);
    m_frames->submit({stream.trainedAt(round, VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT)},
                     {stream.drawnAt(round)});
  }
  m_frames->waitForAll();
  ASSERT_TRUE(stream.finish(10));
  const auto drawn = copies->elements<const float>();
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    ASSERT_EQ(drawn[i], static_cast<float>(i / kFloats + 1)) << "round " << i / kFloats + 1;
  }
}

// The copy of frame n is enqueued before step n + 1, and compared with what CUDA itself says of step n.
TEST_F(SharedMemoryOnGpu, WhatTrainingWroteIsWhatDrawingReadsThroughAThousandSteps) {
  const auto source = makeSource();
  FrameRequest request;
  request.steps = 1;
  source->request(request);
  for (std::uint64_t step = 1; step <= 1000; ++step) {
    const Publication* publication = source->newest(Wait::yes);
    ASSERT_EQ(publication->facts.step, step);
    const BufferRange parameters = publication->arenas[kParameters];
    if (step % 50 != 0) {
      source->request(request);
      copyInAFrame(*source, parameters);
      continue;
    }
    const auto drawn = copyInAFrame(*source, parameters);  // nothing is asked for: training rests
    m_frames->waitForAll();
    ASSERT_EQ(m_trainer->stepsDone(), step);
    expectEqualToCuda(*m_trainer, ArenaKind::parameters, floatsOf(*drawn));
    source->request(request);
  }
  EXPECT_EQ(source->counters().bytesCopied, 0U);
  EXPECT_EQ(source->counters().skipped, 0U);
  m_frames->waitForAll();
}

// Bursts at full speed behind each frame. Frames in flight must not see a burst that follows them: all of a
// frame's copies, taken at its beginning and at its end, are the same.
TEST_F(SharedMemoryOnGpu, NoBurstIsSeenInTheMiddleOfAFrame) {
  const auto source = makeSource();
  source->steering()->run();
  source->request({});
  std::vector<std::shared_ptr<Buffer>> copies;
  for (int i = 0; i < 200; ++i) {
    source->takeMetrics();
    const BufferRange arena = source->newest(Wait::yes)->arenas[kParameters];
    source->request({});
    auto copy = readbackFor(2 * arena.bytes);
    const VkCommandBuffer commands = m_frames->begin().commands();
    source->sync().acquire(commands);
    for (const VkDeviceSize half : {VkDeviceSize{0}, arena.bytes}) {
      const VkBufferCopy region{arena.offset, half, arena.bytes};
      vkCmdCopyBuffer(commands, arena.buffer, copy->handle(), 1, &region);
      memoryBarrier(commands, access::kCopyWrite, access::kCopyRead);
    }
    source->sync().release(commands);
    memoryBarrier(commands, access::kCopyWrite, access::kHostRead);
    m_frames->submit(source->sync().waits(), source->sync().signals());
    source->sync().submitted(m_frames->lastSubmitted());
    copies.push_back(std::move(copy));
  }
  m_frames->waitForAll();
  for (const auto& copy : copies) {
    const auto floats = copy->elements<const float>();
    const auto middle = floats.begin() + static_cast<std::ptrdiff_t>(floats.size() / 2);
    ASSERT_TRUE(std::equal(floats.begin(), middle, middle, floats.end()));
  }
  EXPECT_NE(floatsOf(*copies.front()), floatsOf(*copies.back())) << "nothing was learnt";
  source->steering()->pause();
  source->takeMetrics(Wait::yes);
  EXPECT_EQ(source->steering()->progress().steps, m_trainer->stepsDone());
}

TEST_F(SharedMemoryOnGpu, TheShownExampleIsTheOneThatWasAskedFor) {
  const auto source = makeSource();
  for (std::size_t example : {0U, 5U, 63U}) {
    FrameRequest request;
    request.view.example = example;
    source->request(request);
    const BufferRange activations = source->newest(Wait::yes)->arenas[kActivations];
    const auto drawn = copyInAFrame(*source, activations);
    m_frames->waitForAll();
    const std::vector<float> shown = floatsOf(*drawn);
    for (std::size_t i = 0; i < m_data.features; ++i) {
      const float value = static_cast<float>(m_data.test.bytes[example * m_data.features + i]) / 255.0f;
      ASSERT_NEAR(shown[i], value, 1e-6f) << "input " << i << " of example " << example;
    }
  }
}

TEST_F(SharedMemoryOnGpu, TwentyBridgesOneAfterTheOtherGiveTheirMemoryBack) {
  const auto usedBefore = memoryBudget(device());
  for (int i = 0; i < 20; ++i) {
    const auto source = makeSource();
    source->steering()->run(50);
    source->request({});
    const auto copy = copyInAFrame(*source, source->newest(Wait::yes)->arenas[kParameters]);
    m_frames->waitForAll();
  }
  const auto usedAfter = memoryBudget(device());
  if (usedBefore && usedAfter) {
    EXPECT_LE(usedAfter->used, usedBefore->used + (32U << 20));
  }
}

}  // namespace
}  // namespace cajal
