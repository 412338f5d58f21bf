#include "compute/training/command.h"

#include <gtest/gtest.h>

namespace cajal {
namespace {

TEST(Command, IsOneLineOfTheLog) {
  EXPECT_EQ(toJsonLine({120, {CommandKind::setLearningRate, 0.01}}),
            R"({"step":120,"command":"set_learning_rate","value":0.01})");
  EXPECT_EQ(toJsonLine({0, {CommandKind::reset, 0}}), R"({"step":0,"command":"reset"})");
}

TEST(Command, ALineOfTheLogComesBack) {
  const LoggedCommand withValue = {120, {CommandKind::setBeta2, 0.995}},
                      without = {7, {CommandKind::reset, 0}};
  EXPECT_EQ(commandFromJsonLine(toJsonLine(withValue)), withValue);
  EXPECT_EQ(commandFromJsonLine(toJsonLine(without)), without);
}

TEST(Command, OtherLinesAreNone) {
  for (const char* line : {"", "[]", "{}", R"({"step":1})", R"({"step":-1,"command":"reset"})",
                           R"({"step":1,"command":"explode"})", R"({"step":1,"command":"set_beta2"})",
                           R"({"step":1,"command":"set_beta2","value":"much"})", R"({"step":1,"comm)"}) {
    EXPECT_EQ(commandFromJsonLine(line), std::nullopt) << line;
  }
}

TEST(Command, NamesComeBack) {
  for (const CommandKind kind : {CommandKind::setLearningRate, CommandKind::setMomentum,
                                 CommandKind::setBeta2, CommandKind::setWeightDecay,
                                 CommandKind::setOptimizer, CommandKind::setBatchSize, CommandKind::reset}) {
    EXPECT_EQ(commandKindFromName(name(kind)), kind);
  }
  EXPECT_EQ(commandKindFromName("explode"), std::nullopt);
}

}  // namespace
}  // namespace cajal
