#pragma once
// CUDA's training stream beside Vulkan: arenas are dedicated Vulkan buffers that CUDA maps, T and R timeline
// semaphores of Vulkan's that CUDA signals and waits for. In builds without CUDA it is not there.

#include "compute/cuda/shared_memory.h"
#include "compute/cuda/stream_timer.h"
#include "viewer/sources/training_stream.h"

namespace cajal {

class CudaStream final : public TrainingStream {
 public:
  // Both outlive it; `backend` is CUDA's, on the GPU that `device` is. Throws Error(gpu) where either refuses
  // to share.
  CudaStream(const Device& device, Backend& backend);

  SharedArena makeArena(std::size_t floats) override;
  void signalTrained(std::uint64_t value) override { m_trainedInCuda.signal(m_stream, value); }
  void waitForDrawn(std::uint64_t value) override { m_drawnInCuda.wait(m_stream, value); }
  void beginBurst() override { m_timer.begin(); }
  void endBurst() override { m_timer.end(); }
  std::optional<double> pollBurst() override { return m_timer.poll(); }
  bool finish(double timeoutSeconds) override { return m_timer.finish(timeoutSeconds); }
  bool isDrawn(std::uint64_t value, double timeoutSeconds) override {
    return m_drawn.wait(value, timeoutSeconds);
  }
  void signalDrawnInstead(std::uint64_t value) noexcept override;
  SemaphoreAt trainedAt(std::uint64_t value, VkPipelineStageFlags2 stage) const override {
    return m_trained.at(value, stage);
  }
  SemaphoreAt drawnAt(std::uint64_t value) const override { return m_drawn.at(value); }

 private:
  const Device& m_device;
  Backend& m_backend;
  void* m_stream;                                   // a cudaStream_t, the backend's
  Timeline m_trained, m_drawn;                      // T, R
  ImportedTimeline m_trainedInCuda, m_drawnInCuda;  // the same two, as CUDA knows them
  StreamTimer m_timer;
};

}  // namespace cajal
