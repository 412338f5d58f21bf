#include "compute/data/prepare/split.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "compute/core/random.h"
#include "compute/data/readers/rows.h"
#include "engine/base/error.h"

namespace cajal {
namespace {

void checkShare(double share, const char* flag) {
  if (share >= 0 && share < 1) return;  // false for NaN, too
  throw Error(ExitCode::usage, fmt::format("{} {}: give a share of the examples, 0 to below 1", flag, share));
}

// What is taken out of the training part: nothing for a part that the source brings itself.
SplitShares wantedShares(const DataSet& set, const DataOptions& options) {
  SplitShares shares{options.validationShare, options.testShare.value_or(kUsualTestShare)};
  shares.check();
  if (set.validation.count > 0) shares.validation = 0;
  if (set.test.count > 0) shares.test = 0;
  return shares;
}

// A share that the user gives is one of all examples: the source's own test part joins the others.
void poolTest(DataSet& set) {
  if (set.test.count == 0) return;
  if (set.training.isMapped() || set.test.isMapped()) {
    throw Error(ExitCode::usage,
                fmt::format("--test-share: {} is larger than memory and brings a test part of "
                            "its own; leave the flag out",
                            set.name));
  }
  set.training.waitUntilReady();
  set.test.waitUntilReady();
  appendRows(set.training, std::move(set.test));
  set.test = {};
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
  if (options.testShare) poolTest(set);
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

}  // namespace cajal
