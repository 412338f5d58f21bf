#pragma once
// What the columns of a table hold, found out in one pass over the file, before anything is kept of it.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "compute/data/data_options.h"
#include "compute/data/readers/csv_records.h"

namespace cajal {

constexpr std::size_t kMostCategories = 256;  // of a text column: each becomes a feature
constexpr std::size_t kFewWholeNumbers = 20;  // a target of at most so many different ones is a class

struct HashText {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

// What was seen in one column.
struct ColumnProfile {
  std::string name;
  std::uint64_t numbers = 0, texts = 0, missing = 0;
  bool isWhole = true;              // no number with a fraction
  std::uint64_t firstTextLine = 0;  // of the first field that is neither number nor missing; 0: none
  std::string firstText;
  bool hasTooLarge = false;  // an infinity, or what no float holds, counted among the texts
  std::unordered_set<std::string, HashText, std::equal_to<>> distinct;  // trimmed; complete unless:
  bool hasTooMany = false;                                              // more differ than are kept

  // Two thirds of its values are numbers: what is not one is a mistake, not a category.
  bool isNumeric() const { return numbers > 0 && texts * 2 <= numbers; }
};

struct CsvProfile {
  std::vector<ColumnProfile> columns;
  std::uint64_t records = 0;  // without the header
  bool hasHeader = false;
};

// Reads the file once. Throws Error(badInput) for a file without a record of values and for ragged records.
CsvProfile profileCsv(const std::filesystem::path& file, std::optional<bool> hasHeader);

// The column's place by its name, or else its number from 0. Throws Error(usage) listing what there is.
std::size_t findColumn(const CsvProfile& profile, const std::string& name, const std::filesystem::path& file,
                       const char* flag);

// What becomes of a column.
enum class ColumnUse { ignored, number, category, weight, numberTarget, classTarget };

struct CsvPlan {
  CsvProfile profile;
  std::vector<ColumnUse> uses;                       // a column
  std::vector<std::vector<std::string>> categories;  // a column: sorted texts, or classes; else empty
  std::vector<std::string> featureNames, targetNames;
};

// Throws Error(badInput) where a column cannot be used as it should, saying which line and what to do.
CsvPlan planCsv(const std::filesystem::path& file, const DataOptions& options);

}  // namespace cajal
