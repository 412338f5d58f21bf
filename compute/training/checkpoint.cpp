#include "compute/training/checkpoint.h"

#include <fmt/format.h>
#include <zlib.h>

#include <cmath>
#include <map>
#include <sstream>

#include "compute/core/setting_json.h"
#include "compute/data/safetensors.h"
#include "engine/base/error.h"
#include "engine/base/text.h"

namespace cajal {
namespace {

using Json = nlohmann::json;
constexpr const char* kAverage = "average";

bool isKept(const TensorView& tensor) {
  return tensor.arena == ArenaKind::parameters || tensor.arena == ArenaKind::firstMoments ||
         tensor.arena == ArenaKind::secondMoments;
}

// Counters, field by field; infinity, which JSON has no word for, is left out.
template <typename Visit>
void forEachCounter(TrainerState& s, Visit&& visit) {
  visit("steps", s.steps);
  visit("cursor", s.cursor);
  visit("resets", s.resets);
  visit("updates", s.updateCount.updates);
  visit("momentum_product", s.updateCount.momentumProduct);
  visit("plateau_best", s.plateau.best);
  visit("plateau_looks", s.plateau.looks);
  visit("plateau_factor", s.plateau.factor);
}

std::string toJson(TrainerState state) {
  Json json;
  forEachCounter(state, [&](const char* key, const auto& value) {
    if constexpr (std::is_floating_point_v<std::decay_t<decltype(value)>>) {
      if (!std::isfinite(value)) return;
    }
    json[key] = value;
  });
  for (const Setting<TrainingSettings>& row : trainingSettings())
    json["settings"][row.key()] = cajal::toJson(row.read(state));
  return json.dump();
}

Error damaged(const std::filesystem::path& path, const std::string& what) {
  return Error(ExitCode::badInput,
               fmt::format("--resume {}: {}; take the checkpoint before it", path.string(), what));
}

// Older versions kept settings beside the counters, under names of their own.
std::map<std::string, SettingValue> settingsIn(const Json& json) {
  std::map<std::string, SettingValue> values;
  if (const auto settings = json.find("settings"); settings != json.end() && settings->is_object()) {
    for (const auto& [key, value] : settings->items()) {
      if (const auto known = fromJson(value)) values[key] = *known;
    }
    return values;
  }
  for (const auto& [key, value] : json.items()) {
    if (!value.is_number() && !value.is_boolean()) continue;
    const double number = value.is_boolean() ? value.get<bool>() : value.get<double>();
    if (const auto change = changeOfOlderVersion(key, number)) values[change->key] = change->value;
  }
  return values;
}

// In the order of the table: what a row moves along is set behind it.
void takeSettings(TrainerState& state, const Json& json) {
  const std::map<std::string, SettingValue> values = settingsIn(json);
  for (const Setting<TrainingSettings>& row : trainingSettings()) {
    if (const auto found = values.find(row.key()); found != values.end()) row.write(state, found->second);
  }
}

TrainerState stateFrom(const std::filesystem::path& path, const std::string& text) {
  TrainerState state;
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) throw damaged(path, "its state cannot be read");
  forEachCounter(state, [&](const char* key, auto& value) {
    const auto found = json.find(key);
    if (found == json.end()) return;
    if (!found->is_number()) throw damaged(path, fmt::format("'{}' is no number", key));
    value = found->template get<std::decay_t<decltype(value)>>();
  });
  try {
    takeSettings(state, json);
  } catch (const Error&) {
    throw damaged(path, "its settings are out of range");
  }
  if (state.updateCount.updates == 0) throw damaged(path, "its settings are out of range");
  return state;
}

std::string toJsonLines(const std::vector<LoggedCommand>& commands) {
  std::string lines;
  for (const LoggedCommand& command : commands) lines += toJsonLine(command) + "\n";
  return lines;
}

std::vector<LoggedCommand> commandsFrom(const std::filesystem::path& path, const std::string& lines) {
  std::vector<LoggedCommand> commands;
  std::istringstream text(lines);
  for (std::string line; std::getline(text, line);) {
    const std::optional<LoggedCommand> command = commandFromJsonLine(line);
    if (!command) throw damaged(path, fmt::format("'{}' is no command", escapedName(line)));
    commands.push_back(*command);
  }
  return commands;
}

std::uint32_t checksum(std::uint32_t before, const std::vector<float>& values) {
  return static_cast<std::uint32_t>(
      crc32_z(before, reinterpret_cast<const Bytef*>(values.data()), values.size() * sizeof(float)));
}

std::string valueOf(const SafetensorsFile& file, const std::string& key) {
  const auto found = file.metadata().find(key);
  return found == file.metadata().end() ? "" : found->second;
}

std::vector<float> valuesOf(const std::filesystem::path& path, const SafetensorsFile& file,
                            const std::string& name, std::size_t count) {
  const SafetensorsEntry* const entry = file.find(name);
  if (!entry) throw damaged(path, fmt::format("{} is missing; it is no checkpoint of such a network", name));
  std::vector<float> values = file.copyFloats(*entry);
  if (values.size() != count) throw damaged(path, fmt::format("{} has another size", name));
  return values;
}

}  // namespace

