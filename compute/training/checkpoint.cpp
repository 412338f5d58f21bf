#include "compute/training/checkpoint.h"

#include <fmt/format.h>
#include <zlib.h>

#include <charconv>
#include <cmath>
#include <map>
#include <sstream>

#include "compute/core/setting_json.h"
#include "compute/formats/safetensors.h"
#include "engine/base/error.h"
#include "engine/base/text.h"

namespace cajal {
namespace {

using Json = nlohmann::json;
constexpr const char* kAverage = "average";

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
    json["settings"][row.key()] = cajal::toJson(row.read(state.settings));
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

// In the order of the table: the row of the optimiser also changes rates, whose own rows come after it.
void takeSettings(TrainingSettings& settings, const Json& json) {
  const std::map<std::string, SettingValue> values = settingsIn(json);
  for (const Setting<TrainingSettings>& row : trainingSettings()) {
    if (const auto found = values.find(row.key()); found != values.end()) row.write(settings, found->second);
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
    takeSettings(state.settings, json);
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

// Sums of losses may be infinite or not a number, which JSON has no words for: the digits as text.
std::string toText(const Statistics& sums) {
  return fmt::format("{} {} {}", sums.loss, sums.correct, sums.count);
}

// Zero where the file is older than these.
Statistics sumsFrom(const std::filesystem::path& path, const std::string& text) {
  Statistics sums;
  if (text.empty()) return sums;
  std::string loss, rest;
  std::istringstream words(text);
  if (!(words >> loss >> sums.correct >> sums.count) || words >> rest)
    throw damaged(path, "its sums cannot be read");
  const auto [end, error] = std::from_chars(loss.data(), loss.data() + loss.size(), sums.loss);
  if (error != std::errc() || *end != 0) throw damaged(path, "its sums cannot be read");
  return sums;
}

void requireSameRun(const std::filesystem::path& path, const SafetensorsFile& file, const Trainer& trainer) {
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
}

}  // namespace

void saveCheckpoint(const std::filesystem::path& path, const TrainingState& state) {
  std::vector<SafetensorsTensor> tensors;
  std::uint32_t sum = 0;
  const auto keep = [&](const std::string& name, std::vector<std::uint64_t> shape,
                        const std::vector<float>& values) {
    sum = checksum(sum, values);
    tensors.push_back({name, std::move(shape), values});
  };
  for (const TensorValues& saved : state.tensors) {
    const std::vector<std::size_t>& shape = saved.tensor.shape.dimensions;
    keep(saved.tensor.name, {shape.begin(), shape.end()}, saved.values);
  }
  if (!state.average.empty()) keep(kAverage, {state.average.size()}, state.average);
  writeSafetensors(path, tensors,
                   {{"step", std::to_string(state.counters.steps)},
                    {"seed", std::to_string(state.seed)},
                    {"net", state.network},
                    {"data", state.data},
                    {"state", toJson(state.counters)},
                    {"sums", toText(state.sums)},
                    {"commands", toJsonLines(state.counters.commands)},
                    {"crc32", std::to_string(sum)}});
}

void restoreCheckpoint(const std::filesystem::path& path, Trainer& trainer) {
  const SafetensorsFile file(path);
  requireSameRun(path, file, trainer);
  TrainingState state = trainer.state();  // says which tensors there are
  state.counters = stateFrom(path, valueOf(file, "state"));
  state.counters.commands = commandsFrom(path, valueOf(file, "commands"));
  state.sums = sumsFrom(path, valueOf(file, "sums"));
  std::uint32_t sum = 0;
  for (TensorValues& saved : state.tensors) {
    saved.values = valuesOf(path, file, saved.tensor.name, saved.tensor.shape.count());
    sum = checksum(sum, saved.values);
  }
  state.average.clear();
  if (file.find(kAverage)) {
    state.average = valuesOf(path, file, kAverage, trainer.network().arenaFloats(ArenaKind::parameters));
    sum = checksum(sum, state.average);
  }
  if (valueOf(file, "crc32") != std::to_string(sum)) throw damaged(path, "its checksum is wrong");
  trainer.restore(state);  // nothing was changed before
}

}  // namespace cajal
