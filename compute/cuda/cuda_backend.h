#pragma once
// What the seam to Vulkan needs of a CUDA backend, without CUDA's headers. Made by makeCudaBackend
// (core/backend.h).

#include "compute/core/backend.h"

namespace cajal {

// The stream that everything of this backend is enqueued on (a cudaStream_t), for as long as the backend
// lives. Throws Error(bug) for a backend that is not CUDA's.
void* cudaStreamOf(Backend& backend);

// The device it trains on, as cudaDevices() counts them.
int cudaDeviceOf(Backend& backend);

}  // namespace cajal
