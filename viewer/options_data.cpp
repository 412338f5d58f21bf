// Options, continued: what the examples are, where they come from and how they are divided.
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>

#include "viewer/option_words.h"

namespace cajal {
namespace options {
namespace {

constexpr double kBytesPerMegabyte = 1e6;

std::optional<MissingValues> missingFromName(const std::string& word) {
  if (word == "refuse") return MissingValues::refuse;
  if (word == "mean") return MissingValues::mean;
  if (word == "drop") return MissingValues::drop;
  return std::nullopt;
}

std::optional<TargetKind> targetKindFromName(const std::string& word) {
  if (word == "guess") return TargetKind::guess;
  if (word == "classes") return TargetKind::classes;
  if (word == "numbers") return TargetKind::numbers;
  return std::nullopt;
}

std::optional<bool> yesNoFromName(const std::string& word) {
  if (word == "yes") return true;
  if (word == "no") return false;
  return std::nullopt;
}

std::optional<bool> chooseYesNo(const std::string& word, const char* flag) {
  if (word.empty() || word == "auto") return std::nullopt;
  return choose<bool>(word, false, flag, "auto, yes, no", yesNoFromName);
}

}  // namespace

void addDataFlags(CLI::App& app, Words& words, Options& options) {
  app.add_option("--data", options.data,
                 "digits | xor | circle | gauss | spiral | mnist:FOLDER | idx:IMAGES,LABELS | csv:FILE | "
                 "npz:FILE | npy:X.npy,Y.npy | images:FOLDER")
      ->group("Data");
  app.add_option("--noise", words.noise, "noise of the two-dimensional sets, 0 to 0.5")->group("Data");
  app.add_option("--target", words.target,
                 "column to predict, by name or number; several with commas; or an array of an NPZ file")
      ->group("Data");
  app.add_option("--target-kind", words.targetKind, "guess | classes | numbers")->group("Data");
  app.add_option("--weight-column", words.weightColumn,
                 "column, or array, that says what each example counts for")
      ->group("Data");
  app.add_option("--ignore-columns", words.ignoredColumns, "columns to leave out, with commas")
      ->group("Data");
  app.add_option("--header", words.header, "auto | yes | no: whether a table begins with names")
      ->group("Data");
  app.add_option("--missing", words.missing, "refuse | mean | drop: values that are not there")
      ->group("Data");
  app.add_option("--standardize", words.standardize,
                 "auto | yes | no: mean 0, variance 1, learnt on the training part; auto: all but pictures")
      ->group("Data");
  app.add_option("--validation-share", words.validationShare,
                 "share of the examples the curves are drawn with")
      ->group("Data");
  app.add_option("--test-share", words.testShare, "share of the examples kept for the end")->group("Data");
  app.add_option("--stream-above", words.streamAbove,
                 "megabytes of values above which they are read from the disk while training; usually a "
                 "quarter of the memory")
      ->group("Data");
}

void understandData(const Words& words, Options& options) {
  DataOptions& data = options.dataOptions;
  data.target = words.target;
  data.targetKind = choose(words.targetKind, data.targetKind, "--target-kind", "guess, classes, numbers",
                           targetKindFromName);
  data.weightColumn = words.weightColumn;
  data.ignored = splitAtCommas(words.ignoredColumns);
  data.hasHeader = chooseYesNo(words.header, "--header");
  data.missing = choose(words.missing, data.missing, "--missing", "refuse, mean, drop", missingFromName);
  data.standardize = chooseYesNo(words.standardize, "--standardize");
  data.validationShare = inRange(words.validationShare, 0, 1, "--validation-share");
  if (words.testShare) data.testShare = inRange(*words.testShare, 0, 1, "--test-share");
  if (words.streamAbove) {
    constexpr double most = 1e12;  // a million terabytes
    data.streamAbove = static_cast<std::uint64_t>(
        std::llround(inRange(*words.streamAbove, 0, most, "--stream-above") * kBytesPerMegabyte));
  }
  data.noise = static_cast<float>(inRange(words.noise, 0, 0.5, "--noise"));
  data.seed = options.training.seed;
}

void insertData(const DataOptions& data, toml::table& table) {
  constexpr const char* kKinds[] = {"guess", "classes", "numbers"};
  constexpr const char* kMissing[] = {"refuse", "mean", "drop"};
  const DataOptions usual;
  const auto keep = [&](const char* key, const std::string& value, bool isUsual) {
    if (!isUsual) table.insert(key, value);
  };
  const auto keepYesNo = [&](const char* key, const std::optional<bool>& choice) {
    if (choice) table.insert(key, *choice ? "yes" : "no");
  };
  table.insert("noise", static_cast<double>(data.noise));
  keep("target", data.target, data.target.empty());
  keep("target-kind", kKinds[static_cast<std::size_t>(data.targetKind)], data.targetKind == usual.targetKind);
  keep("weight-column", data.weightColumn, data.weightColumn.empty());
  keep("ignore-columns", fmt::format("{}", fmt::join(data.ignored, ",")), data.ignored.empty());
  keep("missing", kMissing[static_cast<std::size_t>(data.missing)], data.missing == usual.missing);
  keepYesNo("header", data.hasHeader);
  keepYesNo("standardize", data.standardize);
  if (data.validationShare > 0) table.insert("validation-share", data.validationShare);
  if (data.testShare) table.insert("test-share", *data.testShare);
  if (data.streamAbove)
    table.insert("stream-above", static_cast<double>(*data.streamAbove) / kBytesPerMegabyte);
}

}  // namespace options
}  // namespace cajal
