#include "compute/data/dataset.h"

#include <fmt/ranges.h>

#include <string_view>

#include "compute/data/prepare/preparation.h"
#include "compute/data/readers/csv.h"
#include "compute/data/sets/array_set.h"
#include "compute/data/sets/digits.h"
#include "compute/data/sets/image_folder.h"
#include "compute/data/sets/mnist.h"
#include "compute/data/sets/playground.h"
#include "engine/base/error.h"
#include "engine/base/log.h"

namespace cajal {
namespace {

// A kind of data set: made from the seed, or read from a place that follows a colon.
struct Kind {
  std::string_view name, place, meaning;  // "mnist", "FOLDER", "the folder with the MNIST files"
  DataSet (*load)(const std::string& place, const DataOptions& options);

  bool isMade() const { return place.empty(); }
  std::string form() const { return isMade() ? std::string(name) : fmt::format("{}:{}", name, place); }
};

template <auto read>
DataSet readAt(const std::string& place, const DataOptions& options) {
  return read(place, options);
}

template <PlaygroundShape shape>
DataSet playground(const std::string&, const DataOptions& options) {
  return makePlayground(shape, options.seed, options.noise);
}

constexpr Kind kKinds[] = {
    {"digits", "", "", [](const std::string&, const DataOptions& o) { return startDigits(o.seed); }},
    {"xor", "", "", playground<PlaygroundShape::exclusiveOr>},
    {"circle", "", "", playground<PlaygroundShape::circle>},
    {"gauss", "", "", playground<PlaygroundShape::gauss>},
    {"spiral", "", "", playground<PlaygroundShape::spiral>},
    {"mnist", "FOLDER", "the folder with the MNIST files",
     [](const std::string& place, const DataOptions&) { return loadMnist(place); }},
    {"idx", "IMAGES,LABELS", "both files", readAt<readIdxSet>},
    {"csv", "FILE", "the file", readAt<readCsv>},
    {"npz", "FILE", "the archive", readAt<readNpzSet>},
    {"npy", "X.npy,Y.npy", "both files", readAt<readNpySet>},
    {"images", "FOLDER", "the folder with a sub-folder a class",
     [](const std::string& place, const DataOptions& o) { return readImageFolder(place, o); }},
};

// Throws Error(usage) listing what there is.
const Kind& kindOf(const std::string& name) {
  const std::size_t colon = name.find(':');
  std::vector<std::string> forms;
  for (const Kind& kind : kKinds) {
    const bool isAsked = kind.isMade() ? name == kind.name : name.substr(0, colon) == kind.name;
    if (isAsked && !kind.isMade() && (colon == name.npos || colon + 1 == name.size()))
      throw Error(ExitCode::usage, fmt::format("--data {}: name {}, {}", name, kind.meaning, kind.form()));
    if (isAsked) return kind;
    forms.push_back(kind.form());
  }
  throw Error(ExitCode::usage,
              fmt::format("--data {}: no such data set; choose one of {}", name, fmt::join(forms, ", ")));
}

// What became of a file, so that a guess of ours does not stay unseen.
void say(const DataSet& set) {
  const std::string predicted =
      set.outputs > 0 ? fmt::format("{} to predict", set.outputs) : fmt::format("{} classes", set.classes);
  logInfo("{}: {} features{}, {}; {} examples train, {} validate, {} test", set.name, set.features,
          set.standardization.mean.empty() ? "" : " (standardized)", predicted, set.training.count,
          set.validation.count, set.test.count);
}

}  // namespace

std::span<const KindName> namesOf(Part) {
  static constexpr KindName kNames[] = {
      {"training", "training"}, {"test", "test"}, {"validation", "validation"}};
  return kNames;
}

DataSet loadDataSet(const std::string& name, const DataOptions& options) {
  const Kind& kind = kindOf(name);
  DataSet set = kind.load(kind.isMade() ? "" : name.substr(name.find(':') + 1), options);
  DataOptions wanted = options;
  if (!wanted.standardize) wanted.standardize = !kind.isMade() && set.imageRows == 0;
  prepareParts(set, wanted);
  if (!kind.isMade()) say(set);
  return set;
}

}  // namespace cajal
