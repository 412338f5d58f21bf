#include "viewer/tools/inspect_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "compute/data/readers/csv_columns.h"
#include "compute/data/readers/idx.h"
#include "compute/data/readers/npy.h"
#include "compute/data/readers/npz.h"
#include "engine/base/error.h"
#include "engine/base/text.h"

namespace cajal {
namespace {

std::string shapeOf(const ArrayStream& array) {
  return array.shape.empty() ? "a single number" : fmt::format("{}", fmt::join(array.shape, " × "));
}

// "float32  70000 × 28 × 28, columns first"
std::string describe(const ArrayStream& array) {
  return fmt::format("{:<8} {}{}", name(array.type), shapeOf(array),
                     array.isFortranOrder ? ", in Fortran's order" : "");
}

// How often each byte stands there: what labels are looked at for.
void printCounts(const std::vector<std::uint8_t>& values) {
  std::vector<std::size_t> counts(256);
  for (const std::uint8_t value : values) ++counts[value];
  for (std::size_t value = 0; value < counts.size(); ++value) {
    if (counts[value] > 0) fmt::print("  {:>3}: {} times\n", value, counts[value]);
  }
}

// ---- tables ---------------------------------------------------------------------------------------

std::string examplesOf(const std::vector<std::string>& texts) {
  constexpr std::size_t most = 6;
  std::string shown;
  for (std::size_t i = 0; i < std::min(most, texts.size()); ++i)
    shown += (i ? ", " : "") + escapedName(texts[i]);
  return shown + (texts.size() > most ? ", ..." : "");
}

std::string kindOf(const ColumnProfile& column) {
  if (column.numbers + column.texts == 0) return "nothing";
  if (column.texts == 0) return column.isWhole ? "whole numbers" : "numbers";
  const std::string different = column.hasTooMany ? "too many" : fmt::format("{}", column.distinct.size());
  return column.isNumeric() ? fmt::format("numbers, and texts from line {} on", column.firstTextLine)
                            : fmt::format("texts, {} different", different);
}

void printColumns(const CsvProfile& profile) {
  for (std::size_t c = 0; c < profile.columns.size(); ++c) {
    const ColumnProfile& column = profile.columns[c];
    fmt::print("  {:>3} {:<24} {}{}\n", c, column.name, kindOf(column),
               column.missing ? fmt::format(", {} missing", column.missing) : "");
  }
}

void printPlan(const CsvPlan& plan) {
  for (std::size_t c = 0; c < plan.uses.size(); ++c) {
    if (plan.uses[c] == ColumnUse::classTarget)
      fmt::print("  predicts '{}': {} classes, {}\n", plan.profile.columns[c].name, plan.categories[c].size(),
                 examplesOf(plan.categories[c]));
    if (plan.uses[c] == ColumnUse::numberTarget)
      fmt::print("  predicts '{}': a number\n", plan.profile.columns[c].name);
  }
  fmt::print("  from {} features\n", plan.featureNames.size());
}

}  // namespace

void inspectIdx(const std::filesystem::path& path) {
  const ArrayStream array = openIdx(path);
  fmt::print("{}: IDX, {}\n", path.string(), describe(array));
  if (array.shape.size() == 1 && array.type.isByte()) printCounts(readIdx(path).values);
}

void inspectNpy(const std::filesystem::path& path) {
  fmt::print("{}: NPY, {}\n", path.string(), describe(openNpy(path)));
}

// An array that is not read is shown with the reason: the others may still be of use.
void inspectNpz(const std::filesystem::path& path) {
  const NpzFile file(path);
  fmt::print("{}: NPZ, {} arrays\n", path.string(), file.names().size());
  for (const std::string& array : file.names()) {
    try {
      fmt::print("  {:<24} {}\n", escapedName(array), describe(file.open(array)));
    } catch (const Error& error) {
      fmt::print("  {:<24} not read: {}\n", escapedName(array), error.what());
    }
  }
}

void inspectCsv(const std::filesystem::path& path) {
  const CsvProfile profile = profileCsv(path, std::nullopt);
  fmt::print("{}: CSV, {} lines of {} columns, {}\n", path.string(), profile.records, profile.columns.size(),
             profile.hasHeader ? "with a header" : "no header");
  printColumns(profile);
  try {
    printPlan(planCsv(path, {}));
  } catch (const Error& error) {
    fmt::print("  as it is, it cannot be trained: {}\n", error.what());
  }
}

}  // namespace cajal
