#include "compute/data/dataset.h"

#include <optional>
#include <utility>

#include "compute/data/array_set.h"
#include "compute/data/csv.h"
#include "compute/data/digits.h"
#include "compute/data/image_folder.h"
#include "compute/data/mnist.h"
#include "compute/data/playground.h"
#include "compute/data/preparation.h"
#include "engine/base/error.h"
#include "engine/base/log.h"

namespace cajal {
namespace {

constexpr const char* kKnownSets =
    "digits, xor, circle, gauss, spiral, mnist:FOLDER, idx:IMAGES,LABELS, csv:FILE, npz:FILE, "
    "npy:X.npy,Y.npy, images:FOLDER";

DataSet readFiles(const std::string& kind, const std::string& place, const DataOptions& options) {
  if (kind == "mnist") return loadMnist(place);
  if (kind == "idx") return readIdxSet(place, options);
  if (kind == "csv") return readCsv(place, options);
  if (kind == "npz") return readNpzSet(place, options);
  if (kind == "npy") return readNpySet(place, options);
  if (kind == "images") return readImageFolder(place, options);
  throw Error(ExitCode::bug, "a kind of data set without a reader");
}

// What follows the colon, "mnist:FOLDER".
const char* placeOf(const std::string& kind) {
  if (kind == "mnist") return "the folder with the MNIST files, mnist:FOLDER";
  if (kind == "idx") return "both files, idx:IMAGES,LABELS";
  if (kind == "csv") return "the file, csv:FILE";
  if (kind == "npz") return "the archive, npz:FILE";
  if (kind == "npy") return "both files, npy:X.npy,Y.npy";
  if (kind == "images") return "the folder with a sub-folder a class, images:FOLDER";
  return nullptr;
}

std::optional<DataSet> makeSet(const std::string& name, const DataOptions& options) {
  if (name == "digits") return startDigits(options.seed);
  if (name == "xor") return makePlayground(PlaygroundShape::exclusiveOr, options.seed, options.noise);
  if (name == "circle") return makePlayground(PlaygroundShape::circle, options.seed, options.noise);
  if (name == "gauss") return makePlayground(PlaygroundShape::gauss, options.seed, options.noise);
  if (name == "spiral") return makePlayground(PlaygroundShape::spiral, options.seed, options.noise);
  return std::nullopt;
}

DataSet readSet(const std::string& name, const DataOptions& options) {
  const std::size_t colon = name.find(':');
  const std::string kind = name.substr(0, colon);
  const char* place = placeOf(kind);
  if (!place) {
    throw Error(ExitCode::usage,
                fmt::format("--data {}: no such data set; choose one of {}", name, kKnownSets));
  }
  if (colon == name.npos || colon + 1 == name.size())
    throw Error(ExitCode::usage, fmt::format("--data {}: name {}", name, place));
  return readFiles(kind, name.substr(colon + 1), options);
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
  std::optional<DataSet> made = makeSet(name, options);
  DataSet set = made ? std::move(*made) : readSet(name, options);
  DataOptions wanted = options;
  if (!wanted.standardize) wanted.standardize = !made && set.imageRows == 0;
  prepareParts(set, wanted);
  if (!made) say(set);
  return set;
}

}  // namespace cajal
