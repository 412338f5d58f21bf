#pragma once
// Commands: what a user asks of a training. Applied between two steps, and logged with the step's number:
// seed, configuration and command log are the run.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cajal {

enum class CommandKind : std::uint32_t {
  setLearningRate,    // value > 0; the schedule, where there is one, steps aside
  setMomentum,        // 0 … 1, also Adam's β₁
  setBeta2,           // 0 … 1
  setWeightDecay,     // ≥ 0
  setOptimizer,       // value is an UpdateRule
  setBatchSize,       // 1 … training examples
  reset,              // back to step 0 with the same seed; the settings stay
  followSchedule,     // hands the learning rate back to the schedule
  setSchedule,        // value is a ScheduleKind, which is followed from now on
  setL1,              // ≥ 0
  setClipNorm,        // ≥ 0, 0: off
  setClipValue,       // ≥ 0, 0: off
  setAverageDecay,    // 0 … 1 of the moving average of the weights; 0: off
  setDecoupledDecay,  // 0 or 1
};

struct Command {
  CommandKind kind = CommandKind::reset;
  double value = 0;
  bool operator==(const Command&) const = default;
};

struct LoggedCommand {
  std::uint64_t step = 0;  // applied when so many steps were done
  Command command;
  bool operator==(const LoggedCommand&) const = default;
};

// "set_learning_rate", as it stands in commands.jsonl.
std::string_view name(CommandKind kind);
std::optional<CommandKind> commandKindFromName(std::string_view name);
// One line of commands.jsonl, without the newline: {"step":120,"command":"set_learning_rate","value":0.01}
std::string toJsonLine(const LoggedCommand& logged);
// The command of such a line; nothing where it is none.
std::optional<LoggedCommand> commandFromJsonLine(std::string_view line);

}  // namespace cajal
