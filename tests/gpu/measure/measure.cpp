#include "tests/gpu/measure/measure.h"

#include <algorithm>
#include <cstdio>

#include "compute/cuda/cuda_device.h"
#include "engine/base/clock.h"

namespace cajal::measure {
namespace {

using cuda::check;

constexpr int kRounds = 7;

struct TimeStamps {
  cudaEvent_t begin = nullptr, end = nullptr;

  TimeStamps() {
    check(cudaEventCreate(&begin), "making a time stamp");
    check(cudaEventCreate(&end), "making a time stamp");
  }
  ~TimeStamps() {
    cuda::logIfFailed(cudaEventDestroy(begin), "destroying a time stamp");
    cuda::logIfFailed(cudaEventDestroy(end), "destroying a time stamp");
  }
};

template <typename Round>
std::vector<double> sortedRounds(int repeats, Round&& round) {
  std::vector<double> seconds;
  round();  // clocks and caches warm up
  for (int i = 0; i < kRounds; ++i) seconds.push_back(round() / repeats);
  std::sort(seconds.begin(), seconds.end());
  return seconds;
}

double median(const std::vector<double>& sorted) {
  return sorted[sorted.size() / 2];
}

void print(const std::string& name, double value, double least, double most, const char* unit,
           const char* note) {
  std::printf(
      "{\"name\": \"%s\", \"value\": %.6g, \"unit\": \"%s\", \"least\": %.6g, \"most\": %.6g, \"note\": "
      "\"%s\"}\n",
      name.c_str(), value, unit, least, most, note);
}

int attribute(cudaDeviceAttr which) {
  int value = 0;
  check(cudaDeviceGetAttribute(&value, which, 0), "asking what the GPU can do");
  return value;
}

}  // namespace

std::vector<double> gpuSeconds(cudaStream_t stream, int repeats, const std::function<void()>& work) {
  const TimeStamps stamps;
  return sortedRounds(repeats, [&] {
    check(cudaEventRecord(stamps.begin, stream), "taking the time");
    for (int i = 0; i < repeats; ++i) work();
    check(cudaEventRecord(stamps.end, stream), "taking the time");
    check(cudaEventSynchronize(stamps.end), "running a measurement");
    float milliseconds = 0;
    check(cudaEventElapsedTime(&milliseconds, stamps.begin, stamps.end), "reading the time");
    return static_cast<double>(milliseconds) * 1e-3;
  });
}

std::vector<double> wallSeconds(cudaStream_t stream, int repeats, const std::function<void()>& work) {
  return sortedRounds(repeats, [&] {
    check(cudaStreamSynchronize(stream), "starting from rest");
    const double begin = secondsNow();
    for (int i = 0; i < repeats; ++i) work();
    check(cudaStreamSynchronize(stream), "running a measurement");
    return secondsNow() - begin;
  });
}

void reportRate(const std::string& name, const std::vector<double>& seconds, double amount, const char* unit,
                const char* note) {
  print(name, amount / median(seconds), amount / seconds.back(), amount / seconds.front(), unit, note);
}

void reportTime(const std::string& name, const std::vector<double>& seconds, double amount, const char* unit,
                const char* note) {
  print(name, amount * median(seconds), amount * seconds.front(), amount * seconds.back(), unit, note);
}

void reportText(const std::string& name, const std::string& value) {
  std::printf("{\"name\": \"%s\", \"value\": \"%s\"}\n", name.c_str(), value.c_str());
}

void machine(cudaStream_t) {
  const CudaDevice device = cudaDevices().front();
  reportText("machine.gpu", device.name);
  reportText("machine.compute_capability",
             std::to_string(device.computeMajor) + "." + std::to_string(device.computeMinor));
  reportText("machine.memory_mb", std::to_string(device.totalMemory / 1'000'000));
  reportText("machine.cuda_driver", cudaVersionText(cudaVersions().driver));
  reportText("machine.cuda_runtime", cudaVersionText(cudaVersions().runtime));
  reportText("machine.multiprocessors", std::to_string(attribute(cudaDevAttrMultiProcessorCount)));
  reportText("machine.l2_bytes", std::to_string(attribute(cudaDevAttrL2CacheSize)));
  reportText("machine.cuda_in_graphics", attribute(cudaDevAttrVulkanCigSupported) ? "yes" : "no");
  reportText("machine.shared_bytes_per_block",
             std::to_string(attribute(cudaDevAttrMaxSharedMemoryPerBlockOptin)));
}

}  // namespace cajal::measure
