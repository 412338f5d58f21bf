// Which files and which arrays in them make a data set.
#include <algorithm>
#include <array>
#include <system_error>
#include <utility>
#include <vector>

#include "compute/data/readers/idx.h"
#include "compute/data/readers/npy.h"
#include "compute/data/readers/npz.h"
#include "compute/data/sets/array_set.h"
#include "engine/base/error.h"
#include "engine/base/log.h"
#include "engine/base/text.h"

namespace cajal {
namespace {

namespace fs = std::filesystem;

// ---- arrays of an archive that is divided already -----------------------------------------------

struct PartNames {
  std::string features, targets;
};

// How people name the parts they have divided a set into: training, validation, test.
using Naming = std::array<PartNames, 3>;
const std::array<Naming, 3> kNamings = {
    // Keras' mnist.npz
    Naming{PartNames{"x_train", "y_train"}, PartNames{"x_val", "y_val"}, PartNames{"x_test", "y_test"}},
    Naming{PartNames{"X_train", "y_train"}, PartNames{"X_val", "y_val"}, PartNames{"X_test", "y_test"}},
    // MedMNIST
    Naming{PartNames{"train_images", "train_labels"}, PartNames{"val_images", "val_labels"},
           PartNames{"test_images", "test_labels"}},
};

bool has(const NpzFile& file, const PartNames& names) {
  return file.has(names.features) && file.has(names.targets);
}

const Naming* findNaming(const NpzFile& file, const DataOptions& options) {
  const auto found = std::find_if(kNamings.begin(), kNamings.end(), [&](const Naming& naming) {
    return has(file, naming[0]) && (options.target.empty() || options.target == naming[0].targets);
  });
  return found == kNamings.end() ? nullptr : &*found;
}

std::optional<ArrayPart> openPart(const NpzFile& file, const PartNames& names) {
  if (!has(file, names)) return std::nullopt;
  return ArrayPart{file.open(names.features), file.open(names.targets)};
}

ArrayParts openDivided(const NpzFile& file, const Naming& naming) {
  ArrayParts parts{*openPart(file, naming[0])};
  parts.validation = openPart(file, naming[1]);
  parts.test = openPart(file, naming[2]);
  return parts;
}

// ---- arrays of one that is not ------------------------------------------------------------------

[[noreturn]] void refuseUnclear(const NpzFile& file, const std::string& name, const char* what) {
  std::string known;
  for (std::size_t i = 0; i < std::min<std::size_t>(file.names().size(), 20); ++i)
    known += (i ? ", " : "") + escapedName(file.names()[i]);
  throw Error(ExitCode::usage, fmt::format("{}: {}; there are {}", name, what, known));
}

std::string targetName(const NpzFile& file, const std::string& name, const DataOptions& options) {
  if (!options.target.empty()) return options.target;
  for (const char* usual : {"y", "Y"}) {
    if (file.has(usual)) return usual;
  }
  refuseUnclear(file, name, "has no array y to predict; name one with --target NAME");
}

// X, x, or the one array that is nothing else.
std::string featuresName(const NpzFile& file, const std::string& name, const std::string& target,
                         const DataOptions& options) {
  for (const char* usual : {"X", "x"}) {
    if (file.has(usual)) return usual;
  }
  std::vector<std::string> others;
  std::copy_if(file.names().begin(), file.names().end(), std::back_inserter(others),
               [&](const std::string& other) { return other != target && other != options.weightColumn; });
  if (others.size() == 1) return others[0];
  refuseUnclear(file, name, "has no array X or x with the examples; name it X");
}

ArrayParts openPlain(const NpzFile& file, const std::string& name, const DataOptions& options) {
  const std::string target = targetName(file, name, options);
  const std::string features = featuresName(file, name, target, options);
  logInfo("{}: '{}' is predicted from '{}'", name, escapedName(target), escapedName(features));
  ArrayParts parts{ArrayPart{file.open(features), file.open(target)}};
  if (!options.weightColumn.empty()) parts.training.weights = file.open(options.weightColumn);
  return parts;
}

// ---- two files ----------------------------------------------------------------------------------

bool isThere(const fs::path& file) {
  std::error_code error;
  return fs::exists(file, error);
}

// At the comma: the one with a file on either side, where names have commas of their own.
std::pair<fs::path, fs::path> splitPair(const std::string& files, const char* form) {
  std::optional<std::pair<fs::path, fs::path>> first;
  for (std::size_t comma = files.find(','); comma != files.npos; comma = files.find(',', comma + 1)) {
    const std::pair<fs::path, fs::path> pair = {files.substr(0, comma), files.substr(comma + 1)};
    if (pair.first.empty() || pair.second.empty()) continue;
    if (isThere(pair.first) && isThere(pair.second)) return pair;
    if (!first) first = pair;
  }
  if (first) return *first;  // whoever opens them says which is missing
  throw Error(ExitCode::usage, fmt::format("--data {}: name two files with a comma between", form));
}

void refuseNames(const DataOptions& options) {
  if (options.target.empty() && options.weightColumn.empty()) return;
  throw Error(ExitCode::usage,
              "--target, --weight-column: two files of one array each have nothing to choose "
              "from; leave the flag out, or use npz:FILE");
}

DataSet readPair(const fs::path& features, ArrayStream x, ArrayStream y, const DataOptions& options) {
  return readArrays(features.filename().string(), {ArrayPart{std::move(x), std::move(y)}}, options);
}

}  // namespace

DataSet readNpzSet(const fs::path& path, const DataOptions& options) {
  const NpzFile file(path);
  const std::string name = path.filename().string();
  const Naming* naming = findNaming(file, options);
  if (!naming) return readArrays(name, openPlain(file, path.string(), options), options);
  if (!options.weightColumn.empty())
    throw Error(ExitCode::usage, fmt::format("--weight-column: {} is divided into parts already, and weights "
                                             "are read for arrays X and y alone; leave the flag out",
                                             path.string()));
  return readArrays(name, openDivided(file, *naming), options);
}

DataSet readNpySet(const std::string& files, const DataOptions& options) {
  refuseNames(options);
  const auto [features, targets] = splitPair(files, "npy:X.npy,Y.npy");
  ArrayStream x = openNpy(features);  // first: where both are missing, it is named
  return readPair(features, std::move(x), openNpy(targets), options);
}

DataSet readIdxSet(const std::string& files, const DataOptions& options) {
  refuseNames(options);
  const auto [features, targets] = splitPair(files, "idx:IMAGES,LABELS");
  ArrayStream x = openIdx(features);
  return readPair(features, std::move(x), openIdx(targets), options);
}

}  // namespace cajal
