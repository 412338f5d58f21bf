#include "compute/data/sets/array_targets.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <type_traits>
#include <utility>

#include "compute/data/refusal.h"
#include "engine/base/error.h"

namespace cajal {
namespace {

using Integers = std::vector<std::int64_t>;
using Numbers = std::vector<double>;

bool isMissing(double value) {
  return std::isnan(value);
}
bool isMissing(std::int64_t) {
  return false;
}

// ---- reading ------------------------------------------------------------------------------------

void checkNumbers(const ArrayTargets& targets, const Numbers& numbers) {
  const auto wrong = std::find_if(numbers.begin(), numbers.end(), [](double value) {
    return std::abs(value) > static_cast<double>(std::numeric_limits<float>::max());
  });
  if (wrong == numbers.end()) return;
  refuse(targets.name,
         "the target of example {} (counted from 0) is infinite or too large for a "
         "float; correct it",
         static_cast<std::size_t>(wrong - numbers.begin()) / targets.outputs);
}

void checkIntegers(const ArrayTargets& targets, const Integers& integers, const ElementType& type) {
  if (type.kind != ElementKind::unsignedInteger || type.bytes < 8) return;
  if (std::all_of(integers.begin(), integers.end(), [](std::int64_t value) { return value >= 0; })) return;
  refuse(targets.name, "holds integers above 2^63-1, too large to tell apart; save smaller ones");
}

template <typename Value, typename Convert>
std::vector<Value> readAll(ArrayRows& rows, Convert convert) {
  std::vector<Value> all, some;
  for (auto block = rows.next(); !block.empty(); block = rows.next()) {
    convert(rows.array().type, block, some);
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

// ---- classes ------------------------------------------------------------------------------------

[[noreturn]] void refuseTooMany(const std::string& name) {
  refuse(name,
         "has more than {} different targets, too many for classes; predict the numbers "
         "with --target-kind numbers",
         kMostClasses);
}

template <typename Value>
std::vector<Value> distinctValues(std::span<const ArrayTargets> parts) {
  std::set<Value> distinct;
  for (const ArrayTargets& part : parts) {
    for (const Value value : std::get<std::vector<Value>>(part.values)) {
      if (!isMissing(value)) distinct.insert(value);
      if (distinct.size() > kMostClasses) refuseTooMany(part.name);
    }
  }
  return {distinct.begin(), distinct.end()};
}

template <typename Value>
void planClasses(std::span<const ArrayTargets> parts, TargetPlan& plan) {
  std::vector<Value> classes = distinctValues<Value>(parts);
  for (const Value value : classes) plan.classNames.push_back(fmt::format("{}", value));
  plan.classes = std::move(classes);
}

void planOneHot(const ArrayTargets& first, TargetPlan& plan) {
  if (first.outputs > kMostClasses) refuseTooMany(first.name);
  plan.isOneHot = true;
  for (std::size_t c = 0; c < first.outputs; ++c) plan.classNames.push_back(fmt::format("{}", c));
}

// The class of a row with a 1 and otherwise 0.
template <typename Value>
Label oneHotClass(std::span<const Value> row, const ArrayTargets& targets, std::size_t example) {
  const auto found = std::find(row.begin(), row.end(), Value{1});
  const auto zeros = static_cast<std::size_t>(std::count(row.begin(), row.end(), Value{0}));
  if (found != row.end() && zeros + 1 == row.size()) return static_cast<Label>(found - row.begin());
  refuse(targets.name,
         "example {} (counted from 0) has not one 1 and otherwise 0, as classes in "
         "several columns have; predict them with --target-kind numbers",
         example);
}

template <typename Value>
Label labelOf(std::span<const Value> row, const TargetPlan& plan, const ArrayTargets& targets,
              std::size_t example) {
  if (plan.isOneHot) return oneHotClass(row, targets, example);
  const auto& classes = std::get<std::vector<Value>>(plan.classes);
  return static_cast<Label>(std::lower_bound(classes.begin(), classes.end(), row[0]) - classes.begin());
}

template <typename Value>
std::vector<bool> giveValues(const TargetPlan& plan, const ArrayTargets& targets,
                             const std::vector<Value>& values, MissingValues missing, Examples& part) {
  std::vector<bool> isIncomplete(targets.count);
  for (std::size_t i = 0; i < targets.count; ++i) {
    const auto row = std::span(values).subspan(i * targets.outputs, targets.outputs);
    isIncomplete[i] = std::any_of(row.begin(), row.end(), [](Value value) { return isMissing(value); });
    if (isIncomplete[i] && missing != MissingValues::drop)
      refuse(targets.name,
             "the target of example {} (counted from 0) is missing (NaN), and it can "
             "not be made up; leave such examples out with --missing drop",
             i);
    if (plan.outputs > 0) {
      for (const Value value : row) part.targets.push_back(static_cast<float>(value));
    } else {
      part.labels.push_back(isIncomplete[i] ? 0 : labelOf(row, plan, targets, i));
    }
  }
  return isIncomplete;
}

}  // namespace

ArrayTargets readTargets(ArrayStream array) {
  const std::size_t rank = array.shape.size();
  if (rank != 1 && rank != 2)
    refuse(array.name,
           "has {} dimensions; targets have one, or two for several numbers an "
           "example",
           rank);
  ArrayRows rows(std::move(array), std::numeric_limits<std::uint64_t>::max());
  ArrayTargets targets;
  targets.name = rows.array().name;
  targets.count = rows.array().rows();
  targets.outputs = rows.array().width();
  if (rows.array().type.isInteger()) {
    targets.values = readAll<std::int64_t>(rows, toIntegers);
    checkIntegers(targets, std::get<Integers>(targets.values), rows.array().type);
  } else {
    targets.values = readAll<double>(rows, toDoubles);
    checkNumbers(targets, std::get<Numbers>(targets.values));
  }
  return targets;
}

TargetPlan planTargets(std::span<const ArrayTargets> parts, TargetKind kind) {
  const ArrayTargets& first = parts[0];
  for (const ArrayTargets& part : parts) {
    if (part.outputs == first.outputs && part.values.index() == first.values.index()) continue;
    refuse(part.name, "its targets are not as those of {}; save both with the same dtype and width",
           first.name);
  }
  TargetPlan plan;
  const bool areIntegers = std::holds_alternative<Integers>(first.values);
  const bool areClasses =
      kind == TargetKind::guess ? areIntegers && first.outputs == 1 : kind == TargetKind::classes;
  if (!areClasses) {
    plan.outputs = first.outputs;
  } else if (first.outputs > 1) {
    planOneHot(first, plan);
  } else if (areIntegers) {
    planClasses<std::int64_t>(parts, plan);
  } else {
    planClasses<double>(parts, plan);
  }
  if (areClasses && plan.classNames.size() < 2)
    refuse(first.name, "its targets are all the same, so that there is nothing to learn; choose others");
  return plan;
}

std::vector<bool> giveTargets(const TargetPlan& plan, const ArrayTargets& targets, MissingValues missing,
                              Examples& part) {
  return std::visit([&](const auto& values) { return giveValues(plan, targets, values, missing, part); },
                    targets.values);
}

}  // namespace cajal
