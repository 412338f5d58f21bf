#pragma once
// What tests of files and programs stand on: a folder that goes away again, and a changed environment
// variable.

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace cajal::test {

// A new empty folder; removed with all it holds when it dies.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "cajal-test-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    m_path = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return m_path; }
  std::filesystem::path operator/(const std::string& name) const { return m_path / name; }
  // How many files and folders lie directly in it.
  int count() const {
    return static_cast<int>(std::distance(std::filesystem::directory_iterator(m_path), {}));
  }

 private:
  std::filesystem::path m_path;
};

inline void writeText(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

inline std::string readText(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// An executable shell script.
inline void writeScript(const std::filesystem::path& path, const std::string& body) {
  writeText(path, "#!/bin/sh\n" + body + "\n");
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
}

// Sets a variable of the environment, and restores it when it dies.
class ChangedEnvironment {
 public:
  ChangedEnvironment(std::string name, const std::string& value) : m_name(std::move(name)) {
    const char* before = getenv(m_name.c_str());
    m_before = before == nullptr ? "" : before;
    setenv(m_name.c_str(), value.c_str(), 1);
  }
  ~ChangedEnvironment() { setenv(m_name.c_str(), m_before.c_str(), 1); }
  ChangedEnvironment(const ChangedEnvironment&) = delete;
  ChangedEnvironment& operator=(const ChangedEnvironment&) = delete;

 private:
  std::string m_name;
  std::string m_before;
};

}  // namespace cajal::test
