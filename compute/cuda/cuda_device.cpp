#include "compute/cuda/cuda_device.h"

#include <cuda_runtime.h>
#include <fmt/format.h>

#include <cstring>

#include "compute/cuda/check.h"

namespace cajal {

CudaVersions cudaVersions() {
  CudaVersions versions;
  cuda::check(cudaDriverGetVersion(&versions.driver), "asking for the driver's version");
  cuda::check(cudaRuntimeGetVersion(&versions.runtime), "asking for CUDA's version");
  return versions;
}

std::string cudaVersionText(int version) {
  return fmt::format("{}.{}", version / 1000, version % 1000 / 10);
}

std::vector<CudaDevice> cudaDevices() {
  int count = 0;
  if (cudaGetDeviceCount(&count) != cudaSuccess) {
    static_cast<void>(cudaGetLastError());  // no driver or no GPU: an answer here
    return {};
  }
  std::vector<CudaDevice> devices;
  for (int index = 0; index < count; ++index) {
    cudaDeviceProp properties = {};
    cuda::check(cudaGetDeviceProperties(&properties, index), "asking what a GPU is");
    CudaDevice device{
        index, properties.name, {}, properties.major, properties.minor, properties.totalGlobalMem};
    static_assert(sizeof(properties.uuid.bytes) == sizeof(device.uuid));
    std::memcpy(device.uuid.data(), properties.uuid.bytes, device.uuid.size());
    devices.push_back(device);
  }
  return devices;
}

}  // namespace cajal
