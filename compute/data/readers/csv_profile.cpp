// The pass over a table that finds out what its columns hold.
#include <algorithm>
#include <cmath>
#include <utility>

#include "compute/data/readers/csv_columns.h"
#include "compute/data/readers/csv_values.h"
#include "compute/data/refusal.h"
#include "engine/base/error.h"
#include "engine/base/text.h"

namespace cajal {
namespace {

using Record = std::vector<std::string>;

// ---- is the first record a header? --------------------------------------------------------------

std::vector<Record> firstRecords(const std::filesystem::path& file) {
  constexpr std::size_t mostRecords = 50, mostBytes = kMostRecordBytes;
  CsvRecords records(file);
  std::vector<Record> first;
  std::size_t bytes = 0;
  while (first.size() < mostRecords && bytes < mostBytes && records.next()) {
    first.emplace_back(records.fields().begin(), records.fields().end());
    for (const std::string& field : first.back()) bytes += field.size();
  }
  return first;
}

bool hasNumber(const Record& record) {
  return std::any_of(record.begin(), record.end(),
                     [](const std::string& field) { return readField(field).kind == FieldKind::number; });
}

// Whether a value of the first record stands again below itself, as a header's names do not.
bool recurs(const std::vector<Record>& records) {
  for (std::size_t r = 1; r < records.size(); ++r) {
    for (std::size_t c = 0; c < std::min(records[0].size(), records[r].size()); ++c) {
      if (!trimmed(records[0][c]).empty() && records[0][c] == records[r][c]) return true;
    }
  }
  return false;
}

// A first record without a number above others with some; among texts alone, one that is not repeated.
bool looksLikeHeader(const std::vector<Record>& records) {
  if (records.size() < 2 || hasNumber(records[0])) return false;
  return std::any_of(records.begin() + 1, records.end(), hasNumber) || !recurs(records);
}

// ---- columns ------------------------------------------------------------------------------------

std::vector<ColumnProfile> nameColumns(const Record& first, bool hasHeader) {
  std::vector<ColumnProfile> columns(first.size());
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const std::string name = hasHeader ? escapedName(trimmed(first[c])) : "";
    columns[c].name = name.empty() ? fmt::format("column {}", c) : name;
  }
  return columns;
}

void rememberDistinct(ColumnProfile& column, std::string_view text) {
  // Numbers are counted only so far as they may be classes; a table may have thousands of such columns.
  const std::size_t most = column.texts > 0 ? kMostClasses : kMostCategories;
  if (column.hasTooMany || column.distinct.contains(text)) return;
  if (column.distinct.size() < most) {
    column.distinct.emplace(text);
  } else {
    column.hasTooMany = true;
    column.distinct.clear();
  }
}

void look(ColumnProfile& column, std::string_view field, std::uint64_t line) {
  const FieldValue value = readField(field);
  if (value.kind == FieldKind::missing) {
    ++column.missing;
    return;
  }
  if (value.kind == FieldKind::number) {
    ++column.numbers;
    column.isWhole = column.isWhole && std::trunc(value.number) == value.number;
  } else {
    ++column.texts;
    const bool isFirstTooLarge = value.kind == FieldKind::tooLarge && !column.hasTooLarge;
    column.hasTooLarge = column.hasTooLarge || isFirstTooLarge;
    if (column.firstTextLine == 0 || isFirstTooLarge) {
      column.firstTextLine = line;
      column.firstText = std::string(field.substr(0, 200));
    }
  }
  rememberDistinct(column, trimmed(field));
}

[[noreturn]] void refuseRagged(const std::filesystem::path& file, const CsvRecords& records,
                               std::size_t expected) {
  const bool isComma = records.delimiter() == ',';
  throw Error(ExitCode::badInput,
              fmt::format("{}, line {}: has {} fields where the first line has {}; {}", file.string(),
                          records.line(), records.fields().size(), expected,
                          isComma ? "quote texts that hold a comma, and write decimal points, not commas"
                                  : "give every line as many"));
}

}  // namespace

CsvProfile profileCsv(const std::filesystem::path& file, std::optional<bool> hasHeader) {
  const std::vector<Record> first = firstRecords(file);
  CsvProfile profile;
  profile.hasHeader = hasHeader.value_or(looksLikeHeader(first));
  if (first.size() < (profile.hasHeader ? 2 : 1)) {
    refuse(file.string(), "holds no line of values; give one a line and example");
  }
  profile.columns = nameColumns(first[0], profile.hasHeader);
  CsvRecords records(file);
  for (bool isFirst = true; records.next(); isFirst = false) {
    if (records.fields().size() != profile.columns.size())
      refuseRagged(file, records, profile.columns.size());
    if (isFirst && profile.hasHeader) continue;
    ++profile.records;
    for (std::size_t c = 0; c < profile.columns.size(); ++c)
      look(profile.columns[c], records.fields()[c], records.line());
  }
  return profile;
}

std::size_t findColumn(const CsvProfile& profile, const std::string& name, const std::filesystem::path& file,
                       const char* flag) {
  std::string known;
  std::optional<std::size_t> found;
  for (std::size_t c = 0; c < profile.columns.size(); ++c) {
    if (c < 20) known += fmt::format("{}{}", c ? ", " : "", profile.columns[c].name);
    if (profile.columns[c].name != name) continue;
    if (found) {
      throw Error(ExitCode::badInput,
                  fmt::format("{} {}: {} has two columns of this name ({} and {}, counted "
                              "from 0); give the number instead",
                              flag, name, file.string(), *found, c));
    }
    found = c;
  }
  if (found) return *found;
  const FieldValue number = readField(name);
  if (number.kind == FieldKind::number && number.number >= 0 &&
      number.number < static_cast<double>(profile.columns.size()) &&
      name.find_first_not_of("0123456789") == name.npos)
    return static_cast<std::size_t>(number.number);
  throw Error(ExitCode::usage,
              fmt::format("{} {}: no such column in {}; there are 0 to {}: {}{}", flag, name, file.string(),
                          profile.columns.size() - 1, known, profile.columns.size() > 20 ? ", ..." : ""));
}

}  // namespace cajal
