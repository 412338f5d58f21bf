#include "compute/data/array_set.h"

#include <utility>
#include <vector>

#include "compute/data/array_features.h"
#include "compute/data/array_targets.h"
#include "compute/data/rows.h"
#include "engine/base/error.h"
#include "engine/base/log.h"

namespace cajal {
namespace {

[[noreturn]] void refuse(const std::string& name, const std::string& what) {
  throw Error(ExitCode::badInput, fmt::format("{}: {}", name, what));
}

void checkCounts(const ArrayPart& part) {
  if (part.features.rows() != part.targets.rows())
    refuse(part.targets.name, fmt::format("has {} rows, but {} has {} examples; they must agree",
                                          part.targets.rows(), part.features.name, part.features.rows()));
  if (part.weights && part.weights->byteCount() != part.features.rows() * part.weights->type.bytes)
    refuse(part.weights->name, fmt::format("has not one weight for each of the {} examples of {}",
                                           part.features.rows(), part.features.name));
}

// Fills weights, and notes the rows that have none.
void readWeights(ArrayStream array, MissingValues missing, Examples& part, std::vector<bool>& isIncomplete) {
  const ArrayTargets read = readTargets(std::move(array));
  std::visit(
      [&](const auto& values) {
        for (const auto value : values) part.weights.push_back(static_cast<float>(value));
      },
      read.values);
  for (std::size_t i = 0; i < part.weights.size(); ++i) {
    if (part.weights[i] == part.weights[i]) continue;
    if (missing != MissingValues::drop)
      refuse(read.name, fmt::format("the weight of example {} (counted from 0) is missing (NaN); leave such "
                                    "examples out with --missing drop",
                                    i));
    isIncomplete[i] = true;
  }
}

void dropIncomplete(const std::string& name, const std::vector<bool>& isIncomplete, std::size_t features,
                    Examples& part) {
  RowNumbers complete;
  for (std::size_t i = 0; i < isIncomplete.size(); ++i) {
    if (!isIncomplete[i]) complete.push_back(static_cast<std::uint32_t>(i));
  }
  if (complete.size() == part.count) return;
  logInfo("{}: {} examples without a target or weight were dropped", name, part.count - complete.size());
  keepRows(part, features, complete);
}

DataSet describe(const std::string& name, const ExampleForm& form, const TargetPlan& plan) {
  DataSet set;
  set.name = name;
  set.features = form.features;
  set.imageRows = form.imageRows;
  set.imageColumns = form.imageColumns;
  set.imageChannels = form.imageChannels;
  set.classes = plan.classNames.size();
  set.classNames = plan.classNames;
  set.outputs = plan.outputs;
  return set;
}

}  // namespace

DataSet readArrays(const std::string& name, ArrayParts parts, const DataOptions& options) {
  if (!options.ignored.empty())
    throw Error(ExitCode::usage, fmt::format("--ignore-columns: {} is no table; leave the flag out", name));
  std::vector<ArrayPart*> present = {&parts.training};
  if (parts.validation) present.push_back(&*parts.validation);
  if (parts.test) present.push_back(&*parts.test);

  const ExampleForm form = formOf(parts.training.features);
  std::vector<ArrayTargets> targets;
  for (ArrayPart* part : present) {
    if (formOf(part->features) != form)
      refuse(part->features.name,
             fmt::format("its examples are not of the same shape and kind as those of {}",
                         parts.training.features.name));
    checkCounts(*part);
    targets.push_back(readTargets(std::move(part->targets)));
  }
  const TargetPlan plan = planTargets(targets, options.targetKind);
  DataSet set = describe(name, form, plan);
  for (std::size_t p = 0; p < present.size(); ++p) {
    const bool isTest = parts.test && present[p] == &*parts.test;
    Examples& part = p == 0 ? set.training : isTest ? set.test : set.validation;
    std::vector<bool> isIncomplete = giveTargets(plan, targets[p], options.missing, part);
    if (present[p]->weights)
      readWeights(std::move(*present[p]->weights), options.missing, part, isIncomplete);
    readFeatures(std::move(present[p]->features), form, options, part);
    dropIncomplete(name, isIncomplete, form.features, part);
  }
  return set;
}

}  // namespace cajal
