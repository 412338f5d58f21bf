// The CUDA backend: device memory, cuBLAS for the products, one stream for everything.
#include "compute/cuda/cuda_backend.h"

#include <fmt/format.h>

#include <optional>

#include "compute/core/dense_training.h"
#include "compute/cuda/captured_steps.h"
#include "compute/cuda/cluster/cluster_step.h"
#include "compute/cuda/cluster_steps.h"
#include "compute/cuda/cuda_device.h"
#include "compute/cuda/operations.h"
#include "compute/cuda/owners.h"
#include "compute/cuda/patience.h"
#include "compute/cuda/row_stream.h"
#include "compute/cuda/scratch.h"
#include "compute/cuda/statistics_ring.h"
#include "compute/cuda/summary.h"
#include "engine/base/error.h"

namespace cajal {
namespace {

using namespace cuda;

constexpr std::size_t kBlasWorkspaceBytes = 32u << 20;  // what cuBLAS asks for on Hopper; 4 MiB before

// Makes `device` the calling thread's: cheap where it is already, and then streams and memory of it may be
// used.
int useDevice(int device) {
  check(cudaSetDevice(device), "choosing the GPU");
  return device;
}

// One part of a data set in device memory; freed when the last DeviceExamples lets go of it.
struct UploadedExamples {
  DeviceMemory<std::uint8_t> bytes;
  DeviceMemory<float> floats;
  DeviceMemory<Label> labels;
  DeviceMemory<float> targets, weights;
};

class CudaBackend final : public Backend {
 public:
  CudaBackend(const CudaDevice& device, const CudaChoices& choices)
      : m_device(useDevice(device.index)),
        m_precision(choices.precision),
        m_description(fmt::format(
            "{}, CUDA {}{}", device.name, cudaVersionText(cudaVersions().runtime),
            m_precision == Precision::fp32 ? "" : fmt::format(", products in {}", name(m_precision)))),
        m_stream(makeStream()),
        m_workspace(allocateDevice<std::byte>(kBlasWorkspaceBytes, "cuBLAS")),
        m_blas(makeBlas(m_stream.get(), m_workspace.get(), kBlasWorkspaceBytes)),
        m_headPartials(allocateDevice<Statistics>(kMostHeadBlocks, "the loss")),
        m_headFinishedBlocks(allocateDevice<unsigned>(1, "the loss")),
        m_gradientFacts(allocateDevice<GradientFacts>(1, "the gradients' norm")),
        m_blockedUpdates(allocatePinned<std::uint64_t>(1)),
        m_statistics(m_stream.get()),
        m_summaries(m_stream.get()),
        m_capturedSteps(m_stream.get()),
        m_clusterSteps(m_device, choices.precision == Precision::fp32 ? choices.clusterBlocks : 0),
        m_rowStream(m_stream.get()) {
    check(cudaMemsetAsync(m_headFinishedBlocks.get(), 0, sizeof(unsigned), m_stream.get()),
          "clearing a counter");
    check(cudaMemsetAsync(m_gradientFacts.get(), 0, sizeof(GradientFacts), m_stream.get()),
          "clearing a counter");
    m_blockedUpdates[0] = 0;
  }

  ~CudaBackend() override {
    logIfFailed(cudaSetDevice(m_device), "choosing the GPU");
    logIfFailed(cudaStreamSynchronize(m_stream.get()), "finishing the training");
  }

  cudaStream_t stream() const { return m_stream.get(); }
  int device() const { return m_device; }

  std::string describe() const override { return m_description; }
  bool isHostMemory() const override { return false; }

  ArenaMemory allocate(std::size_t floats) override {
    useDevice(m_device);
    ArenaMemory memory(allocateDevice<float>(floats, "one arena").release(), FreeDeviceMemory());
    fillZero(memory.get(), floats);
    return memory;
  }

  // Examples that are referred to outlive the backend's work, as they do with the CPU's.
  DeviceExamples upload(const Examples& examples, std::size_t features) override {
    useDevice(m_device);
    const std::size_t outputs = examples.count ? examples.targets.size() / examples.count : 0;
    if (!fits(examples.count * features * examples.bytesPerValue())) {
      DeviceExamples streamed;
      streamed.count = examples.count;
      streamed.features = features;
      streamed.outputs = outputs;
      streamed.onHost = &examples;
      return streamed;
    }
    auto uploaded = std::make_shared<UploadedExamples>();
    const std::size_t values = examples.count * features;
    uploaded->bytes = copyToDevice(examples.byteData(), values);
    uploaded->floats = copyToDevice(examples.floatData(), values);
    uploaded->labels = copyToDevice(examples.labels.data(), examples.labels.size());
    uploaded->targets = copyToDevice(examples.targets.data(), examples.targets.size());
    uploaded->weights = copyToDevice(examples.weights.data(), examples.weights.size());
    finish();
    return {uploaded,
            uploaded->bytes.get(),
            uploaded->floats.get(),
            uploaded->labels.get(),
            uploaded->targets.get(),
            uploaded->weights.get(),
            examples.count,
            features,
            outputs};
  }

