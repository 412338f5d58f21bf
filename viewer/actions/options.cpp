#include "viewer/actions/options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <map>
#include <sstream>

#include "engine/base/error.h"
#include "engine/base/file.h"

namespace cajal {
namespace {

constexpr std::uint64_t kLargestConfiguration = 1 << 20;  // bytes
constexpr std::int64_t kFormat = 2;                       // of run.toml; 1 had no such key

constexpr struct {
  const char* name;
  Task task;
} kSubcommands[] = {{"bench", Task::bench},
                    {"info", Task::info},
                    {"inspect", Task::inspect},
                    {"convert", Task::convert},
                    {"replay", Task::replay}};

Error usage(const std::string& message) {
  return Error(ExitCode::usage, message + "; see cajal --help");
}

// A flag that is there or not; those of a yes, a no or neither take a word.
bool isSwitch(const SettingRow& row) {
  return row.kind == ValueKind::flag && !row.isOptional;
}

// "--tiles,!--no-tiles"; "--matrix,--hold"
std::string flagNames(const SettingRow& row) {
  const std::string key = row.key();
  std::string names = "--" + key;
  if (isSwitch(row)) names += ",!--no-" + key;
  if (!row.words.alias.empty()) names += ",--" + std::string(row.words.alias);
  return names;
}

std::string helpOf(const SettingRow& row) {
  std::string choices = row.kind == ValueKind::flag && row.isOptional ? "auto | yes | no" : row.choices();
  for (std::size_t at = 0; (at = choices.find(", ", at)) != choices.npos && row.kind == ValueKind::choice;
       at += 3)
    choices.replace(at, 2, " | ");
  return std::string(row.words.help) + (choices.empty() ? "" : ": " + choices);
}

// A switch is listed as "--tiles, --no-tiles", without the value that CLI11 writes behind the second.
class Formatter : public CLI::Formatter {
 public:
  std::string make_option_name(const CLI::Option* option, bool isPositional) const override {
    std::string names = CLI::Formatter::make_option_name(option, isPositional);
    if (const std::size_t at = names.find("{false}"); at != names.npos) names.erase(at);
    return names;
  }
};

void addFlags(CLI::App& app, const SettingTable<Options>& table) {
  for (const Setting<Options>& row : table) {
    // Part of the state: no flag sets it. The benchmark's switch alone is a flag that nobody needs to know.
    if (row.words.isHidden && row.words.key != "until-first-frame") continue;
    const std::string help = helpOf(row);
    CLI::Option* const option =
        isSwitch(row) ? app.add_flag(flagNames(row), help) : app.add_option(flagNames(row), help);
    option->group(std::string(row.words.group));  // without one it is hidden
    if (row.words.isRepeated) option->take_all();
    if (!isSwitch(row) && !row.words.isRepeated) option->expected(1);
    if (row.words.isRepeated) option->expected(1, 1000)->allow_extra_args(false);
  }
}

// `origin`: the file that the text comes from, in words before the message; empty for a flag.
void write(const Setting<Options>& row, Options& options, const std::string& text,
           const std::string& origin) {
  try {
    row.write(options, row.fromText(text));
  } catch (const Error& error) {
    const std::string what = error.what();
    // A text that is read elsewhere may name its flag itself.
    throw usage(origin + (what.starts_with("--") ? what : fmt::format("--{} {}: {}", row.key(), text, what)));
  }
  options.given.insert(row.key());
}

// ---- configuration files ----

std::string textOf(const std::string& path, const std::string& key, const toml::node& value) {
  if (const auto* boolean = value.as_boolean()) return boolean->get() ? "true" : "false";
  if (const auto* string = value.as_string()) return string->get();
  if (const auto* integer = value.as_integer()) return std::to_string(integer->get());
  if (const auto* number = value.as_floating_point()) return fmt::format("{}", number->get());
  throw Error(ExitCode::badInput, fmt::format("{}:{}: {} must be a number, a text, true or false", path,
                                              value.source().begin.line, key));
}

// Of a flag that may be given often: its texts with a line feed between them, as its row reads them.
std::string listOf(const std::string& path, const std::string& key, const toml::node& value) {
  const auto* const list = value.as_array();
  if (!list) return textOf(path, key, value);
  std::vector<std::string> texts;
  for (const toml::node& each : *list) texts.push_back(textOf(path, key, each));
  return fmt::format("{}", fmt::join(texts, "\n"));
}

void checkFormat(const std::string& path, const toml::node& value) {
  const auto* format = value.as_integer();
  if (format && format->get() >= 1 && format->get() <= kFormat) return;
  throw Error(ExitCode::badInput,
              fmt::format("{}:{}: was written by a newer version of cajal; this one reads format {}", path,
                          value.source().begin.line, kFormat));
}

// The keys of a configuration file, which are flags without their dashes, and their values as texts.
std::map<std::string, std::string> readConfiguration(const std::string& path,
                                                     const SettingTable<Options>& table) {
  std::map<std::string, std::string> texts;
  const std::string file = readWholeFile(path, kLargestConfiguration);
  try {
    for (const auto& [tomlKey, value] : toml::parse(file, path)) {
      const std::string key(tomlKey.str());
      if (key == "format") {
        checkFormat(path, value);
        continue;
      }
      const Setting<Options>* const known = findSetting(table, key);
      const std::string text =
          known && known->words.isRepeated ? listOf(path, key, value) : textOf(path, key, value);
      const std::string opposite = key.starts_with("no-") ? key.substr(3) : "";  // "no-labels = true"
      if (known) {
        texts[known->key()] = text;
      } else if (const auto* denied = findSetting(table, opposite); denied && isSwitch(*denied)) {
        texts[opposite] = text == "true" ? "false" : "true";
      } else {
        throw Error(
            ExitCode::badInput,
            fmt::format("{}:{}: {}: no such key; the keys are the flags of cajal --help without their dashes",
                        path, value.source().begin.line, key));
      }
    }
  } catch (const toml::parse_error& error) {
    throw Error(ExitCode::badInput,
                fmt::format("{}:{}: {}", path, error.source().begin.line, error.description()));
  }
  return texts;
}

// The last one counts, as of every flag. Empty where it was not given.
std::string lastOf(const CLI::App& app, const std::string& flag) {
  const CLI::Option* const option = app.get_option_no_throw(flag);
  return option && option->count() > 0 ? option->results().back() : "";
}

// The file that --config names, or else what was kept beside the checkpoint that --resume names, or in the
// folder that is replayed. Empty where there is none.
std::string configurationFor(const CLI::App& app, const Options& options) {
  if (const std::string named = lastOf(app, "--config"); !named.empty()) return named;
  if (options.task == Task::replay) return (options.files.front() / "run.toml").string();
  const std::filesystem::path resume = lastOf(app, "--resume");
  if (resume.empty()) return "";
  const std::filesystem::path kept = (isFolder(resume) ? resume : resume.parent_path()) / "run.toml";
  return isThere(kept) ? kept.string() : "";
}

void addSubcommands(CLI::App& app, Options& options, std::vector<std::string>& files) {
  CLI::App* bench = app.add_subcommand("bench", "this machine's numbers: training, drawing, both together");
  bench->add_flag("--json", options.json, "one JSON object on stdout");
  bench->add_option("--only", options.benchPart, "one part: train | accuracy | view | draw | process")
      ->check(CLI::IsMember({"train", "accuracy", "view", "draw", "process"}));
  app.add_subcommand("info", "devices and back ends: what was chosen, and why the others were not");
  app.add_subcommand("inspect", "what a model, data or run file holds")
      ->add_option("FILE", files)
      ->required()
      ->expected(1);
  app.add_subcommand("convert", "between weight formats (not built yet)")->add_option("FILES", files);
  app.add_subcommand("replay",
                     "train a kept run again from its log: film it anew, from elsewhere, in another size")
      ->add_option("FOLDER", files)
      ->required()
      ->expected(1);
  app.require_subcommand(0, 1);
  for (const auto& [name, task] : kSubcommands) app.get_subcommand(name)->fallthrough();
}

// The same values of these, the same run.
bool makesTheRun(const SettingRow& row) {
  const std::string_view key = row.words.key;
  if (row.words.group == "Data" || row.words.group == "Lanes") return true;
  return row.words.group == "Training" && key != "resume" && key != "backend" && key != "threads";
}

// What several settings have to do with each other.
void complete(Options& options, const SettingTable<Options>& table) {
  checkDescription(options.training.network);
  if (!options.isGiven("data-seed")) options.dataOptions.seed = options.training.seed;
  for (const Setting<Options>& row : table) {
    if (options.task != Task::replay || !makesTheRun(row) || !options.flags.contains(row.key())) continue;
    throw usage(
        fmt::format("--{0}: a replay trains as the run did; leave it out, or begin another run by "
                    "cajal --config {1} --{0} ...",
                    row.key(), (options.files.front() / "run.toml").string()));
  }
  if (options.flags.contains("model") && !options.resume.empty())
    throw usage("--resume: goes on with a run's own weights; leave --model out");
  if (options.flags.contains("lane") && !options.resume.empty())
    throw usage("--resume: goes on with the lanes that the run had; leave --lane out, or begin another run");
  if (options.replaces && options.out.empty())
    throw usage("--replace: replaces the run in --out; name that folder");
  // A kept run that goes on is kept where it was.
  if (options.out.empty() && isFolder(options.resume)) options.out = options.resume;
}

// A folder that was kept opens from anywhere: what it names is named from the root.
SettingValue fromTheRoot(const std::string& key, SettingValue value) {
  const auto absolute = [](const std::string& path) {
    std::error_code ignored;
    const std::filesystem::path from = std::filesystem::absolute(path, ignored);
    return from.empty() ? path : from.string();
  };
  auto* const text = std::get_if<std::string>(&value);
  if (!text || text->empty()) return value;
  if (key == "model") *text = absolute(*text);
  if (key == "lane") {
    std::vector<std::string> lanes;
    std::istringstream lines(*text);
    for (std::string lane; std::getline(lines, lane);) lanes.push_back(isThere(lane) ? absolute(lane) : lane);
    *text = fmt::format("{}", fmt::join(lanes, "\n"));
  }
  const std::size_t colon = text->find(':');
  if (key != "data" || colon == text->npos) return value;
  std::string paths;
  std::istringstream parts(text->substr(colon + 1));
  for (std::string part; std::getline(parts, part, ',');)
    paths += (paths.empty() ? "" : ",") + absolute(part);
  *text = text->substr(0, colon + 1) + paths;
  return value;
}

}  // namespace

std::optional<Options> parseOptions(const std::vector<std::string>& arguments,
                                    const SettingTable<Options>& table) {
  CLI::App app(
      "Cajal: fly through a neural network while it trains.\n"
      "Opens a window; with no display it trains headless and says so.",
      "cajal");
  app.footer(
      "A script does what has a flag under Picture, what a slider of the training changes, fps and\n"
      "steps-per-frame; and: " +
      verbNames() + ".");
  app.formatter(std::make_shared<Formatter>());
  app.set_version_flag("--version", std::string("cajal ") + CAJAL_VERSION);
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  Options options;
  std::vector<std::string> files;
  app.add_option("--config", "TOML file with these flags as keys; flags win over it")
      ->group("Training")
      ->expected(1);
  addFlags(app, table);
  addSubcommands(app, options, files);

  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());  // as CLI11 wants them
  try {
    app.parse(reversed);
  } catch (const CLI::Success& asked) {
    app.exit(asked, std::cout, std::cerr);
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    throw usage(error.what());
  }
  for (const auto& [name, task] : kSubcommands)
    if (app.got_subcommand(name)) options.task = task;
  for (const std::string& file : files) options.files.emplace_back(file);

