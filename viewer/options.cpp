#include "viewer/options.h"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <CLI/CLI.hpp>
#include <charconv>
#include <cmath>
#include <iostream>

#include "engine/base/error.h"
#include "engine/base/file.h"
#include "engine/render/targets.h"

namespace cajal {
namespace {

constexpr std::uint64_t kLargestConfiguration = 1 << 20;  // bytes
constexpr const char* kSubcommands[] = {"bench", "info", "inspect", "convert", "replay"};

Error usage(const std::string& message) {
  return Error(ExitCode::usage, message + "; see cajal --help");
}

// What the flags leave behind as text, before it is understood.
struct Words {
  std::string net, optimizer, activation, outputActivation, loss, initializer, backend, quantity, sampling,
      size;
  std::string config;
  double learningRate = 0, momentum = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0, noise = 0.1;
  std::optional<double> fps, seconds;
  std::optional<std::int64_t> steps;
  std::int64_t batch = 64, stepsPerFrame = 0, seed = 1, example = 0, threads = 0;
  std::string record, screenshot, metrics, out, camera, model;
  bool noPanels = false;
  std::vector<std::string> files;
};

void addTrainingFlags(CLI::App& app, Words& words, Options& options) {
  app.add_option("--net", words.net, "layer widths, inputs first: 784-128-64-10")->group("Training");
  app.add_option("--data", options.data, "digits | xor | circle | gauss | spiral | mnist:DIR")
      ->group("Training");
  app.add_option("--noise", words.noise, "noise of the two-dimensional sets, 0 to 0.5")->group("Training");
  app.add_option("--model", words.model, "start from the parameters in a .safetensors file")
      ->group("Training");
  app.add_option("--config", words.config, "TOML file with these flags as keys; flags win over it")
      ->group("Training");
  app.add_option("--backend", words.backend, "auto | cpu | cuda")->group("Training");
  app.add_option("--threads", words.threads, "threads of the CPU backend; results do not depend on it")
      ->group("Training");
  app.add_option("--seed", words.seed, "same seed, same run")->group("Training");
  app.add_option("--optimizer", words.optimizer, "gd | sgd | momentum | adam")->group("Training");
  app.add_option("--lr", words.learningRate, "learning rate")->group("Training");
  app.add_option("--momentum", words.momentum, "momentum, and Adam's beta 1")->group("Training");
  app.add_option("--beta2", words.beta2, "Adam's beta 2")->group("Training");
  app.add_option("--epsilon", words.epsilon, "Adam's epsilon")->group("Training");
  app.add_option("--weight-decay", words.weightDecay, "weight decay, of weights and not of biases")
      ->group("Training");
  app.add_option("--batch", words.batch, "examples a step")->group("Training");
  app.add_option("--activation", words.activation, "of hidden layers: relu | tanh | sigmoid | identity")
      ->group("Training");
  app.add_option("--output-activation", words.outputActivation, "softmax | sigmoid | tanh | relu | identity")
      ->group("Training");
  app.add_option("--loss", words.loss, "cross-entropy | mse")->group("Training");
  app.add_option("--init", words.initializer, "auto | he | xavier")->group("Training");
}

void addDrawingFlags(CLI::App& app, Words& words, Options& options) {
  app.add_option("--device", options.device, "GPU to draw on: index or part of its name (see cajal info)")
      ->group("Drawing");
  app.add_option("--edges", words.quantity, "contribution | weight | gradient | momentum | second-moment")
      ->group("Drawing");
  app.add_option("--sampling", words.sampling, "sampled | exact: points or every pixel of an edge")
      ->group("Drawing");
  app.add_option("--example", words.example, "test example that is shown")->group("Drawing");
  app.add_option("--size", words.size, "size of the picture: 1280x720")->group("Drawing");
  app.add_option("--fps", words.fps, "frames a second")->group("Drawing");
  app.add_option("--steps-per-frame", words.stepsPerFrame, "training steps between two frames")
      ->group("Drawing");
  app.add_option("--camera", words.camera, "camera path, JSON")->group("Drawing");
  app.add_flag("--no-panels", words.noPanels, "start with the panels hidden")->group("Drawing");
}

void addRunFlags(CLI::App& app, Words& words, Options& options) {
  app.add_flag("--headless", options.headless, "no window")->group("Run");
  app.add_option("--steps", words.steps, "stop after so many training steps")->group("Run");
  app.add_option("--seconds", words.seconds, "stop after so many seconds of the run's own clock")
      ->group("Run");
  app.add_option("--record", words.record, "film: FILE.mkv, FILE.mp4, FILE.webm or FOLDER/ of PNGs")
      ->group("Run");
  app.add_option("--screenshot", words.screenshot, "PNG of the last frame")->group("Run");
  app.add_option("--metrics", words.metrics, "one JSON object a line: step, loss, accuracy, ...")
      ->group("Run");
  app.add_option("--out", words.out, "folder that keeps the run: configuration, commands, metrics, weights")
      ->group("Run");
  app.add_flag("--until-first-frame", options.untilFirstFrame)
      ->group("");  // hidden: `cajal bench` measures the start by it
  app.add_flag("--verbose", options.verbose, "say more")->group("Run");
}

template <typename Kind, typename Find>
Kind choose(const std::string& word, Kind otherwise, const char* flag, const char* choices, Find&& find) {
  if (word.empty()) return otherwise;
  const std::optional<Kind> found = find(word);
  if (!found) throw usage(fmt::format("{} {}: no such choice; there are {}", flag, word, choices));
  return *found;
}

double inRange(double value, double low, double high, const char* flag) {
  if (!std::isfinite(value) || value < low || value > high) {
    throw usage(fmt::format("{} {}: must be a number from {} to {}", flag, value, low, high));
  }
  return value;
}

std::int64_t atLeast(std::int64_t value, std::int64_t least, const char* flag) {
  constexpr std::int64_t most =
      1'000'000'000'000'000'000;  // what does not fit is read as the largest there is
  if (value < least || value > most)
    throw usage(fmt::format("{} {}: must be a whole number from {} to {}", flag, value, least, most));
  return value;
}

PictureSize parseSize(const std::string& text) {
  PictureSize size;
  const char* const end = text.data() + text.size();
  const auto [cross, widthError] = std::from_chars(text.data(), end, size.width);
  bool good = widthError == std::errc() && cross != end && (*cross == 'x' || *cross == 'X');
  if (good) {
    const auto [rest, heightError] = std::from_chars(cross + 1, end, size.height);
    good = heightError == std::errc() && rest == end;
  }
  const auto fits = [](std::uint32_t side) { return side >= 1 && side <= kLargestPictureSide; };
  if (!good || !fits(size.width) || !fits(size.height)) {
    throw usage(fmt::format("--size {}: must be WIDTHxHEIGHT in pixels, each from 1 to {}, as in 1280x720",
                            text, kLargestPictureSide));
  }
  return size;
}

std::optional<Quantity> quantityFromName(const std::string& word) {
  for (const Quantity quantity : kQuantities) {
    if (name(quantity) == word) return quantity;
  }
  return std::nullopt;
}

std::optional<BackendChoice> backendFromName(const std::string& word) {
  if (word == "auto") return BackendChoice::automatic;
  if (word == "cpu") return BackendChoice::cpu;
  if (word == "cuda") return BackendChoice::cuda;
  return std::nullopt;
}

std::optional<EdgeSampling> samplingFromName(const std::string& word) {
  if (word == "sampled") return EdgeSampling::sampled;
  if (word == "exact") return EdgeSampling::exact;
  return std::nullopt;
}

void understandTraining(const Words& words, Options& options) {
  TrainingConfiguration& training = options.training;
  NetworkDescription& network = training.network;
  Hyperparameters& h = training.hyperparameters;
  options.netIsGiven = !words.net.empty();
  if (options.netIsGiven) network.spec = parseNetwork(words.net);
  const auto activation = [](const std::string& word) { return activationFromName(word); };
  network.hidden =
      choose(words.activation, network.hidden, "--activation", "relu, tanh, sigmoid, identity", activation);
  network.head.activation = choose(words.outputActivation, network.head.activation, "--output-activation",
                                   "softmax, sigmoid, tanh, relu, identity", activation);
  network.head.loss = choose(words.loss, network.head.loss, "--loss", "cross-entropy, mse",
                             [](const std::string& word) { return lossFromName(word); });
  network.initializer = choose(words.initializer, network.initializer, "--init", kInitializerChoices,
                               [](const std::string& word) { return initializerFromText(word); });
  checkDescription(network);

  h.rule = choose(words.optimizer, h.rule, "--optimizer", "gd, sgd, momentum, adam",
                  [](const std::string& word) { return updateRuleFromName(word); });
  h.learningRate = options.learningRateIsGiven
                       ? static_cast<float>(inRange(words.learningRate, 0, 1e6, "--lr"))
                       : usualLearningRate(h.rule);
  h.momentum = static_cast<float>(inRange(words.momentum, 0, 0.99999, "--momentum"));
  h.beta2 = static_cast<float>(inRange(words.beta2, 0, 0.999999, "--beta2"));
  h.epsilon = static_cast<float>(inRange(words.epsilon, 1e-30, 1, "--epsilon"));
  h.weightDecay = static_cast<float>(inRange(words.weightDecay, 0, 1000, "--weight-decay"));
  training.batchSize = static_cast<std::size_t>(atLeast(words.batch, 1, "--batch"));
  training.seed = static_cast<std::uint64_t>(atLeast(words.seed, 0, "--seed"));
  options.noise = static_cast<float>(inRange(words.noise, 0, 0.5, "--noise"));
  options.threads = static_cast<int>(std::min<std::int64_t>(atLeast(words.threads, 0, "--threads"), 256));
  options.backend = choose(words.backend, options.backend, "--backend", "auto, cpu, cuda", backendFromName);
  options.model = words.model;
}

void understandDrawing(const Words& words, Options& options) {
  options.view.quantity = choose(words.quantity, options.view.quantity, "--edges",
                                 "contribution, weight, gradient, momentum, second-moment", quantityFromName);
  options.view.sampling =
      choose(words.sampling, options.view.sampling, "--sampling", "sampled, exact", samplingFromName);
  options.view.example = static_cast<std::size_t>(atLeast(words.example, 0, "--example"));
  if (!words.size.empty()) options.size = parseSize(words.size);
  if (words.fps) options.framesPerSecond = inRange(*words.fps, 0.1, 1000, "--fps");
  options.stepsPerFrame = static_cast<std::uint64_t>(atLeast(words.stepsPerFrame, 0, "--steps-per-frame"));
  options.camera = words.camera;
  options.showPanels = !words.noPanels;
}

void understandRun(const Words& words, Options& options) {
  if (words.steps) options.steps = static_cast<std::uint64_t>(atLeast(*words.steps, 0, "--steps"));
  if (words.seconds) options.seconds = inRange(*words.seconds, 0, 1e9, "--seconds");
  options.record = words.record;
  options.screenshot = words.screenshot;
  options.metrics = words.metrics;
  options.out = words.out;
  for (const std::string& file : words.files) options.files.emplace_back(file);
}

// The keys of a configuration file as the flags of `app` they stand for.
std::vector<std::string> flagsFromToml(const std::string& path, const CLI::App& app) {
  const std::string text = readWholeFile(path, kLargestConfiguration);
  std::vector<std::string> flags;
  try {
    const toml::table table = toml::parse(text, path);
    for (const auto& [key, value] : table) {
      const std::string flag = "--" + std::string(key.str());
      if (!app.get_option_no_throw(flag)) {
        throw Error(ExitCode::badInput,
                    fmt::format("{}:{}: {}: no such key; the keys are the flags of cajal --help without "
                                "their dashes",
                                path, value.source().begin.line, std::string(key.str())));
      }
      if (const auto* boolean = value.as_boolean()) {
        if (boolean->get()) flags.push_back(flag);
      } else if (const auto* string = value.as_string()) {
        flags.push_back(flag + "=" + string->get());
      } else if (const auto* integer = value.as_integer()) {
        flags.push_back(fmt::format("{}={}", flag, integer->get()));
      } else if (const auto* number = value.as_floating_point()) {
        flags.push_back(fmt::format("{}={}", flag, number->get()));
      } else {
        throw Error(ExitCode::badInput, fmt::format("{}:{}: {} must be a number, a text or true", path,
                                                    value.source().begin.line, std::string(key.str())));
      }
    }
  } catch (const toml::parse_error& error) {
    throw Error(ExitCode::badInput,
                fmt::format("{}:{}: {}", path, error.source().begin.line, error.description()));
  }
  return flags;
}

std::optional<std::string> configurationIn(const std::vector<std::string>& arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--config" && i + 1 < arguments.size()) return arguments[i + 1];
    if (arguments[i].starts_with("--config=")) return arguments[i].substr(9);
  }
  return std::nullopt;
}

Task taskOf(const CLI::App& app) {
  if (app.got_subcommand("bench")) return Task::bench;
  if (app.got_subcommand("info")) return Task::info;
  if (app.got_subcommand("inspect")) return Task::inspect;
  if (app.got_subcommand("convert")) return Task::convert;
  if (app.got_subcommand("replay")) return Task::replay;
  return Task::view;
}

void addSubcommands(CLI::App& app, Words& words, Options& options) {
  CLI::App* bench = app.add_subcommand("bench", "this machine's numbers: training, drawing, both together");
  bench->add_flag("--json", options.json, "one JSON object on stdout");
  app.add_subcommand("info", "devices and back ends: what was chosen, and why the others were not");
  app.add_subcommand("inspect", "what a model, data or run file holds")
      ->add_option("FILE", words.files)
      ->required()
      ->expected(1);
  app.add_subcommand("convert", "between weight formats (not built yet)")->add_option("FILES", words.files);
  app.add_subcommand("replay", "film a recorded run again (not built yet)")
      ->add_option("FOLDER", words.files);
  app.require_subcommand(0, 1);
  for (const char* subcommand : kSubcommands) app.get_subcommand(subcommand)->fallthrough();
}

}  // namespace

