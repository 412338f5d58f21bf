// LaunchCosts says how much a step takes of the launch queue: counted here, so that a kernel more in a layer
// cannot bring back a deadlock unnoticed.
#include "compute/cuda/cuda_backend.h"
#include "compute/training/trainer.h"
#include "tests/support/cuda_on_cpu/runtime_state.h"
#include "tests/support/small_sets.h"

#include <gtest/gtest.h>

namespace cajal::test {
namespace {

class CountedLaunches : public testing::TestWithParam<const char*> {
 protected:
  std::size_t enqueued() const { return static_cast<CUstream_st*>(cudaStreamOf(*m_cuda))->queue.size(); }
  // Pieces of work that `work` enqueues.
  template <typename Work>
  std::size_t launchesOf(Work&& work) {
    m_cuda->finish();
    work();
    return enqueued();
  }

  std::unique_ptr<Backend> m_cuda = makeCudaBackend(0, CudaChoices{.clusterBlocks = 0});
  DataSet m_data = bytesSet(40, 10, 8 * 8, 4);
};

TEST_P(CountedLaunches, OfAStepAndOfAForwardPassAreNotMoreThanIsSaid) {
  TrainingConfiguration configuration;
  configuration.network.spec = parseNetwork(GetParam());
  configuration.network.hidden = Activation::gelu;
  configuration.hyperparameters.clipNorm = 1;
  configuration.averageDecay = 0.9f;
  configuration.batchSize = 20;
  Trainer trainer(configuration, m_data, *m_cuda, {});
  trainer.advance(5);  // what is done but once is done
  const LaunchCosts costs = m_cuda->launchCosts();
  const std::size_t layers = trainer.network().layers().size();
  EXPECT_LE(launchesOf([&] { trainer.advance(1, [] {}); }), costs.layerOfStep * layers);
  // Two launches more: the example is fetched, and the head's activation applied.
  EXPECT_LE(launchesOf([&] { trainer.showExample(Part::test, 3); }), costs.layerOfForward * layers + 2);
}

INSTANTIATE_TEST_SUITE_P(Networks, CountedLaunches,
                         testing::Values("64-4", "64-32-16-4", "64-32-dropout0.25-16-layernorm-4",
                                         "8x8-conv4k3p1-batchnorm-maxpool2-conv4k3p1-add1-flatten-16-4"));

}  // namespace
}  // namespace cajal::test
