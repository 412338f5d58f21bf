// gpu_measure [NAME…]: measures this GPU; with no name everything. Exit code 5 where there is no GPU.
#include <cstdio>
#include <cstring>
#include <exception>

#include "compute/core/backend.h"
#include "tests/gpu/measure/measure.h"

namespace {

struct Measurement {
  const char* name;
  void (*run)(cudaStream_t stream);
};
constexpr Measurement kMeasurements[] = {
    {"machine", cajal::measure::machine},     {"atomics", cajal::measure::atomics},
    {"bandwidth", cajal::measure::bandwidth}, {"latency", cajal::measure::latency},
    {"readback", cajal::measure::readback},   {"gemm", cajal::measure::gemm},
    {"steps", cajal::measure::steps},
};

bool isAskedFor(const char* name, int count, char** names) {
  for (int i = 1; i < count; ++i) {
    if (std::strcmp(names[i], name) == 0) return true;
  }
  return count == 1;
}

// One that fails must not take the others with it.
bool run(const Measurement& measurement) {
  try {
    const cajal::cuda::Stream stream = cajal::cuda::makeStream();
    measurement.run(stream.get());
    std::fflush(stdout);
    return true;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "gpu_measure %s: %s\n", measurement.name, error.what());
    return false;
  }
}

}  // namespace

int main(int count, char** names) {
  if (const std::string why = cajal::whyNoCuda(); !why.empty()) {
    std::fprintf(stderr, "gpu_measure: %s\n", why.c_str());
    return 5;
  }
  bool allRan = true;
  for (const Measurement& measurement : kMeasurements) {
    if (isAskedFor(measurement.name, count, names)) allRan = run(measurement) && allRan;
  }
  return allRan ? 0 : 1;
}
