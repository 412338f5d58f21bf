#include "compute/cuda/cuda_backend.h"

#include <thread>

#include "engine/base/clock.h"
#include "engine/base/error.h"
#include "tests/support/cuda_test.h"

namespace cajal {
namespace {

using namespace test;

class CudaMemory : public CudaTest {};

TEST_F(CudaMemory, IsAllocatedAlignedAndZero) {
  const ArenaMemory memory = m_cuda->allocate(100'003);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(memory.get()) % 256, 0u);
  std::vector<float> values(100'003, 1.0f);
  m_cuda->read(memory.get(), values.data(), values.size());
  EXPECT_EQ(values, std::vector<float>(values.size()));
}

TEST_F(CudaMemory, ReadsBackWhatWasWritten) {
  const HostMatrix matrix = randomMatrix(33, 77, 1);
  const Placed placed(*m_cuda, matrix);
  EXPECT_EQ(placed.read().values, matrix.values);
  m_cuda->fillZero(placed.data(), 33 * 77);
  EXPECT_EQ(placed.read().values, std::vector<float>(33 * 77));
}

TEST_F(CudaMemory, CopiesWithinItself) {
  const Placed source(*m_cuda, randomMatrix(7, 9, 1)), target(*m_cuda, HostMatrix(7, 9));
  m_cuda->copy(source.data() + 1, target.data(), 62);
  HostMatrix expected = randomMatrix(7, 9, 1);
  expected.values.erase(expected.values.begin());
  expected.values.push_back(0.0f);
  EXPECT_EQ(target.read().values, expected.values);
}

TEST_F(CudaMemory, SaysHowMuchWasWantedAndWorksOnAfterwards) {
  try {
    m_cuda->allocate(std::size_t{1} << 45);
    FAIL() << "allocated 128 TiB";
  } catch (const Error& error) {
    EXPECT_EQ(error.exitCode(), ExitCode::gpu);
    EXPECT_NE(std::string(error.what()).find("MB were wanted"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("--batch"), std::string::npos) << error.what();
  }
  const Placed output(*m_cuda, HostMatrix(1, 2, {3.0f, 3.0f}));
  m_cuda->run(ActivateRows{Activation::softmax, output.matrix()});  // not blamed for the allocation before it
  EXPECT_EQ(output.read().values, (std::vector<float>{0.5f, 0.5f}));
}

TEST_F(CudaMemory, AnotherThreadMayGoOnWithTheBackend) {
  const Placed output(*m_cuda, HostMatrix(1, 2, {3.0f, 3.0f}));
  std::thread([&] { m_cuda->run(ActivateRows{Activation::softmax, output.matrix()}); }).join();
  EXPECT_EQ(output.read().values, (std::vector<float>{0.5f, 0.5f}));
}

class CudaBackendFacts : public CudaTest {};

TEST_F(CudaBackendFacts, DescribesItself) {
  EXPECT_NE(m_cuda->describe().find(", CUDA "), std::string::npos);
  EXPECT_FALSE(m_cuda->isHostMemory());
  EXPECT_EQ(cudaDeviceOf(*m_cuda), 0);
}

TEST_F(CudaBackendFacts, HasAStreamOfItsOwn) {
  EXPECT_NE(cudaStreamOf(*m_cuda), nullptr);
}

TEST_F(CudaBackendFacts, TheCpuHasNoStream) {
  EXPECT_THROW(cudaStreamOf(*m_cpu), Error);
}

class CudaStatistics : public CudaTest {
 protected:
  // One row with loss 4.5 (errors 0 and 3).
  void addOneRow(int slot) {
    const Placed output(*m_cuda, HostMatrix(1, 2, {1.0f, 3.0f}));
    const PlacedLabels labels(*m_cuda, {0});
    m_cuda->run(ApplyHead{
        {Loss::meanSquared, Activation::identity}, output.matrix(), {labels.data()}, nullptr, 1, slot});
    m_cuda->finish();
  }
  Statistics takeNow(int slot) {
    m_cuda->takeStatistics(slot);
    m_cuda->finish();
    return m_cuda->pollStatistics().value();
  }
};

TEST_F(CudaStatistics, AddUpUntilTheyAreTaken) {
  addOneRow(0);
  addOneRow(0);
  const Statistics statistics = takeNow(0);
  EXPECT_EQ(statistics.loss, 9.0);
  EXPECT_EQ(statistics.correct, 0u);
  EXPECT_EQ(statistics.count, 2u);
  EXPECT_EQ(takeNow(0).count, 0u);
}

TEST_F(CudaStatistics, SlotsAreCountedApart) {
  addOneRow(1);
  EXPECT_EQ(takeNow(0).count, 0u);
  EXPECT_EQ(takeNow(1).count, 1u);
}

TEST_F(CudaStatistics, ArriveInTheOrderTheyWereTakenAlsoWhenNobodyAsked) {
  constexpr int kMany = 600;  // more than there are places in pinned memory
  addOneRow(0);
  for (int i = 0; i < kMany; ++i) m_cuda->takeStatistics(0);
  m_cuda->finish();
  EXPECT_EQ(m_cuda->pollStatistics()->count, 1u);
  for (int i = 1; i < kMany; ++i) ASSERT_EQ(m_cuda->pollStatistics()->count, 0u) << i;
  EXPECT_FALSE(m_cuda->pollStatistics().has_value());
}

TEST_F(CudaStatistics, ArriveAlthoughNobodyWaits) {
  addOneRow(0);
  m_cuda->takeStatistics(0);
  std::optional<Statistics> statistics;
  for (const double end = secondsNow() + 10; !statistics && secondsNow() < end;) {
    statistics = m_cuda->pollStatistics();
  }
  ASSERT_TRUE(statistics.has_value());
  EXPECT_EQ(statistics->count, 1u);
}

}  // namespace
}  // namespace cajal
