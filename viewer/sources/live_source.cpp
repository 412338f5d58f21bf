#include "viewer/sources/live_source.h"

#include "engine/base/error.h"
#include "engine/base/log.h"
#include "viewer/shell/stage.h"
#include "viewer/sources/mapped_slots.h"
#include "viewer/sources/training_setup.h"

#if CAJAL_HAS_CUDA
#include "compute/cuda/cuda_backend.h"
#include "viewer/sources/bridge_choice.h"
#include "viewer/sources/cuda_stream.h"
#include "viewer/sources/shared_memory.h"
#endif

namespace cajal {
namespace {

#if CAJAL_HAS_CUDA
std::unique_ptr<Source> makeSharedMemory(Stage& stage, TrainingSetup& setup, const Options& options,
                                         int cudaDevice) {
  if (cudaDeviceOf(*setup.backend) != cudaDevice)
    setup.backend = makeCudaBackend(cudaDevice, setup.configuration.precision);
  return std::make_unique<SharedMemory>(
      std::make_unique<CudaStream>(stage.device(), *setup.backend),
      [&](const ArenaSource& arenas) { return setup.makeTrainer(options, arenas); },
      stage.device().queueFamily());
}

// What is left where memory cannot be shared, said once.
void takeTheOtherWay(BridgeKind kind, const std::string& whyNot, TrainingSetup& setup,
                     const Options& options) {
  if (kind == BridgeKind::copiesFromCuda) {
    logWarning("{}: what is drawn is copied from {}", whyNot, setup.backend->describe());
    return;
  }
  logWarning("{}: the processor trains; --backend cuda trains on the GPU, and copies what is drawn", whyNot);
  setup.backend = makeCpuBackend(options.threads);
  setup.backendReason = whyNot;
}

// Only CUDA's products have another precision than fp32.
BackendChoice wantedBackend(const Options& options) {
  return options.training.precision == Precision::fp32 ? options.backend : BackendChoice::cuda;
}

// Null where CUDA and Vulkan cannot share memory: `setup` is ready for mapped slots then.
std::unique_ptr<Source> shareMemory(Stage& stage, TrainingSetup& setup, const Options& options) {
  const BackendChoice wanted = wantedBackend(options);
  const BridgeChoice choice =
      chooseBridge(wanted, stage.device().facts(), stage.device().can(), cudaDevices());
  if (choice.kind != BridgeKind::sharedMemory) {
    takeTheOtherWay(choice.kind, choice.whyNot, setup, options);
    return nullptr;
  }
  try {
    return makeSharedMemory(stage, setup, options, choice.cudaDevice);
  } catch (const Error& error) {
    if (error.exitCode() != ExitCode::gpu) throw;
    takeTheOtherWay(insteadOfSharedMemory(wanted), error.what(), setup, options);
    return nullptr;
  }
}
#else
std::unique_ptr<Source> shareMemory(Stage&, TrainingSetup&, const Options&) {
  return nullptr;
}
#endif

}  // namespace

std::unique_ptr<Source> makeLiveSource(Stage& stage, TrainingSetup& setup, const Options& options,
                                       StepTurns* turns) {
  if (!setup.backend->isHostMemory()) {
    if (std::unique_ptr<Source> shared = shareMemory(stage, setup, options)) return shared;
  }
  return std::make_unique<MappedSlots>(stage.device(), stage.frames().done(), setup.makeTrainer(options, {}),
                                       turns);
}

}  // namespace cajal
