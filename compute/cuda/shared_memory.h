#pragma once
// CUDA's side of memory and semaphores that Vulkan made, without CUDA's headers. Who makes them, and who
// signals which, stands in viewer/sources.
//
// Both take a file descriptor that vkGetMemoryFdKHR or vkGetSemaphoreFdKHR gave (OPAQUE_FD). Once
// constructed, the descriptor is CUDA's and must not be closed; where the constructor throws, it is still the
// caller's. The device must be the calling thread's, and the GPU the one Vulkan uses (compare
// CudaDevice::uuid).

#include <cstddef>
#include <cstdint>

struct CUexternalMemory_st;
struct CUexternalSemaphore_st;

namespace cajal {

// A dedicated allocation of Vulkan's, mapped whole for CUDA. Vulkan's memory must outlive it.
class ImportedMemory {
 public:
  // `bytes` is the size of the allocation (VkMemoryRequirements::size), not only of what is used of it.
  ImportedMemory(int fd, std::size_t bytes);
  ~ImportedMemory();
  ImportedMemory(ImportedMemory&& other) noexcept;
  ImportedMemory& operator=(ImportedMemory&& other) noexcept;

  float* data() const { return m_data; }  // device memory, not zeroed
  std::size_t bytes() const { return m_bytes; }

 private:
  CUexternalMemory_st* m_memory = nullptr;
  float* m_data = nullptr;
  std::size_t m_bytes = 0;
};

// A timeline semaphore of Vulkan's. Both calls only enqueue. A value must be signalled once, in growing
// order.
class ImportedTimeline {
 public:
  explicit ImportedTimeline(int fd);
  ~ImportedTimeline();
  ImportedTimeline(ImportedTimeline&& other) noexcept;
  ImportedTimeline& operator=(ImportedTimeline&& other) noexcept;

  // `stream` is a cudaStream_t: cudaStreamOf(backend).
  void signal(void* stream, std::uint64_t value);
  // What is enqueued after this runs once the timeline has reached `value`.
  void wait(void* stream, std::uint64_t value);

 private:
  CUexternalSemaphore_st* m_semaphore = nullptr;
};

}  // namespace cajal
