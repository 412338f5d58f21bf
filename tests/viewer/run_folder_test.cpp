#include "viewer/run_folder.h"

#include "engine/base/error.h"
#include "tests/engine/base/temporary_folder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

namespace cajal::test {
namespace {

class RunFolderTest : public testing::Test {
 protected:
  ViewerState state() const {
    return {.fixed = m_fixed,
            .facts = {},
            .curves = m_curves,
            .price = {},
            .edges = {.total = 96, .shown = 90},
            .outputs = m_outputs,
            .recording = {}};
  }
  TemporaryFolder m_folder;
  Options m_options;
  StaticState m_fixed;
  std::vector<Metrics> m_curves;
  std::vector<float> m_outputs;
};

TEST_F(RunFolderTest, WithoutAWishNothingIsWritten) {
  RunFolder run(m_options);
  run.append(Metrics{}, state());
  run.append(TimedAction{});
  EXPECT_EQ(m_folder.count(), 0);
}

TEST_F(RunFolderTest, MetricsAreOneLineEach) {
  m_options.metrics = m_folder / "a.jsonl";
  RunFolder run(m_options);
  run.append({100, 0.5, 0.75, 0.25, 1.0}, state());
  run.append({200, 0.4, 0.80, 0.20, 1.0}, state());
  const std::string text = readText(m_folder / "a.jsonl");
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  const auto line = nlohmann::json::parse(text.substr(0, text.find('\n')));
  EXPECT_EQ(line["step"], 100);
  EXPECT_EQ(line["loss"], 0.5);
  EXPECT_EQ(line["test_accuracy"], 1.0);
  EXPECT_EQ(line["edges_shown"], 90);
  EXPECT_EQ(line["edges_total"], 96);
}

TEST_F(RunFolderTest, WhatIsNotFiniteIsNull) {
  m_options.metrics = m_folder / "a.jsonl";
  RunFolder run(m_options);
  run.append({1, std::numeric_limits<double>::quiet_NaN(), 0, std::numeric_limits<double>::infinity(), 0},
             state());
  const auto line = nlohmann::json::parse(readText(m_folder / "a.jsonl"));
  EXPECT_TRUE(line["loss"].is_null());
  EXPECT_TRUE(line["test_loss"].is_null());
}

TEST_F(RunFolderTest, CommandsAreKeptWithTheirStep) {
  m_options.out = m_folder / "deep/run";
  RunFolder run(m_options);
  run.append(TimedAction{{120, {}}, {"lr", 0.01}});
  EXPECT_EQ(readText(m_folder / "deep/run/commands.jsonl"),
            "{\"at\":{\"step\":120},\"do\":\"lr\",\"value\":0.01}\n");
}

TEST_F(RunFolderTest, AFolderThatCannotBeMadeIsNamed) {
  writeText(m_folder / "file", "");
  m_options.out = m_folder / "file/run";
  try {
    RunFolder run(m_options);
    FAIL() << "was made";
  } catch (const Error& error) {
    EXPECT_EQ(error.exitCode(), ExitCode::inputOutput);
    EXPECT_NE(std::string(error.what()).find("--out"), std::string::npos) << error.what();
  }
}

TEST_F(RunFolderTest, LeftoversOfAKilledRunAreSweptAway) {
  m_options.out = m_folder / "run";
  std::filesystem::create_directory(m_options.out);
  writeText(m_options.out / "run.toml.tmp-999999999", "half");
  RunFolder run(m_options);
  EXPECT_FALSE(std::filesystem::exists(m_options.out / "run.toml.tmp-999999999"));
}

}  // namespace
}  // namespace cajal::test
