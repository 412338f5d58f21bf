#pragma once
// Where a reader puts the values of examples, one row after the other: into memory, or, when there will be
// more than the user wants in memory, into a temporary file.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "compute/data/dataset.h"
#include "compute/data/readers/mapped_file.h"

namespace cajal {

// Bytes of values above which a data set goes to a file: what the user said, or a quarter of the memory.
std::uint64_t mostBytesInMemory(const DataOptions& options);

// Value: float, or std::uint8_t for pictures.
template <typename Value>
class ValueStore {
 public:
  // `expected`: how many values will come. Checked against the source's real size by the caller: this much
  // memory is taken.
  ValueStore(std::uint64_t expected, std::uint64_t mostBytes) {
    if (expected > mostBytes / sizeof(Value)) {
      m_file.emplace();
    } else {
      m_values.reserve(expected);
    }
  }

  void append(std::span<const Value> values) {
    if (m_file) {
      m_file->append(std::as_bytes(values));
    } else {
      m_values.insert(m_values.end(), values.begin(), values.end());
    }
  }

  // Hands the values to a part of a data set; nothing may be appended afterwards.
  void giveTo(Examples& part);

 private:
  std::vector<Value> m_values;
  std::optional<TemporaryFile> m_file;
};

template <>
void ValueStore<float>::giveTo(Examples& part);
template <>
void ValueStore<std::uint8_t>::giveTo(Examples& part);

}  // namespace cajal
