#include "compute/training/command.h"

#include <array>
#include <nlohmann/json.hpp>

namespace cajal {
namespace {

constexpr std::array<std::string_view, 14> kNames = {
    "set_learning_rate", "set_momentum",   "set_beta2",         "set_weight_decay",   "set_optimizer",
    "set_batch_size",    "reset",          "follow_schedule",   "set_schedule",       "set_l1",
    "set_clip_norm",     "set_clip_value", "set_average_decay", "set_decoupled_decay"};

bool hasValue(CommandKind kind) {
  return kind != CommandKind::reset && kind != CommandKind::followSchedule;
}

}  // namespace

std::string_view name(CommandKind kind) {
  return kNames[static_cast<std::size_t>(kind)];
}

std::optional<CommandKind> commandKindFromName(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<CommandKind>(i);
  }
  return std::nullopt;
}

std::string toJsonLine(std::uint64_t step, const Command& command) {
  nlohmann::ordered_json line;
  line["step"] = step;
  line["command"] = name(command.kind);
  if (hasValue(command.kind)) line["value"] = command.value;
  return line.dump();
}

}  // namespace cajal
