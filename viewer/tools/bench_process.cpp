// The program as a whole: how soon the first picture is there, how much memory a run takes. Measured on a
// child.
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "engine/base/clock.h"
#include "engine/base/error.h"
#include "engine/base/file.h"
#include "viewer/tools/bench.h"

namespace cajal {
namespace {

struct ChildResult {
  double started = 0;    // secondsNow()
  std::string printed;   // on stdout
  double megabytes = 0;  // resident at most
};

ChildResult runSelf(std::vector<std::string> arguments) {
  std::error_code failed;  // then the path is empty, and the run fails below
  const std::string self = std::filesystem::read_symlink("/proc/self/exe", failed).string();
  arguments.insert(arguments.begin(), self);
  std::vector<char*> words;
  for (std::string& argument : arguments) words.push_back(argument.data());
  words.push_back(nullptr);

  int ends[2];
  if (pipe(ends) != 0) throw Error(ExitCode::inputOutput, "bench: no pipe: " + systemError(errno));
  ChildResult result;
  result.started = secondsNow();
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    if (!freopen("/dev/null", "w", stderr)) _exit(127);
    execv(self.c_str(), words.data());
    _exit(127);
  }
  close(ends[1]);
  char buffer[256];
  for (ssize_t got; (got = read(ends[0], buffer, sizeof buffer)) > 0;)
    result.printed.append(buffer, static_cast<std::size_t>(got));
  close(ends[0]);
  int status = 0;
  rusage usage{};
  if (child < 0 || wait4(child, &status, 0, &usage) < 0 || status != 0) {
    throw Error(ExitCode::bug, fmt::format("bench: a run of {} failed", self));
  }
  result.megabytes = static_cast<double>(usage.ru_maxrss) / 1024;
  return result;
}

}  // namespace

void benchProcess(BenchResults& results) {
  const std::filesystem::path folder = temporaryFolder() / fmt::format("cajal-bench-{}", getpid());
  std::error_code failed;
  std::filesystem::create_directory(folder, failed);
  requireWritableFolder(folder);
  double first = 1e30;
  for (int i = 0; i < 3; ++i) {
    const ChildResult run = runSelf({"--headless", "--until-first-frame"});
    first = std::min(first, std::stod(run.printed) - run.started);
  }
  results.push_back({"start.first_frame", first, "s", "",
                     "from exec to the first picture drawn, built-in digits, best of 3"});
  const ChildResult run =
      runSelf({"--headless", "--steps", "400", "--size", "1280x720", "--record",
               (folder / "film.mkv").string(), "--screenshot", (folder / "last.png").string()});
  results.push_back({"memory.peak", run.megabytes, "MB", "",
                     "the default run: digits, 1280x720, recording; without the encoder's"});
  std::filesystem::remove_all(folder, failed);
}

}  // namespace cajal
