#pragma once
// An array in a file: what its header says, and its numbers still to be read. What NPY, NPZ and IDX have in
// common.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compute/data/readers/byte_source.h"
#include "compute/data/readers/element_type.h"
#include "compute/data/readers/value_store.h"

namespace cajal {

constexpr std::size_t kMostDimensions = 32;

// Where the values of an array stand as they are in a file that is not packed.
struct FilePlace {
  std::filesystem::path path;
  std::uint64_t offset = 0;  // bytes
};

struct ArrayStream {
  std::string name;  // for messages: "x.npy", "set.npz, array 'x'"
  ElementType type;
  std::vector<std::uint64_t> shape;   // (examples, …)
  bool isFortranOrder = false;        // the first index runs fastest; else the last
  std::unique_ptr<ByteSource> bytes;  // behind the header
  std::uint64_t headerBytes = 0;
  std::optional<FilePlace> place;

  std::uint64_t rows() const { return shape.empty() ? 1 : shape[0]; }
  std::uint64_t width() const;  // numbers of an example
  std::uint64_t byteCount() const { return rows() * width() * type.bytes; }
};

// To be asked before anything is taken for it: the numbers of `shape` overflow nothing and fit into what the
// source can hold. Throws Error(badInput).
void checkShape(const ArrayStream& array);

// An array's examples in order, each row-major, whatever order the file has.
class ArrayRows {
 public:
  // What has to be turned round is put aside first: in a file where it has more than `mostBytes`.
  ArrayRows(ArrayStream array, std::uint64_t mostBytes);

  const ArrayStream& array() const { return m_array; }
  // Some whole rows, (rows, width) elements of array().type; valid until the next call. Empty behind the last
  // row: then all were there, and nothing followed. Throws Error(badInput) otherwise.
  std::span<const std::uint8_t> next();

 private:
  std::size_t takeBytes(std::span<std::uint8_t> into);
  void setAside(std::uint64_t mostBytes);
  void turnRound(std::uint64_t begin, std::uint64_t rows);

  ArrayStream m_array;
  std::uint64_t m_rowsDone = 0;
  std::uint64_t m_bytesTaken = 0;
  std::vector<std::uint8_t> m_block;
  // Fortran's order alone: all columns, (width, rows), and which column each feature is.
  Examples m_columns;
  std::vector<std::uint64_t> m_columnOf;
};

}  // namespace cajal