  const std::string path = configurationFor(app, options);
  const auto fromFile = path.empty() ? std::map<std::string, std::string>{} : readConfiguration(path, table);
  const bool isResumed = !lastOf(app, "--resume").empty();
  for (const Setting<Options>& row : table) {
    if (const auto found = fromFile.find(row.key()); found != fromFile.end())
      write(row, options, found->second, path + ": ");
    const CLI::Option* const option = app.get_option_no_throw("--" + row.key());
    if (!option || option->count() == 0) continue;
    options.flags.insert(row.key());
    // A run that goes on began as its file says; what a flag asks for comes later.
    const bool changesRun = isResumed && row.applies == Applies::betweenSteps;
    Options changed = options;
    const std::vector<std::string>& texts = option->results();
    write(row, changed, row.words.isRepeated ? fmt::format("{}", fmt::join(texts, "\n")) : texts.back(), "");
    if (changesRun)
      options.atResume.push_back({row.key(), row.read(changed)});
    else
      options = std::move(changed);
  }
  complete(options, table);
  return options;
}

std::string toToml(const Options& options, const SettingTable<Options>& table) {
  const Options usual;
  toml::table kept;
  kept.insert("format", kFormat);
  for (const Setting<Options>& row : table) {
    const SettingValue value = fromTheRoot(row.key(), row.read(options));
    // All of what makes the run, so that other defaults of another version change nothing; of the picture
    // what was chosen.
    const bool isChosen = row.words.group == "Picture" && value != row.read(usual);
    if (!makesTheRun(row) && !isChosen) continue;
    if (value == SettingValue(std::string())) continue;
    if (row.words.key == "data-seed" && options.dataOptions.seed == options.training.seed) continue;
    if (row.words.isRepeated) {
      toml::array list;
      std::istringstream lines(std::get<std::string>(value));
      for (std::string line; std::getline(lines, line);) list.push_back(line);
      kept.insert(row.key(), std::move(list));
      continue;
    }
    std::visit(
        [&](const auto& held) {
          if constexpr (!std::is_same_v<std::decay_t<decltype(held)>, std::monostate>)
            kept.insert(row.key(), held);
        },
        value);
  }
  std::ostringstream text;
  text << "# Run again with: cajal --config run.toml; film it again with: cajal replay on this folder\n"
       << kept << "\n";
  return text.str();
}

}  // namespace cajal
