#include "engine/render/read_back.h"

#include <algorithm>

#include "engine/vulkan/barrier.h"

namespace cajal {
namespace {

constexpr std::size_t kFloatsPerRange = sizeof(gpu::Range) / sizeof(float);
constexpr std::size_t kLeastWords = 4096;

std::size_t floatsOf(const RenderGroup& group) {
  VkDeviceSize bytes = 0;
  for (const BufferRange& range : group.watched) bytes += range.bytes;
  return static_cast<std::size_t>(bytes / sizeof(float));
}

}  // namespace

ReadBack::ReadBack(const Device& device, std::size_t slots) : m_device(device), m_slots(slots) {}

void ReadBack::take(std::size_t index) {
  const Slot& slot = m_slots[index];
  m_known.clear();
  m_edge.reset();
  m_number = slot.number;
  if (!slot.words) return;
  const std::span<const std::uint32_t> words = slot.words->elements<std::uint32_t>();
  std::size_t at = 0;
  for (const Part& part : slot.parts) {
    const auto* const ranges = reinterpret_cast<const gpu::Range*>(words.data() + at);
    const auto* const watched =
        reinterpret_cast<const float*>(words.data() + at + part.ranges * kFloatsPerRange);
    m_known.push_back({part.group, {ranges, ranges + part.ranges}, {watched, watched + part.watched}});
    at += part.ranges * kFloatsPerRange + part.watched;
  }
  if (slot.pixel) m_edge = {*slot.pixel, PickPass::edgeIn(words.subspan(at), slot.bundles)};
}

void ReadBack::record(VkCommandBuffer commands, std::size_t index, const RenderScene& scene,
                      std::span<const BufferRange> ranges, const Buffer* picked) {
  Slot& slot = m_slots[index];
  slot.number = scene.watch.number;
  slot.pixel = picked ? scene.watch.edgePick : std::nullopt;
  slot.bundles = picked ? PickPass::bundlesOf(scene) : std::vector<PickPass::Bundle>();
  slot.parts.clear();
  const std::size_t pickedWords = picked ? PickPass::wordsFor(slot.bundles.size()) : 0;
  std::size_t words = pickedWords;
  for (const RenderGroup& group : scene.groups) {
    slot.parts.push_back({group.id, group.ranges.size(), floatsOf(group)});
    words += slot.parts.back().ranges * kFloatsPerRange + slot.parts.back().watched;
  }
  makeRoom(slot, words);

  memoryBarrier(commands, access::kComputeWrite, access::kCopyRead);
  VkDeviceSize place = 0;  // bytes
  const auto copy = [&](VkBuffer source, VkDeviceSize offset, VkDeviceSize bytes) {
    if (bytes == 0) return;
    const VkBufferCopy region{offset, place, bytes};
    vkCmdCopyBuffer(commands, source, slot.words->handle(), 1, &region);
    place += bytes;
  };
  for (std::size_t i = 0; i < scene.groups.size(); ++i) {
    copy(ranges[i].buffer, ranges[i].offset, slot.parts[i].ranges * sizeof(gpu::Range));
    for (const BufferRange& watched : scene.groups[i].watched)
      copy(watched.buffer, watched.offset, watched.bytes);
  }
  if (picked) copy(picked->handle(), 0, pickedWords * sizeof(std::uint32_t));
  memoryBarrier(commands, access::kCopyWrite, access::kHostRead);
}

// No frame reads the slot's old buffer any more: its last frame has arrived.
void ReadBack::makeRoom(Slot& slot, std::size_t words) const {
  const VkDeviceSize bytes = std::max(words, kLeastWords) * sizeof(std::uint32_t);
  if (slot.words && slot.words->size() >= bytes) return;
  slot.words = std::make_unique<Buffer>(m_device, bytes + bytes / 2, VK_BUFFER_USAGE_TRANSFER_DST_BIT,
                                        MemoryUse::readback, "read back");
}

const ReadBack::Known* ReadBack::knownOf(std::uint32_t group) const {
  const auto found = std::find_if(m_known.begin(), m_known.end(),
                                  [group](const Known& each) { return each.group == group; });
  return found == m_known.end() ? nullptr : &*found;
}

std::span<const gpu::Range> ReadBack::ranges(std::uint32_t group) const {
  const Known* const known = knownOf(group);
  return known ? known->ranges : std::span<const gpu::Range>();
}

std::span<const float> ReadBack::watched(std::uint32_t group) const {
  const Known* const known = knownOf(group);
  return known ? known->watched : std::span<const float>();
}

}  // namespace cajal
