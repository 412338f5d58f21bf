// Looks at many inputs at once: every row is what the one example that is shown would be.
#include "compute/training/looks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "compute/training/steering/snapshot.h"
#include "tests/engine/base/temporary_folder.h"
#include "tests/support/npy_files.h"
#include "tests/support/repeated_training.h"
#include "tests/support/rounding.h"

namespace cajal {
namespace {

using namespace test;

TrainingConfiguration configurationOf(const std::string& network) {
  TrainingConfiguration configuration;
  configuration.network.spec = parseNetwork(network);
  configuration.batchSize = 16;
  return configuration;
}

// By layer, the input first.
std::vector<const TensorView*> tensorsOf(const Trainer& trainer, TensorRole role) {
  std::vector<const TensorView*> found;
  for (const TensorView& tensor : trainer.network().tensors()) {
    if (tensor.role == role) found.push_back(&tensor);
  }
  return found;
}

std::vector<float> rowOf(const std::vector<float>& block, std::size_t row, std::size_t width) {
  const auto begin = block.begin() + static_cast<std::ptrdiff_t>(row * width);
  return {begin, begin + static_cast<std::ptrdiff_t>(width)};
}

// The same sums, of `longest` products at most and of factors near 1, in an order that may depend on how many
// rows there are.
void expectRowsAreThoseShown(Trainer& trainer, Part part, std::size_t count, std::size_t longest) {
  const LookFacts facts = trainer.lookAtExamples(part, count);
  ASSERT_EQ(facts.kind, Looks::examples);
  ASSERT_EQ(facts.count, count);
  std::vector<std::vector<float>> looks;
  for (const TensorView* tensor : tensorsOf(trainer, TensorRole::look))
    looks.push_back(trainer.readTensor(*tensor));
  const auto shown = tensorsOf(trainer, TensorRole::activation);
  ASSERT_EQ(looks.size(), shown.size());
  for (std::size_t row = 0; row < count; row += 1 + count / 200) {
    trainer.showExample(part, row);
    for (std::size_t l = 0; l < shown.size(); ++l) {
      const std::vector<float> expected = trainer.readTensor(*shown[l]);
      const std::vector<float> seen = rowOf(looks[l], row, expected.size());
      for (std::size_t i = 0; i < expected.size(); ++i) {
        const double size = std::max(1.0, std::fabs(static_cast<double>(expected[i])));
        ASSERT_NEAR(seen[i], expected[i], 8 * gammaOf(longest) * size) << shown[l]->name << ", row " << row;
      }
    }
  }
}

TEST(LooksAtExamples, RowsOfADenseNetworkAreTheExamplesAsTheyAreShown) {
  const DataSet data = bytesSet(60, 100, 20, 4);
  const auto backend = makeCpuBackend(2);
  Trainer trainer(configurationOf("20-16-dropout0.5-4"), data, *backend, {});
  trainer.advance(20);
  expectRowsAreThoseShown(trainer, Part::test, 100, 20 + 16);
  expectRowsAreThoseShown(trainer, Part::training, 60, 20 + 16);
}

TEST(LooksAtExamples, RowsOfAConvolutionAreTheExamplesAsTheyAreShown) {
  const DataSet data = bytesSet(60, 70, 64, 3);
  const auto backend = makeCpuBackend(2);
  Trainer trainer(configurationOf("8x8-conv6k3p1-batchnorm-conv6k3p1-add2-maxpool2-flatten-12-layernorm-3"),
                  data, *backend, {});
  trainer.advance(20);
  expectRowsAreThoseShown(trainer, Part::test, 70, 9 + 54 + 96 + 12);
}

TEST(LooksAtExamples, RowsUnderBatchNormAreUnderItsRunningStatistics) {
  const DataSet data = pointsSet(60, 70, 5, 3);
  const auto backend = makeCpuBackend(2);
  Trainer trainer(configurationOf("5-batchnorm-8-batchnorm-3"), data, *backend, {});
  trainer.advance(20);
  expectRowsAreThoseShown(trainer, Part::test, 70, 5 + 8 + 8);
}

// Activations whose derivative reads z: it is kept beside the outputs, in memory that is not theirs.
TEST(LooksAtExamples, RowsOfAGeluAreTheExamplesAsTheyAreShown) {
  const DataSet data = pointsSet(60, 70, 5, 3);
  const auto backend = makeCpuBackend(2);
  TrainingConfiguration configuration = configurationOf("5-8-8-3");
  configuration.network.hidden = Activation::gelu;
  Trainer trainer(configuration, data, *backend, {});
  trainer.advance(20);
  expectRowsAreThoseShown(trainer, Part::test, 70, 5 + 8 + 8 + 8);
}

// Of two inputs 4096 fit, and a workspace has room for 1024 at most.
TEST(LooksAtExamples, MoreThanTheWorkspaceHoldsAreLookedAtInTurn) {
  const DataSet data = pointsSet(20, 2500, 2, 2);
  const auto backend = makeCpuBackend(2);
  Trainer trainer(configurationOf("2-8-2"), data, *backend, {});
  expectRowsAreThoseShown(trainer, Part::test, 2500, 2 + 8);
}

TEST(LooksAtExamples, OfAPartThatIsSmallerAreAllOfIt) {
  const DataSet data = bytesSet(60, 7, 20, 4);
  const auto backend = makeCpuBackend(1);
  Trainer trainer(configurationOf("20-4"), data, *backend, {});
  EXPECT_EQ(trainer.lookAtExamples(Part::test, 50).count, 7u);
  EXPECT_EQ(trainer.lookAtExamples(Part::validation, 50).kind, Looks::none);
  EXPECT_EQ(trainer.lookAtExamples(Part::test, 0).kind, Looks::none);
}

TEST(LooksAtExamples, OfAMappedFileAreThoseInMemory) {
  const TemporaryFolder folder;
  Bytes x, y;
  for (std::size_t i = 0; i < 200 * 6; ++i) x.push_back(static_cast<std::uint8_t>(i * i % 251));
  for (std::size_t i = 0; i < 200; ++i) y.push_back(static_cast<std::uint8_t>(i % 2));
  writeBytes(folder / "x.npy", makeNpy("|u1", "(200, 2, 3)", x));
  writeBytes(folder / "y.npy", makeNpy("|u1", "(200,)", y));
  const std::string name = "npy:" + (folder / "x.npy").string() + "," + (folder / "y.npy").string();
  const auto looksOf = [&](std::optional<std::uint64_t> streamAbove) {
    const DataSet data = loadDataSet(name, {.streamAbove = streamAbove});
    EXPECT_EQ(data.training.isMapped(), streamAbove.has_value());
    const auto backend = makeCpuBackend(1);
    Trainer trainer(configurationOf("6-5-2"), data, *backend, {});
    trainer.advance(3);
    EXPECT_GT(trainer.lookAtExamples(Part::training, 256).count, 100u);
    trainer.advance(3);
    trainer.lookAtExamples(Part::training, 256);
    return trainer.readTensor(*tensorsOf(trainer, TensorRole::look).back());
  };
  EXPECT_EQ(looksOf(0), looksOf(std::nullopt));
}

// ---- room ----

TEST(LooksCapacity, Is256OrAPlaneOf64By64ButNeverMoreThanTwoMillionFloats) {
  EXPECT_EQ(looksCapacity(784, 784 + 128 + 10), 256u);
  EXPECT_EQ(looksCapacity(2, 2 + 16 + 2), 4096u);
  EXPECT_EQ(looksCapacity(3, 3 + 16 + 2), 256u);
  EXPECT_EQ(looksCapacity(3 * 64 * 64, 100'000), 20u);
  EXPECT_EQ(looksCapacity(2, 2000), 1000u);
  EXPECT_EQ(looksCapacity(2, 3'000'000), 1u);
}

TEST(LooksCapacity, OfAPlaneIsTheLargestSquareThatFits) {
  EXPECT_EQ(planeSide(4096), 64u);
  EXPECT_EQ(planeSide(4095), 63u);
  EXPECT_EQ(planeSide(1), 1u);
}

TEST(LooksCapacity, IsRoomForARowOfEveryLayer) {
  const DataSet data = bytesSet(20, 20, 64, 3);
  const auto backend = makeCpuBackend(1);
  const Trainer trainer(configurationOf("8x8-conv6k3p1-flatten-3"), data, *backend, {});
  const auto looks = tensorsOf(trainer, TensorRole::look);
  ASSERT_EQ(looks.size(), 4u);
  EXPECT_EQ(looks[0]->name, "input.looks");
  EXPECT_EQ(looks[0]->shape, (Shape{{256, 8, 8, 1}}));
  EXPECT_EQ(looks[1]->name, "layer1.looks");
  EXPECT_EQ(looks[1]->shape, (Shape{{256, 8, 8, 6}}));
  EXPECT_EQ(looks[3]->shape, (Shape{{256, 3}}));
  EXPECT_EQ(looks[3]->layer, 3);
}

// ---- the plane ----

Examples pointsAt(std::vector<float> values) {
  Examples examples;
  examples.count = values.size() / 2;
  examples.floats = std::move(values);
  return examples;
}

TEST(APlane, SpansTheFeaturesAndATenthMoreOnEachSide) {
  const PlaneRange range = planeOf(pointsAt({-1, 10, 1, 20, 0, 15}));  // 2 and 10 wide: not alike
  EXPECT_FLOAT_EQ(range.low[0], -1.2f);
  EXPECT_FLOAT_EQ(range.high[0], 1.2f);
  EXPECT_FLOAT_EQ(range.low[1], 9);
  EXPECT_FLOAT_EQ(range.high[1], 21);
}

TEST(APlane, IsSquareWhereTheFeaturesSpanAlike) {
  const PlaneRange range = planeOf(pointsAt({-1, 0, 1, 3}));  // 2 and 3 wide
  EXPECT_FLOAT_EQ(range.low[0], -1.8f);
  EXPECT_FLOAT_EQ(range.high[0], 1.8f);
  EXPECT_FLOAT_EQ(range.low[1], -0.3f);
  EXPECT_FLOAT_EQ(range.high[1], 3.3f);
}

TEST(APlane, OfAConstantOrOfNoNumberStillHasAWidth) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const PlaneRange range = planeOf(pointsAt({5, nan, 5, nan}));
  EXPECT_FLOAT_EQ(range.low[0], 4.4f);
  EXPECT_FLOAT_EQ(range.high[0], 5.6f);
  EXPECT_FLOAT_EQ(range.high[1] - range.low[1], 1.2f);
}

TEST(APlane, HasItsFirstRowAtTheTopAndItsFirstColumnAtTheLeft) {
  const std::vector<float> inputs = planeInputs({{0, -10}, {4, 10}}, 2);
  EXPECT_EQ(inputs, (std::vector<float>{1, 5, 3, 5, 1, -5, 3, -5}));
}

class LooksAtAPlane : public testing::Test {
 protected:
  DataSet m_data = pointsSet(400, 50, 2, 2);
  std::unique_ptr<Backend> m_backend = makeCpuBackend(2);
  Trainer m_trainer{configurationOf("2-8-2"), m_data, *m_backend, {}};
};

TEST_F(LooksAtAPlane, RowsAreTheCentresOfItsCells) {
  const LookFacts facts = m_trainer.lookAtPlane();
  EXPECT_EQ(facts.kind, Looks::plane);
  EXPECT_EQ(facts.side, 64u);
  EXPECT_EQ(facts.count, 4096u);
  const std::vector<float> inputs = m_trainer.readTensor(*tensorsOf(m_trainer, TensorRole::look).front());
  EXPECT_EQ(inputs, planeInputs(facts.plane, facts.side));
  EXPECT_EQ(facts.plane.low[0], planeOf(m_data.training).low[0]);
}

TEST_F(LooksAtAPlane, AnExampleIsWhatItsCellIs) {
  m_trainer.advance(10);
  const LookFacts facts = m_trainer.lookAtPlane();
  const auto looks = tensorsOf(m_trainer, TensorRole::look);
  const std::vector<float> seen = m_trainer.readTensor(*looks.back());
  const std::vector<float> inputs = m_trainer.readTensor(*looks.front());
  m_data.test.floats[0] = inputs[2 * 1234];  // the CPU's trainer refers to them
  m_data.test.floats[1] = inputs[2 * 1234 + 1];
  m_trainer.showExample(Part::test, 0);
  const std::vector<float> shown = m_trainer.readTensor(*tensorsOf(m_trainer, TensorRole::activation).back());
  for (std::size_t i = 0; i < 2; ++i) EXPECT_NEAR(seen[2 * 1234 + i], shown[i], 8 * gammaOf(2 + 8 + 8));
  EXPECT_EQ(facts.count, 4096u);
}

TEST_F(LooksAtAPlane, MayTakeTurnsWithExamples) {
  const std::vector<float> before =
      (m_trainer.lookAtPlane(), m_trainer.readTensor(*tensorsOf(m_trainer, TensorRole::look)[1]));
  m_trainer.lookAtExamples(Part::test, 50);
  m_trainer.lookAtPlane();
  EXPECT_EQ(m_trainer.readTensor(*tensorsOf(m_trainer, TensorRole::look)[1]), before);
}

TEST_F(LooksAtAPlane, MemoryIsTakenOnceAndCounted) {
  const std::size_t before = m_trainer.neededBytes();
  m_trainer.lookAtPlane();
  m_trainer.lookAtPlane();
  EXPECT_EQ(m_trainer.neededBytes(), before + 2 * 4096 * sizeof(float));
}

TEST(LooksAtNoPlane, WhereThereAreThreeInputs) {
  const DataSet data = pointsSet(40, 50, 3, 2);
  const auto backend = makeCpuBackend(1);
  Trainer trainer(configurationOf("3-8-2"), data, *backend, {});
  EXPECT_EQ(trainer.lookAtPlane().kind, Looks::none);
}

TEST(LooksAtAPlaneOfNumbers, NeedNoTargets) {
  DataSet data = pointsSet(40, 50, 2, 1);
  for (Examples* part : {&data.training, &data.test}) {
    part->targets.assign(part->count, 0.5f);
    part->labels.clear();
  }
  data.classes = 0;
  data.outputs = 1;
  TrainingConfiguration configuration = configurationOf("2-8-1");
  configuration.network.head = {Loss::meanSquared, Activation::identity};
  const auto backend = makeCpuBackend(1);
  Trainer trainer(configuration, data, *backend, {});
  EXPECT_EQ(trainer.lookAtPlane().count, 4096u);
  EXPECT_EQ(trainer.lookAtExamples(Part::test, 50).count, 50u);
}

// ---- what is learnt, and what is published ----

TEST(Looks, ChangeNoBitOfWhatIsLearnt) {
  const DataSet data = pointsSet(300, 50, 2, 3);
  for (const std::string network : {"2-24-dropout0.25-batchnorm-16-3", "2-8-layernorm-3"}) {
    TrainingConfiguration configuration = eventfulConfiguration();
    configuration.network.spec = parseNetwork(network);
    // One each: statistics are a backend's, and whoever asks first has them.
    const auto backend = makeCpuBackend(2), other = makeCpuBackend(2);
    Trainer seen(configuration, data, *backend, {}), unseen(configuration, data, *other, {});
    for (int i = 0; i < 20; ++i) {
      seen.requestHealth();
      unseen.requestHealth();
      seen.advance(3);
      unseen.advance(3);
      seen.lookAtExamples(i % 2 ? Part::training : Part::test, 300);
      seen.lookAtPlane();
    }
    EXPECT_EQ(parametersOf(seen), parametersOf(unseen));
    EXPECT_EQ(seen.readAverage(), unseen.readAverage());
    EXPECT_EQ(seen.health()->layers[0].outputs.squares, unseen.health()->layers[0].outputs.squares);
    const std::vector<Metrics> points = seen.takeMetrics(), expected = unseen.takeMetrics();
    ASSERT_EQ(points.size(), expected.size());
    for (std::size_t i = 0; i < points.size(); ++i) EXPECT_EQ(points[i].testLoss, expected[i].testLoss);
  }
}

TEST(Looks, AreTakenByASnapshotThatIsAskedForThem) {
  const DataSet data = pointsSet(300, 50, 2, 3);
  const auto backend = makeCpuBackend(1);
  Trainer trainer(configurationOf("2-5-3"), data, *backend, {});
  const auto input = [&] { return trainer.readTensor(*tensorsOf(trainer, TensorRole::look).front()); };
  const std::vector<float> untouched(4096 * 2, 0.0f);

  const Snapshot without = takeSnapshot(trainer, {});
  EXPECT_EQ(without.facts.looks.kind, Looks::none);
  EXPECT_TRUE(without.pieces(ArenaKind::looks).empty());
  EXPECT_EQ(input(), untouched);

  ViewRequest view;
  view.looks = Looks::examples;
  const Snapshot examples = takeSnapshot(trainer, view);
  EXPECT_EQ(examples.facts.looks.count, 50u);
  EXPECT_EQ(rowOf(input(), 49, 2), rowOf(data.test.floats, 49, 2));
  const std::vector<ArenaPiece> pieces = examples.pieces(ArenaKind::looks);
  ASSERT_EQ(pieces.size(), 3u);
  EXPECT_EQ(pieces[0].floats, 50u * 2);
  EXPECT_EQ(pieces[1].offset, 4096u * 2);
  EXPECT_EQ(pieces[1].floats, 50u * 5);
  EXPECT_EQ(examples.pieces(ArenaKind::parameters).front().floats,
            trainer.network().arenaFloats(ArenaKind::parameters));

  view.looks = Looks::plane;
  EXPECT_EQ(takeSnapshot(trainer, view).facts.looks.side, 64u);
}

}  // namespace
}  // namespace cajal
