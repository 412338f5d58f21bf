#include "compute/data/readers/array_stream.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <numeric>
#include <utility>

#include "compute/data/refusal.h"
#include "engine/base/error.h"

namespace cajal {
namespace {

constexpr std::uint64_t kBlockBytes = 1 << 20;  // read at once; more where one row has more

// The column that holds each feature of a row in Fortran's order, where the first index runs fastest.
// dimensions: of one example.
std::vector<std::uint64_t> columnsOfFeatures(std::span<const std::uint64_t> dimensions, std::uint64_t width) {
  std::vector<std::uint64_t> columns(width, 0);
  for (std::uint64_t feature = 0; feature < width; ++feature) {
    std::uint64_t rest = feature, column = 0;
    for (std::size_t d = dimensions.size(); d-- > 0; rest /= dimensions[d])
      column = column +
               (rest % dimensions[d]) * std::accumulate(dimensions.begin(),
                                                        dimensions.begin() + static_cast<std::ptrdiff_t>(d),
                                                        std::uint64_t{1}, std::multiplies<>());
    columns[feature] = column;
  }
  return columns;
}

}  // namespace

std::uint64_t ArrayStream::width() const {
  if (shape.empty()) return 1;
  return std::accumulate(shape.begin() + 1, shape.end(), std::uint64_t{1}, std::multiplies<>());
}

void checkShape(const ArrayStream& array) {
  if (array.shape.size() > kMostDimensions)
    refuse(array.name, "has {} dimensions; at most {} are read", array.shape.size(), kMostDimensions);
  if (std::count(array.shape.begin(), array.shape.end(), 0u) != 0)
    refuse(array.name, "holds no values (a length is 0); give one with examples");
  const std::uint64_t most = array.bytes->mostBytes();
  const std::uint64_t room = most - std::min(most, array.headerBytes);
  std::uint64_t count = array.type.bytes;
  for (const std::uint64_t length : array.shape) {
    if (count > room / length)
      refuse(array.name,
             "its header promises more values than its {} bytes can hold; the file is cut "
             "off or damaged, fetch it again",
             room);
    count *= length;
  }
  if (count > room)
    refuse(array.name,
           "its header promises {} bytes of values, but only {} are there; the file is cut "
           "off, fetch it again",
           count, room);
}

ArrayRows::ArrayRows(ArrayStream array, std::uint64_t mostBytes) : m_array(std::move(array)) {
  checkShape(m_array);
  // With one dimension, or one row, or one number a row, both orders are the same.
  const bool isTurned = m_array.isFortranOrder && m_array.shape.size() > 1;
  if (isTurned) setAside(mostBytes);
}

std::size_t ArrayRows::takeBytes(std::span<std::uint8_t> into) {
  const std::size_t got = m_array.bytes->read(into);
  m_bytesTaken += got;
  if (got == into.size()) return got;
  refuse(m_array.name,
         "its header promises {} bytes of values, but only {} are there; the file is cut "
         "off, fetch it again",
         m_array.byteCount(), m_bytesTaken);
}

std::span<const std::uint8_t> ArrayRows::next() {
  const std::uint64_t rowBytes = m_array.width() * m_array.type.bytes;
  const std::uint64_t rows =
      std::min(m_array.rows() - m_rowsDone, std::max<std::uint64_t>(1, kBlockBytes / rowBytes));
  if (rows == 0) {
    std::array<std::uint8_t, 1> beyond{};
    if (m_array.bytes->read(beyond) != 0)
      refuse(m_array.name,
             "more data follows the {} bytes of values its header promises; the file is "
             "damaged, fetch it again",
             m_array.byteCount());
    return {};
  }
  m_block.resize(rows * rowBytes);
  if (m_columnOf.empty()) {
    takeBytes(m_block);
  } else {
    turnRound(m_rowsDone, rows);
  }
  m_rowsDone += rows;
  return m_block;
}

void ArrayRows::setAside(std::uint64_t mostBytes) {
  m_columnOf = columnsOfFeatures(std::span(m_array.shape).subspan(1), m_array.width());
  ValueStore<std::uint8_t> store(m_array.byteCount(), mostBytes);
  std::vector<std::uint8_t> piece;
  for (std::uint64_t left = m_array.byteCount(); left > 0; left -= piece.size()) {
    piece.resize(std::min(left, kBlockBytes));
    takeBytes(piece);
    store.append(piece);
  }
  store.giveTo(m_columns);
}

void ArrayRows::turnRound(std::uint64_t begin, std::uint64_t rows) {
  const std::uint64_t width = m_array.width(), bytes = m_array.type.bytes;
  for (std::uint64_t feature = 0; feature < width; ++feature) {
    const std::uint8_t* column =
        m_columns.byteData() + (m_columnOf[feature] * m_array.rows() + begin) * bytes;
    for (std::uint64_t row = 0; row < rows; ++row)
      std::memcpy(&m_block[(row * width + feature) * bytes], column + row * bytes, bytes);
  }
}

}  // namespace cajal
