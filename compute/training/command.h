#pragma once
// Commands: what a user asks of a training. Applied between two steps, and logged with the step's number:
// seed, configuration and command log are the run.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compute/core/setting.h"

namespace cajal {

// Back to step 0 with the same seed; the settings stay.
inline constexpr std::string_view kReset = "reset";

// No further step until steps are asked for again. Carried out by whoever runs the training, not by the
// trainer.
inline constexpr std::string_view kPause = "pause";

// A setting (trainingSettings()) and its new value, or kReset or kPause without one.
struct Command {
  std::string name{kReset};
  SettingValue value{};
  std::uint32_t tag = 0;  // comes back with the logged command: whose it was
  // Applied when so many steps are done, if it comes in time, and behind the commands with a step that were
  // sent before it: a reset among them takes the steps back to 0. Nothing: as soon as possible.
  std::optional<std::uint64_t> atStep = std::nullopt;
  bool operator==(const Command&) const = default;
};

struct LoggedCommand {
  std::uint64_t step = 0;  // applied when so many steps were done
  Command command;         // with the value as it was applied
  // Undone by these, in this order. Empty: the command changed nothing, or cannot be undone.
  std::vector<SettingChange> before{};
  bool operator==(const LoggedCommand&) const = default;
};

// Appends to a log. While a slider is dragged in a paused training, commands of one setting follow each other
// at the same step: the last one alone counts.
void note(const LoggedCommand& command, std::vector<LoggedCommand>& log);

// One line of commands.jsonl, without the newline: {"at":{"step":120},"do":"lr","value":0.01}
std::string toJsonLine(const LoggedCommand& logged);
// The command of such a line, also of one that an older version wrote; nothing where it is none.
std::optional<LoggedCommand> commandFromJsonLine(std::string_view line);

// Older versions kept choices as numbers and called settings by other names, in logs ("set_learning_rate")
// and in checkpoints ("learning_rate").
std::optional<SettingChange> changeOfOlderVersion(std::string_view name, double value);

}  // namespace cajal
