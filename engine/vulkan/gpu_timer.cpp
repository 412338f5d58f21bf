#include "engine/vulkan/gpu_timer.h"

#include "engine/base/clock.h"
#include "engine/vulkan/check.h"
#include "engine/vulkan/device.h"
#include "engine/vulkan/frames.h"

#include <array>

namespace cajal {

namespace {

constexpr std::uint32_t kMostSpans = 32;  // a frame

OwnedQueryPool createPool(const Device& device) {
  VkQueryPoolCreateInfo info{VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO};
  info.queryType = VK_QUERY_TYPE_TIMESTAMP;
  info.queryCount = 2 * kMostSpans;
  VkQueryPool pool = VK_NULL_HANDLE;
  check(vkCreateQueryPool(device.handle(), &info, nullptr, &pool), "creating a frame's clock");
  return {device.handle(), pool};
}

void writeTime(VkCommandBuffer commands, VkQueryPool pool, std::uint32_t query) {
  vkCmdWriteTimestamp2(commands, VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT, pool, query);
}

}  // namespace

GpuTimer::GpuTimer(const Device& device, std::size_t framesInFlight) : m_device(&device) {
  if (!device.can().timestamps) return;
  for (std::size_t i = 0; i < framesInFlight; ++i) m_slots.push_back({createPool(device), {}, {}});
}

void GpuTimer::beginFrame(const Frame& frame) {
  if (m_slots.empty()) return;
  Slot& slot = m_slots.at(frame.slot());
  if (!slot.names.empty()) readResults(slot);
  slot.names.clear();
  slot.hostSpans.clear();
  vkCmdResetQueryPool(frame.commands(), slot.pool.get(), 0, 2 * kMostSpans);
}

GpuTimer::Span GpuTimer::span(const Frame& frame, const char* name) {
  if (m_slots.empty()) return {frame.commands(), VK_NULL_HANDLE, 0};
  Slot& slot = m_slots.at(frame.slot());
  if (slot.names.size() == kMostSpans) return {frame.commands(), VK_NULL_HANDLE, 0};
  const auto query = static_cast<std::uint32_t>(2 * slot.names.size());
  slot.names.push_back(name);
  writeTime(frame.commands(), slot.pool.get(), query);
  return {frame.commands(), slot.pool.get(), query + 1};
}

GpuTimer::Span::Span(VkCommandBuffer commands, VkQueryPool pool, std::uint32_t endQuery)
    : m_commands(commands), m_pool(pool), m_endQuery(endQuery) {}

GpuTimer::Span::~Span() {
  if (m_pool != VK_NULL_HANDLE) writeTime(m_commands, m_pool, m_endQuery);
}

GpuTimer::HostSpan GpuTimer::hostSpan(const Frame& frame, const char* name) {
  return {m_slots.empty() ? nullptr : &m_slots.at(frame.slot()).hostSpans, name};
}

GpuTimer::HostSpan::HostSpan(std::vector<GpuSpan>* spans, const char* name)
    : m_spans(spans), m_name(name), m_start(secondsNow()) {}

GpuTimer::HostSpan::~HostSpan() {
  if (m_spans) m_spans->push_back({m_name, 1e3 * (secondsNow() - m_start)});
}

void GpuTimer::readResults(Slot& slot) {
  std::array<std::uint64_t, 2 * kMostSpans> ticks{};
  const auto count = static_cast<std::uint32_t>(2 * slot.names.size());
  const VkResult result = vkGetQueryPoolResults(m_device->handle(), slot.pool.get(), 0, count, sizeof(ticks),
                                                ticks.data(), sizeof(std::uint64_t), VK_QUERY_RESULT_64_BIT);
  if (result == VK_NOT_READY) return;  // the frame was begun and never submitted
  check(result, "reading a frame's clock");
  const std::uint32_t bits = m_device->limits().timestampBits;
  const std::uint64_t mask = bits >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
  m_results = slot.hostSpans;
  for (std::size_t i = 0; i < slot.names.size(); ++i) {
    const auto passed = static_cast<double>((ticks[2 * i + 1] - ticks[2 * i]) & mask);
    m_results.push_back({slot.names[i], passed * m_device->limits().nanosecondsPerTick * 1e-6});
  }
}

}  // namespace cajal
