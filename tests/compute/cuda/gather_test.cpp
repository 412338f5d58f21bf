#include "tests/support/cuda_test.h"
#include "tests/support/small_sets.h"

namespace cajal {
namespace {

using namespace test;

class CudaGather : public CudaTest {
 protected:
  // Bytes divided by 255 the same way, floats copied: every bit is the CPU's.
  void expectSame(const Examples& examples, std::size_t features, const BatchSelection& selection) {
    const HostMatrix untouched(selection.count, features, 9.0f);
    const Placed cpuInput(*m_cpu, untouched), cudaInput(*m_cuda, untouched);
    const PlacedLabels cpuLabels(*m_cpu, std::vector<Label>(selection.count, 99));
    const PlacedLabels cudaLabels(*m_cuda, std::vector<Label>(selection.count, 99));
    m_cpu->gather(m_cpu->upload(examples, features), selection, cpuInput.matrix(), cpuLabels.targets());
    const DeviceExamples onGpu = m_cuda->upload(examples, features);
    m_cuda->gather(onGpu, selection, cudaInput.matrix(), cudaLabels.targets());
    EXPECT_EQ(cudaInput.read().values, cpuInput.read().values);
    EXPECT_EQ(cudaLabels.read(), cpuLabels.read());
  }
};

TEST_F(CudaGather, OfBytesIsTheCpus) {
  const Examples examples = randomBytes(500, 784, 10, 1);
  for (const std::uint64_t cursor : {std::uint64_t{0}, std::uint64_t{480}, std::uint64_t{1} << 40}) {
    for (const bool shuffled : {false, true}) expectSame(examples, 784, {7, cursor, 64, shuffled});
  }
}

TEST_F(CudaGather, OfPointsIsTheCpus) {
  const Examples examples = randomPoints(37, 2, 2, 1);
  for (const std::size_t count : {1u, 5u, 37u, 1024u}) expectSame(examples, 2, {3, 30, count, true});
}

TEST_F(CudaGather, OfNumbersToPredictAndWeightsIsTheCpus) {
  constexpr std::size_t kCount = 41, kFeatures = 3, kOutputs = 5, kBatch = 100;
  Examples examples = randomPoints(kCount, kFeatures, 2, 1);
  examples.labels.clear();
  examples.targets = randomMatrix(kCount, kOutputs, 2).values;
  examples.weights = randomMatrix(1, kCount, 3, 0, 2).values;
  const auto run = [&](Backend& backend) {
    const Placed input(backend, HostMatrix(kBatch, kFeatures, 9.0f));
    const Placed targets(backend, HostMatrix(kBatch, kOutputs, 9.0f)),
        weights(backend, HostMatrix(1, kBatch, 9.0f));
    backend.gather(backend.upload(examples, kFeatures), {3, 30, kBatch, true}, input.matrix(),
                   {nullptr, targets.data(), weights.data()});
    return std::vector{input.read().values, targets.read().values, weights.read().values};
  };
  EXPECT_EQ(run(*m_cuda), run(*m_cpu));
}

}  // namespace
}  // namespace cajal
