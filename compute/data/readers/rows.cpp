#include "compute/data/readers/rows.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "compute/data/readers/value_store.h"
#include "engine/base/error.h"

namespace cajal {
namespace {

constexpr std::uint64_t kAllInMemory = std::numeric_limits<std::uint64_t>::max();

template <typename Value>
void copyValues(const Value* values, std::size_t width, const RowNumbers& rows, std::uint64_t mostBytes,
                Examples& into) {
  ValueStore<Value> store(rows.size() * width, mostBytes);
  for (const std::size_t row : rows) store.append(std::span(values + row * width, width));
  store.giveTo(into);
}

// (count, width) to (rows, width); an empty vector stays empty.
template <typename Value>
std::vector<Value> copied(const std::vector<Value>& values, std::size_t width, const RowNumbers& rows) {
  std::vector<Value> chosen;
  if (values.empty()) return chosen;
  chosen.reserve(rows.size() * width);
  for (const std::size_t row : rows) {
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(row * width);
    chosen.insert(chosen.end(), begin, begin + static_cast<std::ptrdiff_t>(width));
  }
  return chosen;
}

template <typename Value>
void moveForward(std::vector<Value>& values, std::size_t width, const RowNumbers& rows) {
  if (values.empty()) return;
  std::size_t to = 0;
  for (const std::size_t row : rows) {
    std::copy_n(values.data() + row * width, width, values.data() + to);  // rows ascend: to <= row * width
    to += width;
  }
  values.resize(to);
}

std::size_t outputsOf(const Examples& part) {
  return part.count ? part.targets.size() / part.count : 0;
}

}  // namespace

void readRow(const Examples& part, std::size_t row, std::span<float> values) {
  if (const std::uint8_t* bytes = part.byteData()) {
    bytes += row * values.size();
    std::transform(bytes, bytes + values.size(), values.begin(),
                   [](std::uint8_t byte) { return static_cast<float>(byte) * (1.0f / 255.0f); });
  } else {
    std::copy_n(part.floatData() + row * values.size(), values.size(), values.begin());
  }
}

Examples copyRows(const Examples& part, std::size_t features, const RowNumbers& rows) {
  const std::uint64_t mostBytes = part.isMapped() ? 0 : kAllInMemory;
  Examples chosen;
  chosen.count = rows.size();
  if (part.byteData()) copyValues(part.byteData(), features, rows, mostBytes, chosen);
  if (part.floatData()) copyValues(part.floatData(), features, rows, mostBytes, chosen);
  chosen.labels = copied(part.labels, 1, rows);
  chosen.targets = copied(part.targets, outputsOf(part), rows);
  chosen.weights = copied(part.weights, 1, rows);
  return chosen;
}

void keepRows(Examples& part, std::size_t features, const RowNumbers& rows) {
  if (rows.size() == part.count) return;
  if (part.isMapped()) {
    part = copyRows(part, features, rows);
    return;
  }
  const std::size_t outputs = outputsOf(part);
  moveForward(part.bytes, features, rows);
  moveForward(part.floats, features, rows);
  moveForward(part.labels, 1, rows);
  moveForward(part.targets, outputs, rows);
  moveForward(part.weights, 1, rows);
  part.count = rows.size();
}

void appendRows(Examples& part, Examples more) {
  const auto append = [](auto& values, const auto& others) {
    values.insert(values.end(), others.begin(), others.end());
  };
  require(!part.isMapped() && !more.isMapped(), "appendRows: a part is not in memory");
  require(part.bytes.empty() == more.bytes.empty() && part.weights.empty() == more.weights.empty(),
          "appendRows: the parts are of different kinds");
  append(part.bytes, more.bytes);
  append(part.floats, more.floats);
  append(part.labels, more.labels);
  append(part.targets, more.targets);
  append(part.weights, more.weights);
  part.count += more.count;
}

}  // namespace cajal