  void read(const float* source, float* host, std::size_t count) override {
    copyNow(host, source, count * sizeof(float), cudaMemcpyDeviceToHost, "reading from the GPU");
  }
  void write(float* target, const float* host, std::size_t count) override {
    copyNow(target, host, count * sizeof(float), cudaMemcpyHostToDevice, "writing to the GPU");
  }
  void fillZero(float* target, std::size_t count) override {
    check(cudaMemsetAsync(target, 0, count * sizeof(float), queue().stream), "filling with zeros");
  }
  void copy(const float* source, float* target, std::size_t count) override {
    check(cudaMemcpyAsync(target, source, count * sizeof(float), cudaMemcpyDeviceToDevice, queue().stream),
          "copying on the GPU");
  }
  bool takeSummaries(const std::vector<ValueRange>& ranges, const std::vector<UnitRange>& units) override {
    return m_summaries.take(queue(), ranges, units);
  }
  std::optional<Summaries> pollSummaries() override { return m_summaries.poll(); }

  void setRules(const StepRules& rules, StepState* state) override { cuda::setRules(queue(), rules, state); }
  void setClock(const StepClock& clock, StepState* state) override { cuda::setClock(queue(), clock, state); }
  StepClock readClock(const StepState* state) override {
    StepClock clock;
    copyNow(&clock, &state->clock, sizeof clock, cudaMemcpyDeviceToHost, "reading the clock of the steps");
    return clock;
  }
  void tick(StepState* state) override { cuda::tick(queue(), state); }
  void repeat(std::uint64_t shape, std::uint64_t times, const std::function<void()>& step) override {
    useDevice(m_device);
    m_capturedSteps.repeat(shape, times, step);
  }
  // CUDA takes about a thousand launches before the host waits. tests/cuda_on_cpu counts those of layers.
  LaunchCosts launchCosts() const override {
    return {.queue = 700,
            .layerOfStep = 11,  // of a network of one layer, which has all that is done once a step to itself
            .layerOfForward = 3,
            .stepsOfRepetition = CapturedSteps::kMany,
            .repetition = CapturedSteps::kLaunchesOfGraph};
  }
  bool advanceDense(const DenseTraining& training, std::uint64_t steps,
                    const std::function<void()>& beforeWrites) override {
    const Queue queue = this->queue();
    const ClusterPlan* const plan = m_clusterSteps.planFor(training);
    if (!plan) return false;
    if (beforeWrites) beforeWrites();
    const ClusterPlaces places = {m_statistics.accumulator(training.statistics), m_gradientFacts.get(),
                                  m_blockedUpdates.get()};
    cuda::clusterSteps(queue, training, *plan, places, steps);
    return true;
  }

  std::uint64_t blockedUpdates() override {
    return *static_cast<volatile const std::uint64_t*>(m_blockedUpdates.get());
  }
  void finish() override { waitFor(queue().stream, "waiting for the GPU"); }

  void takeStatistics(int slot) override {
    useDevice(m_device);
    m_statistics.take(slot);
  }
  std::optional<Statistics> pollStatistics() override {
    useDevice(m_device);
    return m_statistics.poll();
  }
  Statistics readStatistics(int slot) override {
    Statistics statistics;
    copyNow(&statistics, m_statistics.accumulator(slot), sizeof statistics, cudaMemcpyDeviceToHost,
            "reading statistics");
    return statistics;
  }
  void writeStatistics(int slot, const Statistics& statistics) override {
    copyNow(m_statistics.accumulator(slot), &statistics, sizeof statistics, cudaMemcpyHostToDevice,
            "writing statistics");
  }

 private:
  // Whichever thread asks: the device is its own from here on.
  Queue queue() {
    useDevice(m_device);
    return {m_stream.get(), m_blas.get(), &m_scratch, m_precision};
  }
  // In order with what is enqueued, and done on return. CUDA copies to and from pageable memory while the
  // call lasts, and waits for the stream without an end: what is enqueued is waited for before.
  void copyNow(void* target, const void* source, std::size_t bytes, cudaMemcpyKind kind, const char* doing) {
    finish();
    check(cudaMemcpyAsync(target, source, bytes, kind, queue().stream), doing);
    finish();
  }
  // Whether so many bytes of examples leave a gigabyte for what else training needs; small sets always do, or
  // there is no room to train at all, which the allocation says.
  static bool fits(std::size_t bytes) {
    constexpr std::size_t kOthers = 1u << 30;
    std::size_t free = 0, total = 0;
    check(cudaMemGetInfo(&free, &total), "asking for the GPU's memory");
    return bytes < kOthers / 4 || bytes + kOthers < free;
  }
  HeadScratch headScratch() const { return {m_headPartials.get(), m_headFinishedBlocks.get()}; }

  // Null for no values. Enqueued: the values must stay until finish().
  template <typename Element>
  DeviceMemory<Element> copyToDevice(const Element* values, std::size_t count) {
    if (!values || count == 0) return nullptr;
    DeviceMemory<Element> memory = allocateDevice<Element>(count, "the data set");
    check(cudaMemcpyAsync(memory.get(), values, count * sizeof(Element), cudaMemcpyHostToDevice,
                          m_stream.get()),
          "copying the data set");
    return memory;
  }

