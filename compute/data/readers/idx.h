#pragma once
// IDX, the format of MNIST's files: big-endian; two zero bytes, type, rank; one 32-bit length a dimension;
// then the values, row-major. Plain or gzip; told apart by the first bytes, not by the name.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "compute/data/readers/array_stream.h"

namespace cajal {

// Bytes only (type 0x08), as MNIST has them; openIdx() reads the other types, too.
struct IdxArray {
  std::vector<std::uint32_t> shape;  // 1 to 4 lengths, (10000, 28, 28)
  std::vector<std::uint8_t> values;  // as many as the product of `shape`
};

// Throws Error(inputOutput) where the file cannot be read, Error(badInput) where it is no IDX file of bytes:
// the message names the file, what is wrong and what to do. Never allocates more than the file's bytes can
// hold.
IdxArray readIdx(const std::filesystem::path& file);

// The same for a file already in memory; `name` stands in the messages. Throws Error(badInput).
IdxArray parseIdx(std::span<const std::uint8_t> bytes, const std::string& name);

// A file of any of the format's types and any size, its values still to be read. Throws as readIdx() does.
ArrayStream openIdx(const std::filesystem::path& file);

}  // namespace cajal
