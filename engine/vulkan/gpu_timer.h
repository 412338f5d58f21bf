#pragma once
// How long the parts of a frame took, on the GPU and on the host.

#include "engine/vulkan/owned.h"
#include "engine/vulkan/vulkan.h"

#include <cstdint>
#include <span>
#include <vector>

namespace cajal {

class Device;
class Frame;

struct GpuSpan {
  const char* name;
  double milliseconds;
};

// Owner of one query pool a frame in flight. Where the queue cannot tell the time, there are no results.
// Where training shares the GPU with drawing, its work counts into these times: compare rates instead.
class GpuTimer {
 public:
  GpuTimer(const Device& device, std::size_t framesInFlight);

  // First thing in a frame: takes the results of the frame that used this slot before.
  void beginFrame(const Frame& frame);

  // Measures from its making to its end. Spans may lie within each other.
  class Span {
   public:
    Span(Span&&) = delete;
    ~Span();

   private:
    friend class GpuTimer;
    Span(VkCommandBuffer commands, VkQueryPool pool, std::uint32_t endQuery);
    VkCommandBuffer m_commands;
    VkQueryPool m_pool;  // null: not measured
    std::uint32_t m_endQuery;
  };
  // `name` is a literal. Beyond 32 spans a frame, nothing is measured.
  [[nodiscard]] Span span(const Frame& frame, const char* name);

  // Measures what the host does itself while a frame is recorded.
  class HostSpan {
   public:
    HostSpan(HostSpan&&) = delete;
    ~HostSpan();

   private:
    friend class GpuTimer;
    HostSpan(std::vector<GpuSpan>* spans, const char* name);
    std::vector<GpuSpan>* m_spans;  // null: not measured
    const char* m_name;
    double m_start;  // seconds
  };
  [[nodiscard]] HostSpan hostSpan(const Frame& frame, const char* name);

  // Of the last frame that is known, the host's first, in the order the spans began.
  std::span<const GpuSpan> results() const { return m_results; }

 private:
  struct Slot {
    OwnedQueryPool pool;
    std::vector<const char*> names;
    std::vector<GpuSpan> hostSpans;
  };

  void readResults(Slot& slot);

  const Device* m_device;
  std::vector<Slot> m_slots;  // empty where timestamps are not there
  std::vector<GpuSpan> m_results;
};

}  // namespace cajal
