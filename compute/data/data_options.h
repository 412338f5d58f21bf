#pragma once
// What a user may ask of a data set besides its name.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compute/core/named.h"

namespace cajal {

// A value that is not there: an empty field, NA, N/A, NaN, null or ? in a table, NaN in an array.
enum class MissingValues {
  refuse,  // an error that says where
  mean,    // becomes the feature's mean over the training part
  drop,    // the example is left out
};
std::span<const KindName> namesOf(MissingValues);

// What is predicted. `guess`: classes for text, and for whole numbers of which few differ.
enum class TargetKind { guess, classes, numbers };
std::span<const KindName> namesOf(TargetKind);

inline constexpr double kUsualTestShare = 0.2;
inline constexpr std::size_t kMostClasses = 10'000;  // of a target

struct DataOptions {
  // A column's name, or its number counted from 0; several separated by commas where numbers are predicted.
  // An array's name in an NPZ file. Empty: the last column; the array y.
  std::string target{};
  TargetKind targetKind = TargetKind::guess;
  std::string weightColumn{};          // what each example counts for: a column, or an array; empty: all 1
  std::vector<std::string> ignored{};  // columns to leave out, by name or number
  std::optional<bool> hasHeader{};     // of a table; unset: looked at

  MissingValues missing = MissingValues::refuse;
  // Every feature, and every number to be predicted, to mean 0 and variance 1 over the training part. Unset:
  // what is read from tables and arrays, but not pictures.
  std::optional<bool> standardize{};
  double validationShare = 0;         // 0 … 1 of the examples that the source itself has not set apart
  std::optional<double> testShare{};  // the same; unset: the source's own test part, or else kUsualTestShare
  std::uint64_t seed = 1;             // of the split, and of the sets that are made
  float noise = 0;                    // 0 … 0.5, the two-dimensional sets only
  // Bytes of values; above this they stand in a mapped file. Unset: a quarter of this machine's memory.
  std::optional<std::uint64_t> streamAbove{};
};

}  // namespace cajal
