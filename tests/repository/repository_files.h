#pragma once
// The sources of this repository, read from the disk.

#include "tests/repository/source_rules.h"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace cajal::test {

// Every source below the given folders, sorted by path.
inline std::vector<SourceFile> sourcesBelow(std::initializer_list<const char*> folders,
                                            std::initializer_list<const char*> endings) {
  const std::filesystem::path root = CAJAL_SOURCE_DIR;
  std::vector<SourceFile> sources;
  for (const char* folder : folders) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
      const std::string ending = entry.path().extension().string();
      if (std::find(endings.begin(), endings.end(), ending) == endings.end()) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      sources.push_back({std::filesystem::relative(entry.path(), root).generic_string(),
                         {std::istreambuf_iterator<char>(file), {}}});
    }
  }
  std::sort(sources.begin(), sources.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return sources;
}

}  // namespace cajal::test
