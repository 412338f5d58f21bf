#include <gtest/gtest.h>

#include <algorithm>

#include "compute/math/permutation.h"
#include "tests/support/small_sets.h"
#include "tests/support/tested_backend.h"

namespace cajal {
namespace {

using namespace test;

constexpr std::size_t kExamples = 37, kFeatures = 5, kClasses = 4;

constexpr std::uint64_t kSeed = 9;

// The example that stands at a place of the shuffled sequence of epochs.
std::uint32_t exampleAt(std::uint64_t place) {
  return Permutation(kSeed, place / kExamples, kExamples)(static_cast<std::uint32_t>(place % kExamples));
}

class Gather : public OperationTest {
 protected:
  struct Batch {
    HostMatrix input;
    std::vector<Label> labels;
  };
  // `count` rows from place `cursor` on.
  Batch batch(const Examples& examples, std::uint64_t cursor, std::size_t count, bool shuffled,
              std::size_t features = kFeatures) {
    const Placed input(*m_backend, HostMatrix(count, features, 9.0f));
    const PlacedLabels labels(*m_backend, std::vector<Label>(count, 99));
    m_backend->run(cajal::Gather{m_backend->upload(examples, features),
                                 {kSeed, cursor, count, shuffled},
                                 input.matrix(),
                                 labels.targets()});
    return {input.read(), labels.read()};
  }
};

TEST_F(Gather, ReadsBytesAsFractionsOf255) {
  Examples examples = randomBytes(kExamples, kFeatures, kClasses, 1);
  examples.bytes = std::vector<std::uint8_t>(kExamples * kFeatures, 51);
  EXPECT_EQ(batch(examples, 0, 1, false).input.values, std::vector<float>(kFeatures, 51 * (1.0f / 255.0f)));
}

TEST_F(Gather, BlackIsZeroAndWhiteIsOne) {
  Examples examples = randomBytes(kExamples, kFeatures, kClasses, 1);
  examples.bytes[0] = 0;
  examples.bytes[1] = 255;
  const Batch read = batch(examples, 0, 1, false);
  EXPECT_EQ(read.input(0, 0), 0.0f);
  EXPECT_EQ(read.input(0, 1), 1.0f);
}

TEST_F(Gather, ReadsWideRowsOfBytes) {
  constexpr std::size_t kPixels = 784;
  const Examples examples = randomBytes(kExamples, kPixels, kClasses, 1);
  const Batch read = batch(examples, 30, 64, true, kPixels);
  for (std::size_t row = 0; row < 64; ++row) {
    const std::uint32_t example = exampleAt(30 + row);
    for (std::size_t f = 0; f < kPixels; ++f)
      ASSERT_EQ(read.input(row, f), examples.bytes[example * kPixels + f] * (1.0f / 255.0f))
          << row << ", " << f;
  }
}

TEST_F(Gather, InOrderWhenNotShuffledAndAroundTheEnd) {
  const Examples examples = randomPoints(kExamples, kFeatures, kClasses, 1);
  const Batch read = batch(examples, kExamples - 2, 5, false);
  for (std::size_t row = 0; row < 5; ++row) {
    const std::size_t example = (kExamples - 2 + row) % kExamples;
    EXPECT_EQ(read.labels[row], examples.labels[example]);
    EXPECT_EQ(read.input(row, 3), examples.floats[example * kFeatures + 3]);
  }
}

TEST_F(Gather, FollowsThePermutationOfItsEpoch) {
  const Examples examples = randomPoints(kExamples, kFeatures, kClasses, 1);
  // The last ten of epoch 0 and the epochs after it; an epoch that is far away.
  for (const std::uint64_t cursor : {std::uint64_t{kExamples - 10}, std::uint64_t{1} << 40}) {
    for (const std::size_t count : {1u, 20u, 1024u}) {
      const Batch read = batch(examples, cursor, count, true);
      for (std::size_t row = 0; row < count; ++row) {
        const std::uint32_t example = exampleAt(cursor + row);
        ASSERT_EQ(read.labels[row], examples.labels[example]);
        for (std::size_t f = 0; f < kFeatures; ++f)
          ASSERT_EQ(read.input(row, f), examples.floats[example * kFeatures + f]);
      }
    }
  }
}

TEST_F(Gather, ReadsNumbersToPredictAndWeights) {
  constexpr std::size_t kOutputs = 5, kBatch = 100;
  Examples examples = randomPoints(kExamples, kFeatures, kClasses, 1);
  examples.labels.clear();
  examples.targets = randomMatrix(kExamples, kOutputs, 2).values;
  examples.weights = randomMatrix(1, kExamples, 3, 0, 2).values;
  const Placed input(*m_backend, HostMatrix(kBatch, kFeatures, 9.0f));
  const Placed targets(*m_backend, HostMatrix(kBatch, kOutputs, 9.0f)),
      weights(*m_backend, HostMatrix(1, kBatch));
  m_backend->run(cajal::Gather{m_backend->upload(examples, kFeatures),
                               {kSeed, 30, kBatch, true},
                               input.matrix(),
                               {nullptr, targets.data(), weights.data()}});
  const HostMatrix readTargets = targets.read(), readWeights = weights.read();
  for (std::size_t row = 0; row < kBatch; ++row) {
    const std::uint32_t example = exampleAt(30 + row);
    EXPECT_EQ(readWeights(0, row), examples.weights[example]);
    for (std::size_t o = 0; o < kOutputs; ++o)
      EXPECT_EQ(readTargets(row, o), examples.targets[example * kOutputs + o]);
  }
}

TEST_F(Gather, AnEpochMeetsEveryExampleOnce) {
  Examples examples = randomPoints(kExamples, kFeatures, kClasses, 1);
  for (std::size_t i = 0; i < kExamples; ++i) examples.floats[i * kFeatures] = static_cast<float>(i);
  const Batch read = batch(examples, 3 * kExamples, kExamples, true);
  std::vector<float> met;
  for (std::size_t row = 0; row < kExamples; ++row) met.push_back(read.input(row, 0));
  std::sort(met.begin(), met.end());
  for (std::size_t i = 0; i < kExamples; ++i) EXPECT_EQ(met[i], static_cast<float>(i));
}

TEST_F(Gather, SplittingABatchChangesNothing) {
  const Examples examples = randomPoints(kExamples, kFeatures, kClasses, 1);
  const Batch whole = batch(examples, 30, 50, true);
  const Batch second = batch(examples, 50, 30, true);
  EXPECT_TRUE(std::equal(second.input.values.begin(), second.input.values.end(),
                         whole.input.values.begin() + 20 * kFeatures));
}

}  // namespace
}  // namespace cajal
