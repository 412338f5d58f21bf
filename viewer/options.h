#pragma once
// The command line and the configuration file: what the user asked for, checked, with everything else at its
// default.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "compute/training/trainer.h"
#include "viewer/scene/view_settings.h"

namespace cajal {

enum class Task { view, bench, info, inspect, convert, replay };
enum class BackendChoice { automatic, cpu, cuda };

struct PictureSize {
  std::uint32_t width = 1280, height = 720;  // pixels
};

struct Options {
  Task task = Task::view;
  std::vector<std::filesystem::path> files;  // of inspect, convert, replay

  // --- training ---
  TrainingConfiguration training;
  bool netIsGiven = false;  // else it follows the data
  bool learningRateIsGiven = false;
  bool batchIsGiven = false;                                  // else it is no larger than the training part
  bool lossIsGiven = false, outputActivationIsGiven = false;  // else they follow the data
  std::string data = "digits";
  DataOptions dataOptions;
  std::filesystem::path model;   // parameters to start from; empty: fresh ones
  std::filesystem::path resume;  // a checkpoint, or the folder of a kept run: its newest
  BackendChoice backend = BackendChoice::automatic;
  int threads = 0;  // of the CPU backend; 0: chosen by the program

  // --- drawing ---
  std::string device;  // index or part of the name; empty: the best
  ViewSettings view;
  std::optional<PictureSize> size;
  bool headless = false;
  bool showPanels = true;
  double framesPerSecond = 0;       // 0: 30 on software devices, 60 on others
  std::uint64_t stepsPerFrame = 0;  // 0: training runs as fast as it can
  std::filesystem::path camera;

  // --- how long, and what is kept ---
  std::optional<std::uint64_t> steps;
  std::optional<double> seconds;  // of the run's own clock
  std::filesystem::path record, screenshot, metrics, out;
  double checkpointEvery = 60;  // seconds, of `out`; 0: at the end only

  bool untilFirstFrame = false;  // for the benchmark: draw one frame and end
  bool json = false;             // bench
  std::string benchPart;         // train, accuracy, view, draw, process; empty: all of them
  bool verbose = false;
};

// Throws Error(usage) naming the flag, what is wrong, and what to do; Error(badInput) for a configuration
// file.
// `--help` and `--version` print and are answered with nothing.
std::optional<Options> parseOptions(const std::vector<std::string>& arguments);

// The configuration as TOML, readable by --config; what `--out` keeps as run.toml.
std::string toToml(const Options& options);

}  // namespace cajal
