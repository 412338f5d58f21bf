#pragma once
// safetensors: named tensors in one file. Eight bytes N (little-endian), N bytes of JSON, then the tensors'
// bytes.
//
// Read as untrusted input: every count and offset is checked against the real size of the file before
// anything is allocated for it, and all rules of the format's own reader hold. Tensors are row-major,
// little-endian.

#include "engine/base/file.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cajal {

struct SafetensorsEntry {
  std::string name;                  // valid UTF-8, at most 4096 bytes; show it through escapedName()
  std::string dtype;                 // "F32", "BF16", ...; may be one we do not know
  std::vector<std::uint64_t> shape;  // at most 32 dimensions; empty for a single number, 0 allowed
  std::uint64_t begin = 0;           // bytes from the start of the file
  std::uint64_t end = 0;

  bool isFloat32() const { return dtype == "F32"; }  // the only type copyFloats() reads
  std::uint64_t byteCount() const { return end - begin; }
};

// An opened and checked file. Const member functions may be called from any thread.
class SafetensorsFile {
 public:
  // Reads and checks the header only. Throws Error(badInput) that names the file and what is wrong in it, and
  // Error(inputOutput) if it cannot be read.
  explicit SafetensorsFile(const std::filesystem::path& path);

  const std::vector<SafetensorsEntry>& entries() const { return m_entries; }  // in the order of their bytes
  const std::map<std::string, std::string>& metadata() const { return m_metadata; }
  const SafetensorsEntry* find(std::string_view name) const;  // nullptr if there is none

  // The tensor's numbers; NaN and infinities as they are. Throws Error(badInput) unless it is an F32 tensor,
  // and Error(inputOutput) if the file has shrunk since.
  std::vector<float> copyFloats(const SafetensorsEntry& entry) const;

 private:
  InputFile m_file;
  std::vector<SafetensorsEntry> m_entries;
  std::map<std::string, std::string> m_metadata;
};

// One tensor to write; the caller keeps name and values alive meanwhile.
struct SafetensorsTensor {
  std::string name;
  std::vector<std::uint64_t> shape;
  std::span<const float> values;  // as many as the product of the shape
};

// Writes F32 tensors sorted by name, their bytes aligned to 8 at the start, whole or not at all. The same
// input gives the same bytes. Throws Error(inputOutput); names must be distinct, valid UTF-8 and at most 4096
// bytes.
void writeSafetensors(const std::filesystem::path& path, std::vector<SafetensorsTensor> tensors,
                      const std::map<std::string, std::string>& metadata = {});

}  // namespace cajal
