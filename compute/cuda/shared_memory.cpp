#include "compute/cuda/shared_memory.h"

#include <cuda_runtime.h>

#include <utility>

#include "compute/cuda/check.h"

namespace cajal {
namespace {

using cuda::check;
using cuda::logIfFailed;

cudaExternalMemory_t importMemory(int fd, std::size_t bytes) {
  cudaExternalMemoryHandleDesc description = {};
  description.type = cudaExternalMemoryHandleTypeOpaqueFd;
  description.handle.fd = fd;
  description.size = bytes;
  description.flags = cudaExternalMemoryDedicated;  // Vulkan gave this buffer an allocation of its own
  cudaExternalMemory_t memory = nullptr;
  check(cudaImportExternalMemory(&memory, &description), "importing Vulkan's memory");
  return memory;
}

}  // namespace

ImportedMemory::ImportedMemory(int fd, std::size_t bytes)
    : m_memory(importMemory(fd, bytes)), m_bytes(bytes) {
  cudaExternalMemoryBufferDesc description = {};
  description.size = bytes;
  void* data = nullptr;
  const cudaError_t result = cudaExternalMemoryGetMappedBuffer(&data, m_memory, &description);
  if (result != cudaSuccess) logIfFailed(cudaDestroyExternalMemory(m_memory), "giving Vulkan's memory back");
  check(result, "mapping Vulkan's memory");
  m_data = static_cast<float*>(data);
}

ImportedMemory::~ImportedMemory() {
  // In this order: the mapping goes before what it maps.
  if (m_data) logIfFailed(cudaFree(m_data), "unmapping Vulkan's memory");
  if (m_memory) logIfFailed(cudaDestroyExternalMemory(m_memory), "giving Vulkan's memory back");
}

ImportedMemory::ImportedMemory(ImportedMemory&& other) noexcept
    : m_memory(std::exchange(other.m_memory, nullptr)),
      m_data(std::exchange(other.m_data, nullptr)),
      m_bytes(std::exchange(other.m_bytes, 0)) {}

ImportedMemory& ImportedMemory::operator=(ImportedMemory&& other) noexcept {
  // `other` leaves with what we had, and frees it.
  std::swap(m_memory, other.m_memory);
  std::swap(m_data, other.m_data);
  std::swap(m_bytes, other.m_bytes);
  return *this;
}

ImportedTimeline::ImportedTimeline(int fd) {
  cudaExternalSemaphoreHandleDesc description = {};
  description.type = cudaExternalSemaphoreHandleTypeTimelineSemaphoreFd;
  description.handle.fd = fd;
  check(cudaImportExternalSemaphore(&m_semaphore, &description), "importing Vulkan's timeline");
}

ImportedTimeline::~ImportedTimeline() {
  if (m_semaphore) logIfFailed(cudaDestroyExternalSemaphore(m_semaphore), "giving Vulkan's timeline back");
}

ImportedTimeline::ImportedTimeline(ImportedTimeline&& other) noexcept
    : m_semaphore(std::exchange(other.m_semaphore, nullptr)) {}

ImportedTimeline& ImportedTimeline::operator=(ImportedTimeline&& other) noexcept {
  std::swap(m_semaphore, other.m_semaphore);
  return *this;
}

void ImportedTimeline::signal(void* stream, std::uint64_t value) {
  cudaExternalSemaphoreSignalParams parameters = {};
  parameters.params.fence.value = value;
  check(cudaSignalExternalSemaphoresAsync(&m_semaphore, &parameters, 1, static_cast<cudaStream_t>(stream)),
        "signalling the timeline");
}

void ImportedTimeline::wait(void* stream, std::uint64_t value) {
  cudaExternalSemaphoreWaitParams parameters = {};
  parameters.params.fence.value = value;
  check(cudaWaitExternalSemaphoresAsync(&m_semaphore, &parameters, 1, static_cast<cudaStream_t>(stream)),
        "waiting on the timeline");
}

}  // namespace cajal
