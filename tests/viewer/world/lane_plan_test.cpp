#include "viewer/world/lane_plan.h"

#include <gtest/gtest.h>

#include "engine/base/error.h"
#include "tests/engine/base/temporary_folder.h"
#include "tests/support/refusal.h"
#include "viewer/runs/run_folder.h"

namespace cajal::test {
namespace {

class LanePlans : public testing::Test {
 protected:
  static std::vector<LanePlan> plans(std::vector<std::string> words) {
    for (const char* word : {"--data", "xor", "--backend", "cpu", "--threads", "1"}) words.emplace_back(word);
    return prepareLanes(*parseOptions(words));
  }
  static std::string refusal(ExitCode code, const std::string& lane, std::vector<std::string> more = {}) {
    more.insert(more.end(), {"--lane", lane});
    return refusalOf(code, [&] { plans(more); });
  }
  // Parameters of a network in a file of our own.
  std::string keptNetwork(const std::string& name, const std::string& net) const {
    const LanePlan plan = std::move(plans({"--net", net}).front());
    const auto trainer = plan.setup.makeTrainer(plan.options, {});
    saveModel(m_folder / name, *trainer);
    return (m_folder / name).string();
  }

  TemporaryFolder m_folder;
};

TEST_F(LanePlans, ALaneIsTheSameRunWithSettingsChanged) {
  const auto lanes = plans({"--lane", "lr=0.5", "--lane", "seed=9,batch=8", "--net", "2-5-2"});
  ASSERT_EQ(lanes.size(), 3U);
  EXPECT_EQ(lanes[1].setup.configuration.hyperparameters.learningRate, 0.5f);
  EXPECT_EQ(lanes[2].setup.configuration.seed, 9U);
  EXPECT_EQ(lanes[2].setup.configuration.batchSize, 8U);
  EXPECT_EQ(lanes[2].setup.configuration.hyperparameters.learningRate,
            lanes[0].setup.configuration.hyperparameters.learningRate);
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    EXPECT_EQ(lanes[i].number, i + 1);
    EXPECT_TRUE(lanes[i].isTrained);
    EXPECT_EQ(lanes[i].setup.data, lanes[0].setup.data) << "one data set for all";
    EXPECT_EQ(toString(lanes[i].setup.configuration.network.spec), "2-5-2");
    EXPECT_TRUE(i == 0 || lanes[i].setup.backend != lanes[0].setup.backend);
  }
}

// As with flags: the optimiser's usual rates first, whatever the order of the words.
TEST_F(LanePlans, AnOptimizerBringsItsRatesBeforeTheOthersAreRead) {
  const auto lanes = plans({"--lane", "lr=0.25,optimizer=sgd", "--lane", "optimizer=sgd"});
  EXPECT_EQ(lanes[1].setup.configuration.hyperparameters.learningRate, 0.25f);
  EXPECT_NE(lanes[2].setup.configuration.hyperparameters.learningRate,
            lanes[0].setup.configuration.hyperparameters.learningRate);
}

TEST_F(LanePlans, TheFirstLaneIsCalledAfterWhatTheOthersChange) {
  EXPECT_EQ(plans({"--lr", "0.5", "--lane", "lr=0.1"}).front().name, "lr=0.5");
  EXPECT_EQ(plans({"--lane", "lr=0.1", "--lane", "batch=8"}).front().name, "lr=0.001,batch=64");
  EXPECT_EQ(plans({"--lane", "net=2-3-2", "--net", "2-5-2"}).front().name, "net=2-5-2");
  EXPECT_EQ(plans({"--lane", "lr=0.1,batch=8,seed=3"}).front().name, "this run");
}

TEST_F(LanePlans, WhatALaneCannotChangeIsRefusedWithWhatItCan) {
  const std::string what = refusal(ExitCode::usage, "data=circle");
  EXPECT_NE(what.find("--lane data=circle"), std::string::npos) << what;
  EXPECT_NE(what.find("weight-decay"), std::string::npos) << what;
  for (const char* lane : {"backend=cpu", "resume=here", "theme=light", "lane=lr", "nothing=3"})
    EXPECT_NE(refusal(ExitCode::usage, lane).find("cannot change"), std::string::npos) << lane;
  EXPECT_NE(refusal(ExitCode::usage, "lr=many").find("lr=many"), std::string::npos);
  EXPECT_NE(refusal(ExitCode::badInput, "batch=100000").find("--lane batch=100000"), std::string::npos);
}

TEST_F(LanePlans, WhatIsHalfWrittenIsRefused) {
  for (const char* lane : {"", "lr=0.1,", ",lr=0.1", "lr=0.1,,batch=8", "lr=0.1,lr=0.2", "lr="})
    EXPECT_FALSE(refusal(ExitCode::usage, lane).empty()) << lane;
}

// Names tell lanes apart, in lists and in files.
TEST_F(LanePlans, NoTwoLanesHaveOneName) {
  const auto lanes = plans({"--lane", "seed=1", "--lane", "seed=1"});
  EXPECT_EQ(lanes[0].name, "seed=1");
  EXPECT_EQ(lanes[1].name, "seed=1 (2)");
  EXPECT_EQ(lanes[2].name, "seed=1 (3)");
}

TEST_F(LanePlans, AFileThatIsNotThereIsRefused) {
  const std::string what = refusal(ExitCode::inputOutput, "nowhere.safetensors");
  EXPECT_NE(what.find("--lane nowhere.safetensors"), std::string::npos) << what;
  EXPECT_NE(what.find("lr=0.01"), std::string::npos) << "says what a lane can be: " << what;
}

TEST_F(LanePlans, AFileSaysWhatItsNetworkIs) {
  const std::string file = keptNetwork("a.safetensors", "2-7-2");
  const auto lanes = plans({"--net", "2-5-2", "--lane", file});
  EXPECT_FALSE(lanes[1].isTrained);
  EXPECT_EQ(toString(lanes[1].setup.configuration.network.spec), "2-7-2");
  EXPECT_EQ(lanes[1].options.model, file);
  EXPECT_TRUE(lanes[1].options.out.empty());
  EXPECT_NO_THROW(lanes[1].setup.makeTrainer(lanes[1].options, {}));
}

TEST_F(LanePlans, AFolderWithoutWeightsIsRefused) {
  EXPECT_NE(refusal(ExitCode::badInput, m_folder.path().string()).find("holds no checkpoint"),
            std::string::npos);
}

// Whoever trains a run again hears of a lane that is gone; the others are trained all the same, and keep
// their numbers.
TEST_F(LanePlans, OfARunThatGoesOnALaneWhoseFileIsGoneIsLeftOut) {
  std::filesystem::create_directories(m_folder / "run/lane-3");
  writeText(m_folder / "run/run.toml", "lane = [\"gone.safetensors\", \"lr=0.5\"]\n");
  const auto lanes = plans({"--resume", (m_folder / "run").string()});
  ASSERT_EQ(lanes.size(), 2U);
  EXPECT_EQ(lanes[1].name, "lr=0.5");
  EXPECT_EQ(lanes[1].number, 3U);
}

TEST_F(LanePlans, EachLaneIsKeptInAFolderOfItsOwn) {
  const auto lanes = plans({"--out", "kept", "--metrics", "m.jsonl", "--lane", "lr=0.5"});
  EXPECT_EQ(lanes[0].options.out, "kept");
  EXPECT_EQ(lanes[1].options.out, "kept/lane-2");
  EXPECT_TRUE(lanes[1].options.metrics.empty()) << "the first lane's file has the lines of all";
  EXPECT_TRUE(lanes[1].options.lanes.empty()) << "its folder is a run by itself";
  EXPECT_EQ(folderOfLane("", 2), "");
}

}  // namespace
}  // namespace cajal::test
