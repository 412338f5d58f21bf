// Pictures to the host, into pinned memory: what recording a video costs the bus.
#include "tests/gpu/measure/measure.h"

namespace cajal::measure {
namespace {

void picture(cudaStream_t stream, const std::string& name, std::size_t bytes, const char* note) {
  const auto device = cuda::allocateDevice<std::byte>(bytes, "a picture");
  const auto host = cuda::allocatePinned<std::byte>(bytes);
  const auto seconds = gpuSeconds(stream, 20, [&] {
    cuda::check(cudaMemcpyAsync(host.get(), device.get(), bytes, cudaMemcpyDeviceToHost, stream),
                "reading a picture");
  });
  reportTime("readback." + name, seconds, 1e6, "us", note);
  reportRate("readback." + name + ".rate", seconds, static_cast<double>(bytes) * 1e-9, "GB/s", note);
}

}  // namespace

void readback(cudaStream_t stream) {
  picture(stream, "rgba1080", 1920 * 1080 * 4, "1920 x 1080 RGBA, 8.3 MB, pinned host memory");
  picture(stream, "nv12_1080", 1920 * 1080 * 3 / 2, "1920 x 1080 NV12, 3.1 MB, pinned host memory");
}

}  // namespace cajal::measure
