#if CAJAL_HAS_CUDA
#include "viewer/sources/cuda_stream.h"

#include <unistd.h>

#include <utility>

#include "compute/cuda/cuda_backend.h"
#include "engine/base/error.h"
#include "engine/base/log.h"
#include "engine/vulkan/device.h"

namespace cajal {
namespace {

// The descriptor is CUDA's once it was taken, and ours to close where it was not.
template <typename Imported, typename... More>
Imported import(int fd, More... more) {
  try {
    return Imported(fd, more...);
  } catch (...) {
    close(fd);
    throw;
  }
}

}  // namespace

CudaStream::CudaStream(const Device& device, Backend& backend)
    : m_device(device),
      m_backend(backend),
      m_stream((backend.finish(), cudaStreamOf(backend))),  // finish(): its GPU is this thread's from here on
      m_trained(device, "T, trained", Exported::yes),
      m_drawn(device, "R, drawn", Exported::yes),
      m_trainedInCuda(import <ImportedTimeline>(m_trained.exportFd())),
      m_drawnInCuda(import <ImportedTimeline>(m_drawn.exportFd())),
      m_timer(m_stream) {}

SharedArena CudaStream::makeArena(std::size_t floats) {
  auto buffer = std::make_shared<Buffer>(
      m_device, floats * sizeof(float), VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_TRANSFER_SRC_BIT,
      MemoryUse::shared, "arena");
  auto memory = std::make_shared<ImportedMemory>(
      import <ImportedMemory>(buffer->exportFd(), static_cast<std::size_t>(buffer->allocationSize())));
  m_backend.fillZero(memory->data(), floats);
  const BufferRange drawn = wholeOf(*buffer);
  float* const data = memory->data();
  return {drawn, ArenaMemory(data, [memory = std::move(memory), buffer = std::move(buffer)](float*) mutable {
            memory.reset();  // CUDA's mapping goes before what it maps
            buffer.reset();
          })};
}

void CudaStream::signalDrawnInstead(std::uint64_t value) noexcept {
  try {
    if (m_drawn.value() < value) m_drawn.signal(value);
  } catch (const std::exception& error) {
    logError("{}", error.what());
  }
}

}  // namespace cajal
#endif
