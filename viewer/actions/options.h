#pragma once
// The command line and the configuration file: what the user asked for, checked, with everything else at its
// default. Each flag is a row of a table (optionSettings()), which is a key of the file too.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compute/training/trainer.h"
#include "viewer/actions/action.h"

namespace cajal {

enum class Task { view, bench, info, inspect, convert, replay };
enum class BackendChoice { automatic, cpu, cuda };
std::span<const KindName> namesOf(BackendChoice);  // "auto", "cpu", "cuda"

struct PictureSize {
  std::uint32_t width = 1280, height = 720;  // pixels
};

struct Options {
  Task task = Task::view;
  std::vector<std::filesystem::path> files;  // of inspect, convert, replay

  // --- training ---
  TrainingConfiguration training;
  std::string data = "digits";
  DataOptions dataOptions{.noise = 0.1f};
  std::filesystem::path model;   // parameters to start from; empty: fresh ones
  std::filesystem::path resume;  // a checkpoint, or the folder of a kept run: its newest
  // Settings of the training that flags give beside --resume: they change the run where it goes on.
  std::vector<SettingChange> atResume;
  BackendChoice backend = BackendChoice::automatic;
  int threads = 0;  // of the CPU backend; 0: chosen by the program

  std::vector<std::string> lanes;  // beside the first, as they were asked for (lane_plan.h)

  // --- drawing ---
  std::string device;  // index or part of the name; empty: the best
  ViewSettings view;
  std::optional<PictureSize> size;
  bool headless = false;
  bool showPanels = true;
  Pace pace;
  std::filesystem::path camera;

  // --- how long, and what is kept ---
  std::filesystem::path script;  // actions that are carried out when their moments come
  std::optional<std::uint64_t> steps;
  std::optional<double> seconds;  // of the run's own clock
  std::filesystem::path record, screenshot, metrics, out;
  bool replaces = false;        // a run that is kept in `out` already
  double checkpointEvery = 60;  // seconds, of `out`; 0: at the end only

  bool untilFirstFrame = false;  // for the benchmark: draw one frame and end
  bool json = false;             // bench
  std::string benchPart;         // train, accuracy, view, draw, process; empty: all of them
  bool verbose = false;

  // Keys that were given, by flag or file; everything else may follow the data. Those of flags alone.
  std::set<std::string> given, flags;
  bool isGiven(const std::string& key) const { return given.contains(key); }
};

// All flags: the settings of `tables`, and those that are chosen once, at the start.
SettingTable<Options> optionSettings(const SettingTables& tables = settingTables());

// Throws Error(usage) naming the flag, what is wrong, and what to do; Error(badInput) for a configuration
// file. `--help` and `--version` print and are answered with nothing.
std::optional<Options> parseOptions(const std::vector<std::string>& arguments,
                                    const SettingTable<Options>& table = optionSettings());

// The configuration as TOML, readable by --config; what `--out` keeps as run.toml.
std::string toToml(const Options& options, const SettingTable<Options>& table = optionSettings());

}  // namespace cajal
