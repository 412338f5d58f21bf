#pragma once
// The built program, run as a user would: with words, an environment and a folder of its own.

#include "tests/engine/base/temporary_folder.h"
#include "tests/support/refusal.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace cajal::test {

inline constexpr double kPatience = 120;  // seconds; a test that waits so long has failed anyway

// False where the condition did not come true for so many seconds.
template <typename Condition>
bool waitUntil(double seconds, Condition&& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

// What is different around the program.
struct Surroundings {
  std::filesystem::path folder;                                                // where it starts
  std::vector<std::pair<std::string, std::string>> environment = {};           // set
  std::vector<std::string> withoutVariables = {"DISPLAY", "WAYLAND_DISPLAY"};  // unset
  rlim_t largestFile = RLIM_INFINITY;                                          // bytes
};

// Owner of one run. What it says goes into two files of ours; it is killed if it still runs in the end.
class Program {
 public:
  Program(const std::vector<std::string>& words, const Surroundings& surroundings);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  void signal(int number) const;
  // Once it has ended: the exit code, or -signal. Nothing after so many seconds.
  std::optional<int> waitFor(double seconds = kPatience);
  // Until it has said this on stderr; false if it never did.
  bool waitUntilSaid(const std::string& text, double seconds = kPatience);

  std::string output() const { return readText(m_said / "out"); }
  std::string errors() const { return readText(m_said / "err"); }

 private:
  std::optional<int> poll();

  TemporaryFolder m_said;
  pid_t m_process = -1;
  std::optional<int> m_code;
};

// A folder for the run's files, and the run in one line.
class ProgramTest : public testing::Test {
 protected:
  struct Result {
    std::optional<int> code;
    std::string output, errors;
  };
  // Until it ends by itself.
  Result run(const std::vector<std::string>& words) const { return run(words, surroundings()); }
  static Result run(const std::vector<std::string>& words, const Surroundings& surroundings);

  // It has ended with this code, and said all of this on stderr.
  static void expectEnd(const Result& result, int code, const std::vector<std::string>& said = {}) {
    EXPECT_EQ(result.code, code) << result.errors;
    for (const std::string& part : said) EXPECT_TRUE(says(result.errors, part));
  }
  // No warning, no error and no validation message.
  static void expectNoComplaint(const std::string& errors) {
    for (const char* complaint : {"\nW ", "\nE ", "VUID"}) EXPECT_FALSE(says("\n" + errors, complaint));
  }

  Surroundings surroundings() const { return {.folder = m_folder.path()}; }
  std::string path(const std::string& name) const { return (m_folder / name).string(); }
  bool isThere(const std::string& name) const { return std::filesystem::exists(m_folder / name); }

  TemporaryFolder m_folder;
};

// A small training on a small picture, without a window: seconds on any machine.
inline std::vector<std::string> smallRun(std::vector<std::string> more) {
  std::vector<std::string> words{"--headless", "--data", "xor", "--backend", "cpu", "--size", "160x90"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

}  // namespace cajal::test
