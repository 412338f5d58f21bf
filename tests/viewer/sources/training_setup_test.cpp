#include "viewer/sources/training_setup.h"

#include "engine/base/error.h"
#include "tests/engine/base/temporary_folder.h"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>

namespace cajal::test {
namespace {

Options smallOptions(const std::vector<std::size_t>& widths = {}) {
  Options options;
  options.data = "xor";
  options.backend = BackendChoice::cpu;
  options.threads = 1;
  if (!widths.empty()) options.given.insert("net");
  if (!widths.empty()) options.training.network.spec = denseNetwork(widths);
  return options;
}

std::vector<float> parametersOf(Trainer& trainer) {
  std::vector<float> all;
  for (const TensorView& tensor : trainer.network().tensors()) {
    if (tensor.arena != ArenaKind::parameters) continue;
    const std::vector<float> values = trainer.readTensor(tensor);
    all.insert(all.end(), values.begin(), values.end());
  }
  return all;
}

TEST(TrainingSetup, ANetworkThatNobodyNamedFitsTheData) {
  const TrainingSetup setup = prepareTraining(smallOptions());
  EXPECT_EQ(setup.configuration.network.spec.input.count(), setup.data->features);
  EXPECT_EQ(setup.configuration.network.spec.layers.back().units, setup.data->classes);
  EXPECT_NO_THROW(setup.makeTrainer(smallOptions(), {}));
}

TEST(TrainingSetup, ABatchLargerThanTheDataIsRefused) {
  Options options = smallOptions();
  options.training.batchSize = 1'000'000;
  options.given.insert("batch");
  try {
    prepareTraining(options);
    FAIL() << "was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.exitCode(), ExitCode::badInput);
    EXPECT_NE(std::string(error.what()).find("--batch"), std::string::npos) << error.what();
  }
}

// ---- what follows from the data, where nobody said otherwise ----

class FromATable : public testing::Test {
 protected:
  TrainingSetup prepared(const std::string& text, const std::function<void(Options&)>& change = {}) {
    std::ofstream(m_folder / "a.csv") << text;
    Options options = smallOptions();
    options.data = "csv:" + (m_folder / "a.csv").string();
    if (change) change(options);
    return prepareTraining(options);
  }
  TemporaryFolder m_folder;
  static constexpr const char* kPrices = "size,rooms,price\n50,2,100.5\n70,3,150.25\n90,3,180\n120,4,260.5\n";
};

TEST_F(FromATable, NumbersArePredictedWithoutAnActivationByTheirSquares) {
  const TrainingSetup setup = prepared(kPrices);
  EXPECT_EQ(setup.data->outputs, 1u);
  EXPECT_EQ(setup.configuration.network.head.activation, Activation::identity);
  EXPECT_EQ(setup.configuration.network.head.loss, Loss::meanSquared);
  EXPECT_EQ(setup.configuration.network.spec.layers.back().units, 1u);
}

TEST_F(FromATable, WhatTheUserSaysStands) {
  const TrainingSetup setup = prepared(kPrices, [](Options& options) {
    options.training.network.head.loss = Loss::meanAbsolute;
    options.training.network.head.activation = Activation::identity;
    options.given.insert("loss");
  });
  EXPECT_EQ(setup.configuration.network.head.loss, Loss::meanAbsolute);
}

TEST_F(FromATable, ABatchThatNobodyNamedIsNoLargerThanTheTrainingPart) {
  EXPECT_EQ(prepared(kPrices).configuration.batchSize, prepared(kPrices).data->training.count);
}

TEST_F(FromATable, ALossThatDoesNotFitNumbersIsRefused) {
  EXPECT_THROW(prepared(kPrices, [](Options& options) { options.given.insert("loss"); }), Error);
}

class KeptModel : public testing::Test {
 protected:
  KeptModel() : m_setup(prepareTraining(smallOptions({2, 5, 2}))) {
    const auto trainer = m_setup.makeTrainer(smallOptions({2, 5, 2}), {});
    for (int i = 0; i < 20; ++i) trainer->step();
    saveModel(m_folder / "a.safetensors", *trainer);
    m_parameters = parametersOf(*trainer);
  }
  // Loads it into a network of these widths; the message where that is refused.
  std::string load(const std::vector<std::size_t>& widths, std::vector<float>* parameters = nullptr) {
    Options options = smallOptions(widths);
    options.model = m_folder / "a.safetensors";
    const TrainingSetup setup = prepareTraining(options);
    try {
      const auto trainer = setup.makeTrainer(options, {});
      if (parameters) *parameters = parametersOf(*trainer);
      return "";
    } catch (const Error& error) {
      EXPECT_EQ(error.exitCode(), ExitCode::badInput);
      return error.what();
    }
  }
  TemporaryFolder m_folder;
  TrainingSetup m_setup;
  std::vector<float> m_parameters;
};

TEST_F(KeptModel, IsReadBackBitForBit) {
  std::vector<float> parameters;
  EXPECT_EQ(load({2, 5, 2}, &parameters), "");
  EXPECT_EQ(parameters, m_parameters);
}

TEST_F(KeptModel, OfAnotherWidthIsRefusedWithTheTensor) {
  const std::string message = load({2, 6, 2});
  EXPECT_NE(message.find("layer1.weight"), std::string::npos) << message;
  EXPECT_NE(message.find("--model"), std::string::npos) << message;
}

TEST_F(KeptModel, OfFewerLayersIsRefusedWithTheTensor) {
  EXPECT_NE(load({2, 5, 2, 2}).find("layer3"), std::string::npos) << load({2, 5, 2, 2});
}

}  // namespace
}  // namespace cajal::test
