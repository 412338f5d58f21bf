#include "compute/data/readers/csv.h"

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "compute/data/readers/csv_columns.h"
#include "compute/data/readers/csv_values.h"
#include "compute/data/readers/rows.h"
#include "compute/data/readers/value_store.h"
#include "compute/data/refusal.h"
#include "engine/base/error.h"
#include "engine/base/log.h"

namespace cajal {
namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

// The second pass: each record becomes a row of features, a target and a weight.
class CsvReader {
 public:
  CsvReader(const std::filesystem::path& file, const DataOptions& options)
      : m_path(file), m_options(options), m_plan(planCsv(file, options)), m_records(file) {}

  DataSet read() {
    DataSet set = describe();
    if (m_plan.profile.records > kMostExamples) {
      cajal::refuse(m_path.string(), "has {} lines; at most {} are read", m_plan.profile.records,
                    kMostExamples);
    }
    ValueStore<float> store(m_plan.profile.records * set.features, mostBytesInMemory(m_options));
    if (m_plan.profile.hasHeader) m_records.next();
    while (m_records.next()) readRecord(set.training, store);
    store.giveTo(set.training);
    say(set);
    if (m_dropped > 0) logInfo("{}: {} lines with missing values were dropped", set.name, m_dropped);
    return set;
  }

 private:
  DataSet describe() const {
    DataSet set;
    set.name = m_path.filename().string();
    set.features = m_plan.featureNames.size();
    set.featureNames = m_plan.featureNames;
    set.targetNames = m_plan.targetNames;
    set.outputs = m_plan.targetNames.size();
    for (std::size_t c = 0; c < m_plan.uses.size(); ++c) {
      if (m_plan.uses[c] == ColumnUse::classTarget) set.classNames = m_plan.categories[c];
    }
    set.classes = set.classNames.size();
    return set;
  }

  // Guesses of ours, so that they do not stay unseen.
  void say(const DataSet& set) const {
    std::string texts;
    for (std::size_t c = 0; c < m_plan.uses.size(); ++c) {
      if (m_plan.uses[c] != ColumnUse::category) continue;
      texts += fmt::format("{}'{}' ({} values)", texts.empty() ? "; text columns: " : ", ",
                           m_plan.profile.columns[c].name, m_plan.categories[c].size());
    }
    logInfo("{}: {}{}", set.name, m_plan.profile.hasHeader ? "with a header" : "no header", texts);
  }

  void readRecord(Examples& part, ValueStore<float>& store) {
    m_row.clear();
    m_isComplete = true;
    const auto& fields = m_records.fields();
    if (fields.size() != m_plan.uses.size()) refuseChanged();
    for (std::size_t c = 0; c < fields.size(); ++c) readFeature(c, fields[c]);
    if (!m_isComplete && m_options.missing == MissingValues::drop) {
      ++m_dropped;
      return;
    }
    for (std::size_t c = 0; c < fields.size(); ++c) readTarget(part, c, fields[c]);
    store.append(m_row);
    ++part.count;
  }

  // Features go to m_row; of the other columns only what is missing is noted.
  void readFeature(std::size_t c, std::string_view field) {
    const ColumnUse use = m_plan.uses[c];
    if (use == ColumnUse::ignored) return;
    const FieldValue value = cajal::readField(field);
    if (value.kind == FieldKind::missing) noteMissing(c);
    if (use == ColumnUse::number) {
      if (value.kind != FieldKind::missing) checkNumber(c, field, value);
      m_row.push_back(value.kind == FieldKind::missing ? kMissing : static_cast<float>(value.number));
    } else if (use == ColumnUse::category) {
      const std::size_t begin = m_row.size();
      m_row.resize(begin + m_plan.categories[c].size(), value.kind == FieldKind::missing ? kMissing : 0.0f);
      if (value.kind != FieldKind::missing) m_row[begin + categoryOf(c, trimmed(field))] = 1.0f;
    }
  }

  void readTarget(Examples& part, std::size_t c, std::string_view field) {
    const ColumnUse use = m_plan.uses[c];
    if (use == ColumnUse::classTarget) {
      part.labels.push_back(static_cast<Label>(categoryOf(c, className(c, field))));
    } else if (use == ColumnUse::numberTarget || use == ColumnUse::weight) {
      const FieldValue value = cajal::readField(field);
      checkNumber(c, field, value);
      if (use == ColumnUse::weight && value.number < 0) refuse(c, "a weight below 0; weights are 0 or more");
      (use == ColumnUse::weight ? part.weights : part.targets).push_back(static_cast<float>(value.number));
    }
  }

  // Classes that are numbers are named in one way, whether 1 or 1.0 is written.
  std::string className(std::size_t c, std::string_view field) const {
    const bool isNumeric = m_plan.profile.columns[c].texts == 0;
    return isNumeric ? fmt::format("{}", cajal::readField(field).number) : std::string(trimmed(field));
  }

  std::size_t categoryOf(std::size_t c, std::string_view text) const {
    const std::vector<std::string>& known = m_plan.categories[c];
    const auto place = std::lower_bound(known.begin(), known.end(), text);
    if (place != known.end() && *place == text) return static_cast<std::size_t>(place - known.begin());
    // Classes that are numbers stand in the order of numbers.
    const auto found = std::find(known.begin(), known.end(), text);
    if (found == known.end()) refuseChanged();
    return static_cast<std::size_t>(found - known.begin());
  }

  void noteMissing(std::size_t c) {
    m_isComplete = false;
    if (m_options.missing == MissingValues::drop) return;
    const bool isFeature = m_plan.uses[c] == ColumnUse::number || m_plan.uses[c] == ColumnUse::category;
    if (!isFeature)
      refuse(c, "the value is missing, and it can not be made up; leave such lines out with --missing drop");
    if (m_options.missing == MissingValues::mean) return;
    refuse(c,
           "the value is missing; fill such fields in with --missing mean, or leave the lines out with "
           "--missing drop");
  }

  void checkNumber(std::size_t c, std::string_view field, const FieldValue& value) const {
    if (value.kind != FieldKind::number) refuse(c, whyNoNumber(field));
  }

  [[noreturn]] void refuse(std::size_t c, const std::string& what) const {
    throw Error(ExitCode::badInput, fmt::format("{}, line {}, column '{}': {}", m_path.string(),
                                                m_records.line(), m_plan.profile.columns[c].name, what));
  }

  [[noreturn]] void refuseChanged() const {
    throw Error(ExitCode::inputOutput, fmt::format("{}, line {}: the file was changed while it was read; try "
                                                   "again",
                                                   m_path.string(), m_records.line()));
  }

  const std::filesystem::path m_path;
  const DataOptions& m_options;
  CsvPlan m_plan;
  CsvRecords m_records;
  std::vector<float> m_row;
  bool m_isComplete = true;
  std::size_t m_dropped = 0;
};

}  // namespace

DataSet readCsv(const std::filesystem::path& file, const DataOptions& options) {
  return CsvReader(file, options).read();
}

}  // namespace cajal
