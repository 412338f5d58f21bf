// How the sources look: guards, no tabs, and the formatter has nothing to say.
#include "engine/base/child_process.h"
#include "engine/base/error.h"
#include "tests/repository/repository_files.h"

#include <gtest/gtest.h>

namespace cajal::test {
namespace {

TEST(SourceHabits, HoldInEveryFile) {
  const auto sources = sourcesBelow({"engine", "compute", "viewer", "shaders", "tests"},
                                    {".h", ".cpp", ".cu", ".cuh", ".glsl", ".comp", ".vert", ".frag"});
  ASSERT_GT(sources.size(), 20U);
  for (const SourceFile& file : sources) {
    for (const std::string& line : brokenHabits(file)) ADD_FAILURE() << line;
  }
}

TEST(SourceHabits, BreachesAreSeen) {
  EXPECT_TRUE(brokenHabits({"engine/a.h", "#pragma once\nint a;\n"}).empty());
  EXPECT_EQ(brokenHabits({"engine/a.h", "int a;\n"}).size(), 1U);
  EXPECT_EQ(brokenHabits({"engine/a.cpp", "int a;\n\tint b;\n"}),
            std::vector<std::string>{"engine/a.cpp:2: a tab"});
  EXPECT_EQ(brokenHabits({"engine/a.cpp", "int a; \n"}).size(), 1U);
  EXPECT_EQ(brokenHabits({"shaders/shared/a.h", "struct A {};\n"}).size(), 1U);
  EXPECT_EQ(brokenHabits({"shaders/a.comp", "  if (isnan(x)) return;\n"}).size(), 1U);
  EXPECT_TRUE(brokenHabits({"engine/a.cpp", "  if (std::isnan(x)) return;\n"}).empty());
}

TEST(SourceHabits, CallsThatThrowFileErrorsAreSeen) {
  for (const char* line : {"if (std::filesystem::is_directory(path)) {", "fs::exists(a / \"run.toml\")",
                           "for (const auto& e : std::filesystem::directory_iterator(folder, failed)) {",
                           "std::filesystem::rename(from, to);", "std::filesystem::temp_directory_path()"})
    EXPECT_TRUE(throwingFileCall(line)) << line;
  for (const char* line :
       {"std::filesystem::remove(part, ignored);", "fs::exists(status)", "std::filesystem::path a;",
        "fs::rename(temporary, file, error);", "isFolder(path)"})
    EXPECT_FALSE(throwingFileCall(line)) << line;
  EXPECT_EQ(brokenHabits({"engine/a.cpp", "fs::exists(a);\n"}).size(), 1U);
}

// What a program says and how it ended; nothing if it is not installed.
std::optional<std::pair<ExitStatus, std::string>> resultOf(const std::vector<std::string>& command) {
  try {
    ChildProcess child(command, 8000);
    child.closeInput();
    const auto status = child.waitFor(200.0);
    return std::pair(status.value_or(ExitStatus{.code = -1}), child.outputTail());
  } catch (const Error&) {
    return std::nullopt;
  }
}

TEST(SourceHabits, TheFormatterHasNothingToSay) {
  const auto version = resultOf({"clang-format", "--version"});
  if (!version) GTEST_SKIP() << "clang-format is not installed";
  // Other versions break lines elsewhere.
  if (version->second.find("version 14.") == std::string::npos)
    GTEST_SKIP() << "needs version 14: " << version->second;
  std::vector<std::string> command{"clang-format", "--dry-run", "-Werror", "--ferror-limit=1"};
  for (const SourceFile& file :
       sourcesBelow({"engine", "compute", "viewer", "tests"}, {".h", ".cpp", ".cu", ".cuh"})) {
    command.push_back(std::string(CAJAL_SOURCE_DIR) + "/" + file.path);
  }
  const auto checked = resultOf(command);
  ASSERT_TRUE(checked);
  EXPECT_TRUE(checked->first.isSuccess()) << "run clang-format -i on:\n" << checked->second;
}

}  // namespace
}  // namespace cajal::test