  void perform(const Operation& operation) override {
    std::visit([this](const auto& known) { carryOut(known); }, operation);
  }
  template <typename Known>
  void carryOut(const Known& operation) {
    cuda::run(queue(), operation);
  }
  void carryOut(const Gather& operation) {
    if (!operation.examples.onHost) return cuda::run(queue(), operation);
    const DeviceExamples batch = m_rowStream.next(operation.examples, operation.selection);
    const BatchSelection inOrder{.count = operation.selection.count, .shuffled = false};
    cuda::run(queue(), Gather{batch, inOrder, operation.input, operation.targets});
  }
  void carryOut(const ApplyHead& operation) {
    cuda::run(queue(), operation, headScratch(), m_statistics.accumulator(operation.statistics));
  }
  void doUpdate(StepState* state, const UpdateArenas& arenas, bool isMeasured) override {
    if (isMeasured) {
      cuda::measureGradients(queue(), state, arenas.gradients, arenas.count,
                             m_scratch.floats(measureScratchFloats(arenas.count)), m_gradientFacts.get(),
                             m_blockedUpdates.get());
    }
    cuda::update(queue(), state, isMeasured ? m_gradientFacts.get() : nullptr, arenas);
  }
  void doMoveAverage(const StepState* state, const float* parameters, float decay, float* average,
                     std::size_t count) override {
    cuda::moveAverage(queue(), state, parameters, decay, average, count);
  }

  int m_device;
  Precision m_precision;
  std::string m_description;
  Stream m_stream;
  DeviceMemory<std::byte> m_workspace;  // cuBLAS's
  Blas m_blas;
  Scratch m_scratch;
  DeviceMemory<Statistics> m_headPartials;       // (kMostHeadBlocks)
  DeviceMemory<unsigned> m_headFinishedBlocks;   // (1)
  DeviceMemory<GradientFacts> m_gradientFacts;   // (1)
  PinnedMemory<std::uint64_t> m_blockedUpdates;  // (1), written by the GPU
  StatisticsRing m_statistics;
  SummaryTaker m_summaries;
  CapturedSteps m_capturedSteps;
  ClusterSteps m_clusterSteps;
  RowStream m_rowStream;
};

CudaBackend& asCuda(Backend& backend) {
  auto* cudaBackend = dynamic_cast<CudaBackend*>(&backend);
  require(cudaBackend != nullptr, "a CUDA stream was asked of a backend that is not CUDA's");
  return *cudaBackend;
}

std::string whyNoDevices() {
  const CudaVersions versions = cudaVersions();
  if (versions.driver == 0) return "no NVIDIA driver is loaded";
  if (versions.driver < versions.runtime / 1000 * 1000) {
    return fmt::format("the NVIDIA driver knows CUDA up to {}, this program was built with {}",
                       cudaVersionText(versions.driver), cudaVersionText(versions.runtime));
  }
  return "the NVIDIA driver shows no GPU (CUDA_VISIBLE_DEVICES can hide them)";
}

// Why this device cannot be used; empty when it can. Leaves it the calling thread's.
std::string whyNot(const CudaDevice& device) {
  const cudaError_t chosen = cudaSetDevice(device.index);
  const cudaError_t result = chosen == cudaSuccess ? findKernels() : chosen;
  if (result == cudaSuccess) return "";
  static_cast<void>(cudaGetLastError());
  if (chosen == cudaSuccess) {
    return fmt::format("this build holds no code for {} (compute capability {}.{}): {}", device.name,
                       device.computeMajor, device.computeMinor, cudaGetErrorString(result));
  }
  return fmt::format("{} cannot be used: {}", device.name, cudaGetErrorString(result));
}

}  // namespace

void* cudaStreamOf(Backend& backend) {
  return asCuda(backend).stream();
}

int cudaDeviceOf(Backend& backend) {
  return asCuda(backend).device();
}

std::string whyNoCuda() {
  const std::vector<CudaDevice> devices = cudaDevices();
  return devices.empty() ? whyNoDevices() : whyNot(devices.front());
}

std::unique_ptr<Backend> makeCudaBackend(int index, const CudaChoices& choices) {
  const std::vector<CudaDevice> devices = cudaDevices();
  if (devices.empty()) {
    throw Error(ExitCode::gpu, "--backend cuda: " + whyNoDevices() +
                                   "; install or update the NVIDIA driver, or use --backend cpu");
  }
  if (index < 0 || index >= static_cast<int>(devices.size())) {
    throw Error(ExitCode::gpu,
                fmt::format("--device {}: there are {} GPUs, counted from 0; `cajal info` lists them", index,
                            devices.size()));
  }
  const CudaDevice& device = devices[static_cast<std::size_t>(index)];
  if (const std::string why = whyNot(device); !why.empty()) {
    throw Error(ExitCode::gpu, "--backend cuda: " + why + "; use --backend cpu, or another --device");
  }
  return std::make_unique<CudaBackend>(device, choices);
}

}  // namespace cajal
