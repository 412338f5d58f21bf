// Our own trainer's step: enqueued operation by operation, captured and launched again, and many at once in
// one cluster.
#include <algorithm>

#include "compute/core/random.h"
#include "compute/cuda/cuda_backend.h"
#include "compute/training/trainer.h"
#include "tests/gpu/measure/measure.h"

namespace cajal::measure {
namespace {

constexpr int kStepsAtOnce = 160;  // ten graphs of sixteen

DataSet noise(std::size_t count, std::size_t features) {
  DataSet data;
  data.name = "noise";
  data.features = features;
  data.classes = 10;
  data.training.count = count;
  Random random(1, RandomStream::points);
  for (std::size_t i = 0; i < count * features; ++i) {
    data.training.bytes.push_back(static_cast<std::uint8_t>(random.index(256)));
  }
  for (std::size_t i = 0; i < count; ++i) data.training.labels.push_back(static_cast<std::uint8_t>(i % 10));
  return data;
}

// One way of taking steps: how they are enqueued is the backend's choice.
struct Way {
  const char *name, *note;
  CudaChoices choices;
  int stepsAtOnce;
};

void measureWay(const std::string& name, const TrainingConfiguration& configuration, const DataSet& data,
                int repeats, const Way& way) {
  const std::unique_ptr<Backend> backend = makeCudaBackend(0, way.choices);
  const auto stream = static_cast<cudaStream_t>(cudaStreamOf(*backend));
  Trainer trainer(configuration, data, *backend, {});
  const auto steps = static_cast<std::uint64_t>(way.stepsAtOnce);
  trainer.advance(2 * steps);  // plans and captures
  backend->finish();
  const auto seconds =
      wallSeconds(stream, std::max(1, repeats / way.stepsAtOnce), [&] { trainer.advance(steps); });
  reportTime("steps." + name + "." + way.name, seconds, 1e6 / way.stepsAtOnce, "us", way.note);
}

void measureNetwork(const std::string& name, const std::vector<std::size_t>& widths, std::size_t batch,
                    int repeats) {
  const DataSet data = noise(std::max<std::size_t>(batch, 4096), widths.front());
  TrainingConfiguration configuration;
  configuration.network.spec = denseNetwork(widths);
  configuration.batchSize = batch;
  configuration.metricsEvery = std::uint64_t{1} << 40;  // no looks at the test examples while we measure
  const CudaChoices graphs = {.clusterBlocks = 0};
  const Way ways[] = {
      {"eager", "one training step, operations enqueued one by one, Adam", graphs, 1},
      {"graph", "the same from captured steps", graphs, kStepsAtOnce},
      {"cluster8",
       "the same in a cluster of 8 blocks, where the network fits",
       {.clusterBlocks = 8},
       kStepsAtOnce},
      {"cluster", "the same in a cluster of 16 blocks, where the network fits", {}, kStepsAtOnce},
      {"cluster.alone", "the same, one step a launch", {}, 1},
  };
  for (const Way& way : ways) measureWay(name, configuration, data, repeats, way);
}

}  // namespace

void steps(cudaStream_t) {
  for (const std::size_t batch : {64u, 128u, 1024u}) {
    measureNetwork("mlp784.b" + std::to_string(batch), {784, 128, 64, 10}, batch, 1600);
  }
  measureNetwork("wide4096.b1024", {4096, 4096, 4096, 10}, 1024, 32);
}

}  // namespace cajal::measure
