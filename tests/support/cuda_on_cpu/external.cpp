// Memory and semaphores of Vulkan's: there is nothing to import them from, and nobody could share them.
#include "tests/support/cuda_on_cpu/runtime_state.h"

namespace {

cudaError_t refused() {
  return cuda_on_cpu::call([] { return cudaErrorNotSupported; });
}

}  // namespace

cudaError_t cudaImportExternalMemory(cudaExternalMemory_t*, const cudaExternalMemoryHandleDesc*) {
  return refused();
}

cudaError_t cudaExternalMemoryGetMappedBuffer(void**, cudaExternalMemory_t,
                                              const cudaExternalMemoryBufferDesc*) {
  return refused();
}

cudaError_t cudaDestroyExternalMemory(cudaExternalMemory_t) {
  return refused();
}

cudaError_t cudaImportExternalSemaphore(cudaExternalSemaphore_t*, const cudaExternalSemaphoreHandleDesc*) {
  return refused();
}

cudaError_t cudaDestroyExternalSemaphore(cudaExternalSemaphore_t) {
  return refused();
}

cudaError_t cudaSignalExternalSemaphoresAsync(const cudaExternalSemaphore_t*,
                                              const cudaExternalSemaphoreSignalParams*, unsigned,
                                              cudaStream_t) {
  return refused();
}

cudaError_t cudaWaitExternalSemaphoresAsync(const cudaExternalSemaphore_t*,
                                            const cudaExternalSemaphoreWaitParams*, unsigned, cudaStream_t) {
  return refused();
}
