#include "viewer/runs/run_folder.h"

#include "compute/training/checkpoint.h"
#include "compute/training/steering/training_thread.h"
#include "engine/base/error.h"
#include "tests/engine/base/temporary_folder.h"
#include "tests/support/small_sets.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

namespace cajal::test {
namespace {

// A limit of this process, in bytes, while it lives. RLIMIT_FSIZE: to a writer it is as if the disk were
// full.
class Limit {
 public:
  Limit(__rlimit_resource_t resource, rlim_t bytes) : m_resource(resource) {
    getrlimit(m_resource, &m_before);
    const rlimit limit{bytes, m_before.rlim_max};
    setrlimit(m_resource, &limit);
  }
  ~Limit() { setrlimit(m_resource, &m_before); }
  Limit(const Limit&) = delete;
  Limit& operator=(const Limit&) = delete;

 private:
  __rlimit_resource_t m_resource;
  rlimit m_before{};
};

// Of address space that this process has taken.
rlim_t takenBytes() {
  std::uint64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * 4096;
}

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
  run.finish();
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
  run.finish();
  const auto line = nlohmann::json::parse(readText(m_folder / "a.jsonl"));
  EXPECT_TRUE(line["loss"].is_null());
  EXPECT_TRUE(line["test_loss"].is_null());
}

TEST_F(RunFolderTest, CurvesOfTheValidationPartAreCalledSo) {
  m_options.metrics = m_folder / "a.jsonl";
  m_options.out = m_folder / "run";
  m_fixed.curvePart = "validation";
  RunFolder run(m_options);
  run.append({100, 0.5, 0.75, 0.25, 1.0}, state());
  run.finish();
  const auto line = nlohmann::json::parse(readText(m_folder / "a.jsonl"));
  EXPECT_EQ(line["validation_loss"], 0.25);
  EXPECT_EQ(line["validation_accuracy"], 1.0);
  EXPECT_FALSE(line.contains("test_loss"));
  for (const auto& entry : std::filesystem::directory_iterator(m_options.out)) {
    if (entry.path().filename().string().find("tfevents") == std::string::npos) continue;
    const std::string events = readText(entry.path());
    EXPECT_NE(events.find("loss/validation"), std::string::npos);
    EXPECT_NE(events.find("accuracy/validation"), std::string::npos);
    EXPECT_EQ(events.find("loss/test"), std::string::npos);
  }
}

// Logs of earlier versions call the part "test" whatever it was: only the step is looked at.
TEST_F(RunFolderTest, OfALogTheLinesUpToAStepAreKept) {
  writeText(m_folder / "a.jsonl", "{\"step\":1,\"test_loss\":2}\nnonsense\n\n" + std::string(100'000, 'x') +
                                      "\n{\"step\":2,\"validation_loss\":1}\n{\"step\":3}");
  keepLinesUpTo(2, m_folder / "a.jsonl");
  EXPECT_EQ(readText(m_folder / "a.jsonl"),
            "{\"step\":1,\"test_loss\":2}\n{\"step\":2,\"validation_loss\":1}\n");
}

TEST_F(RunFolderTest, ALogLargerThanMemoryIsTakenUp) {
  const std::filesystem::path path = m_folder / "a.jsonl";
  writeText(path, "{\"step\":1}\n");
  std::filesystem::resize_file(path, 200 << 20);  // a hole on the disk
  {
    const Limit memory(RLIMIT_AS, takenBytes() + (64 << 20));
    keepLinesUpTo(1, path);
  }
  EXPECT_EQ(readText(path), "{\"step\":1}\n");
}

// ---- checkpoints ----

class Checkpoints : public RunFolderTest {
 protected:
  Checkpoints() {
    m_options.out = m_folder / "run";
    m_options.checkpointEvery = 1e-9;  // seconds: always due
    TrainingConfiguration configuration;
    configuration.network.spec = denseNetwork({2, 64, 2});
    configuration.batchSize = 8;
    m_thread = std::make_unique<TrainingThread>(
        std::make_unique<Trainer>(configuration, m_data, *m_backend, ArenaSource{}),
        [](const Snapshot&, std::uint64_t) { return true; });
  }
  // As the loop does it, until so many steps are done and all that was asked is answered.
  void trainTo(std::uint64_t steps, RunFolder& run, Inquiries& inquiries) {
    m_thread->run(steps - m_thread->stepsDone());
    while (m_thread->stepsDone() < steps) {
      m_thread->takeMetrics();
      inquiries.deliver();
      run.saveCheckpointWhenDue(inquiries, m_thread->stepsDone());
    }
    inquiries.finish();
  }
  std::size_t kept() const { return checkpointsIn(m_options.out).size(); }

  DataSet m_data = pointsSet(64, 16, 2, 2);
  std::unique_ptr<Backend> m_backend = makeCpuBackend(1);
  std::unique_ptr<TrainingThread> m_thread;
};

TEST_F(Checkpoints, AreWrittenWhileTrainingGoesOnAndTheLastTwoAreKept) {
  RunFolder run(m_options);
  Inquiries inquiries(*m_thread);
  for (std::uint64_t steps = 1000; steps <= 5000; steps += 1000) {
    trainTo(steps, run, inquiries);
    run.finish();
  }
  run.saveCheckpoint(inquiries);
  inquiries.finish();
  run.finish();
  EXPECT_EQ(kept(), 2U);
  EXPECT_TRUE(std::filesystem::exists(m_options.out / "checkpoint-5000.safetensors"));
}

TEST_F(Checkpoints, AFullDiskEndsNoTrainingAndIsTriedAgain) {
  RunFolder run(m_options);
  Inquiries inquiries(*m_thread);
  {
    const Limit fullDisk(RLIMIT_FSIZE, 1000);
    trainTo(2000, run, inquiries);
    run.saveCheckpoint(inquiries);
    inquiries.finish();
    EXPECT_THROW(run.finish(), Error);
    EXPECT_EQ(m_thread->stepsDone(), 2000U);
    EXPECT_EQ(kept(), 0U);
  }
  trainTo(4000, run, inquiries);
  run.finish();
  EXPECT_GE(kept(), 1U);
}

TEST_F(RunFolderTest, CommandsAreKeptWithTheirStep) {
  m_options.out = m_folder / "deep/run";
  RunFolder run(m_options);
  run.append(TimedAction{{120, {}}, {"lr", 0.01}});
  run.finish();
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
