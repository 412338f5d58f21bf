#include "viewer/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cmath>
#include <iostream>

#include "engine/base/error.h"
#include "engine/base/file.h"
#include "engine/render/targets.h"
#include "viewer/option_words.h"

namespace cajal {

using namespace options;

namespace {

constexpr std::uint64_t kLargestConfiguration = 1 << 20;  // bytes
constexpr std::size_t kMostLayers = 100'000;
constexpr const char* kSubcommands[] = {"bench", "info", "inspect", "convert", "replay"};

void addDrawingFlags(CLI::App& app, Words& words, Options& options) {
  app.add_option("--device", options.device, "GPU to draw on: index or part of its name (see cajal info)")
      ->group("Drawing");
  app.add_option("--edges", words.quantity,
                 "contribution | weight | gradient | momentum | second-moment | last-update")
      ->group("Drawing");
  app.add_option(
         "--colors", words.colors,
         "cajal | berlin | managua | vanimo | coolwarm | PuOr, of signed values; inferno | magma | viridis "
         "| cividis, of others; both with a comma")
      ->group("Drawing");
  app.add_option("--layout", words.layout, "layered | grid | ring | spiral | tree | force")->group("Drawing");
  app.add_option("--fold", words.fold, "layers drawn as one block each, 0 is the input: 2,3 or 2-61")
      ->group("Drawing");
  app.add_option("--sampling", words.sampling, "sampled | exact: points or every pixel of an edge")
      ->group("Drawing");
  app.add_option("--reduction", words.reduction,
                 "strongest | mean | rms: what a pixel shows of a matrix of which it covers many elements")
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
  app.add_option("--steps", words.steps, "stop after this training step")->group("Run");
  app.add_option("--seconds", words.seconds, "stop after so many seconds of the run's own clock")
      ->group("Run");
  app.add_option("--record", words.record, "film: FILE.mkv, FILE.mp4, FILE.webm or FOLDER/ of PNGs")
      ->group("Run");
  app.add_option("--screenshot", words.screenshot, "PNG of the last frame")->group("Run");
  app.add_option("--metrics", words.metrics, "one JSON object a line: step, loss, accuracy, ...")
      ->group("Run");
  app.add_option("--out", words.out, "folder that keeps the run: configuration, commands, metrics, weights")
      ->group("Run");
  app.add_option("--checkpoint-every", words.checkpointEvery,
                 "seconds between two checkpoints in --out, the last two are kept; 0: only at the end")
      ->group("Run");
  app.add_flag("--until-first-frame", options.untilFirstFrame)
      ->group("");  // hidden: `cajal bench` measures the start by it
  app.add_flag("--verbose", options.verbose, "say more")->group("Run");
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

std::optional<EdgeSampling> samplingFromName(const std::string& word) {
  if (word == "sampled") return EdgeSampling::sampled;
  if (word == "exact") return EdgeSampling::exact;
  return std::nullopt;
}

std::optional<Reduction> reductionFromName(const std::string& word) {
  for (const Reduction reduction : kReductions) {
    if (name(reduction) == word) return reduction;
  }
  return std::nullopt;
}

void understandColors(const std::string& word, ViewSettings& view) {
  const ColorMap map = choose(
      word, ColorMap::cajal, "--colors",
      "cajal, berlin, managua, vanimo, coolwarm, PuOr, inferno, magma, viridis, cividis", colorMapFromName);
  (isSigned(map) ? view.signedColors : view.unsignedColors) = map;
}

std::size_t parseLayer(std::string_view text, const std::string& word) {
  std::size_t layer = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), layer);
  if (error != std::errc() || rest != text.data() + text.size() || layer >= kMostLayers)
    throw usage(fmt::format("--fold {}: must be layers or ranges of layers, as in 2,3 or 2-61", word));
  return layer;
}

// "3", "2-61"
void understandFolds(const std::string& word, std::set<std::size_t>& folded) {
  const std::string_view text = word;
  const std::size_t dash = text.find('-');
  const std::size_t first = parseLayer(text.substr(0, dash), word);
  const std::size_t last = dash == text.npos ? first : parseLayer(text.substr(dash + 1), word);
  if (first > last)
    throw usage(fmt::format("--fold {}: a range goes from the lower to the higher layer", word));
  for (std::size_t layer = first; layer <= last; ++layer) folded.insert(layer);
}

void understandDrawing(const Words& words, Options& options) {
  options.view.quantity =
      choose(words.quantity, options.view.quantity, "--edges",
             "contribution, weight, gradient, momentum, second-moment, last-update", quantityFromName);
  options.view.sampling =
      choose(words.sampling, options.view.sampling, "--sampling", "sampled, exact", samplingFromName);
  options.view.reduction = choose(words.reduction, options.view.reduction, "--reduction",
                                  "strongest, mean, rms", reductionFromName);
  for (const std::string& word : splitAtCommas(words.colors)) understandColors(word, options.view);
  options.view.layout.kind = choose(words.layout, options.view.layout.kind, "--layout",
                                    "layered, grid, ring, spiral, tree, force", layoutFromName);
  for (const std::string& word : splitAtCommas(words.fold)) understandFolds(word, options.view.layout.folded);
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
  // A kept run that goes on is kept where it was.
  if (options.out.empty() && std::filesystem::is_directory(options.resume)) options.out = options.resume;
  options.checkpointEvery = inRange(words.checkpointEvery, 0, 1e9, "--checkpoint-every");
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

std::optional<std::string> valueIn(const std::vector<std::string>& arguments, const std::string& flag) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == flag && i + 1 < arguments.size()) return arguments[i + 1];
    if (arguments[i].starts_with(flag + "=")) return arguments[i].substr(flag.size() + 1);
  }
  return std::nullopt;
}

// The file that --config names, or else what was kept beside the checkpoint that --resume names.
std::optional<std::string> configurationIn(const std::vector<std::string>& arguments) {
  if (const auto named = valueIn(arguments, "--config")) return named;
  const std::filesystem::path resume = valueIn(arguments, "--resume").value_or("");
  if (resume.empty()) return std::nullopt;
  const auto folder = std::filesystem::is_directory(resume) ? resume : resume.parent_path();
  const std::filesystem::path kept = folder / "run.toml";
  return std::filesystem::exists(kept) ? std::optional(kept.string()) : std::nullopt;
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
  bench->add_option("--only", options.benchPart, "one part: train | accuracy | view | draw | process")
      ->check(CLI::IsMember({"train", "accuracy", "view", "draw", "process"}));
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
  addTrainingFlags(app, words);
  addDataFlags(app, words, options);
  addDrawingFlags(app, words, options);
  addPictureFlags(app, words);
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
  options.task = taskOf(app);
  understandTraining(words, options);
  understandData(words, options);
  understandDrawing(words, options);
  understandPicture(words, options);
  understandRun(words, options);
  return options;
}

}  // namespace cajal
