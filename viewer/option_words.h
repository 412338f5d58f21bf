#pragma once
// What option parsing shares between its files: the flags as text and numbers, before they are understood,
// and the checks that name a flag. For viewer/options*.cpp alone.

#include <fmt/format.h>
#include <toml++/toml.h>

#include <cmath>
#include <cstdint>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "engine/base/error.h"
#include "viewer/options.h"

namespace CLI {
class App;
}

namespace cajal::options {

inline std::vector<std::string> splitAtCommas(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');) {
    if (!part.empty()) parts.push_back(part);
  }
  return parts;
}

inline Error usage(const std::string& message) {
  return Error(ExitCode::usage, message + "; see cajal --help");
}

// What the flags leave behind as text, before it is understood.
struct Words {
  std::string net, optimizer, activation, outputActivation, loss, initializer, backend, quantity, sampling,
      reduction, size;
  std::string config;
  std::string schedule, onNotFinite, precision;
  // Nothing: what is usual for the rule.
  std::optional<double> learningRate, momentum, beta2, epsilon, weightDecay;
  double l1 = 0, clipNorm = 0, clipValue = 0, average = 0, labelSmoothing = 0, huberDelta = 1, noise = 0.1;
  std::string target, targetKind, weightColumn, ignoredColumns, header, missing, standardize;
  double validationShare = 0;
  std::optional<double> testShare, streamAbove;
  double gamma = 0.1, minimumRate = 0;
  double checkpointEvery = 60;
  std::int64_t warmup = 0, period = 1000, scheduleSteps = 10'000, patience = 10, metricsEvery = 100;
  bool decoupledDecay = false;
  std::optional<double> fps, seconds;
  std::optional<std::int64_t> steps;
  std::optional<std::int64_t> batch;
  std::int64_t stepsPerFrame = 0, seed = 1, example = 0, threads = 0;
  std::string layout, fold;
  std::string colors, record, screenshot, metrics, out, camera, model, resume;
  bool noPanels = false;
  std::string course, nodes, theme, selected, below;
  double strength = 1, threshold = 0, contrast = 2, width = 1, depthCue = 0, bloom = 0.25;
  std::int64_t edgesPerNeuron = 0;
  std::optional<std::int64_t> heldLayer;
  bool pulses = false, oneScale = false, tiles = false, noMap = false, noMatrices = false, noLabels = false;
  std::vector<std::string> files;
};

template <typename Kind, typename Find>
Kind choose(const std::string& word, Kind otherwise, const char* flag, const char* choices, Find&& find) {
  if (word.empty()) return otherwise;
  const std::optional<Kind> found = find(word);
  if (!found) throw usage(fmt::format("{} {}: no such choice; there are {}", flag, word, choices));
  return *found;
}

inline double inRange(double value, double low, double high, const char* flag) {
  if (!std::isfinite(value) || value < low || value > high) {
    throw usage(fmt::format("{} {}: must be a number from {} to {}", flag, value, low, high));
  }
  return value;
}

inline std::int64_t atLeast(std::int64_t value, std::int64_t least, const char* flag) {
  constexpr std::int64_t most =
      1'000'000'000'000'000'000;  // what does not fit is read as the largest there is
  if (value < least || value > most)
    throw usage(fmt::format("{} {}: must be a whole number from {} to {}", flag, value, least, most));
  return value;
}

void addTrainingFlags(CLI::App& app, Words& words);
void understandTraining(const Words& words, Options& options);
void addDataFlags(CLI::App& app, Words& words, Options& options);
void understandData(const Words& words, Options& options);  // after the training
void addPictureFlags(CLI::App& app, Words& words);
void understandPicture(const Words& words, Options& options);
// Those that are not as usual, as keys of a configuration file.
void insertData(const DataOptions& data, toml::table& table);

}  // namespace cajal::options
