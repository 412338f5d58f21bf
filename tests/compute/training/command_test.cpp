#include "compute/training/command.h"

#include <gtest/gtest.h>

namespace cajal {
namespace {

TEST(Command, IsOneLineOfTheLog) {
  EXPECT_EQ(toJsonLine({120, {"lr", 0.01}}), R"({"at":{"step":120},"do":"lr","value":0.01})");
  EXPECT_EQ(toJsonLine({7, {"optimizer", "sgd"}}), R"({"at":{"step":7},"do":"optimizer","value":"sgd"})");
  EXPECT_EQ(toJsonLine({0, {}}), R"({"at":{"step":0},"do":"reset"})");
}

TEST(Command, ALineOfTheLogComesBack) {
  for (const LoggedCommand& logged :
       {LoggedCommand{120, {"beta2", 0.995}}, LoggedCommand{7, {}}, LoggedCommand{8, {"batch", 64}},
        LoggedCommand{9, {"optimizer", "lion"}}, LoggedCommand{9, {"decoupled-decay", true}}})
    EXPECT_EQ(commandFromJsonLine(toJsonLine(logged)), logged);
}

TEST(Command, LinesOfOlderVersionsAreRead) {
  const auto read = [](const char* line) { return commandFromJsonLine(line)->command; };
  EXPECT_EQ(read(R"({"step":3,"command":"set_learning_rate","value":0.01})"), (Command{"lr", 0.01}));
  EXPECT_EQ(read(R"({"step":3,"command":"set_optimizer","value":1.0})"), (Command{"optimizer", "sgd"}));
  EXPECT_EQ(read(R"({"step":3,"command":"set_batch_size","value":32.0})"), (Command{"batch", 32}));
  EXPECT_EQ(read(R"({"step":3,"command":"set_decoupled_decay","value":1})"),
            (Command{"decoupled-decay", true}));
  EXPECT_EQ(read(R"({"step":3,"command":"follow_schedule"})"), (Command{"follow-schedule", true}));
  EXPECT_EQ(read(R"({"step":3,"command":"reset"})"), Command{});
}

TEST(Command, OtherLinesAreNone) {
  for (const char* line :
       {"", "[]", "{}", R"({"at":{"step":1}})", R"({"at":{"step":-1},"do":"reset"})",
        R"({"at":1,"do":"reset"})", R"({"at":{"step":1},"do":"explode","value":1})",
        R"({"at":{"step":1},"do":"beta2"})", R"({"at":{"step":1},"do":"beta2","value":"much"})",
        R"({"at":{"step":1},"do":"beta2","value":2})",
        R"({"at":{"step":1},"do":"optimizer","value":"lions"})",
        R"({"at":{"step":1},"do":"beta2","value":[1]})", R"({"at":{"step":1},"do)",
        R"({"step":1,"command":"set_optimizer","value":99})", R"({"step":1,"command":"explode","value":1})",
        R"({"step":1,"command":7})"}) {
    EXPECT_EQ(commandFromJsonLine(line), std::nullopt) << line;
  }
}

}  // namespace
}  // namespace cajal