void saveCheckpoint(const std::filesystem::path& path, Trainer& trainer) {
  std::vector<std::vector<float>> values;
  std::vector<SafetensorsTensor> tensors;
  std::uint32_t sum = 0;
  values.reserve(trainer.network().tensors().size() + 1);
  const auto keep = [&](const std::string& name, std::vector<std::uint64_t> shape,
                        std::vector<float> content) {
    sum = checksum(sum, content);
    values.push_back(std::move(content));
    tensors.push_back({name, std::move(shape), values.back()});
  };
  for (const TensorView& tensor : trainer.network().tensors()) {
    const std::vector<std::size_t>& shape = tensor.shape.dimensions;
    if (isKept(tensor)) keep(tensor.name, {shape.begin(), shape.end()}, trainer.readTensor(tensor));
  }
  std::vector<float> average = trainer.readAverage();
  const std::size_t averaged = average.size();
  if (averaged > 0) keep(kAverage, {averaged}, std::move(average));
  writeSafetensors(path, tensors,
                   {{"step", std::to_string(trainer.stepsDone())},
                    {"seed", std::to_string(trainer.configuration().seed)},
                    {"net", toString(trainer.configuration().network.spec)},
                    {"data", trainer.data().name},
                    {"state", toJson(trainer.state())},
                    {"commands", toJsonLines(trainer.state().commands)},
                    {"crc32", std::to_string(sum)}});
}

void restoreCheckpoint(const std::filesystem::path& path, Trainer& trainer) {
  const SafetensorsFile file(path);
  const std::pair<const char*, std::string> wanted[] = {
      {"net", toString(trainer.configuration().network.spec)},
      {"data", trainer.data().name},
      {"seed", std::to_string(trainer.configuration().seed)}};
  for (const auto& [key, value] : wanted) {
    if (const std::string found = valueOf(file, key); found != value) {
      throw Error(
          ExitCode::badInput,
          found.empty()
              ? fmt::format("--resume {}: is no checkpoint, or has only weights; use --model", path.string())
              : fmt::format("--resume {}: belongs to a run with --{} {}, not {}; say the same", path.string(),
                            key, found, value));
    }
  }
  TrainerState state = stateFrom(path, valueOf(file, "state"));
  state.commands = commandsFrom(path, valueOf(file, "commands"));

  // All is read and checked before anything is changed.
  std::uint32_t sum = 0;
  std::vector<std::vector<float>> values;
  for (const TensorView& tensor : trainer.network().tensors()) {
    if (!isKept(tensor)) continue;
    values.push_back(valuesOf(path, file, tensor.name, tensor.shape.count()));
    sum = checksum(sum, values.back());
  }
  std::vector<float> average;
  if (file.find(kAverage)) {
    average = valuesOf(path, file, kAverage, trainer.network().arenaFloats(ArenaKind::parameters));
    sum = checksum(sum, average);
  }
  if (valueOf(file, "crc32") != std::to_string(sum)) throw damaged(path, "its checksum is wrong");

  std::size_t at = 0;
  for (const TensorView& tensor : trainer.network().tensors()) {
    if (isKept(tensor)) trainer.writeTensor(tensor, values[at++]);
  }
  trainer.restore(state, average);
}

}  // namespace cajal
