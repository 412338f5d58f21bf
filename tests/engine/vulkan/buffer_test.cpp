#include "engine/vulkan/buffer.h"

#include "engine/vulkan/check.h"
#include "engine/vulkan/immediate.h"
#include "engine/vulkan/pipeline.h"
#include "tests/support/refusal.h"
#include "tests/support/vulkan/vulkan_test.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <numeric>

namespace cajal {
namespace {

constexpr VkBufferUsageFlags kAllUses =
    VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_TRANSFER_SRC_BIT | VK_BUFFER_USAGE_TRANSFER_DST_BIT;

struct FillConstants {  // as in fill.comp
  std::uint32_t count, first, step;
};

class BufferTest : public VulkanTest {
 protected:
  void fill(const Buffer& buffer, FillConstants constants) {
    const ComputePipeline pipeline(device(), "fill.comp", {VK_DESCRIPTOR_TYPE_STORAGE_BUFFER},
                                   sizeof(constants));
    runNow(device(), [&](VkCommandBuffer commands) {
      pipeline.bind(commands);
      pipeline.bindings(commands, {buffer});
      pipeline.push(commands, constants);
      vkCmdDispatch(commands, groupsFor(constants.count, 64), 1, 1);
      memoryBarrier(commands, access::kComputeWrite, access::kHostRead);
    });
  }

  static std::vector<std::uint32_t> words(const std::vector<std::byte>& bytes) {
    std::vector<std::uint32_t> values(bytes.size() / sizeof(std::uint32_t));
    std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
  }
};

TEST_F(BufferTest, AShaderWritesWhatTheHostReads) {
  const Buffer buffer(device(), 1000 * sizeof(std::uint32_t), kAllUses, MemoryUse::readback, "values");
  fill(buffer, {1000, 5, 3});
  const auto values = buffer.elements<const std::uint32_t>();
  ASSERT_EQ(values.size(), 1000U);
  EXPECT_EQ(values[0], 5U);
  EXPECT_EQ(values[999], 5U + 3U * 999U);
}

TEST_F(BufferTest, DeviceMemoryIsFilledAndReadByCopies) {
  std::vector<std::uint32_t> sent(5000);
  std::iota(sent.begin(), sent.end(), 7U);
  const Buffer buffer(device(), sent.size() * sizeof(std::uint32_t), kAllUses, MemoryUse::device, "values");
  EXPECT_EQ(buffer.mapped(), nullptr);
  uploadNow(device(), buffer, std::span<const std::uint32_t>(sent));
  EXPECT_EQ(words(downloadNow(device(), buffer)), sent);
}

TEST_F(BufferTest, MappedMemoryIsSeenByBothSides) {
  const Buffer buffer(device(), 64, kAllUses, MemoryUse::mapped, "slot");
  const std::array<std::uint32_t, 2> sent{11, 12};
  buffer.write(std::span<const std::uint32_t>(sent), 8);
  const auto received = words(downloadNow(device(), buffer));
  EXPECT_EQ(received[2], 11U);
  EXPECT_EQ(received[3], 12U);
}

TEST_F(BufferTest, AWritePastTheEndIsRefused) {
  const Buffer buffer(device(), 16, kAllUses, MemoryUse::upload, "small");
  const std::array<std::uint32_t, 4> values{};
  EXPECT_THROW(buffer.write(std::span<const std::uint32_t>(values), 4), Error);
}

TEST_F(BufferTest, ASharedBufferIsTheSameMemoryOnTheOtherSide) {
  if (!device().can().exportsMemory) GTEST_SKIP() << device().facts().name << " exports no memory";
  const Buffer buffer(device(), 4096, kAllUses, MemoryUse::shared, "arena");

  // The other side: another VkBuffer on the imported memory, as another process would make it.
  VkExternalMemoryBufferCreateInfo external{VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_BUFFER_CREATE_INFO};
  external.handleTypes = VK_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD_BIT;
  VkBufferCreateInfo info{VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO, &external};
  info.size = buffer.size();
  info.usage = kAllUses;
  VkBuffer handle = VK_NULL_HANDLE;
  check(vkCreateBuffer(device().handle(), &info, nullptr, &handle), "creating the other side's buffer");
  OwnedMemory memory;  // goes after the buffer in it
  const OwnedBuffer otherSide(device().handle(), handle);
  VkMemoryRequirements needs{};
  vkGetBufferMemoryRequirements(device().handle(), handle, &needs);
  VkMemoryDedicatedAllocateInfo dedicated{VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO};
  dedicated.buffer = handle;
  VkImportMemoryFdInfoKHR import{VK_STRUCTURE_TYPE_IMPORT_MEMORY_FD_INFO_KHR, &dedicated};
  import.handleType = VK_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD_BIT;
  import.fd = buffer.exportFd();
  ASSERT_GE(import.fd, 0);
  VkMemoryAllocateInfo allocation{VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO, &import};
  allocation.allocationSize = buffer.allocationSize();
  allocation.memoryTypeIndex =
      memoryTypesFor(device().memoryTypes(), needs.memoryTypeBits, MemoryUse::shared).front();
  VkDeviceMemory imported = VK_NULL_HANDLE;
  check(vkAllocateMemory(device().handle(), &allocation, nullptr, &imported), "importing the memory");
  memory = {device().handle(), imported};
  check(vkBindBufferMemory(device().handle(), handle, imported, 0), "binding the imported memory");

  fill(buffer, {1024, 100, 1});
  const Buffer copy(device(), 4096, kAllUses, MemoryUse::readback, "copy");
  runNow(device(), [&](VkCommandBuffer commands) {
    const VkBufferCopy region{0, 0, 4096};
    vkCmdCopyBuffer(commands, handle, copy.handle(), 1, &region);
  });
  EXPECT_EQ(copy.elements<const std::uint32_t>()[1023], 100U + 1023U);
}

TEST_F(BufferTest, WhatDoesNotFitSaysHowMuchWasWanted) {
  try {
    const Buffer buffer(device(), VkDeviceSize{64} << 40, kAllUses, MemoryUse::device, "the weights");
    FAIL() << "64 TiB were allocated";
  } catch (const OutOfDeviceMemory& error) {
    EXPECT_EQ(error.exitCode(), ExitCode::gpu);
    EXPECT_TRUE(test::says(error.what(), "the weights needs 65536.00 GiB"));
  }
}

TEST_F(BufferTest, WhatIsLargerThanTheMemoryIsRefusedBeforeTheDriverIsAsked) {
  VkDeviceSize largest = 0;
  const auto& types = device().memoryTypes();
  for (std::uint32_t i = 0; i < types.memoryHeapCount; ++i)
    largest = std::max(largest, types.memoryHeaps[i].size);
  if (largest + 4096 > device().limits().bufferBytes)
    GTEST_SKIP() << "no buffer can be larger than the memory";
  try {
    const Buffer buffer(device(), largest + 4096, kAllUses, MemoryUse::device, "the weights");
    FAIL() << "more was allocated than there is";
  } catch (const OutOfDeviceMemory& error) {
    EXPECT_TRUE(test::says(error.what(), "of memory on " + device().facts().name));
  }
}

}  // namespace
}  // namespace cajal
