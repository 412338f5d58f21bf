#include "compute/training/checkpoint.h"

#include <gtest/gtest.h>

#include <fstream>

#include "engine/base/error.h"
#include "tests/support/small_sets.h"

namespace cajal {
namespace {

using namespace test;

// Everything that has state: moments, a schedule, an average, dropout's masks, running statistics.
TrainingConfiguration everything() {
  TrainingConfiguration configuration;
  configuration.network.spec = parseNetwork("20-16-batchnorm-dropout0.25-8:gelu-4");
  configuration.hyperparameters = usualHyperparameters(UpdateRule::nadam);
  configuration.hyperparameters.clipNorm = 1;
  configuration.schedule.kind = ScheduleKind::cosine;
  configuration.schedule.warmup = 5;
  configuration.schedule.total = 60;
  configuration.averageDecay = 0.9f;
  configuration.batchSize = 7;
  return configuration;
}

class Checkpoint : public testing::Test {
 protected:
  std::vector<float> parametersOf(const Trainer& trainer) const {
    const float* const begin = trainer.network().arena(ArenaKind::parameters);
    return {begin, begin + trainer.network().arenaFloats(ArenaKind::parameters)};
  }
  std::string refusal(Trainer& trainer) const {
    try {
      restoreCheckpoint(m_path, trainer);
    } catch (const Error& error) {
      EXPECT_EQ(error.exitCode(), ExitCode::badInput);
      return error.what();
    }
    return "";
  }

  std::filesystem::path m_path =
      std::filesystem::path(testing::TempDir()) /
      (std::string("checkpoint-") + testing::UnitTest::GetInstance()->current_test_info()->name());
  DataSet m_data = bytesSet(40, 12, 20, 4);
  std::unique_ptr<Backend> m_backend = makeCpuBackend(2);
  Trainer m_trainer{everything(), m_data, *m_backend, {}};
};

TEST_F(Checkpoint, ARunThatGoesOnFromOneEndsWithTheSameBits) {
  for (int step = 0; step < 20; ++step) m_trainer.step();
  m_trainer.apply({"momentum", 0.8});
  saveCheckpoint(m_path, m_trainer);
  for (int step = 0; step < 20; ++step) m_trainer.step();

  Trainer resumed(everything(), m_data, *m_backend, {});
  restoreCheckpoint(m_path, resumed);
  EXPECT_EQ(resumed.stepsDone(), 20u);
  for (int step = 0; step < 20; ++step) resumed.step();
  EXPECT_EQ(parametersOf(resumed), parametersOf(m_trainer));
  EXPECT_EQ(resumed.readAverage(), m_trainer.readAverage());
  EXPECT_EQ(resumed.hyperparameters(), m_trainer.hyperparameters());
  const std::vector<LoggedCommand> commands = {{20, {"momentum", 0.8}}};
  EXPECT_EQ(resumed.state().commands, commands);
}

TEST_F(Checkpoint, OneFlippedBitIsFound) {
  m_trainer.step();
  saveCheckpoint(m_path, m_trainer);
  std::fstream file(m_path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(-9, std::ios::end);
  const char byte = static_cast<char>(file.get() ^ 1);
  file.seekp(-9, std::ios::end);
  file.put(byte);
  file.close();
  const std::vector<float> before = parametersOf(m_trainer);
  EXPECT_NE(refusal(m_trainer).find("checksum"), std::string::npos);
  EXPECT_EQ(parametersOf(m_trainer), before);  // nothing was changed
}

TEST_F(Checkpoint, OfAnotherRunIsRefusedAndSaysWhose) {
  saveCheckpoint(m_path, m_trainer);
  TrainingConfiguration other = everything();
  other.seed = 2;
  Trainer otherSeed(other, m_data, *m_backend, {});
  EXPECT_NE(refusal(otherSeed).find("--seed 1"), std::string::npos);
  other = everything();
  other.network.spec = parseNetwork("20-8-4");
  Trainer otherNet(other, m_data, *m_backend, {});
  EXPECT_NE(refusal(otherNet).find("batchnorm"), std::string::npos);
}

}  // namespace
}  // namespace cajal
