#pragma once
// The GPUs that CUDA sees: what other folders need to know about them, without CUDA's headers.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace cajal {

struct CudaDevice {
  int index = 0;                        // as --device counts them
  std::string name;                     // "NVIDIA H200"
  std::array<std::uint8_t, 16> uuid{};  // equals VkPhysicalDeviceIDProperties::deviceUUID of the same GPU
  int computeMajor = 0;                 // 9 of compute capability 9.0
  int computeMinor = 0;
  std::uint64_t totalMemory = 0;  // bytes
};

struct CudaVersions {
  int driver = 0;   // the newest CUDA the driver knows, 13000 for 13.0; 0 where no driver is loaded
  int runtime = 0;  // the CUDA that this program was built with
};

CudaVersions cudaVersions();
// "13.0" of 13000
std::string cudaVersionText(int version);

// Empty where there is no driver or no GPU; whyNoCuda() says which.
std::vector<CudaDevice> cudaDevices();

}  // namespace cajal
