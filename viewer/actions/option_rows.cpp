// The flags that are chosen once, at the start.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <cmath>
#include <sstream>

#include "engine/base/error.h"
#include "engine/render/targets.h"
#include "viewer/actions/options.h"

namespace cajal {
namespace {

constexpr double kBytesPerMegabyte = 1e6;

using Row = Setting<Options>;

template <typename Field>
Row row(SettingWords words, Field field) {
  return setting<Options>(Applies::atStart, words, field);
}

template <typename T>
Row dataRow(T DataOptions::*field, SettingWords words) {
  words.group = "Data";
  return row(words, [field](Options& o) -> T& { return o.dataOptions.*field; });
}

template <typename T>
Row headRow(T Head::*field, SettingWords words) {
  words.group = "Training";
  return row(words, [field](Options& o) -> T& { return o.training.network.head.*field; });
}

Row textRow(SettingWords words, std::function<std::string(const Options&)> print,
            std::function<void(Options&, const std::string&)> parse) {
  return textSetting<Options>(Applies::atStart, words, std::move(print), std::move(parse));
}

std::vector<std::string> splitAtCommas(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');)
    if (!part.empty()) parts.push_back(part);
  return parts;
}

PictureSize parseSize(const std::string& text) {
  PictureSize size;
  const char* const end = text.data() + text.size();
  const auto [cross, widthError] = std::from_chars(text.data(), end, size.width);
  bool isGood = widthError == std::errc() && cross != end && (*cross == 'x' || *cross == 'X');
  if (isGood) {
    const auto [rest, heightError] = std::from_chars(cross + 1, end, size.height);
    isGood = heightError == std::errc() && rest == end;
  }
  const auto fits = [](std::uint32_t side) { return side >= 1 && side <= kLargestPictureSide; };
  if (!isGood || !fits(size.width) || !fits(size.height)) {
    throw Error(ExitCode::usage,
                fmt::format("must be WIDTHxHEIGHT in pixels, each from 1 to {}, as in 1280x720",
                            kLargestPictureSide));
  }
  return size;
}

std::string printSize(const Options& o) {
  return o.size ? fmt::format("{}x{}", o.size->width, o.size->height) : "";
}

Initializer parseInitializer(const std::string& text) {
  const std::optional<Initializer> found = initializerFromText(text);
  if (!found) throw Error(ExitCode::usage, fmt::format("no such choice; there are {}", kInitializerChoices));
  return *found;
}

// Megabytes on the command line, bytes inside.
Row streamAboveRow() {
  Row stream;
  stream.words = {.key = "stream-above",
                  .help =
                      "megabytes of values above which they are read from the disk while training; "
                      "usually a quarter of the memory",
                  .group = "Data",
                  .range = {0, 1e12}};
  stream.kind = ValueKind::number;
  stream.isOptional = true;
  stream.read = [](const Options& o) -> SettingValue {
    const auto& bytes = o.dataOptions.streamAbove;
    return bytes ? SettingValue(static_cast<double>(*bytes) / kBytesPerMegabyte) : SettingValue{};
  };
  stream.assign = [](Options& o, const SettingValue& value) {
    o.dataOptions.streamAbove.reset();
    if (const auto* megabytes = std::get_if<double>(&value))
      o.dataOptions.streamAbove = static_cast<std::uint64_t>(std::llround(*megabytes * kBytesPerMegabyte));
  };
  return stream;
}

// Several texts in one, with a line feed between them.
Row laneRow() {
  Row lane = textRow(
      {.key = "lane",
       .help = "another network beside the first, as often as wanted: lr=0.01 (the same run with settings "
               "changed), the folder of a kept run, or a .safetensors file",
       .group = "Lanes",
       .isRepeated = true},
      [](const Options& o) { return fmt::format("{}", fmt::join(o.lanes, "\n")); },
      [](Options& o, const std::string& text) {
        o.lanes.clear();
        std::istringstream lines(text + "\n");
        for (std::string line; std::getline(lines, line); o.lanes.push_back(line))
          if (line.empty())
            throw Error(ExitCode::usage, "needs a change such as lr=0.01, a folder or a file");
      });
  return lane;
}

SettingTable<Options> networkRows() {
  constexpr const char* group = "Training";
  return {
      textRow(
          {.key = "net",
           .help = "layers, inputs first: 784-128-64-10, or 28x28-conv16k3p1-maxpool2-10",
           .group = group},
          [](const Options& o) { return toString(o.training.network.spec); },
          [](Options& o, const std::string& text) { o.training.network.spec = parseNetwork(text); }),
      row({.key = "model", .help = "start from the parameters in a .safetensors file", .group = group},
          &Options::model),
      row({.key = "resume",
           .help = "go on from a checkpoint, or from the newest of a --out folder, as its run.toml says",
           .group = group},
          &Options::resume),
      laneRow(),
      row({.key = "backend", .help = "what trains", .group = group}, &Options::backend),
      row({.key = "precision", .help = "of matrix products, with CUDA", .group = group},
          [](Options& o) -> Precision& { return o.training.precision; }),
      row({.key = "threads",
           .help = "threads of the CPU backend; results do not depend on it",
           .group = group,
           .range = {0, 256}},
          &Options::threads),
      row({.key = "seed", .help = "same seed, same run", .group = group},
          [](Options& o) -> std::uint64_t& { return o.training.seed; }),
      row({.key = "activation", .help = "of hidden layers", .group = group},
          [](Options& o) -> Activation& { return o.training.network.hidden; }),
      headRow(&Head::activation, {.key = "output-activation", .help = "of the outputs"}),
      headRow(&Head::loss, {.key = "loss", .help = "how outputs are judged"}),
      headRow(
          &Head::labelSmoothing,
          {.key = "label-smoothing", .help = "share of the target given to all classes", .range = {0, 1}}),
      headRow(&Head::huberDelta,
              {.key = "huber-delta", .help = "where a Huber loss becomes straight", .range = {1e-6, 1e6}}),
      textRow(
          {.key = "init",
           .help = "how weights begin",
           .group = group,
           .choices = "auto | he | xavier | lecun | orthogonal | zeros | constant:X | uniform:X | normal:X"},
          [](const Options& o) { return toString(o.training.network.initializer); },
          [](Options& o, const std::string& text) {
            o.training.network.initializer = parseInitializer(text);
          }),
  };
}

SettingTable<Options> dataRows() {
  return {
      row({.key = "data",
           .help =
               "digits | mnist:DIR | csv:FILE | npz:FILE | npy:X,Y | idx:IMAGES,LABELS | images:FOLDER | xor "
               "| circle | gauss | spiral",
           .group = "Data"},
          &Options::data),
      dataRow(&DataOptions::seed,
              {.key = "data-seed", .help = "of the split, and of sets that are made; usually --seed"}),
      dataRow(&DataOptions::noise,
              {.key = "noise", .help = "of the two-dimensional sets", .range = {0, 0.5}}),
      dataRow(&DataOptions::target,
              {.key = "target",
               .help = "column that is predicted, by name or number from 0; or an array of an NPZ file"}),
      dataRow(&DataOptions::targetKind, {.key = "target-kind", .help = "what is predicted"}),
      dataRow(&DataOptions::weightColumn,
              {.key = "weight-column", .help = "column, or array, that says what each example counts for"}),
      textRow(
          {.key = "ignore-columns", .help = "columns to leave out, with commas", .group = "Data"},
          [](const Options& o) { return fmt::format("{}", fmt::join(o.dataOptions.ignored, ",")); },
          [](Options& o, const std::string& text) { o.dataOptions.ignored = splitAtCommas(text); }),
      dataRow(&DataOptions::hasHeader, {.key = "header", .help = "whether a table begins with names"}),
      dataRow(&DataOptions::missing, {.key = "missing", .help = "values that are not there"}),
      dataRow(&DataOptions::standardize,
              {.key = "standardize",
               .help = "mean 0, variance 1, learnt on the training part; auto: all but pictures"}),
      dataRow(&DataOptions::validationShare, {.key = "validation-share",
                                              .help = "share of the examples the curves are drawn with",
                                              .range = {0, 1}}),
      dataRow(&DataOptions::testShare,
              {.key = "test-share", .help = "share of the examples kept for the end", .range = {0, 1}}),
      streamAboveRow(),
  };
}

SettingTable<Options> stageRows() {
  constexpr const char* group = "Drawing";
  return {
      row({.key = "device",
           .help = "GPU to draw on: index or part of its name (see cajal info)",
           .group = group},
          &Options::device),
      textRow({.key = "size", .help = "size of the picture: 1280x720", .group = group}, printSize,
              [](Options& o, const std::string& text) { o.size = parseSize(text); }),
      row({.key = "camera", .help = "camera path, JSON", .group = group}, &Options::camera),
      row({.key = "panels", .help = "start with the panels, or with them hidden", .group = group},
          &Options::showPanels),
  };
}

SettingTable<Options> runRows() {
  constexpr const char* group = "Run";
  return {
      row({.key = "headless", .help = "no window", .group = group}, &Options::headless),
      row({.key = "script",
           .help = "actions at a step or a second, a JSON object a line, as commands.jsonl has them",
           .group = group},
          &Options::script),
      row({.key = "steps", .help = "stop after this training step", .group = group}, &Options::steps),
      row({.key = "seconds",
           .help = "stop after so many seconds of the run's own clock",
           .group = group,
           .range = {0, 1e9}},
          &Options::seconds),
      row({.key = "record", .help = "film: FILE.mkv, FILE.mp4, FILE.webm or FOLDER/ of PNGs", .group = group},
          &Options::record),
      row({.key = "screenshot", .help = "PNG of the last frame", .group = group}, &Options::screenshot),
      row({.key = "metrics", .help = "one JSON object a line: step, loss, accuracy, ...", .group = group},
          &Options::metrics),
      row({.key = "out",
           .help = "folder that keeps the run: configuration, commands, metrics, weights",
           .group = group},
          &Options::out),
      row({.key = "replace",
           .help = "begin anew where --out holds a run: its files are deleted",
           .group = group},
          &Options::replaces),
      row({.key = "checkpoint-every",
           .help = "seconds between two checkpoints in --out, the last two are kept; 0: only at the end",
           .group = group,
           .range = {0, 1e9}},
          &Options::checkpointEvery),
      row({.key = "until-first-frame", .isHidden = true}, &Options::untilFirstFrame),  // for cajal bench
      row({.key = "verbose", .help = "say more", .group = group}, &Options::verbose),
  };
}

}  // namespace

std::span<const KindName> namesOf(BackendChoice) {
  static constexpr KindName kNames[] = {{"auto", "auto"}, {"cpu", "cpu"}, {"cuda", "cuda"}};
  return kNames;
}

SettingTable<Options> optionSettings(const SettingTables& tables) {
  SettingTable<Options> table;
  for (SettingTable<Options> rows :
       {networkRows(), settingsOf(tables.training, &Options::training), dataRows(), stageRows(),
        settingsOf(tables.pace, &Options::pace), settingsOf(tables.view, &Options::view), runRows()})
    std::move(rows.begin(), rows.end(), std::back_inserter(table));
  return table;
}

}  // namespace cajal
