// Every command that README shows does what it says. `./run ARGUMENTS` is what becomes `cajal ARGUMENTS`, so
// that is what runs here, in a folder of its own, without a display, and for as few steps as still show the
// thing.
#include "tests/engine/base/temporary_folder.h"
#include "tests/support/refusal.h"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace cajal::test {
namespace {

namespace fs = std::filesystem;

// The lines between ```sh and ```, without their comments.
std::vector<std::string> readmeCommands() {
  std::ifstream file(CAJAL_SOURCE_DIR "/README.md");
  std::vector<std::string> commands;
  bool isCommand = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("```")) {
      isCommand = line == "```sh";
    } else if (isCommand && !line.empty()) {
      commands.push_back(line.substr(0, line.find(" #")));
    }
  }
  return commands;
}

bool needsRealDigits(const std::string& command) {
  return command.find("../shared/data/mnist") != std::string::npos;
}

// Shorter where the command names a number of steps or none at all; what it does stays the same.
std::string shortened(std::string arguments) {
  const bool views =
      arguments.find("info") == std::string::npos && arguments.find("inspect") == std::string::npos &&
      arguments.find("--help") == std::string::npos && arguments.find("bench") == std::string::npos;
  return views ? arguments + " --steps 16 --size 320x180" : arguments;
}

int runCajal(const fs::path& folder, const std::string& arguments) {
  const std::string line = "cd '" + folder.string() +
                           "' && env -u DISPLAY -u WAYLAND_DISPLAY '" CAJAL_BINARY_DIR "/cajal' " +
                           arguments + " > out.txt 2>&1";
  const int status = std::system(line.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string outputIn(const fs::path& folder) {
  return readText(folder / "out.txt");
}

}  // namespace

TEST(Readme, BeginsWithTheTwoCommands) {
  const std::vector<std::string> commands = readmeCommands();
  ASSERT_GE(commands.size(), 2u);
  EXPECT_TRUE(commands[0].starts_with("./run")) << commands[0];
  EXPECT_TRUE(commands[1].starts_with("./test")) << commands[1];
}

TEST(Readme, EveryRunCommandWorks) {
  const TemporaryFolder folder;
  const bool hasRealDigits = fs::exists(CAJAL_SOURCE_DIR "/../shared/data/mnist");
  int ran = 0;
  for (const std::string& command : readmeCommands()) {
    if (!command.starts_with("./run")) continue;
    if (command.find(" bench") != std::string::npos)
      continue;  // a minute of numbers: Readme.BenchIsUnderstood
    if (needsRealDigits(command) && !hasRealDigits) continue;
    std::string arguments = shortened(command.substr(5));
    const std::string relative = "../shared/data/mnist";
    if (const auto at = arguments.find(relative); at != std::string::npos) {
      arguments.replace(at, relative.size(), CAJAL_SOURCE_DIR "/../shared/data/mnist");
    }
    const std::string script = "assets/";
    if (const auto at = arguments.find(script); at != std::string::npos)
      arguments.replace(at, script.size(), CAJAL_SOURCE_DIR "/assets/");
    EXPECT_EQ(runCajal(folder.path(), arguments), 0) << command << "\n" << outputIn(folder.path());
    ++ran;
  }
  EXPECT_GE(ran, 6);
}

TEST(Readme, TheFirstRunLeavesAFilmAndAPicture) {
  const TemporaryFolder folder;
  ASSERT_EQ(runCajal(folder.path(), shortened("")), 0) << outputIn(folder.path());
  EXPECT_TRUE(fs::exists(folder / "flight.mkv") || fs::exists(folder / "flight.frames"))
      << outputIn(folder.path());
  EXPECT_TRUE(fs::exists(folder / "flight.png"));
  EXPECT_TRUE(says(outputIn(folder.path()), "flight"));
}

TEST(Readme, BenchIsUnderstood) {
  const TemporaryFolder folder;
  EXPECT_EQ(runCajal(folder.path(), "bench --help"), 0) << outputIn(folder.path());
  EXPECT_TRUE(says(outputIn(folder.path()), "--json"));
}

TEST(Readme, EveryPictureItShowsIsThere) {
  std::ifstream file(CAJAL_SOURCE_DIR "/README.md");
  int pictures = 0;
  for (std::string line; std::getline(file, line);) {
    const auto start = line.find("](assets/");
    if (start == std::string::npos) continue;
    const std::string name = line.substr(start + 2, line.find(')', start) - start - 2);
    EXPECT_TRUE(fs::exists(fs::path(CAJAL_SOURCE_DIR) / name)) << name;
    ++pictures;
  }
  EXPECT_GE(pictures, 1);
}

}  // namespace cajal::test
