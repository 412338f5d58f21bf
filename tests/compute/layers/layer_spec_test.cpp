#include "compute/layers/layer_spec.h"

#include <gtest/gtest.h>

#include "engine/base/error.h"

namespace cajal {
namespace {

std::string usageError(std::string_view text) {
  try {
    static_cast<void>(makeLayers(parseNetwork(text, "--net"), Activation::relu));
  } catch (const Error& error) {
    EXPECT_EQ(error.exitCode(), ExitCode::usage);
    return error.what();
  }
  return "";
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(ParseNetwork, ReadsWidthsAsDenseLayers) {
  EXPECT_EQ(parseNetwork("784-128-64-10"), denseNetwork({784, 128, 64, 10}));
  EXPECT_EQ(parseNetwork("2-2"), denseNetwork({2, 2}));
  EXPECT_EQ(toString(denseNetwork({784, 128, 64, 10})), "784-128-64-10");
}

TEST(ParseNetwork, GivesBackWhatItReads) {
  for (const char* text : {"784-128-64-10", "28x28-conv16k3p1-maxpool2-conv32k5s2d2-avgpool3s1p1-flatten-10",
                           "32x32x3-conv8k3g1:tanh-batchnorm:sigmoid-conv8k3p1-add2-10",
                           "64-32:tanh-layernorm-dropout0.25-10", "8x8x4-conv8k3g4-10"}) {
    const NetworkSpec once = parseNetwork(text);
    EXPECT_EQ(parseNetwork(toString(once)), once) << toString(once);
  }
}

TEST(ParseNetwork, NamesTheFlagAndTheMistake) {
  for (const char* text : {"", "784", "784-", "-10", "784--10", "0-10", "784-x-10", "784,10", "784-10 ",
                           "1e3-10", "784-99999999999999999999", "784-1048577", "+5-3"}) {
    const std::string message = usageError(text);
    EXPECT_TRUE(contains(message, "--net")) << '"' << text << '"';
  }
}

TEST(ParseNetwork, SaysWhichPartIsWrong) {
  EXPECT_TRUE(contains(usageError("784-128-cnv3-10"), "part 3, 'cnv3'"));
  EXPECT_TRUE(contains(usageError("784-128:rely-10"), "'rely'"));
  EXPECT_TRUE(contains(usageError("784-dropout1-10"), "dropout0.5"));
}

TEST(ParseNetwork, WritesSmallSharesWithoutAnExponent) {
  for (const float rate : {0.00001f, 0.1f, 0.123456789f, 1e-20f}) {
    NetworkSpec network = denseNetwork({8, 8, 3});
    LayerSpec dropout;
    dropout.kind = LayerKind::dropout;
    dropout.rate = rate;
    network.layers.insert(network.layers.begin() + 1, dropout);
    EXPECT_EQ(parseNetwork(toString(network)), network) << toString(network);
  }
}

TEST(ParseNetwork, RefusesWhatALayerDoesNotHave) {
  EXPECT_TRUE(contains(usageError("8x8-maxpool2g2-10"), "'g2' was not expected"));
  EXPECT_TRUE(contains(usageError("8x8-maxpool2:relu-10"), "no activation"));
  EXPECT_TRUE(contains(usageError("8-8-dropout0.5:tanh-10"), "no activation"));
  EXPECT_TRUE(contains(usageError("8x8-flatten:tanh-10"), "no activation"));
}

TEST(MakeLayers, FollowsTheShapes) {
  const auto layers =
      makeLayers(parseNetwork("28x28-conv16k3-maxpool2-conv32k3s2p1-avgpool7-flatten-10"), Activation::relu);
  const std::vector<ExampleShape> expected = {{26, 26, 16}, {13, 13, 16}, {7, 7, 32},
                                              {1, 1, 32},   {1, 1, 32},   {1, 1, 10}};
  ASSERT_EQ(layers.size(), expected.size());
  for (std::size_t l = 0; l < layers.size(); ++l) EXPECT_EQ(layers[l]->output(), expected[l]) << l;
}

TEST(MakeLayers, GivesTheActivationToTheNormalisationThatFollows) {
  const auto layers = makeLayers(parseNetwork("20-16-batchnorm-16:tanh-16-add2-10"), Activation::relu);
  EXPECT_EQ(layers[0]->activation(), Activation::identity);
  EXPECT_EQ(layers[1]->activation(), Activation::relu);
  EXPECT_EQ(layers[2]->activation(), Activation::tanh);
}

TEST(MakeLayers, LeavesTheLastLayerToTheHead) {
  EXPECT_EQ(makeLayers(parseNetwork("20-16-10"), Activation::relu)[1]->activation(), Activation::identity);
}

TEST(MakeLayers, RefusesAnActivationThatTheHeadDecides) {
  EXPECT_TRUE(contains(usageError("20-16-10:tanh"), "--output-activation"));
}

TEST(MakeLayers, RefusesPoolsThatSeeNothing) {
  // Two places two pixels apart, and one pixel between them.
  EXPECT_TRUE(contains(usageError("1x9-maxpool2s1p1d2-10"), "steps over the whole image"));
  EXPECT_EQ(usageError("2x9-maxpool2s1p1d2-10"), "");
  EXPECT_TRUE(contains(usageError("8x8-maxpool2p2-10"), "half the window"));
}

TEST(MakeLayers, RefusesSizesBeyondAnyMachine) {
  // 2 to the 62nd values of four bytes would be counted as none.
  EXPECT_TRUE(contains(usageError("28x28-conv1048576k3p1048576-10"), "more numbers"));
  EXPECT_TRUE(contains(usageError("1048576x1048576-1048576-10"), "more numbers"));
}

TEST(MakeLayers, RefusesWhatDoesNotFitAndSaysWhere) {
  EXPECT_TRUE(contains(usageError("784-conv16k3-10"), "layer 1, 'conv16k3'"));  // no image
  EXPECT_TRUE(contains(usageError("4x4-conv8k5-10"), "reaches over 5 pixels"));
  EXPECT_TRUE(contains(usageError("8x8x3-conv8k3g2-10"), "2 groups"));
  EXPECT_TRUE(contains(usageError("8-8-add1-10"), "") && !contains(usageError("8-8-add1-10"), "layer"));
  EXPECT_TRUE(contains(usageError("8-9-add1-10"), "adds 8 to 9"));
  EXPECT_TRUE(contains(usageError("8-8-add3-10"), "only 1 layers before it"));
}

}  // namespace
}  // namespace cajal
