// A row is all that a new setting needs: its flag, its key in files, its word in scripts, its range, its line
// in the log and its undo follow.
#include <gtest/gtest.h>

#include <set>

#include "engine/base/error.h"
#include "tests/engine/base/temporary_folder.h"
#include "viewer/actions/history.h"
#include "viewer/actions/options.h"
#include "viewer/actions/script.h"
#include "viewer/runs/run_folder.h"

namespace cajal::test {
namespace {

// One more setting of the picture and one more hyperparameter, over fields that no other row has.
class OneMoreRow : public testing::Test {
 protected:
  OneMoreRow() {
    m_tables.view.push_back(setting<ViewSettings>(
        Applies::nextFrame, {.key = "glow", .help = "how it glows", .group = "Picture", .range = {1, 9}},
        &ViewSettings::samplesPerFrame));
    m_tables.training.push_back(setting<TrainingSettings>(
        Applies::betweenSteps, {.key = "bravery", .help = "of steps", .group = "Training", .range = {0, 1}},
        [](TrainingSettings& s) -> float& { return s.hyperparameters.epsilon; }));
  }

  Options parsed(const std::vector<std::string>& words) const {
    return parseOptions(words, optionSettings(m_tables)).value();
  }
  std::string write(const std::string& name, const std::string& text) const {
    writeText(m_folder / name, text);
    return (m_folder / name).string();
  }
  static std::string refusal(const std::function<void()>& work) {
    try {
      work();
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  SettingTables m_tables;
  TemporaryFolder m_folder;
};

TEST_F(OneMoreRow, IsAFlag) {
  EXPECT_EQ(parsed({"--glow", "3"}).view.samplesPerFrame, 3.0f);
  EXPECT_EQ(parsed({"--bravery=0.5"}).training.hyperparameters.epsilon, 0.5f);
  EXPECT_TRUE(parsed({"--glow", "3"}).isGiven("glow"));
}

TEST_F(OneMoreRow, IsListedByHelp) {
  testing::internal::CaptureStdout();
  EXPECT_FALSE(parseOptions({"--help"}, optionSettings(m_tables)));
  EXPECT_NE(testing::internal::GetCapturedStdout().find("how it glows"), std::string::npos);
}

TEST_F(OneMoreRow, HasARange) {
  EXPECT_EQ(refusal([&] {
              parsed({"--glow", "10"});
            }),
            "--glow 10: must be a number from 1 to 9; see cajal --help");
  EXPECT_EQ(refusal([&] {
              parsed({"--bravery", "-1"});
            }),
            "--bravery -1: must be a number from 0 to 1; see cajal --help");
}

TEST_F(OneMoreRow, IsAKeyOfConfigurationFilesAndIsKeptInThem) {
  const Options options = parsed({"--config", write("a.toml", "glow = 4\nbravery = 0.25\n")});
  EXPECT_EQ(options.view.samplesPerFrame, 4.0f);
  EXPECT_EQ(options.training.hyperparameters.epsilon, 0.25f);
  const Options again = parsed({"--config", write("b.toml", toToml(options, optionSettings(m_tables)))});
  EXPECT_EQ(again.view.samplesPerFrame, 4.0f);
  EXPECT_EQ(again.training.hyperparameters.epsilon, 0.25f);
}

TEST_F(OneMoreRow, IsAWordOfScripts) {
  const auto script = [&](const std::string& line) { return readScript(write("s.jsonl", line), m_tables); };
  EXPECT_EQ(script(R"({"at":{"step":3},"do":"glow","value":5})"),
            (std::vector<TimedAction>{{{3, {}}, {"glow", 5.0}}}));
  EXPECT_NE(refusal([&] {
              script(R"({"at":{"step":3},"do":"glow","value":10})");
            }).find("s.jsonl:1: glow 10: must be a number from 1 to 9"),
            std::string::npos);
  EXPECT_NE(refusal([&] { script(R"({"at":{"step":3},"do":"glows","value":5})"); }).find("no such action"),
            std::string::npos);
}

TEST_F(OneMoreRow, IsALineOfTheLogThatAScriptReads) {
  const TimedAction timed{{7, 0.25}, {"glow", 5.0}};
  EXPECT_EQ(toJsonLine(timed), R"({"at":{"step":7,"seconds":0.25},"do":"glow","value":5.0})");
  EXPECT_EQ(readScript(write("s.jsonl", toJsonLine(timed)), m_tables), (std::vector<TimedAction>{timed}));
}

TEST_F(OneMoreRow, IsUndoneByWhatTheTableSays) {
  ViewSettings before, after;
  before.samplesPerFrame = 2;
  after.samplesPerFrame = 6;
  EXPECT_EQ(actionsBetween(m_tables.view, after, before), (ActionList{{"glow", 2.0}}));
  EXPECT_EQ(actionsBetween(m_tables.view, before, after), (ActionList{{"glow", 6.0}}));
}

// ---- the tables as they are ----

TEST(SettingTables, ANameIsOneThingAlone) {
  std::set<std::string> names;
  for (const Setting<Options>& row : optionSettings()) {
    EXPECT_TRUE(names.insert(row.key()).second) << row.key();
    if (!row.words.alias.empty()) {
      EXPECT_TRUE(names.insert(std::string(row.words.alias)).second) << row.key();
    }
    EXPECT_TRUE(row.words.isHidden || !row.words.help.empty()) << row.key();
  }
  for (const Verb& verb : verbs()) EXPECT_FALSE(settingTables().find(verb.name)) << verb.name;
}

TEST(SettingTables, DefaultsAreInRange) {
  const Options usual;
  for (const Setting<Options>& row : optionSettings()) {
    if (row.words.key == "fps") continue;  // 0: chosen when the program starts
    EXPECT_NO_THROW(row.checked(row.read(usual))) << row.key();
  }
}

TEST(SettingTables, EveryViewSettingIsReadBackAsItWasWritten) {
  for (const Setting<ViewSettings>& row : viewSettings()) {
    ViewSettings settings;
    const SettingValue value = row.read(settings);
    row.write(settings, value);
    EXPECT_EQ(row.read(settings), value) << row.key();
    EXPECT_EQ(settings, ViewSettings{}) << row.key();
  }
}

}  // namespace
}  // namespace cajal::test
