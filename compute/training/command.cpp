#include "compute/training/command.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "compute/core/setting_json.h"
#include "compute/training/training_settings.h"
#include "engine/base/error.h"

namespace cajal {
namespace {

// {name of a setting today, name in a checkpoint, name in a log}
constexpr std::string_view kOldNames[][3] = {
    {"lr", "learning_rate", "set_learning_rate"},
    {"momentum", "momentum", "set_momentum"},
    {"beta2", "beta2", "set_beta2"},
    {"epsilon", "epsilon", ""},
    {"weight-decay", "weight_decay", "set_weight_decay"},
    {"decoupled-decay", "decoupled_decay", "set_decoupled_decay"},
    {"l1", "l1", "set_l1"},
    {"clip-norm", "clip_norm", "set_clip_norm"},
    {"clip-value", "clip_value", "set_clip_value"},
    {"average", "average_decay", "set_average_decay"},
    {"batch", "batch", "set_batch_size"},
    {"optimizer", "rule", "set_optimizer"},
    {"schedule", "schedule", "set_schedule"},
    {"schedule-rate", "schedule_rate", ""},
    {"warmup", "warmup", ""},
    {"period", "period", ""},
    {"schedule-steps", "total", ""},
    {"gamma", "gamma", ""},
    {"min-lr", "minimum", ""},
    {"patience", "patience", ""},
    {"follow-schedule", "follows_schedule", ""},
};

// A line of an older version: {"step":120,"command":"set_learning_rate","value":0.01}
std::optional<LoggedCommand> fromOlderLine(const nlohmann::json& json) {
  if (!json.contains("step") || !json["step"].is_number_unsigned()) return std::nullopt;
  if (!json["command"].is_string()) return std::nullopt;
  LoggedCommand logged{.step = json["step"].get<std::uint64_t>(), .command = {}};
  const std::string name = json["command"].get<std::string>();
  if (name == "reset") return logged;
  if (name == "follow_schedule") {
    logged.command = {"follow-schedule", true};
    return logged;
  }
  if (!json.contains("value") || !json["value"].is_number()) return std::nullopt;
  const auto change = changeOfOlderVersion(name, json["value"].get<double>());
  if (!change) return std::nullopt;
  logged.command = {change->key, change->value};
  return logged;
}

}  // namespace

std::optional<SettingChange> changeOfOlderVersion(std::string_view name, double value) {
  for (const auto& [key, inCheckpoint, inLog] : kOldNames) {
    if (name.empty() || (name != inCheckpoint && name != inLog)) continue;
    const SettingRow& row = *findSetting(trainingSettings(), key);
    switch (row.kind) {
      case ValueKind::flag: return SettingChange{std::string(key), value != 0};
      case ValueKind::whole: return SettingChange{std::string(key), row.fitted(value)};
      case ValueKind::choice:
        if (!(value >= 0 && value < static_cast<double>(row.names.size()))) return std::nullopt;
        return SettingChange{std::string(key), std::string(row.names[static_cast<std::size_t>(value)].name)};
      default: return SettingChange{std::string(key), value};
    }
  }
  return std::nullopt;
}

void note(const LoggedCommand& command, std::vector<LoggedCommand>& log) {
  // But where an average is switched off and on again, it has begun anew.
  const bool isDragged =
      std::holds_alternative<double>(command.command.value) && command.command.name != "average";
  const bool replaces = isDragged && !log.empty() && log.back().step == command.step &&
                        log.back().command.name == command.command.name;
  if (replaces) log.pop_back();
  log.push_back(command);
}

std::string toJsonLine(const LoggedCommand& logged) {
  nlohmann::ordered_json line;
  line["at"]["step"] = logged.step;
  line["do"] = logged.command.name;
  if (!std::holds_alternative<std::monostate>(logged.command.value))
    line["value"] = toJson(logged.command.value);
  return line.dump();
}

std::optional<LoggedCommand> commandFromJsonLine(std::string_view line) {
  const nlohmann::json json = nlohmann::json::parse(line, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  if (json.contains("command")) return fromOlderLine(json);
  if (!json.contains("at") || !json["at"].is_object() || !json["at"].contains("step")) return std::nullopt;
  if (!json["at"]["step"].is_number_unsigned()) return std::nullopt;
  if (!json.contains("do") || !json["do"].is_string()) return std::nullopt;
  LoggedCommand logged{.step = json["at"]["step"].get<std::uint64_t>(),
                       .command = {json["do"].get<std::string>(), {}}};
  if (logged.command.name == kReset) return logged;
  const SettingRow* const row = findSetting(trainingSettings(), logged.command.name);
  const std::optional<SettingValue> value = fromJson(json.value("value", nlohmann::json()));
  if (!row || !value) return std::nullopt;
  try {
    logged.command.value = row->checked(*value);
  } catch (const Error&) {
    return std::nullopt;
  }
  return logged;
}

}  // namespace cajal
