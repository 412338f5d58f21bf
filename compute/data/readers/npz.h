#pragma once
// NPZ, NumPy's format of several arrays: a ZIP archive of NPY files, stored or deflated.
//
// Read as untrusted input: names that lead outside, encrypted members, members whose declared size cannot be
// true and archives that contradict themselves are refused before anything is unpacked.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "compute/data/readers/array_stream.h"

namespace cajal {

constexpr std::size_t kMostMembers = 100'000;

class NpzFile {
 public:
  // Reads the directory alone. Throws Error(badInput) for what is no such archive, Error(inputOutput) where
  // it cannot be read.
  explicit NpzFile(const std::filesystem::path& file);

  const std::vector<std::string>& names() const { return m_names; }  // of the arrays, in the archive's order
  bool has(const std::string& name) const;
  // The array's header is read, its values follow; they keep the archive open. One array at a time is read
  // from one thread. Throws Error(usage), listing what there is, for an array that is not there.
  ArrayStream open(const std::string& name) const;

 private:
  std::filesystem::path m_path;
  std::shared_ptr<void> m_archive;  // libzip's
  std::vector<std::string> m_names;
  std::vector<std::uint64_t> m_members;  // the place in the archive of each name
};

}  // namespace cajal
