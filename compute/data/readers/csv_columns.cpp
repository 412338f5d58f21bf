#include "compute/data/readers/csv_columns.h"

#include <algorithm>
#include <set>
#include <utility>

#include "compute/data/readers/csv_values.h"
#include "compute/data/refusal.h"
#include "engine/base/error.h"
#include "engine/base/text.h"

namespace cajal {
namespace {

[[noreturn]] void refuseText(const std::filesystem::path& file, const ColumnProfile& column) {
  throw Error(ExitCode::badInput,
              fmt::format("{}, line {}, column '{}': {}", file.string(), column.firstTextLine, column.name,
                          whyNoNumber(column.firstText)));
}

// ---- which columns are asked for ----------------------------------------------------------------

std::vector<std::size_t> targetColumns(const CsvProfile& profile, const std::filesystem::path& file,
                                       const DataOptions& options) {
  if (options.target.empty()) return {profile.columns.size() - 1};
  const bool isOneName =
      std::any_of(profile.columns.begin(), profile.columns.end(),
                  [&](const ColumnProfile& column) { return column.name == options.target; });
  std::vector<std::size_t> targets;
  std::string rest = options.target;
  while (!isOneName && rest.find(',') != rest.npos) {
    targets.push_back(findColumn(profile, rest.substr(0, rest.find(',')), file, "--target"));
    rest.erase(0, rest.find(',') + 1);
  }
  targets.push_back(findColumn(profile, rest, file, "--target"));
  return targets;
}

void assign(CsvPlan& plan, std::size_t column, ColumnUse use, const std::filesystem::path& file) {
  ColumnUse& place = plan.uses[column];
  if (place == ColumnUse::number) {
    place = use;
    return;
  }
  throw Error(
      ExitCode::usage,
      fmt::format("{}: column '{}' is asked for twice (--target, --weight-column, --ignore-columns); name it "
                  "once",
                  file.string(), plan.profile.columns[column].name));
}

// ---- texts --------------------------------------------------------------------------------------

std::vector<std::string> sortedTexts(const ColumnProfile& column) {
  std::vector<std::string> texts(column.distinct.begin(), column.distinct.end());
  std::sort(texts.begin(), texts.end());
  return texts;
}

// A column that is to be a category: refused where it rather is a number badly written, or a name.
void checkCategory(const ColumnProfile& column, std::size_t most, const std::filesystem::path& file) {
  const bool isInfinite = column.hasTooLarge && column.numbers > 0;
  if (looksLikeDecimalComma(column.firstText) || column.isNumeric() || isInfinite) refuseText(file, column);
  if (column.hasTooMany || column.distinct.size() > most) {
    refuse(file.string(),
           "text column '{}' has {}{} different values, at most {} are read; leave it out "
           "with --ignore-columns {}",
           column.name, column.hasTooMany ? "more than " : "",
           column.hasTooMany ? kMostClasses : column.distinct.size(), most, column.name);
  }
}

// ---- targets ------------------------------------------------------------------------------------

// The different numbers of a column as texts, in order: "1" and "1.0" are one.
std::vector<std::string> sortedNumbers(const ColumnProfile& column) {
  std::set<double> numbers;
  for (const std::string& text : column.distinct) numbers.insert(readField(text).number);
  std::vector<std::string> texts;
  for (const double number : numbers) texts.push_back(fmt::format("{}", number));
  return texts;
}

bool isClassTarget(const ColumnProfile& column, TargetKind kind) {
  if (kind != TargetKind::guess) return kind == TargetKind::classes;
  if (!column.isNumeric()) return true;
  return column.isWhole && !column.hasTooMany && sortedNumbers(column).size() <= kFewWholeNumbers;
}

void planClasses(CsvPlan& plan, std::size_t c, const std::filesystem::path& file) {
  const ColumnProfile& column = plan.profile.columns[c];
  const bool isNumeric = column.isNumeric();
  if (isNumeric && column.texts > 0) refuseText(file, column);
  if (!isNumeric) checkCategory(column, kMostClasses, file);
  if (column.hasTooMany) {
    refuse(file.string(),
           "target column '{}' has more than {} different numbers, too many for classes; "
           "choose another --target, or predict the number",
           column.name, kMostCategories);
  }
  plan.uses[c] = ColumnUse::classTarget;
  plan.categories[c] = isNumeric ? sortedNumbers(column) : sortedTexts(column);
  if (plan.categories[c].size() > 1) return;
  refuse(file.string(),
         "target column '{}' says '{}' everywhere, so that there is nothing to learn; choose "
         "another --target",
         column.name, plan.categories[c].empty() ? "nothing" : escapedName(plan.categories[c][0]));
}

void planTargets(CsvPlan& plan, const std::vector<std::size_t>& targets, TargetKind kind,
                 const std::filesystem::path& file) {
  for (const std::size_t c : targets) {
    const ColumnProfile& column = plan.profile.columns[c];
    if (targets.size() == 1 && isClassTarget(column, kind)) return planClasses(plan, c, file);
    if (column.texts > 0) refuseText(file, column);
    plan.targetNames.push_back(column.name);
  }
}

// ---- features -----------------------------------------------------------------------------------

void planFeature(CsvPlan& plan, std::size_t c, const std::filesystem::path& file) {
  const ColumnProfile& column = plan.profile.columns[c];
  if (column.texts == 0) {
    plan.featureNames.push_back(column.name);
    return;
  }
  checkCategory(column, kMostCategories, file);
  plan.uses[c] = ColumnUse::category;
  plan.categories[c] = sortedTexts(column);
  for (const std::string& text : plan.categories[c])
    plan.featureNames.push_back(fmt::format("{}={}", column.name, escapedName(text)));
}

}  // namespace

CsvPlan planCsv(const std::filesystem::path& file, const DataOptions& options) {
  CsvPlan plan{.profile = profileCsv(file, options.hasHeader),
               .uses = {},
               .categories = {},
               .featureNames = {},
               .targetNames = {}};
  const std::size_t columns = plan.profile.columns.size();
  plan.uses.assign(columns, ColumnUse::number);
  plan.categories.resize(columns);
  const std::vector<std::size_t> targets = targetColumns(plan.profile, file, options);
  for (const std::size_t c : targets) assign(plan, c, ColumnUse::numberTarget, file);
  if (!options.weightColumn.empty()) {
    const std::size_t c = findColumn(plan.profile, options.weightColumn, file, "--weight-column");
    assign(plan, c, ColumnUse::weight, file);
    if (plan.profile.columns[c].texts > 0) refuseText(file, plan.profile.columns[c]);
  }
  for (const std::string& name : options.ignored)
    assign(plan, findColumn(plan.profile, name, file, "--ignore-columns"), ColumnUse::ignored, file);
  planTargets(plan, targets, options.targetKind, file);
  for (std::size_t c = 0; c < columns; ++c) {
    if (plan.uses[c] == ColumnUse::number) planFeature(plan, c, file);
  }
  if (plan.featureNames.empty()) {
    refuse(file.string(),
           "beside the target '{}' there is no column to predict it from; separate columns by "
           "commas, semicolons or tabs",
           plan.profile.columns[targets[0]].name);
  }
  return plan;
}

}  // namespace cajal
