#pragma once
// What tests of the emulation stand on: a stream, device memory by copies, and failures that are expected.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "compute/cuda/owners.h"
#include "engine/base/error.h"
#include "tests/cuda_on_cpu/kernels.h"

namespace cajal::test {

class EmulatedDevice : public testing::Test {
 protected:
  // Device memory with a copy of these values.
  template <typename Element>
  cuda::DeviceMemory<Element> upload(const std::vector<Element>& values) {
    auto memory = cuda::allocateDevice<Element>(values.size(), "a test");
    cuda::check(cudaMemcpyAsync(memory.get(), values.data(), values.size() * sizeof(Element),
                                cudaMemcpyHostToDevice, stream()),
                "uploading");
    return memory;
  }
  template <typename Element>
  std::vector<Element> download(const cuda::DeviceMemory<Element>& memory, std::size_t count) {
    std::vector<Element> values(count);
    cuda::check(cudaMemcpyAsync(values.data(), memory.get(), count * sizeof(Element), cudaMemcpyDeviceToHost,
                                stream()),
                "downloading");
    return values;
  }

  // That work of the stream fails with these words, and nothing else works until the device is reset.
  void expectFailure(const std::string& words) {
    try {
      cuda::check(cudaStreamSynchronize(stream()), "waiting");
      ADD_FAILURE() << "nothing was noticed";
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
    }
    EXPECT_EQ(cudaDeviceSynchronize(), cudaErrorLaunchFailure);
    EXPECT_EQ(cudaDeviceReset(), cudaSuccess);
  }

  cudaStream_t stream() const { return m_stream.get(); }

 private:
  cuda::Stream m_stream = cuda::makeStream();
};

}  // namespace cajal::test
