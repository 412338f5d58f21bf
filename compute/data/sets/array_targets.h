#pragma once
// What is to be predicted, from an array: class numbers, or numbers.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "compute/data/dataset.h"
#include "compute/data/readers/array_stream.h"

namespace cajal {

// The targets of one part as they are in its file: integers, or floats, NaN where missing.
struct ArrayTargets {
  std::string name;  // for messages
  std::size_t count = 0;
  std::size_t outputs = 1;                                              // numbers an example
  std::variant<std::vector<std::int64_t>, std::vector<double>> values;  // (count, outputs)
};

// (N), (N, outputs). Throws Error(badInput) for another number of dimensions, for damage, and for numbers
// that no float can hold.
ArrayTargets readTargets(ArrayStream array);

// What all parts' targets are taken for. Classes are the different values in ascending order.
struct TargetPlan {
  std::vector<std::string> classNames;                                   // empty where numbers are predicted
  std::variant<std::vector<std::int64_t>, std::vector<double>> classes;  // their values
  bool isOneHot = false;                                                 // a row has 1 at its class, and 0
  std::size_t outputs = 0;                                               // 0 where there are classes
};

// Integers, one an example, are classes; everything else is numbers; unless `kind` says otherwise. Throws
// Error(badInput) where the parts differ, or there are too many classes, or only one.
TargetPlan planTargets(std::span<const ArrayTargets> parts, TargetKind kind);

// Fills labels or targets of a part that holds as many examples. Returns the rows that have none: their
// label is 0, their numbers NaN. Throws Error(badInput) for them unless they are to be dropped.
std::vector<bool> giveTargets(const TargetPlan& plan, const ArrayTargets& targets, MissingValues missing,
                              Examples& part);

}  // namespace cajal
