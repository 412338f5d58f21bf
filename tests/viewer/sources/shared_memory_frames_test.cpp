// The source of shared memory with real frames on any Vulkan device: the processor trains in mapped buffers,
// the host takes CUDA's place on both timelines.
#include "engine/vulkan/barrier.h"
#include "engine/vulkan/frames.h"
#include "tests/support/vulkan/vulkan_test.h"
#include "tests/viewer/sources/recorded_stream.h"

namespace cajal {
namespace {

using namespace test;

constexpr VkBufferUsageFlags kUsage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_TRANSFER_SRC_BIT;

// What CUDA enqueues, the host does at once.
class HostStream final : public TrainingStream {
 public:
  explicit HostStream(const Device& device)
      : m_device(device), m_trained(device, "T"), m_drawn(device, "R") {}

  SharedArena makeArena(std::size_t floats) override {
    auto buffer =
        std::make_shared<Buffer>(m_device, floats * sizeof(float), kUsage, MemoryUse::mapped, "arena");
    std::fill_n(buffer->mapped(), floats * sizeof(float), std::byte{});
    const BufferRange drawn = wholeOf(*buffer);
    float* const data = reinterpret_cast<float*>(buffer->mapped());
    return {drawn, ArenaMemory(data, [buffer](float*) mutable { buffer.reset(); })};
  }
  void signalTrained(std::uint64_t value) override { m_trained.signal(value); }
  void waitForDrawn(std::uint64_t value) override { EXPECT_TRUE(m_drawn.wait(value, 10)); }
  void beginBurst() override {}
  void endBurst() override { ++m_bursts; }
  std::optional<double> pollBurst() override {
    if (m_bursts == 0) return std::nullopt;
    --m_bursts;
    return 1e-3;
  }
  bool finish(double) override { return true; }
  bool isDrawn(std::uint64_t value, double timeoutSeconds) override {
    return m_drawn.wait(value, timeoutSeconds);
  }
  void signalDrawnInstead(std::uint64_t) noexcept override {}
  SemaphoreAt trainedAt(std::uint64_t value, VkPipelineStageFlags2 stage) const override {
    return m_trained.at(value, stage);
  }
  SemaphoreAt drawnAt(std::uint64_t value) const override { return m_drawn.at(value); }

 private:
  const Device& m_device;
  Timeline m_trained, m_drawn;
  int m_bursts = 0;
};

class SharedMemoryFrames : public VulkanTest {};

TEST_F(SharedMemoryFrames, WhatTrainingWroteIsWhatDrawingReads) {
  constexpr int kFrames = 300;
  const auto backend = makeCpuBackend(1);
  const float* parameters = nullptr;
  SharedMemory source(
      std::make_unique<HostStream>(device()),
      [&](const ArenaSource& arenas) {
        auto trainer = std::make_unique<Trainer>(smallConfiguration(), smallSet(), *backend, arenas);
        parameters = trainer->network().arena(ArenaKind::parameters);
        return trainer;
      },
      device().queueFamily());
  Frames frames(device());
  FrameRequest request;
  request.steps = 1;
  source.request(request);
  const BufferRange arena = source.newest(Wait::yes)->arenas[static_cast<std::size_t>(ArenaKind::parameters)];
  const Buffer copies(device(), arena.bytes * kFrames, VK_BUFFER_USAGE_TRANSFER_DST_BIT, MemoryUse::readback,
                      "copies");

  std::vector<float> expected;
  for (VkDeviceSize i = 0; i < kFrames; ++i) {
    EXPECT_EQ(source.newest(Wait::yes)->facts.step, i + 1);
    expected.insert(expected.end(), parameters, parameters + arena.bytes / sizeof(float));
    source.request(request);
    const VkCommandBuffer commands = frames.begin().commands();
    source.sync().acquire(commands);
    const VkBufferCopy region{arena.offset, i * arena.bytes, arena.bytes};
    vkCmdCopyBuffer(commands, arena.buffer, copies.handle(), 1, &region);
    source.sync().release(commands);
    memoryBarrier(commands, access::kCopyWrite, access::kHostRead);
    frames.submit(source.sync().waits(), source.sync().signals());
    source.sync().submitted(frames.lastSubmitted());
  }
  frames.waitForAll();
  const auto drawn = copies.elements<const float>();
  EXPECT_TRUE(std::equal(drawn.begin(), drawn.end(), expected.begin(), expected.end()));
  EXPECT_FALSE(std::equal(drawn.begin(), drawn.begin() + 8, drawn.end() - static_cast<int>(arena.bytes / 4)))
      << "nothing was learnt";
}

}  // namespace
}  // namespace cajal
