// A data set in a file trains as one in memory does: bit for bit, whatever is read ahead.
#include <gtest/gtest.h>

#include "compute/data/dataset.h"
#include "compute/training/trainer.h"
#include "tests/engine/base/temporary_folder.h"
#include "tests/support/npy_files.h"

namespace cajal {
namespace {

using namespace test;

constexpr std::size_t kExamples = 600, kFeatures = 12;

class Streaming : public testing::Test {
 protected:
  Streaming() {
    Bytes x, y;
    for (std::size_t i = 0; i < kExamples * kFeatures; ++i)
      x.push_back(static_cast<std::uint8_t>((i * i + i / 7) % 251));
    for (std::size_t i = 0; i < kExamples; ++i) y.push_back(static_cast<std::uint8_t>(i % 3));
    writeBytes(m_folder / "y.npy", makeNpy("|u1", "(600,)", y));
    writeBytes(m_folder / "pictures.npy", makeNpy("|u1", "(600, 3, 4)", x));
    writeBytes(m_folder / "numbers.npy", makeNpy("|u1", "(600, 12)", x));
  }
  DataSet load(const std::string& file, std::optional<std::uint64_t> streamAbove) const {
    const std::string name = "npy:" + (m_folder / file).string() + "," + (m_folder / "y.npy").string();
    return loadDataSet(name, {.streamAbove = streamAbove});
  }
  // The parameters after a hundred steps.
  static std::vector<float> train(const DataSet& data, std::size_t batch, int threads) {
    TrainingConfiguration configuration;
    configuration.network.spec = denseNetwork({kFeatures, 9, 3});
    configuration.batchSize = batch;
    const auto backend = makeCpuBackend(threads);
    Trainer trainer(configuration, data, *backend, {});
    trainer.advance(100);
    const Network& network = trainer.network();
    std::vector<float> values(network.arenaFloats(ArenaKind::parameters));
    backend->read(network.arena(ArenaKind::parameters), values.data(), values.size());
    return values;
  }

  const TemporaryFolder m_folder;
};

TEST_F(Streaming, TrainsPicturesToTheSameBits) {
  const DataSet inMemory = load("pictures.npy", std::nullopt), inFile = load("pictures.npy", 0);
  ASSERT_FALSE(inMemory.training.isMapped());
  ASSERT_TRUE(inFile.training.isMapped());
  EXPECT_EQ(train(inMemory, 32, 1), train(inFile, 32, 1));
  EXPECT_EQ(train(inMemory, 32, 1), train(inFile, 32, 2));
}

TEST_F(Streaming, TrainsStandardizedNumbersToTheSameBits) {
  const DataSet inMemory = load("numbers.npy", std::nullopt), inFile = load("numbers.npy", 0);
  ASSERT_FALSE(inFile.standardization.mean.empty());
  ASSERT_TRUE(inFile.training.isMapped());
  EXPECT_EQ(train(inMemory, 50, 1), train(inFile, 50, 1));
}

TEST_F(Streaming, ABatchOfAllExamplesIsTheSame) {
  const DataSet inMemory = load("pictures.npy", std::nullopt), inFile = load("pictures.npy", 0);
  EXPECT_EQ(train(inMemory, kExamples, 1), train(inFile, kExamples, 1));
}

}  // namespace
}  // namespace cajal
