// Training without drawing, as a share of what the cores can do at most.
#include <fmt/format.h>

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <thread>

#include "compute/cpu/fma_peak.h"
#include "compute/training/trainer.h"
#include "engine/base/clock.h"
#include "viewer/tools/bench.h"

namespace cajal {
namespace {

constexpr double kSecondsEach = 0.5;
constexpr int kParts = 8;  // the best of so many is taken: a shared machine only ever makes it slower

// Forward and both gradients of every layer, but no gradient of the input. Multiply and add count as two.
double operationsPerStep(const LayerList& layers, std::size_t batch) {
  double sum = 0;
  for (const auto& layer : layers) {
    const double passes = layer == layers.front() ? 2 : 3;
    sum += 2.0 * passes * static_cast<double>(batch * layer->multiplyAdds());
  }
  return sum;
}

// Of this process, as it stands in physical memory.
double residentBytes() {
  std::ifstream file("/proc/self/statm");
  double all = 0, resident = 0;
  file >> all >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

double secondsPerStep(Trainer& trainer) {
  for (int warm = 0; warm < 20; ++warm) trainer.step();
  double best = 1e30;
  for (int part = 0; part < kParts; ++part) {
    const double start = secondsNow();
    int steps = 0;
    do {
      trainer.step();
      ++steps;
    } while (secondsNow() - start < kSecondsEach / kParts);
    trainer.backend().finish();
    best = std::min(best, (secondsNow() - start) / steps);
  }
  return best;
}

// Speed does not depend on what is learnt: random bytes will do.
DataSet randomData(std::size_t features, std::size_t classes) {
  DataSet data;
  data.name = "random";
  data.features = features;
  data.classes = classes;
  Random random(1, RandomStream::points);
  for (Examples* part : {&data.training, &data.test}) {
    part->count = 4096;
    part->bytes.resize(part->count * features);
    part->labels.resize(part->count);
    for (std::uint8_t& byte : part->bytes) byte = static_cast<std::uint8_t>(random.bits());
    for (Label& label : part->labels) label = random.index(static_cast<std::uint32_t>(classes));
  }
  return data;
}

}  // namespace

void benchTraining(BenchResults& results) {
  const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  const double peak = cpu::measureFmaPeak(cores, kSecondsEach);
  results.push_back(
      {"train.fma_peak", peak, "GFLOP/s", "", fmt::format("{} threads, registers only", cores)});

  struct Case {
    const char* name;
    const char* network;
    std::size_t batch;
  };
  const Case cases[] = {{"mlp784.b64", "784-128-64-10", 64},
                        {"mlp784.b128", "784-128-64-10", 128},
                        {"mlp784.b1024", "784-128-64-10", 1024},
                        {"wide1024.b128", "784-1024-1024-10", 128},
                        {"conv28.b64", "28x28-conv16k3p1-maxpool2-conv32k3p1-maxpool2-10", 64}};
  const DataSet data = randomData(784, 10);
  for (const Case& shape : cases) {
    malloc_trim(0);  // what the shape before has given back is not to hide what this one takes
    const double before = residentBytes();
    const auto backend = makeCpuBackend(cores);
    TrainingConfiguration configuration;
    configuration.network.spec = parseNetwork(shape.network);
    configuration.batchSize = shape.batch;
    configuration.metricsEvery = 1u << 30;  // the step alone
    Trainer trainer(configuration, data, *backend, {});
    const double seconds = secondsPerStep(trainer);
    const double rate = operationsPerStep(trainer.network().layers(), shape.batch) / seconds * 1e-9;
    const std::string note =
        fmt::format("{}, batch {}, Adam, {}", shape.network, shape.batch, backend->describe());
    results.push_back({fmt::format("train.{}.steps_per_second", shape.name), 1 / seconds, "1/s", "", note});
    results.push_back(
        {fmt::format("train.{}.of_fma_peak", shape.name), rate / peak, "share", "train.fma_peak", note});
    const double beyond = residentBytes() - before - static_cast<double>(trainer.neededBytes());
    results.push_back({fmt::format("train.{}.memory_beyond", shape.name), std::max(0.0, beyond) / 1e6, "MB",
                       "", "beyond parameters, gradients, moments and activations; " + note});
  }
}

}  // namespace cajal
