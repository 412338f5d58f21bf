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

std::string toJsonLine(const LoggedCommand& logged) {
  nlohmann::ordered_json line;
  line["step"] = logged.step;
  line["command"] = name(logged.command.kind);
  if (hasValue(logged.command.kind)) line["value"] = logged.command.value;
  return line.dump();
}

std::optional<LoggedCommand> commandFromJsonLine(std::string_view line) {
  const nlohmann::json json = nlohmann::json::parse(line, nullptr, false);
  if (!json.is_object() || !json.contains("step") || !json["step"].is_number_unsigned()) return std::nullopt;
  if (!json.contains("command") || !json["command"].is_string()) return std::nullopt;
  const std::optional<CommandKind> kind = commandKindFromName(json["command"].get<std::string>());
  if (!kind) return std::nullopt;
  LoggedCommand logged{json["step"].get<std::uint64_t>(), {*kind, 0}};
  if (!hasValue(*kind)) return logged;
  if (!json.contains("value") || !json["value"].is_number()) return std::nullopt;
  logged.command.value = json["value"].get<double>();
  return logged;
}

}  // namespace cajal
