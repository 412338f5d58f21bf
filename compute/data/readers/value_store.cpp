#include "compute/data/readers/value_store.h"

#include <unistd.h>

#include <utility>

namespace cajal {
namespace {

template <typename Value>
std::shared_ptr<const Value> mapped(TemporaryFile& file) {
  const std::shared_ptr<const std::byte> bytes = file.map();  // page aligned
  return {bytes, reinterpret_cast<const Value*>(bytes.get())};
}

}  // namespace

std::uint64_t mostBytesInMemory(const DataOptions& options) {
  if (options.streamAbove) return *options.streamAbove;
  return static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) *
         static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) / 4;
}

template <>
void ValueStore<float>::giveTo(Examples& part) {
  part.floats = std::move(m_values);
  if (m_file) part.mappedFloats = mapped<float>(*m_file);
}

template <>
void ValueStore<std::uint8_t>::giveTo(Examples& part) {
  part.bytes = std::move(m_values);
  if (m_file) part.mappedBytes = mapped<std::uint8_t>(*m_file);
}

}  // namespace cajal
