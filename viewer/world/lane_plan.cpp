#include "viewer/world/lane_plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "compute/data/dataset.h"
#include "compute/formats/safetensors.h"
#include "compute/training/network.h"
#include "engine/base/error.h"
#include "engine/base/file.h"
#include "engine/base/log.h"
#include "viewer/runs/run_folder.h"

namespace cajal {
namespace {

using Changes = std::map<std::string, std::string>;  // a setting's key → its value, as a flag would have it

Error wrong(const std::string& what) {
  return Error(ExitCode::usage, what);
}

// "lr=0.01", and not the name of a file: settings come first.
bool isChangeOfSettings(const std::string& text, const SettingTable<Options>& table) {
  const std::size_t sign = text.find('=');
  if (sign == text.npos) return false;
  return findSetting(table, text.substr(0, sign)) || !isThere(text);
}

// What a lane may change: the training, on the same data and the same machine.
bool mayChange(const SettingRow& row) {
  const std::string_view key = row.words.key;
  return row.words.group == "Training" && key != "resume" && key != "backend" && key != "precision";
}

std::string changeableKeys(const SettingTable<Options>& table) {
  std::vector<std::string> keys;
  for (const SettingRow& row : table)
    if (mayChange(row) && !row.words.isHidden) keys.push_back(row.key());
  return fmt::format("{}", fmt::join(keys, ", "));
}

// "optimizer=sgd,lr=0.1"; a piece without "=" belongs to the value before it.
Changes changesIn(const std::string& text, const SettingTable<Options>& table) {
  Changes changes;
  std::string* value = nullptr;
  std::istringstream pieces(text);
  if (text.ends_with(',')) throw wrong("ends with a comma; leave it out");
  for (std::string piece; std::getline(pieces, piece, ',');) {
    const std::size_t sign = piece.find('=');
    if (piece.empty()) throw wrong("has nothing between two commas");
    if (sign == piece.npos && value) {
      *value += "," + piece;
      continue;
    }
    const std::string key = piece.substr(0, sign);
    const Setting<Options>* const row = findSetting(table, key);
    if (!row || !mayChange(*row))
      throw wrong(fmt::format("a lane cannot change \"{}\"; it can change {}", key, changeableKeys(table)));
    if (changes.contains(row->key())) throw wrong(fmt::format("changes {} twice", row->key()));
    value = &(changes[row->key()] = piece.substr(sign + 1));
  }
  return changes;
}

// In the order of the table, as flags are: an optimiser brings its usual rates, which others then change.
void apply(const Changes& changes, const SettingTable<Options>& table, Options& options) {
  for (const Setting<Options>& row : table) {
    const auto found = changes.find(row.key());
    if (found == changes.end()) continue;
    try {
      row.write(options, row.fromText(found->second));
    } catch (const Error& error) {
      throw wrong(fmt::format("{}={}: {}", row.key(), found->second, error.what()));
    }
    options.given.insert(row.key());
  }
  checkDescription(options.training.network);
}

constexpr std::size_t kMostInName = 2;

// The values that a run has of everything that the others change, where that is little: the name of the first
// lane.
std::string nameBeside(const std::vector<Changes>& others, const SettingTable<Options>& table,
                       const Options& options) {
  std::vector<std::string> parts;
  for (const Setting<Options>& row : table) {
    const bool differs = std::any_of(others.begin(), others.end(),
                                     [&](const Changes& changes) { return changes.contains(row.key()); });
    if (differs) parts.push_back(fmt::format("{}={}", row.key(), toText(row.read(options))));
  }
  return parts.empty() || parts.size() > kMostInName ? "this run" : fmt::format("{}", fmt::join(parts, ","));
}

// The checkpoint itself, or the newest of a run's folder.
std::filesystem::path weightsIn(const std::filesystem::path& path) {
  if (!isFolder(path)) return path;
  const auto checkpoints = checkpointsIn(path);
  if (checkpoints.empty())
    throw Error(ExitCode::badInput,
                fmt::format("{}: holds no checkpoint-STEP.safetensors; name the folder that --out kept",
                            path.string()));
  return checkpoints.back();
}

std::string valueOf(const SafetensorsFile& file, const std::string& key) {
  const auto found = file.metadata().find(key);
  return found == file.metadata().end() ? "" : found->second;
}

// A network from a file: what it is stands in the run's configuration, or in the file itself; else it is
// taken to be of the shape of the first lane.
Options optionsOfFile(Options options, const std::filesystem::path& path, const DataSet& data) {
  const std::filesystem::path weights = weightsIn(path);
  const SafetensorsFile file(weights);
  const std::filesystem::path configuration = weights.parent_path() / "run.toml";
  const bool isKeptRun = isCheckpoint(weights.filename().string()) && isThere(configuration);
  options.model = weights;
  options.resume.clear();
  options.atResume.clear();
  options.backend = BackendChoice::cpu;
  options.training.precision = Precision::fp32;
  if (isKeptRun) {
    const Options run = *parseOptions({"--config", configuration.string()});
    options.training = run.training;
    options.training.precision = Precision::fp32;
    options.given.insert(run.given.begin(), run.given.end());
    // Of the same data, all that the run knew: its step, its rates, its moments.
    if (valueOf(file, "data") == data.name) std::swap(options.model, options.resume);
  } else if (const std::string net = valueOf(file, "net"); !net.empty()) {
    options.training.network.spec = parseNetwork(net);
    options.given.insert("net");
  }
  return options;
}

LanePlan planOf(const Options& options, LaneNumber number, const std::string& text,
                const SettingTable<Options>& table) {
  LanePlan plan;
  plan.number = number;
  plan.name = text;
  plan.isTrained = isChangeOfSettings(text, table);
  plan.options = options;
  plan.options.lanes.clear();
  plan.options.metrics.clear();  // the first lane's file has the lines of all
  plan.options.out = plan.isTrained ? folderOfLane(options.out, number) : "";
  plan.options.atResume.clear();
  if (!options.resume.empty()) {
    const std::filesystem::path kept =
        isFolder(options.resume) ? options.resume : options.resume.parent_path();
    plan.options.resume = folderOfLane(kept.empty() ? "." : kept, number);
  }
  return plan;
}

// What the lane's text asks for.
void follow(LanePlan& plan, const Changes& changes, const SettingTable<Options>& table,
            const std::shared_ptr<const DataSet>& data) {
  if (plan.isTrained) {
    if (!plan.options.resume.empty() && !isFolder(plan.options.resume))
      throw Error(ExitCode::inputOutput,
                  fmt::format("its run {} is not there", plan.options.resume.string()));
    apply(changes, table, plan.options);
  } else if (!isThere(plan.name)) {
    throw Error(ExitCode::inputOutput,
                "there is no such file; a lane is a change such as lr=0.01, a folder that --out kept, or a "
                ".safetensors file");
  } else {
    plan.options = optionsOfFile(std::move(plan.options), plan.name, *data);
    if (isFolder(plan.name)) plan.curves = metricsIn(plan.name);
  }
  plan.setup = prepareTraining(plan.options, data);
}

// "seed=1", "seed=1 (2)": in lists and in files a name is one lane.
void nameApart(std::vector<LanePlan>& plans) {
  std::set<std::string> names;
  for (LanePlan& plan : plans) {
    if (!names.insert(plan.name).second) plan.name += fmt::format(" ({})", plan.number);
    names.insert(plan.name);
  }
}

}  // namespace

std::vector<LanePlan> prepareLanes(const Options& options) {
  if (options.lanes.size() + 1 > kMostLanes)
    throw wrong(fmt::format("--lane: there can be at most {} lanes", kMostLanes));
  const SettingTable<Options> table = optionSettings();
  const bool isKnownRun = options.task == Task::replay || !options.resume.empty();
  std::vector<LanePlan> plans;
  plans.push_back({.options = options, .setup = prepareTraining(options)});
  const std::shared_ptr<const DataSet> data = plans.front().setup.data;
  std::vector<Changes> changes;
  for (std::size_t i = 0; i < options.lanes.size(); ++i) {
    const std::string& text = options.lanes[i];
    LanePlan plan = planOf(options, static_cast<LaneNumber>(i + 2), text, table);
    try {
      changes.push_back(plan.isTrained ? changesIn(text, table) : Changes{});
      follow(plan, changes.back(), table, data);
    } catch (const Error& error) {
      const std::string what = fmt::format("--lane {}: {}", text, error.what());
      if (!isKnownRun) throw Error(error.exitCode(), what);
      logError("{}; the other lanes go on without it", what);
      continue;
    }
    plans.push_back(std::move(plan));
  }
  Options asItIsRun = options;
  asItIsRun.training = plans.front().setup.configuration;
  plans.front().name = nameBeside(changes, table, asItIsRun);
  for (LanePlan& plan : plans) plan.isOneOfSeveral = plans.size() > 1;
  nameApart(plans);
  return plans;
}

}  // namespace cajal
