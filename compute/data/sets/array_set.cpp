#include "compute/data/sets/array_set.h"

#include <utility>
#include <vector>

#include "compute/data/readers/rows.h"
#include "compute/data/refusal.h"
#include "compute/data/sets/array_features.h"
#include "compute/data/sets/array_targets.h"
#include "engine/base/error.h"
#include "engine/base/log.h"

namespace cajal {
namespace {

void checkCounts(const ArrayPart& part) {
  if (part.features.rows() != part.targets.rows())
    refuse(part.targets.name, "has {} rows, but {} has {} examples; they must agree", part.targets.rows(),
           part.features.name, part.features.rows());
  if (part.weights && part.weights->byteCount() != part.features.rows() * part.weights->type.bytes)
    refuse(part.weights->name, "has not one weight for each of the {} examples of {}", part.features.rows(),
           part.features.name);
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
      refuse(read.name,
             "the weight of example {} (counted from 0) is missing (NaN); leave such "
             "examples out with --missing drop",
             i);
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

// A part on its way from arrays to examples.
struct Passage {
  ArrayPart* from;
  Examples* to;
};

std::vector<Passage> passages(ArrayParts& parts, DataSet& set) {
  std::vector<Passage> present = {{&parts.training, &set.training}};
  if (parts.validation) present.push_back({&*parts.validation, &set.validation});
  if (parts.test) present.push_back({&*parts.test, &set.test});
  return present;
}

void describe(const ExampleForm& form, const TargetPlan& plan, DataSet& set) {
  set.features = form.features;
  set.imageRows = form.imageRows;
  set.imageColumns = form.imageColumns;
  set.imageChannels = form.imageChannels;
  set.classes = plan.classNames.size();
  set.classNames = plan.classNames;
  set.outputs = plan.outputs;
}

void readPart(ArrayPart part, const ExampleForm& form, const TargetPlan& plan, const ArrayTargets& targets,
              const DataOptions& options, Examples& into) {
  std::vector<bool> isIncomplete = giveTargets(plan, targets, options.missing, into);
  if (part.weights) readWeights(std::move(*part.weights), options.missing, into, isIncomplete);
  const std::string name = part.features.name;
  readFeatures(std::move(part.features), form, options, into);
  dropIncomplete(name, isIncomplete, form.features, into);
}

}  // namespace

DataSet readArrays(const std::string& name, ArrayParts parts, const DataOptions& options) {
  if (!options.ignored.empty())
    throw Error(ExitCode::usage, fmt::format("--ignore-columns: {} is no table; leave the flag out", name));
  DataSet set;
  set.name = name;
  const std::vector<Passage> present = passages(parts, set);
  const ExampleForm form = formOf(parts.training.features);
  std::vector<ArrayTargets> targets;
  for (const Passage& part : present) {
    if (formOf(part.from->features) != form)
      refuse(part.from->features.name,
             "its examples are not of the same shape and kind as those "
             "of {}",
             parts.training.features.name);
    checkCounts(*part.from);
    targets.push_back(readTargets(std::move(part.from->targets)));
  }
  const TargetPlan plan = planTargets(targets, options.targetKind);
  describe(form, plan, set);
  for (std::size_t p = 0; p < present.size(); ++p)
    readPart(std::move(*present[p].from), form, plan, targets[p], options, *present[p].to);
  return set;
}

}  // namespace cajal
