#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "compute/cuda/cuda_device.h"
#include "compute/data/readers/mapped_file.h"
#include "compute/training/trainer.h"
#include "tests/support/cuda_test.h"
#include "tests/support/small_sets.h"

namespace cajal {
namespace {

using namespace test;

// A file of nothing but its size: more than this GPU holds, and no byte of it on any disk.
class CudaStreaming : public CudaTest {
 protected:
  static constexpr std::size_t kFeatures = 1 << 20;

  void SetUp() override {
    CudaTest::SetUp();
    if (!m_cuda) return;
    m_path = std::filesystem::temp_directory_path() / ("cajal-sparse-" + std::to_string(getpid()));
    m_examples.count = cudaDevices().front().totalMemory / kFeatures + 100;
    const std::size_t bytes = m_examples.count * kFeatures;
    std::ofstream(m_path).close();
    std::filesystem::resize_file(m_path, bytes);
    markExamples();
    const auto mapped = mapFile(m_path, 0, bytes);
    m_examples.mappedBytes = {mapped, reinterpret_cast<const std::uint8_t*>(mapped.get())};
    for (std::size_t i = 0; i < m_examples.count; ++i) m_examples.labels.push_back(static_cast<Label>(i));
  }
  void TearDown() override { std::filesystem::remove(m_path); }

  // Each example begins with its own number.
  void markExamples() const {
    std::fstream file(m_path, std::ios::in | std::ios::out | std::ios::binary);
    for (std::size_t i = 0; i < m_examples.count; ++i) {
      const char number[2] = {static_cast<char>(i & 255), static_cast<char>(i >> 8 & 255)};
      file.seekp(static_cast<std::streamoff>(i * kFeatures));
      file.write(number, 2);
    }
  }

  std::filesystem::path m_path;
  Examples m_examples;
};

TEST_F(CudaStreaming, WhatDoesNotFitIsReadBatchByBatchAndIsTheCpus) {
  const DeviceExamples onGpu = m_cuda->upload(m_examples, kFeatures),
                       onCpu = m_cpu->upload(m_examples, kFeatures);
  EXPECT_EQ(onGpu.onHost, &m_examples);
  for (std::uint64_t cursor = 0; cursor < 60; cursor += 6) {
    const BatchSelection selection{5, cursor, 6};
    const Placed cudaInput(*m_cuda, HostMatrix(6, kFeatures, 9.0f)),
        cpuInput(*m_cpu, HostMatrix(6, kFeatures, 9.0f));
    const PlacedLabels cudaLabels(*m_cuda, std::vector<Label>(6, 99)),
        cpuLabels(*m_cpu, std::vector<Label>(6, 99));
    m_cuda->run(Gather{onGpu, selection, cudaInput.matrix(), cudaLabels.targets()});
    m_cpu->run(Gather{onCpu, selection, cpuInput.matrix(), cpuLabels.targets()});
    EXPECT_EQ(cudaLabels.read(), cpuLabels.read());
    EXPECT_TRUE(cudaInput.read().values == cpuInput.read().values) << "from place " << cursor;
  }
}

TEST_F(CudaStreaming, ATrainingOfWhatDoesNotFitStepsAndLooksAtItsExamples) {
  DataSet data;
  data.name = "sparse";
  data.features = kFeatures;
  data.classes = 2;
  data.training = m_examples;
  for (Label& label : data.training.labels) label %= 2;
  data.test = randomBytes(2, kFeatures, 2, 1);
  TrainingConfiguration configuration;
  configuration.network.spec = denseNetwork({kFeatures, 2});
  configuration.batchSize = 2;
  Trainer trainer(configuration, data, *m_cuda, {});
  trainer.advance(2);
  EXPECT_EQ(trainer.stepsDone(), 2u);
  const LookFacts facts = trainer.lookAtExamples(Part::training, 256);
  EXPECT_EQ(facts.count, 1u);  // no more than one has room
  EXPECT_EQ(trainer.lookAtExamples(Part::test, 256).count, 1u);
}

}  // namespace
}  // namespace cajal
