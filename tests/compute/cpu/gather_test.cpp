#include <gtest/gtest.h>

#include <algorithm>

#include "compute/math/permutation.h"
#include "tests/support/host_matrix.h"
#include "tests/support/small_sets.h"

namespace cajal {
namespace {

using namespace test;

constexpr std::size_t kExamples = 37, kFeatures = 5, kClasses = 4;

// A batch of `count` rows from place `cursor` on.
struct Batch {
  HostMatrix input;
  std::vector<Label> labels;

  Batch(const Examples& examples, std::uint64_t cursor, std::size_t count, bool shuffled)
      : input(count, kFeatures), labels(count) {
    const auto backend = makeCpuBackend(2);
    backend->gather(backend->upload(examples, kFeatures), {9, cursor, count, shuffled},
                    {input.values.data(), count, kFeatures}, {labels.data()});
  }
};

TEST(Gather, ReadsBytesAsFractionsOf255) {
  Examples examples = randomBytes(kExamples, kFeatures, kClasses, 1);
  examples.bytes = std::vector<std::uint8_t>(kExamples * kFeatures, 51);
  EXPECT_EQ(Batch(examples, 0, 1, false).input.values, std::vector<float>(kFeatures, 51 * (1.0f / 255.0f)));
}

TEST(Gather, BlackIsZeroAndWhiteIsOne) {
  Examples examples = randomBytes(kExamples, kFeatures, kClasses, 1);
  examples.bytes[0] = 0;
  examples.bytes[1] = 255;
  const Batch batch(examples, 0, 1, false);
  EXPECT_EQ(batch.input(0, 0), 0.0f);
  EXPECT_EQ(batch.input(0, 1), 1.0f);
}

TEST(Gather, InOrderWhenNotShuffledAndAroundTheEnd) {
  const Examples examples = randomPoints(kExamples, kFeatures, kClasses, 1);
  const Batch batch(examples, kExamples - 2, 5, false);
  for (std::size_t row = 0; row < 5; ++row) {
    const std::size_t example = (kExamples - 2 + row) % kExamples;
    EXPECT_EQ(batch.labels[row], examples.labels[example]);
    EXPECT_EQ(batch.input(row, 3), examples.floats[example * kFeatures + 3]);
  }
}

TEST(Gather, FollowsThePermutationOfItsEpoch) {
  const Examples examples = randomPoints(kExamples, kFeatures, kClasses, 1);
  const Batch batch(examples, kExamples - 10, 20, true);  // the last ten of epoch 0, the first ten of epoch 1
  for (std::size_t row = 0; row < 20; ++row) {
    const std::uint64_t place = kExamples - 10 + row;
    const std::uint32_t example =
        Permutation(9, place / kExamples, kExamples)(static_cast<std::uint32_t>(place % kExamples));
    EXPECT_EQ(batch.labels[row], examples.labels[example]);
    for (std::size_t f = 0; f < kFeatures; ++f) {
      EXPECT_EQ(batch.input(row, f), examples.floats[example * kFeatures + f]);
    }
  }
}

TEST(Gather, AnEpochMeetsEveryExampleOnce) {
  Examples examples = randomPoints(kExamples, kFeatures, kClasses, 1);
  for (std::size_t i = 0; i < kExamples; ++i) examples.floats[i * kFeatures] = static_cast<float>(i);
  const Batch batch(examples, 3 * kExamples, kExamples, true);
  std::vector<float> met;
  for (std::size_t row = 0; row < kExamples; ++row) met.push_back(batch.input(row, 0));
  std::sort(met.begin(), met.end());
  for (std::size_t i = 0; i < kExamples; ++i) EXPECT_EQ(met[i], static_cast<float>(i));
}

TEST(Gather, SplittingABatchChangesNothing) {
  const Examples examples = randomPoints(kExamples, kFeatures, kClasses, 1);
  const Batch whole(examples, 30, 50, true);
  const Batch second(examples, 50, 30, true);
  EXPECT_TRUE(std::equal(second.input.values.begin(), second.input.values.end(),
                         whole.input.values.begin() + 20 * kFeatures));
}

}  // namespace
}  // namespace cajal
