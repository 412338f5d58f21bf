// The health of a training: what a step that was asked about says of itself.
#include "compute/training/health.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "compute/training/steering/snapshot.h"
#include "tests/support/rounding.h"
#include "tests/support/small_sets.h"

namespace cajal {
namespace {

using namespace test;

class HealthOfATraining : public testing::Test {
 protected:
  static TrainingConfiguration configuration() {
    TrainingConfiguration made;
    made.network.spec = parseNetwork("12-8-batchnorm-6-4");
    made.hyperparameters = usualHyperparameters(UpdateRule::sgd);
    made.batchSize = 10;
    return made;
  }
  std::vector<float> values(const std::string& name) {
    for (const TensorView& tensor : m_trainer.network().tensors()) {
      if (tensor.name == name && tensor.arena == ArenaKind::parameters) return m_trainer.readTensor(tensor);
    }
    ADD_FAILURE() << name;
    return {};
  }
  const TensorHealth& tensor(const Health& health, const std::string& name) {
    for (const TensorHealth& found : health.tensors) {
      if (found.name == name) return found;
    }
    throw std::runtime_error(name);
  }

  DataSet m_data = bytesSet(40, 12, 12, 4);
  std::unique_ptr<Backend> m_backend = makeCpuBackend(2);
  Trainer m_trainer{configuration(), m_data, *m_backend, {}};
};

TEST_F(HealthOfATraining, IsNotMeasuredUnlessAskedFor) {
  m_trainer.step();
  EXPECT_EQ(m_trainer.health(), nullptr);
}

TEST_F(HealthOfATraining, IsThatOfTheNextStepAndOfNoOther) {
  m_trainer.step();
  m_trainer.requestHealth();
  m_trainer.step();
  m_trainer.step();
  ASSERT_NE(m_trainer.health(), nullptr);
  EXPECT_EQ(m_trainer.health()->step, 2u);
}

TEST_F(HealthOfATraining, KnowsEveryTensorThatIsLearntAndEveryLayer) {
  m_trainer.requestHealth();
  m_trainer.step();
  const Health& health = *m_trainer.health();
  EXPECT_EQ(health.tensors.size(), 8u);  // three weights and biases, one scale and shift
  EXPECT_EQ(health.layers.size(), 4u);
  EXPECT_EQ(health.layers[0].units, 8u);
  EXPECT_EQ(health.layers[0].outputs.count, 80u);
}

// What was added is what the values differ by: measured by hand, before and after.
TEST_F(HealthOfATraining, TheChangeIsWhatTheStepAdded) {
  const std::vector<float> before = values("layer1.weight");
  m_trainer.requestHealth();
  m_trainer.step();
  const std::vector<float> after = values("layer1.weight");
  double squares = 0, weights = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const double change = static_cast<double>(after[i] - before[i]);
    squares += change * change;
    weights += static_cast<double>(after[i]) * static_cast<double>(after[i]);
  }
  const Health& health = *m_trainer.health();
  // The same differences; sums of doubles in another order.
  EXPECT_NEAR(tensor(health, "layer1.weight").change.norm(), std::sqrt(squares), 1e-12);
  EXPECT_NEAR(changeRatio(health, 1), std::sqrt(squares / weights), 1e-12);
  // Plain descent: the change is the rate times the gradient, to the rounding of w.
  const double rate = static_cast<double>(m_trainer.hyperparameters().learningRate);
  EXPECT_NEAR(std::sqrt(squares), rate * tensor(health, "layer1.weight").gradient.norm(),
              std::sqrt(weights) * kRounding);
}

TEST_F(HealthOfATraining, ALayersGradientIsAllOfItsTensors) {
  m_trainer.requestHealth();
  m_trainer.step();
  const Health& health = *m_trainer.health();
  const double weight = tensor(health, "layer1.weight").gradient.norm(),
               bias = tensor(health, "layer1.bias").gradient.norm();
  EXPECT_GT(weight, 0);
  EXPECT_DOUBLE_EQ(gradientNorm(health, 1), std::hypot(weight, bias));
}

TEST_F(HealthOfATraining, LookingChangesNoBit) {
  Trainer unseen(configuration(), m_data, *m_backend, {});
  for (int step = 0; step < 10; ++step) {
    m_trainer.requestHealth();
    m_trainer.step();
    unseen.step();
  }
  for (const TensorView& view : unseen.network().tensors()) {
    if (view.arena != ArenaKind::parameters) continue;
    EXPECT_EQ(values(view.name), unseen.readTensor(view)) << view.name;
  }
}

TEST_F(HealthOfATraining, APoisonedWeightIsFound) {
  const TensorView& first = m_trainer.network().tensors().front();
  std::vector<float> poisoned = m_trainer.readTensor(first);
  poisoned[3] = std::numeric_limits<float>::quiet_NaN();
  m_trainer.writeTensor(first, poisoned);
  m_trainer.requestHealth();
  m_trainer.step();
  const Health& health = *m_trainer.health();
  EXPECT_EQ(tensor(health, first.name).values.nans, 1u);
  EXPECT_GT(tensor(health, first.name).gradient.nans, 0u);
  EXPECT_EQ(tensor(health, first.name).change.norm(), 0);  // the update was blocked
  EXPECT_GT(health.notFinite(), 1u);
}

TEST_F(HealthOfATraining, ASnapshotAsksAndTheNextOneHasIt) {
  ViewRequest view;
  view.health = true;
  EXPECT_EQ(takeSnapshot(m_trainer, view).facts.health, nullptr);
  m_trainer.step();
  const Snapshot second = takeSnapshot(m_trainer, view);
  ASSERT_NE(second.facts.health, nullptr);
  EXPECT_EQ(second.facts.health->step, 1u);
}

TEST_F(HealthOfATraining, AResetForgetsIt) {
  m_trainer.requestHealth();
  m_trainer.step();
  m_trainer.apply(Command{});
  EXPECT_EQ(m_trainer.health(), nullptr);
}

// ---- the state of a neuron ----

// So many of the first value, then so many of the second.
NeuronState stateOfTwo(Activation activation, std::size_t some, float first, std::size_t others,
                       float second) {
  std::vector<float> outputs(some, first);
  outputs.insert(outputs.end(), others, second);
  return stateOf(activation, outputs);
}

TEST(ANeuron, IsDeadWhereItsSlopeIsFlatForEveryInput) {
  EXPECT_EQ(stateOfTwo(Activation::relu, 100, 0, 0, 0), NeuronState::dead);
  EXPECT_EQ(stateOfTwo(Activation::relu, 99, 0, 1, 0.5f), NeuronState::alive);
  EXPECT_EQ(stateOfTwo(Activation::elu, 100, -0.995f, 0, 0), NeuronState::dead);
  EXPECT_EQ(stateOfTwo(Activation::leakyRelu, 100, -0.01f, 0, 0), NeuronState::alive);
  EXPECT_EQ(stateOfTwo(Activation::tanh, 50, 1, 50, -1), NeuronState::dead);  // learns from none
  EXPECT_EQ(stateOfTwo(Activation::identity, 100, 0, 0, 0), NeuronState::alive);
}

TEST(ANeuron, IsSaturatedWhereNearlyAllOutputsAreAtABound) {
  EXPECT_EQ(stateOfTwo(Activation::tanh, 95, -0.999f, 5, 0), NeuronState::saturated);
  EXPECT_EQ(stateOfTwo(Activation::tanh, 94, -0.999f, 6, 0), NeuronState::alive);
  EXPECT_EQ(stateOfTwo(Activation::sigmoid, 99, 0.995f, 1, 0.5f), NeuronState::saturated);
  EXPECT_EQ(stateOfTwo(Activation::hardSigmoid, 99, 1, 1, 0.5f), NeuronState::saturated);
  EXPECT_EQ(stateOfTwo(Activation::softplus, 99, 0, 1, 1), NeuronState::alive);  // has one bound only
}

TEST(ANeuron, WithoutInputsIsAlive) {
  EXPECT_EQ(stateOf(Activation::relu, {}), NeuronState::alive);
}

// Where y does not tell z, the tail is told by y; its end is where the slope says it is.
TEST(ANeuron, OfAFunctionThatFallsFirstIsDeadInItsTail) {
  for (const Activation activation : {Activation::gelu, Activation::geluTanh, Activation::silu}) {
    float z = -12;
    while (std::fabs(derivative(activation, z, 0)) < kFlatSlope) z += 0.001f;
    const float inside = activate(activation, z - 0.02f), outside = activate(activation, z + 0.02f);
    EXPECT_EQ(stateOfTwo(activation, 10, inside, 10, 0), NeuronState::dead) << name(activation);
    EXPECT_EQ(stateOfTwo(activation, 10, inside, 10, outside), NeuronState::alive) << name(activation);
  }
  EXPECT_EQ(stateOfTwo(Activation::hardSwish, 10, 0, 0, 0), NeuronState::dead);
  EXPECT_EQ(stateOfTwo(Activation::hardSwish, 10, -0.1f, 10, 0), NeuronState::alive);
}

TEST(ANeuron, StatesOfALayerAreThoseOfItsNeurons) {
  const std::vector<float> outputs = {0, 1, 0, 2, 0, 0};  // (3, 2)
  EXPECT_EQ(statesOf(Activation::relu, outputs, 2),
            (std::vector<NeuronState>{NeuronState::dead, NeuronState::alive}));
}

// One definition for both: the batch is the whole training part, and so is the look.
TEST(ANeuron, IsDeadWhereTheHealthOfItsLayerCountsItSo) {
  const DataSet data = pointsSet(200, 10, 6, 3);
  for (const Activation hidden : {Activation::relu, Activation::tanh, Activation::gelu}) {
    TrainingConfiguration configuration;
    configuration.network.spec = parseNetwork("6-20-3");
    configuration.network.hidden = hidden;
    configuration.hyperparameters = usualHyperparameters(UpdateRule::gradientDescent);
    configuration.hyperparameters.learningRate = 0;
    const auto backend = makeCpuBackend(1);
    Trainer trainer(configuration, data, *backend, {});
    for (const TensorView& tensor : trainer.network().tensors()) {
      if (tensor.name != "layer1.bias") continue;
      std::vector<float> bias(20, 0.0f);
      for (std::size_t i = 0; i < 7; ++i) bias[i] = -20;
      trainer.writeTensor(tensor, bias);
    }
    trainer.requestHealth();
    trainer.step();
    const std::size_t rows = trainer.lookAtExamples(Part::training, 200).count;
    for (const TensorView& tensor : trainer.network().tensors()) {
      if (tensor.name != "layer1.looks") continue;
      const std::vector<float> outputs = trainer.readTensor(tensor);
      const auto states = statesOf(hidden, std::span(outputs).first(rows * 20), 20);
      EXPECT_EQ(std::count(states.begin(), states.end(), NeuronState::dead), 7) << name(hidden);
      EXPECT_EQ(trainer.health()->layers[0].dead, 7u) << name(hidden);
    }
  }
}

}  // namespace
}  // namespace cajal
