#include "viewer/sources/training_setup.h"

#include <fmt/format.h>

#include <algorithm>

#include "compute/formats/safetensors.h"
#include "compute/training/checkpoint.h"
#include "engine/base/error.h"
#include "engine/base/file.h"
#include "engine/base/log.h"
#include "viewer/runs/run_folder.h"

namespace cajal {
namespace {

bool isParameter(const TensorView& tensor) {
  return tensor.arena == ArenaKind::parameters;
}

std::unique_ptr<Backend> chooseBackend(const Options& options, std::string& reason) {
  const std::string noCuda = options.backend == BackendChoice::cpu ? "--backend cpu" : whyNoCuda();
  const Precision precision = options.training.precision;
  if (options.backend == BackendChoice::cuda || noCuda.empty()) {
    reason = "a CUDA device is there";
    return makeCudaBackend(0, precision);
  }
  if (precision != Precision::fp32) {
    throw Error(ExitCode::usage, fmt::format("--precision {}: the processor computes in fp32 alone, and CUDA "
                                             "cannot be used ({}); leave the flag out",
                                             name(precision), noCuda));
  }
  reason = noCuda;
  return makeCpuBackend(options.threads);
}

// The file itself, or the last one of a kept run's folder.
std::filesystem::path newestCheckpoint(const std::filesystem::path& path) {
  if (!isFolder(path)) return path;
  const auto checkpoints = checkpointsIn(path);
  if (checkpoints.empty()) {
    throw Error(ExitCode::badInput, fmt::format("--resume {}: holds no checkpoint-STEP.safetensors; name the "
                                                "folder that --out kept",
                                                path.string()));
  }
  return checkpoints.back();
}

std::vector<std::uint64_t> shapeOf(const TensorView& tensor) {
  return {tensor.shape.dimensions.begin(), tensor.shape.dimensions.end()};
}

}  // namespace

NetworkSpec usualNetwork(const DataSet& data) {
  const std::size_t outputs = data.outputs > 0 ? data.outputs : data.classes;
  if (data.features <= 16) return denseNetwork({data.features, 8, 8, outputs});
  return denseNetwork({data.features, 128, 64, outputs});
}

void followData(const Options& options, const DataSet& data, NetworkDescription& network) {
  if (data.outputs == 0) return;
  if (!options.isGiven("output-activation")) network.head.activation = Activation::identity;
  if (!options.isGiven("loss")) network.head.loss = Loss::meanSquared;
  checkDescription(network);
}

TrainingSetup prepareTraining(const Options& options, std::shared_ptr<const DataSet> data) {
  TrainingSetup setup;
  setup.configuration = options.training;
  setup.backend = chooseBackend(options, setup.backendReason);
  setup.data = data ? std::move(data)
                    : std::make_shared<const DataSet>(loadDataSet(options.data, options.dataOptions));
  if (!options.isGiven("net")) setup.configuration.network.spec = usualNetwork(*setup.data);
  followData(options, *setup.data, setup.configuration.network);
  if (!options.isGiven("batch")) {
    setup.configuration.batchSize = std::min(setup.configuration.batchSize, setup.data->training.count);
  } else if (setup.configuration.batchSize > setup.data->training.count) {
    throw Error(ExitCode::badInput,
                fmt::format("--batch {}: --data {} has only {} training examples; use at most that many",
                            setup.configuration.batchSize, options.data, setup.data->training.count));
  }
  return setup;
}

std::unique_ptr<Trainer> TrainingSetup::makeTrainer(const Options& options, const ArenaSource& arenas) const {
  auto trainer = std::make_unique<Trainer>(configuration, *data, *backend, arenas);
  if (!options.model.empty()) loadModel(options.model, *trainer);
  if (!options.resume.empty()) restoreCheckpoint(newestCheckpoint(options.resume), *trainer);
  return trainer;
}

// Enough to see the shape of the classes, few enough to be drawn one by one.
constexpr std::size_t kMostPoints = 400;

std::vector<PlanePoint> pointsOf(const DataSet& data) {
  std::vector<PlanePoint> points;
  data.training.waitUntilReady();
  const float* const values = data.training.floatData();
  if (data.features != 2 || !values || data.training.labels.empty()) return points;
  for (std::size_t i = 0; i < std::min(data.training.count, kMostPoints); ++i)
    points.push_back({{values[2 * i], values[2 * i + 1]}, data.training.labels[i]});
  return points;
}

StaticState describeTraining(const TrainingSetup& setup, const Subject& subject) {
  StaticState state;
  state.dataName = setup.data->name;
  state.classNames = setup.data->classNames;
  state.network = toString(subject.network.spec);
  state.shapes = subject.shapes;
  state.layerNames = subject.layerNames;
  state.activations = subject.activations;
  state.head = subject.network.head;
  state.trainingExamples = setup.data->training.count;
  state.testExamples = setup.data->test.count;
  state.validationExamples = setup.data->validation.count;
  state.metricsExamples = subject.metricsExamples;
  state.curvePart = setup.data->validation.count > 0 ? "validation" : "test";
  state.predictsNumbers = setup.data->outputs > 0;
  state.imageRows = setup.data->imageRows;
  state.imageColumns = setup.data->imageColumns;
  state.parameters = subject.parameters;
  if (setup.data->features == 2) state.points = pointsOf(*setup.data);
  state.backend = setup.backend->describe();
  state.bridge = subject.transport;
  state.precision = setup.configuration.precision;
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
                      toString(trainer.configuration().network.spec), toString(tensor.shape)));
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
                    {"net", toString(trainer.configuration().network.spec)},
                    {"program", std::string("cajal ") + CAJAL_VERSION}});
}

}  // namespace cajal
