#pragma once
// Files seen as memory, for data sets that are larger than memory: the system reads a page when it is first
// touched and may forget it again.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "engine/base/file.h"

namespace cajal {

// Bytes `offset` … `offset + size` of a file, for reading; unmapped with the last copy of the pointer. Throws
// Error(inputOutput). The file must not shrink meanwhile: touching what is gone ends the program.
std::shared_ptr<const std::byte> mapFile(const std::filesystem::path& path, std::uint64_t offset,
                                         std::size_t size);

// A file without a name in $TMPDIR (else /tmp), written once from front to back and then mapped; its room on
// the disk is free again when the last pointer into it is gone, also after a crash.
class TemporaryFile {
 public:
  TemporaryFile();

  // Throws Error(inputOutput) when the disk is full, saying what to do.
  void append(std::span<const std::byte> bytes);
  std::uint64_t size() const { return m_size; }
  // All that was appended; nothing may be appended afterwards. Null where there is nothing.
  std::shared_ptr<const std::byte> map();

 private:
  void flush();

  std::filesystem::path m_folder;
  FileDescriptor m_file;
  std::uint64_t m_size = 0;
  std::vector<std::byte> m_buffer;  // not written yet
};

}  // namespace cajal
