#include "viewer/actions/options.h"

#include "engine/base/error.h"
#include "tests/engine/base/temporary_folder.h"

#include <gtest/gtest.h>

#include <functional>

namespace cajal::test {
namespace {

using Words = std::vector<std::string>;

Options parsed(const Words& words) {
  const std::optional<Options> options = parseOptions(words);
  if (!options) throw std::runtime_error("answered with nothing");
  return *options;
}

TEST(Options, WithoutWordsAreTheDefaults) {
  const Options options = parsed({});
  EXPECT_EQ(options.task, Task::view);
  EXPECT_EQ(options.data, "digits");
  EXPECT_EQ(options.training.hyperparameters, Hyperparameters{});
  EXPECT_EQ(options.training.batchSize, 64U);
  EXPECT_EQ(options.training.seed, 1U);
  EXPECT_EQ(options.view, ViewSettings{});
  EXPECT_EQ(options.backend, BackendChoice::automatic);
  EXPECT_FALSE(options.isGiven("net"));
  EXPECT_FALSE(options.size);
  EXPECT_FALSE(options.steps);
  EXPECT_FALSE(options.seconds);
  EXPECT_FALSE(options.headless);
  EXPECT_TRUE(options.showPanels);
  EXPECT_EQ(options.pace.framesPerSecond, 0);
  EXPECT_EQ(options.pace.stepsPerFrame, 0U);
  EXPECT_TRUE(options.record.empty() && options.screenshot.empty() && options.metrics.empty() &&
              options.out.empty() && options.camera.empty() && options.model.empty());
}

// ---- every flag ----

struct Flag {
  const char* flag;
  const char* value;
  std::function<bool(const Options&)> isTakenOver;
};

class OptionsFlag : public testing::TestWithParam<Flag> {};

TEST_P(OptionsFlag, IsTakenOver) {
  const auto& [flag, value, isTakenOver] = GetParam();
  EXPECT_TRUE(isTakenOver(parsed({flag, value}))) << flag << " " << value;
  EXPECT_TRUE(isTakenOver(parsed({std::string(flag) + "=" + value}))) << flag << "=" << value;
}

const Hyperparameters& rates(const Options& options) {
  return options.training.hyperparameters;
}
const NetworkDescription& net(const Options& options) {
  return options.training.network;
}

INSTANTIATE_TEST_SUITE_P(
    Every, OptionsFlag,
    testing::Values(
        Flag{"--net", "2-8-3",
             [](const Options& o) {
               return o.isGiven("net") && net(o).spec == denseNetwork({2, 8, 3});
             }},
        Flag{"--data", "spiral", [](const Options& o) { return o.data == "spiral"; }},
        Flag{"--noise", "0.25", [](const Options& o) { return o.dataOptions.noise == 0.25f; }},
        Flag{"--stream-above", "0.5", [](const Options& o) { return o.dataOptions.streamAbove == 500'000; }},
        Flag{"--target", "price", [](const Options& o) { return o.dataOptions.target == "price"; }},
        Flag{"--target-kind", "numbers",
             [](const Options& o) { return o.dataOptions.targetKind == TargetKind::numbers; }},
        Flag{"--weight-column", "w", [](const Options& o) { return o.dataOptions.weightColumn == "w"; }},
        Flag{"--ignore-columns", "id,name",
             [](const Options& o) {
               return o.dataOptions.ignored == std::vector<std::string>{"id", "name"};
             }},
        Flag{"--header", "no", [](const Options& o) { return o.dataOptions.hasHeader == false; }},
        Flag{"--header", "auto", [](const Options& o) { return !o.dataOptions.hasHeader; }},
        Flag{"--missing", "drop",
             [](const Options& o) { return o.dataOptions.missing == MissingValues::drop; }},
        Flag{"--standardize", "yes", [](const Options& o) { return o.dataOptions.standardize == true; }},
        Flag{"--validation-share", "0.25",
             [](const Options& o) { return o.dataOptions.validationShare == 0.25; }},
        Flag{"--test-share", "0.5", [](const Options& o) { return o.dataOptions.testShare == 0.5; }},
        Flag{"--precision", "tf32", [](const Options& o) { return o.training.precision == Precision::tf32; }},
        Flag{"--model", "a.safetensors", [](const Options& o) { return o.model == "a.safetensors"; }},
        Flag{"--backend", "cpu", [](const Options& o) { return o.backend == BackendChoice::cpu; }},
        Flag{"--backend", "cuda", [](const Options& o) { return o.backend == BackendChoice::cuda; }},
        Flag{"--threads", "3", [](const Options& o) { return o.threads == 3; }},
        Flag{"--seed", "12345678901", [](const Options& o) { return o.training.seed == 12345678901; }},
        Flag{"--optimizer", "momentum",
             [](const Options& o) { return rates(o).rule == UpdateRule::momentum; }},
        Flag{"--optimizer", "gd",
             [](const Options& o) {
               return rates(o).learningRate == usualHyperparameters(UpdateRule::gradientDescent).learningRate;
             }},
        Flag{"--lr", "0.25",
             [](const Options& o) { return o.isGiven("lr") && rates(o).learningRate == 0.25f; }},
        Flag{"--momentum", "0.5", [](const Options& o) { return rates(o).momentum == 0.5f; }},
        Flag{"--beta2", "0.75", [](const Options& o) { return rates(o).beta2 == 0.75f; }},
        Flag{"--epsilon", "0.0625", [](const Options& o) { return rates(o).epsilon == 0.0625f; }},
        Flag{"--weight-decay", "0.5", [](const Options& o) { return rates(o).weightDecay == 0.5f; }},
        Flag{"--batch", "128", [](const Options& o) { return o.training.batchSize == 128; }},
        Flag{"--activation", "tanh", [](const Options& o) { return net(o).hidden == Activation::tanh; }},
        Flag{"--output-activation", "sigmoid",
             [](const Options& o) { return net(o).head.activation == Activation::sigmoid; }},
        Flag{"--l1", "0.5", [](const Options& o) { return rates(o).l1 == 0.5f; }},
        Flag{"--clip-norm", "2", [](const Options& o) { return rates(o).clipNorm == 2.0f; }},
        Flag{"--clip-value", "3", [](const Options& o) { return rates(o).clipValue == 3.0f; }},
        Flag{"--average", "0.5", [](const Options& o) { return o.training.averageDecay == 0.5f; }},
        Flag{"--schedule", "cosine",
             [](const Options& o) { return o.training.schedule.kind == ScheduleKind::cosine; }},
        Flag{"--warmup", "7", [](const Options& o) { return o.training.schedule.warmup == 7; }},
        Flag{"--period", "7", [](const Options& o) { return o.training.schedule.period == 7; }},
        Flag{"--schedule-steps", "7", [](const Options& o) { return o.training.schedule.total == 7; }},
        Flag{"--gamma", "0.5", [](const Options& o) { return o.training.schedule.gamma == 0.5f; }},
        Flag{"--min-lr", "0.5", [](const Options& o) { return o.training.schedule.minimum == 0.5f; }},
        Flag{"--patience", "7", [](const Options& o) { return o.training.schedule.patience == 7; }},
        Flag{"--on-nonfinite", "skip",
             [](const Options& o) { return o.training.onNotFinite == NotFinite::skip; }},
        Flag{"--metrics-every", "7", [](const Options& o) { return o.training.metricsEvery == 7; }},
        Flag{"--label-smoothing", "0.5", [](const Options& o) { return net(o).head.labelSmoothing == 0.5f; }},
        Flag{"--huber-delta", "0.5", [](const Options& o) { return net(o).head.huberDelta == 0.5f; }},
        Flag{"--loss", "mse", [](const Options& o) { return net(o).head.loss == Loss::meanSquared; }},
        Flag{"--init", "xavier",
             [](const Options& o) { return net(o).initializer == Initializer{InitializerKind::xavier}; }},
        Flag{"--device", "llvm", [](const Options& o) { return o.device == "llvm"; }},
        Flag{"--edges", "second-moment",
             [](const Options& o) { return o.view.quantity == Quantity::secondMoment; }},
        Flag{"--colors", "PuOr", [](const Options& o) { return o.view.signedColors == ColorMap::puOr; }},
        Flag{"--colors", "viridis,berlin",
             [](const Options& o) {
               return o.view.signedColors == ColorMap::berlin && o.view.unsignedColors == ColorMap::viridis;
             }},
        Flag{"--reduction", "mean", [](const Options& o) { return o.view.reduction == Reduction::mean; }},
        Flag{"--layout", "spiral", [](const Options& o) { return o.view.layout.kind == LayoutKind::spiral; }},
        Flag{"--fold", "7,2-4",
             [](const Options& o) { return o.view.layout.folded == std::set<std::size_t>{2, 3, 4, 7}; }},
        Flag{"--sampling", "exact", [](const Options& o) { return o.view.sampling == EdgeSampling::exact; }},
        Flag{"--example", "17", [](const Options& o) { return o.view.example == 17; }},
        Flag{"--size", "640x360",
             [](const Options& o) { return o.size && o.size->width == 640 && o.size->height == 360; }},
        Flag{"--size", "16384x1",
             [](const Options& o) { return o.size && o.size->width == 16384 && o.size->height == 1; }},
        Flag{"--fps", "24", [](const Options& o) { return o.pace.framesPerSecond == 24; }},
        Flag{"--steps-per-frame", "5", [](const Options& o) { return o.pace.stepsPerFrame == 5; }},
        Flag{"--camera", "a.json", [](const Options& o) { return o.camera == "a.json"; }},
        Flag{"--steps", "0", [](const Options& o) { return o.steps == 0U; }},
        Flag{"--seconds", "2.5", [](const Options& o) { return o.seconds == 2.5; }},
        Flag{"--record", "a.mkv", [](const Options& o) { return o.record == "a.mkv"; }},
        Flag{"--screenshot", "a.png", [](const Options& o) { return o.screenshot == "a.png"; }},
        Flag{"--metrics", "a.jsonl", [](const Options& o) { return o.metrics == "a.jsonl"; }},
        Flag{"--out", "folder", [](const Options& o) { return o.out == "folder"; }}));

TEST(Options, SwitchesAreOffUntilSaid) {
  EXPECT_TRUE(parsed({"--headless"}).headless);
  EXPECT_FALSE(parsed({"--no-panels"}).showPanels);
  EXPECT_TRUE(parsed({"--verbose"}).verbose);
}

TEST(Options, TheLastOfTwoWins) {
  EXPECT_EQ(parsed({"--batch", "3", "--batch", "5"}).training.batchSize, 5U);
}

TEST(Options, TasksAreWords) {
  EXPECT_EQ(parsed({"info"}).task, Task::info);
  EXPECT_EQ(parsed({"bench"}).task, Task::bench);
  EXPECT_TRUE(parsed({"bench", "--json"}).json);
  EXPECT_EQ(parsed({"bench", "--only", "draw"}).benchPart, "draw");
  const Options options = parsed({"inspect", "a.safetensors"});
  EXPECT_EQ(options.task, Task::inspect);
  EXPECT_EQ(options.files, std::vector<std::filesystem::path>{"a.safetensors"});
}

TEST(Options, AQuestionForHelpIsAnsweredAndNothingIsRun) {
  testing::internal::CaptureStdout();
  EXPECT_FALSE(parseOptions({"--help"}));
  const std::string help = testing::internal::GetCapturedStdout();
  for (const char* flag : {"--net", "--data", "--lr", "--size", "--record", "--headless"})
    EXPECT_NE(help.find(flag), std::string::npos) << flag;
  testing::internal::CaptureStdout();
  EXPECT_FALSE(parseOptions({"--version"}));
  EXPECT_TRUE(testing::internal::GetCapturedStdout().starts_with("cajal "));
}

// ---- refusals ----

struct Bad {
  Words words;
  const char* named;  // what the message must hold
};

class BadOptions : public testing::TestWithParam<Bad> {};

TEST_P(BadOptions, AreRefusedByName) {
  try {
    parseOptions(GetParam().words);
    FAIL() << "was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.exitCode(), ExitCode::usage) << error.what();
    EXPECT_NE(std::string(error.what()).find(GetParam().named), std::string::npos) << error.what();
  }
}

INSTANTIATE_TEST_SUITE_P(
    Every, BadOptions,
    testing::Values(
        Bad{{"--layout", "cube"}, "--layout"}, Bad{{"--fold", "x"}, "--fold"},
        Bad{{"--fold", "5-2"}, "--fold"}, Bad{{"--fold", "2-"}, "--fold"}, Bad{{"--fold", "-1"}, "--fold"},
        Bad{{"--fold", "1-99999999999"}, "--fold"}, Bad{{"--nett", "3"}, "--nett"}, Bad{{"fly"}, "fly"},
        Bad{{"--lr"}, "--lr"}, Bad{{"--net", "784"}, "--net"}, Bad{{"--net", "784-0-10"}, "--net"},
        Bad{{"--net", "784-x-10"}, "--net"}, Bad{{"--net", "784-10-"}, "--net"},
        Bad{{"--net", "784-99999999999999999999-10"}, "--net"}, Bad{{"--noise", "0.6"}, "--noise"},
        Bad{{"--noise", "nan"}, "--noise"}, Bad{{"--target-kind", "words"}, "--target-kind"},
        Bad{{"--header", "perhaps"}, "--header"}, Bad{{"--missing", "guess"}, "--missing"},
        Bad{{"--standardize", "1"}, "--standardize"},
        Bad{{"--validation-share", "1.5"}, "--validation-share"}, Bad{{"--test-share", "-1"}, "--test-share"},
        Bad{{"--stream-above", "-1"}, "--stream-above"}, Bad{{"--precision", "fp8"}, "--precision"},
        Bad{{"--backend", "gpu"}, "--backend"}, Bad{{"--threads", "-1"}, "--threads"},
        Bad{{"--seed", "-1"}, "--seed"}, Bad{{"--seed", "0.5"}, "--seed"},
        Bad{{"--optimizer", "rms"}, "--optimizer"}, Bad{{"--lr", "-1"}, "--lr"},
        Bad{{"--lr", "fast"}, "--lr"}, Bad{{"--lr", "inf"}, "--lr"}, Bad{{"--momentum", "1"}, "--momentum"},
        Bad{{"--beta2", "1"}, "--beta2"}, Bad{{"--epsilon", "0"}, "--epsilon"},
        Bad{{"--weight-decay", "-0.1"}, "--weight-decay"}, Bad{{"--batch", "0"}, "--batch"},
        Bad{{"--batch", "1.5"}, "--batch"}, Bad{{"--batch", "99999999999999999999"}, "--batch"},
        Bad{{"--activation", "softmax"}, "--activation"}, Bad{{"--activation", "gilu"}, "--activation"},
        Bad{{"--output-activation", "relu"}, "--output-activation"}, Bad{{"--loss", "hinges"}, "--loss"},
        Bad{{"--init", "zero"}, "--init"}, Bad{{"--colors", "jet"}, "--colors"},
        Bad{{"--edges", "loss"}, "--edges"}, Bad{{"--sampling", "all"}, "--sampling"},
        Bad{{"--reduction", "max"}, "--reduction"}, Bad{{"--example", "-3"}, "--example"},
        Bad{{"--size", "0x0"}, "--size"}, Bad{{"--size", "99999x1"}, "--size"},
        Bad{{"--size", "640"}, "--size"}, Bad{{"--size", "640x"}, "--size"},
        Bad{{"--size", "640x360x3"}, "--size"}, Bad{{"--size", "-640x360"}, "--size"},
        Bad{{"--size", "99999999999x1"}, "--size"}, Bad{{"--fps", "0"}, "--fps"},
        Bad{{"--fps", "-1"}, "--fps"}, Bad{{"--fps", "100000"}, "--fps"},
        Bad{{"--steps-per-frame", "-1"}, "--steps-per-frame"}, Bad{{"--steps", "-1"}, "--steps"},
        Bad{{"--steps", "-2"}, "--steps"}, Bad{{"--seconds", "-1"}, "--seconds"},
        Bad{{"--seconds", "nan"}, "--seconds"}, Bad{{"inspect"}, "FILE"}, Bad{{"bench", "info"}, "info"}),
    [](const auto& tested) { return std::to_string(tested.index); });

// ---- the configuration file ----

class Configuration : public testing::Test {
 protected:
  std::string write(const std::string& text) const {
    writeText(m_folder / "run.toml", text);
    return (m_folder / "run.toml").string();
  }
  // The refusal of this text.
  Error refusal(const std::string& text) const {
    try {
      parseOptions({"--config", write(text)});
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "was read: " << text;
    return Error(ExitCode::bug, "");
  }
  TemporaryFolder m_folder;
};

TEST_F(Configuration, HasTheFlagsAsItsKeys) {
  const Options options = parsed({"--config", write(R"(
      net = "2-4-2"
      data = "xor"
      lr = 0.5
      batch = 16
      headless = true
      no-panels = false
      size = "64x48"
      )")});
  EXPECT_EQ(options.training.network.spec, denseNetwork({2, 4, 2}));
  EXPECT_EQ(options.data, "xor");
  EXPECT_EQ(options.training.hyperparameters.learningRate, 0.5f);
  EXPECT_EQ(options.training.batchSize, 16U);
  EXPECT_TRUE(options.headless);
  EXPECT_TRUE(options.showPanels);
  EXPECT_EQ(options.size->width, 64U);
}

TEST_F(Configuration, GivesWayToTheCommandLine) {
  const std::string file = write("batch = 16\nlr = 0.5\n");
  for (const Words& words : {Words{"--config", file, "--batch", "8"}, Words{"--batch", "8", "--config", file},
                             Words{"--batch=8", "--config=" + file}}) {
    const Options options = parsed(words);
    EXPECT_EQ(options.training.batchSize, 8U);
    EXPECT_EQ(options.training.hyperparameters.learningRate, 0.5f);
  }
}

TEST_F(Configuration, WithAnUnknownKeyIsRefusedWithItsLine) {
  const Error error = refusal("batch = 16\nbtach = 8\n");
  EXPECT_EQ(error.exitCode(), ExitCode::badInput);
  EXPECT_NE(std::string(error.what()).find("run.toml:2"), std::string::npos) << error.what();
  EXPECT_NE(std::string(error.what()).find("btach"), std::string::npos) << error.what();
}

TEST_F(Configuration, ThatIsNotTomlIsRefusedWithItsLine) {
  const Error error = refusal("batch = 16\nlr = = 3\n");
  EXPECT_EQ(error.exitCode(), ExitCode::badInput);
  EXPECT_NE(std::string(error.what()).find("run.toml:2"), std::string::npos) << error.what();
}

TEST_F(Configuration, WithAListForAValueIsRefusedWithItsLine) {
  const Error error = refusal("batch = 16\nnet = [784, 10]\n");
  EXPECT_EQ(error.exitCode(), ExitCode::badInput);
  EXPECT_NE(std::string(error.what()).find("run.toml:2"), std::string::npos) << error.what();
}

// What nobody asks for is the same run in every version: the noise of the points was once lost on the way.
TEST_F(Configuration, OfARunWithoutFlagsStaysAsItIs) {
  EXPECT_EQ(toToml(parsed({})),
            R"(# Run again with: cajal --config run.toml; film it again with: cajal replay on this folder
activation = 'relu'
average = 0.0
batch = 64
beta2 = 0.999
clip-norm = 0.0
clip-value = 0.0
data = 'digits'
decoupled-decay = false
epsilon = 1e-08
format = 2
gamma = 0.10000000000000001
huber-delta = 1.0
init = 'auto'
l1 = 0.0
label-smoothing = 0.0
loss = 'cross-entropy'
lr = 0.001
metrics-every = 100
min-lr = 0.0
missing = 'refuse'
momentum = 0.90000000000000002
net = '784-128-64-10'
noise = 0.10000000000000001
on-nonfinite = 'stop'
optimizer = 'adam'
output-activation = 'softmax'
patience = 10
period = 1000
precision = 'fp32'
schedule = 'constant'
schedule-steps = 10000
seed = 1
target-kind = 'guess'
validation-share = 0.0
warmup = 0
weight-decay = 0.0
)");
}

TEST_F(Configuration, LanesAreAListAndAFlagThatIsRepeated) {
  const Words flags{"--lane", "lr=0.1", "--lane", "optimizer=sgd,lr=0.2"};
  const std::vector<std::string> lanes{"lr=0.1", "optimizer=sgd,lr=0.2"};
  EXPECT_EQ(parsed(flags).lanes, lanes);
  EXPECT_EQ(parsed({"--config", write(toToml(parsed(flags)))}).lanes, lanes);
  EXPECT_EQ(parsed({"--config", write("lane = \"lr=0.1\"\n")}).lanes, std::vector<std::string>{"lr=0.1"});
}

// A lane of another seed is trained on the same data, and its folder says so.
TEST_F(Configuration, TheSeedOfTheDataIsThatOfTheRunUnlessItIsGiven) {
  EXPECT_EQ(parsed({"--seed", "7"}).dataOptions.seed, 7U);
  const Options other = parsed({"--seed", "7", "--data-seed", "3"});
  EXPECT_EQ(other.dataOptions.seed, 3U);
  EXPECT_EQ(parsed({"--config", write(toToml(other))}).dataOptions.seed, 3U);
  EXPECT_EQ(toToml(parsed({"--seed", "7"})).find("data-seed"), std::string::npos);
}

TEST_F(Configuration, WithABadValueNamesTheFileAndTheFlag) {
  const Error error = refusal("batch = \"many\"\n");
  EXPECT_NE(std::string(error.what()).find("run.toml"), std::string::npos) << error.what();
  EXPECT_NE(std::string(error.what()).find("--batch"), std::string::npos) << error.what();
}

TEST_F(Configuration, ThatIsNotThereIsAnErrorOfInput) {
  try {
    parseOptions({"--config", (m_folder / "nowhere.toml").string()});
    FAIL() << "was read";
  } catch (const Error& error) {
    EXPECT_EQ(error.exitCode(), ExitCode::inputOutput);
    EXPECT_NE(std::string(error.what()).find("nowhere.toml"), std::string::npos) << error.what();
  }
}

TEST_F(Configuration, AsItIsKeptIsTheSameRunAgain) {
  const Options before = parsed({"--net",
                                 "2-7-2",
                                 "--data",
                                 "spiral",
                                 "--noise",
                                 "0.3",
                                 "--seed",
                                 "77",
                                 "--optimizer",
                                 "momentum",
                                 "--lr",
                                 "0.0123",
                                 "--momentum",
                                 "0.8",
                                 "--weight-decay",
                                 "1e-4",
                                 "--batch",
                                 "10",
                                 "--activation",
                                 "tanh",
                                 "--output-activation",
                                 "sigmoid",
                                 "--loss",
                                 "mse",
                                 "--init",
                                 "he",
                                 "--target",
                                 "b",
                                 "--missing",
                                 "mean",
                                 "--header",
                                 "no",
                                 "--ignore-columns",
                                 "1,2",
                                 "--test-share",
                                 "0.125",
                                 "--validation-share",
                                 "0.25"});
  const Options after = parsed({"--config", write(toToml(before))});
  EXPECT_EQ(after.training.network.spec, before.training.network.spec);
  EXPECT_EQ(after.training.network.hidden, before.training.network.hidden);
  EXPECT_EQ(after.training.network.head.activation, before.training.network.head.activation);
  EXPECT_EQ(after.training.network.head.loss, before.training.network.head.loss);
  EXPECT_EQ(after.training.network.initializer, before.training.network.initializer);
  EXPECT_EQ(after.training.hyperparameters, before.training.hyperparameters);
  EXPECT_EQ(after.training.batchSize, before.training.batchSize);
  EXPECT_EQ(after.training.seed, before.training.seed);
  EXPECT_EQ(after.data, before.data);
  EXPECT_EQ(after.dataOptions.noise, before.dataOptions.noise);
  EXPECT_EQ(after.dataOptions.target, before.dataOptions.target);
  EXPECT_EQ(after.dataOptions.missing, before.dataOptions.missing);
  EXPECT_EQ(after.dataOptions.hasHeader, before.dataOptions.hasHeader);
  EXPECT_EQ(after.dataOptions.ignored, before.dataOptions.ignored);
  EXPECT_EQ(after.dataOptions.testShare, before.dataOptions.testShare);
  EXPECT_EQ(after.dataOptions.validationShare, before.dataOptions.validationShare);
}

}  // namespace
}  // namespace cajal::test
