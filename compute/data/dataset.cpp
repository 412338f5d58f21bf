#include "compute/data/dataset.h"

#include "compute/data/digits.h"
#include "compute/data/mnist.h"
#include "compute/data/playground.h"
#include "engine/base/error.h"

namespace cajal {
namespace {

constexpr const char* kKnownSets = "digits, xor, circle, gauss, spiral, mnist:DIR";

[[noreturn]] void refuse(const std::string& name) {
  const std::string kind = name.substr(0, name.find(':'));
  if (kind == "csv" || kind == "npz") {
    throw Error(ExitCode::usage, fmt::format("data set '{}': {} files are not built yet; choose one of {}",
                                             name, kind, kKnownSets));
  }
  if (kind == "mnist") {
    throw Error(ExitCode::usage,
                fmt::format("--data {}: name the folder with the MNIST files, mnist:DIR", name));
  }
  throw Error(ExitCode::usage,
              fmt::format("--data {}: no such data set; choose one of {}", name, kKnownSets));
}

}  // namespace

DataSet loadDataSet(const std::string& name, std::uint64_t seed, float noise) {
  if (name == "digits") return startDigits(seed);
  if (name == "xor") return makePlayground(PlaygroundShape::exclusiveOr, seed, noise);
  if (name == "circle") return makePlayground(PlaygroundShape::circle, seed, noise);
  if (name == "gauss") return makePlayground(PlaygroundShape::gauss, seed, noise);
  if (name == "spiral") return makePlayground(PlaygroundShape::spiral, seed, noise);
  const std::string folderPrefix = "mnist:";
  if (name.starts_with(folderPrefix) && name != folderPrefix)
    return loadMnist(name.substr(folderPrefix.size()));
  refuse(name);
}

}  // namespace cajal
