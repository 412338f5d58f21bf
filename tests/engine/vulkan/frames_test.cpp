#include "engine/vulkan/frames.h"

#include "engine/vulkan/barrier.h"
#include "engine/vulkan/check.h"
#include "engine/vulkan/gpu_timer.h"
#include "tests/support/vulkan/vulkan_test.h"

#include <array>

namespace cajal {
namespace {

class FramesTest : public VulkanTest {};
class TimelineTest : public VulkanTest {};
class GpuTimerTest : public VulkanTest {};

// Something that says when it goes.
struct Witness {
  bool* isGone;
  explicit Witness(bool& flag) : isGone(&flag) {}
  Witness(Witness&& other) noexcept : isGone(std::exchange(other.isGone, nullptr)) {}
  ~Witness() {
    if (isGone) *isGone = true;
  }
};

TEST_F(TimelineTest, GrowsInOrder) {
  const Timeline timeline(device(), "steps");
  EXPECT_EQ(timeline.value(), 0U);
  timeline.signal(3);
  EXPECT_EQ(timeline.value(), 3U);
  EXPECT_TRUE(timeline.wait(2, 0));
  EXPECT_TRUE(timeline.wait(3, 0));
}

TEST_F(TimelineTest, AValueThatDoesNotComeIsAnAnswer) {
  const Timeline timeline(device(), "steps");
  EXPECT_FALSE(timeline.wait(1, 0.01));
}

TEST_F(TimelineTest, AFrameWaitsForTheHostsSignal) {
  const Timeline timeline(device(), "steps");
  Frames frames(device());
  frames.begin();
  timeline.signal(1);  // first: a signal must be on its way before somebody waits
  frames.submit({timeline.at(1)}, {timeline.at(2)});
  EXPECT_TRUE(timeline.wait(2, 10));
  frames.waitForAll();
}

TEST_F(TimelineTest, ExportingIsPossibleOrRefusedInWords) {
  if (device().can().exportsSemaphores) {
    const Timeline timeline(device(), "steps", Exported::yes);
    EXPECT_GE(timeline.exportFd(), 0);
  } else {
    EXPECT_THROW(Timeline(device(), "steps", Exported::yes), Error);
  }
}

TEST_F(FramesTest, AreNumberedAndFinished) {
  Frames frames(device());
  for (std::uint64_t n = 1; n <= 10; ++n) {
    const Frame& frame = frames.begin();
    EXPECT_EQ(frame.number(), n);
    EXPECT_EQ(frame.slot(), (n - 1) % 2);
    frames.submit();
  }
  frames.waitForAll();
  EXPECT_EQ(frames.done().value(), 10U);
}

TEST_F(FramesTest, KeepWhatTheyUseUntilTheyAreDrawn) {
  bool isGone = false;
  Frames frames(device());
  frames.begin();
  frames.keep(Witness(isGone));
  frames.submit();
  frames.begin();
  EXPECT_FALSE(isGone);
  frames.submit();
  frames.begin();  // has waited for the first frame
  EXPECT_TRUE(isGone);
  frames.submit();
}

TEST_F(FramesTest, AFrameWhoseRecordingFailedIsBegunAgain) {
  Frames frames(device());
  frames.begin();
  frames.begin();
  frames.submit();
  EXPECT_TRUE(frames.done().wait(1, 10));
}

TEST_F(FramesTest, UploadsAreAlignedAndGrowAsNeeded) {
  Frames frames(device(), 2, 256);
  Frame& frame = frames.begin();
  const auto first = frame.upload().writeOne(std::uint32_t{1});
  const auto second = frame.upload().writeOne(std::uint32_t{2});
  EXPECT_EQ(first.buffer, second.buffer);
  EXPECT_EQ(second.offset % device().limits().offsetAlignment, 0U);
  const auto large = frame.upload().write(std::vector<float>(1000));
  EXPECT_NE(large.buffer, first.buffer);
  EXPECT_EQ(large.bytes, 4000U);
  EXPECT_GT(frame.upload().write(std::vector<float>()).bytes, 0U);
  frames.submit();
}

TEST_F(GpuTimerTest, MeasuresNamedSpansOfFinishedFrames) {
  if (!device().can().timestamps) GTEST_SKIP() << device().facts().name << " tells no time";
  Frames frames(device());
  GpuTimer timer(device(), frames.inFlight());
  const Buffer buffer(device(), 16 << 20, VK_BUFFER_USAGE_TRANSFER_DST_BIT, MemoryUse::device, "filled");
  for (int i = 0; i < 4; ++i) {
    const Frame& frame = frames.begin();
    timer.beginFrame(frame);
    {
      const auto whole = timer.span(frame, "frame");
      const auto part = timer.span(frame, "fill");
      memoryBarrier(frame.commands(), access::kCopyWrite, access::kCopyWrite);
      vkCmdFillBuffer(frame.commands(), buffer.handle(), 0, VK_WHOLE_SIZE, 1);
    }
    frames.submit();
  }
  frames.waitForAll();
  ASSERT_EQ(timer.results().size(), 2U);
  EXPECT_STREQ(timer.results()[0].name, "frame");
  EXPECT_STREQ(timer.results()[1].name, "fill");
  EXPECT_GT(timer.results()[1].milliseconds, 0.0);
  EXPECT_LT(timer.results()[0].milliseconds, 10'000.0);
}

}  // namespace
}  // namespace cajal
