#include "viewer/training_setup.h"

#include <fmt/format.h>

#include <algorithm>

#include "compute/data/safetensors.h"
#include "engine/base/error.h"
#include "engine/base/log.h"

namespace cajal {
namespace {

bool isParameter(const TensorView& tensor) {
  return tensor.arena == ArenaKind::parameters;
}

std::unique_ptr<Backend> chooseBackend(const Options& options, std::string& reason) {
  const std::string noCuda = options.backend == BackendChoice::cpu ? "--backend cpu" : whyNoCuda();
  if (options.backend == BackendChoice::cuda || noCuda.empty()) {
    reason = "a CUDA device is there";
    return makeCudaBackend(0);
  }
  reason = noCuda;
  return makeCpuBackend(options.threads);
}

std::vector<std::uint64_t> shapeOf(const TensorView& tensor) {
  return {tensor.shape.dimensions.begin(), tensor.shape.dimensions.end()};
}

}  // namespace

std::vector<std::size_t> usualWidths(const DataSet& data) {
  if (data.features <= 16) return {data.features, 8, 8, data.classes};
  return {data.features, 128, 64, data.classes};
}

TrainingSetup prepareTraining(const Options& options) {
  TrainingSetup setup;
  setup.configuration = options.training;
  setup.backend = chooseBackend(options, setup.backendReason);
  setup.data = loadDataSet(options.data, {.seed = options.training.seed, .noise = options.noise});
  if (!options.netIsGiven) setup.configuration.network.widths = usualWidths(setup.data);
  if (setup.configuration.batchSize > setup.data.training.count) {
    throw Error(ExitCode::badInput,
                fmt::format("--batch {}: --data {} has only {} training examples; use at most that many",
                            setup.configuration.batchSize, options.data, setup.data.training.count));
  }
  return setup;
}

std::unique_ptr<Trainer> TrainingSetup::makeTrainer(const Options& options, const ArenaSource& arenas) const {
  auto trainer = std::make_unique<Trainer>(configuration, data, *backend, arenas);
  if (!options.model.empty()) loadModel(options.model, *trainer);
  return trainer;
}

StaticState describeTraining(const TrainingSetup& setup, const Trainer& trainer) {
  const NetworkDescription& network = trainer.configuration().network;
  StaticState state;
  state.dataName = setup.data.name;
  state.classNames = setup.data.classNames;
  state.widths = network.widths;
  state.hidden = network.hidden;
  state.output = network.output;
  state.loss = network.loss;
  state.trainingExamples = setup.data.training.count;
  state.testExamples = setup.data.test.count;
  state.metricsExamples = std::min(trainer.configuration().metricsTestExamples, setup.data.test.count);
  state.imageRows = setup.data.imageRows;
  state.imageColumns = setup.data.imageColumns;
  state.parameters = trainer.network().parameterCount();
  state.backend = setup.backend->describe();
  return state;
}

void loadModel(const std::filesystem::path& path, Trainer& trainer) {
  const SafetensorsFile file(path);
  for (const TensorView& tensor : trainer.network().tensors()) {
    if (!isParameter(tensor)) continue;
    const SafetensorsEntry* entry = file.find(tensor.name);
    if (!entry || entry->shape != shapeOf(tensor)) {
      throw Error(
          ExitCode::badInput,
          fmt::format("--model {}: {} {}; --net {} wants it as {} (cajal inspect FILE lists what is there)",
                      path.string(), tensor.name, entry ? "has another shape" : "is missing",
                      toString(trainer.configuration().network.widths), toString(tensor.shape)));
    }
    trainer.writeTensor(tensor, file.copyFloats(*entry));
  }
}

void saveModel(const std::filesystem::path& path, Trainer& trainer) {
  std::vector<std::vector<float>> values;
  std::vector<SafetensorsTensor> tensors;
  for (const TensorView& tensor : trainer.network().tensors()) {
    if (isParameter(tensor)) values.push_back(trainer.readTensor(tensor));
  }
  std::size_t next = 0;
  for (const TensorView& tensor : trainer.network().tensors()) {
    if (isParameter(tensor)) tensors.push_back({tensor.name, shapeOf(tensor), values[next++]});
  }
  writeSafetensors(path, tensors,
                   {{"step", std::to_string(trainer.stepsDone())},
                    {"seed", std::to_string(trainer.configuration().seed)},
                    {"net", toString(trainer.configuration().network.widths)},
                    {"program", std::string("cajal ") + CAJAL_VERSION}});
}

}  // namespace cajal