std::optional<Options> parseOptions(const std::vector<std::string>& arguments) {
  CLI::App app(
      "Cajal: fly through a neural network while it trains.\n"
      "Opens a window; with no display it trains headless and says so.",
      "cajal");
  app.set_version_flag("--version", std::string("cajal ") + CAJAL_VERSION);
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  Options options;
  Words words;
  addTrainingFlags(app, words, options);
  addDrawingFlags(app, words, options);
  addRunFlags(app, words, options);
  addSubcommands(app, words, options);

  // The configuration's flags go first, so that the command line's, which come later, win.
  const std::optional<std::string> configuration = configurationIn(arguments);
  std::vector<std::string> all =
      configuration ? flagsFromToml(*configuration, app) : std::vector<std::string>{};
  all.insert(all.end(), arguments.begin(), arguments.end());
  std::reverse(all.begin(), all.end());  // as CLI11 wants them
  try {
    app.parse(all);
  } catch (const CLI::Success& asked) {
    app.exit(asked, std::cout, std::cerr);
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    throw usage((configuration ? "command line or " + *configuration + ": " : std::string()) + error.what());
  }
  options.learningRateIsGiven = app.count("--lr") > 0;
  options.task = taskOf(app);
  understandTraining(words, options);
  understandDrawing(words, options);
  understandRun(words, options);
  return options;
}

std::string toToml(const Options& options) {
  const TrainingConfiguration& training = options.training;
  const Hyperparameters& h = training.hyperparameters;
  toml::table table;
  table.insert("net", toString(training.network.spec));
  table.insert("data", options.data);
  table.insert("noise", static_cast<double>(options.noise));
  table.insert("seed", static_cast<std::int64_t>(training.seed));
  table.insert("optimizer", name(h.rule));
  table.insert("lr", static_cast<double>(h.learningRate));
  table.insert("momentum", static_cast<double>(h.momentum));
  table.insert("beta2", static_cast<double>(h.beta2));
  table.insert("epsilon", static_cast<double>(h.epsilon));
  table.insert("weight-decay", static_cast<double>(h.weightDecay));
  table.insert("batch", static_cast<std::int64_t>(training.batchSize));
  table.insert("activation", name(training.network.hidden));
  table.insert("output-activation", name(training.network.head.activation));
  table.insert("loss", name(training.network.head.loss));
  table.insert("init", toString(training.network.initializer));
  std::ostringstream text;
  text << "# Run again with: cajal --config run.toml\n" << table << "\n";
  return text.str();
}

}  // namespace cajal
