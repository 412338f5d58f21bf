#include "compute/data/split.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "compute/core/random.h"
#include "compute/data/rows.h"
#include "engine/base/error.h"
#include "engine/base/log.h"

namespace cajal {
namespace {

void checkShare(double share, const char* flag) {
  if (share >= 0 && share < 1) return;  // false for NaN, too
  throw Error(ExitCode::usage, fmt::format("{} {}: give a share of the examples, 0 to below 1", flag, share));
}

// Only what the source does not bring itself.
SplitShares wantedShares(const DataSet& set, const DataOptions& options) {
  SplitShares shares{options.validationShare, options.testShare};
  shares.check();
  if (set.validation.count > 0) shares.validation = 0;
  if (set.test.count > 0) shares.test = 0;
  return shares;
}

// The examples of each class in random order.
std::vector<RowNumbers> shuffledClasses(const std::vector<Label>& labels, std::size_t count,
                                        std::uint64_t seed) {
  const std::size_t classes =
      labels.empty() ? 1 : std::size_t{*std::max_element(labels.begin(), labels.end())} + 1;
  std::vector<RowNumbers> members(classes);
  for (std::size_t i = 0; i < count; ++i) {
    members[labels.empty() ? 0 : labels[i]].push_back(static_cast<std::uint32_t>(i));
  }
  for (std::size_t c = 0; c < classes; ++c) {
    Random random(seed, RandomStream::split, c);
    for (std::size_t left = members[c].size(); left > 1; --left) {
      std::swap(members[c][left - 1], members[c][random.index(static_cast<std::uint32_t>(left))]);
    }
  }
  return members;
}

// Hands out a share of a running total in whole examples: what one class is owed after rounding, the next
// one gets.
class ShareCounter {
 public:
  explicit ShareCounter(double share) : m_share(share) {}

  std::size_t take(std::size_t count, std::size_t most) {
    m_owed += m_share * static_cast<double>(count);
    const auto wanted = static_cast<std::size_t>(std::max(0.0, std::round(m_owed)));
    const std::size_t taken = std::min(wanted, most);
    m_owed -= static_cast<double>(taken);
    return taken;
  }

 private:
  double m_share;
  double m_owed = 0;
};

RowNumbers rowsOf(const std::vector<PartChoice>& choices, PartChoice part) {
  RowNumbers rows;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (choices[i] == part) rows.push_back(static_cast<std::uint32_t>(i));
  }
  return rows;
}

// ---- without a copy -----------------------------------------------------------------------------

template <typename Value>
void takeSlice(std::vector<Value>& into, const std::vector<Value>& from, std::size_t begin, std::size_t end) {
  if (!from.empty())
    into.assign(from.begin() + static_cast<std::ptrdiff_t>(begin),
                from.begin() + static_cast<std::ptrdiff_t>(end));
}

// Points into the same mapped file.
Examples sliceOf(const Examples& part, std::size_t features, std::size_t begin, std::size_t end) {
  const std::size_t outputs = part.targets.size() / part.count;
  Examples slice;
  slice.count = end - begin;
  if (part.mappedBytes) slice.mappedBytes = {part.mappedBytes, part.mappedBytes.get() + begin * features};
  if (part.mappedFloats) slice.mappedFloats = {part.mappedFloats, part.mappedFloats.get() + begin * features};
  takeSlice(slice.labels, part.labels, begin, end);
  takeSlice(slice.targets, part.targets, begin * outputs, end * outputs);
  takeSlice(slice.weights, part.weights, begin, end);
  return slice;
}

void requireEveryClass(const DataSet& set) {
  std::vector<bool> isThere(set.classes);
  for (const Label label : set.training.labels) isThere[label] = true;
  const auto missing = std::find(isThere.begin(), isThere.end(), false);
  if (missing == isThere.end()) return;
  throw Error(
      ExitCode::badInput,
      fmt::format("{}: its examples stand sorted by class, so that none of class '{}' would be trained "
                  "with; write them in random order, or in files of their own for training and test",
                  set.name, set.classNames[static_cast<std::size_t>(missing - isThere.begin())]));
}

}  // namespace

void SplitShares::check() const {
  checkShare(validation, "--validation-share");
  checkShare(test, "--test-share");
  if (validation + test < 1) return;
  throw Error(
      ExitCode::usage,
      fmt::format("--validation-share {} and --test-share {} leave nothing to train with; together they "
                  "must stay below 1",
                  validation, test));
}

std::vector<PartChoice> chooseParts(const std::vector<Label>& labels, std::size_t count,
                                    const SplitShares& shares, std::uint64_t seed) {
  std::vector<PartChoice> choices(count, PartChoice::training);
  ShareCounter test(shares.test), validation(shares.validation);
  for (const RowNumbers& members : shuffledClasses(labels, count, seed)) {
    if (members.empty()) continue;
    const std::size_t spare = members.size() - 1;
    const std::size_t tests = test.take(members.size(), spare);
    const std::size_t validations = validation.take(members.size(), spare - tests);
    for (std::size_t i = 0; i < tests; ++i) choices[members[i]] = PartChoice::test;
    for (std::size_t i = tests; i < tests + validations; ++i) choices[members[i]] = PartChoice::validation;
  }
  return choices;
}

void splitParts(DataSet& set, const DataOptions& options) {
  const SplitShares shares = wantedShares(set, options);
  if (shares.validation == 0 && shares.test == 0) return;
  set.training.waitUntilReady();
  const std::vector<PartChoice> choices =
      chooseParts(set.training.labels, set.training.count, shares, options.seed);
  if (shares.test > 0) set.test = copyRows(set.training, set.features, rowsOf(choices, PartChoice::test));
  if (shares.validation > 0)
    set.validation = copyRows(set.training, set.features, rowsOf(choices, PartChoice::validation));
  keepRows(set.training, set.features, rowsOf(choices, PartChoice::training));
}

void splitAtTheEnd(DataSet& set, const DataOptions& options) {
  const SplitShares shares = wantedShares(set, options);
  const std::size_t count = set.training.count;
  const auto part = [&](double share) {
    return static_cast<std::size_t>(std::round(share * static_cast<double>(count)));
  };
  const std::size_t testBegin = count - part(shares.test);
  const std::size_t validationBegin = testBegin - std::min(testBegin, part(shares.validation));
  if (validationBegin == count) return;
  const Examples whole = std::move(set.training);
  if (shares.test > 0) set.test = sliceOf(whole, set.features, testBegin, count);
  if (shares.validation > 0) set.validation = sliceOf(whole, set.features, validationBegin, testBegin);
  set.training = sliceOf(whole, set.features, 0, validationBegin);
  if (set.classes > 0) requireEveryClass(set);
  logInfo("{} is too large to be split at random: the first {} train, the last {} are kept back", set.name,
          validationBegin, count - validationBegin);
}

}  // namespace cajal
