// Our own trainer's step: enqueued operation by operation, and as training runs, captured and launched again.
#include <algorithm>

#include "compute/core/random.h"
#include "compute/cuda/cuda_backend.h"
#include "compute/training/trainer.h"
#include "tests/gpu/measure/measure.h"

namespace cajal::measure {
namespace {

constexpr int kStepsAtOnce = 161;  // the first alone, then ten graphs of sixteen

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

void measureNetwork(const std::string& name, const std::vector<std::size_t>& widths, std::size_t batch,
                    int repeats) {
  const DataSet data = noise(std::max<std::size_t>(batch, 4096), widths.front());
  const std::unique_ptr<Backend> backend = makeCudaBackend(0);
  const auto stream = static_cast<cudaStream_t>(cudaStreamOf(*backend));
  TrainingConfiguration configuration;
  configuration.network.spec = denseNetwork(widths);
  configuration.batchSize = batch;
  configuration.metricsEvery = std::uint64_t{1} << 40;  // no looks at the test examples while we measure
  Trainer trainer(configuration, data, *backend, {});

  const auto eager = wallSeconds(stream, repeats, [&] { trainer.step(); });
  reportTime("steps." + name + ".eager", eager, 1e6, "us",
             "one training step, operations enqueued one by one, Adam");
  trainer.advance(2 * kStepsAtOnce);  // captures
  backend->finish();
  const auto replayed =
      wallSeconds(stream, std::max(1, repeats / kStepsAtOnce), [&] { trainer.advance(kStepsAtOnce); });
  reportTime("steps." + name + ".graph", replayed, 1e6 / kStepsAtOnce, "us",
             "the same as training runs, from captured steps");
}

}  // namespace

void steps(cudaStream_t) {
  for (const std::size_t batch : {64u, 128u, 1024u}) {
    measureNetwork("mlp784.b" + std::to_string(batch), {784, 128, 64, 10}, batch, 1600);
  }
  measureNetwork("wide4096.b1024", {4096, 4096, 4096, 10}, 1024, 32);
}

}  // namespace cajal::measure
