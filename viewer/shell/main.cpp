// Cajal: fly through a neural network while it trains. Reads the command line and calls who can do it.
#include <iostream>
#include <string>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/log.h"
#include "engine/window/display.h"
#include "viewer/shell/app.h"
#include "viewer/shell/interrupt.h"
#include "viewer/tools/bench.h"
#include "viewer/tools/info.h"
#include "viewer/tools/inspect.h"

namespace {

using namespace cajal;

// Without a display the first flight is filmed, so that there is something to look at.
void prepareHeadless(Options& options, const std::string& reason) {
  logInfo("no window: {}", reason);
  if (options.record.empty() && options.screenshot.empty()) {
    options.record = "flight.mkv";
    options.screenshot = "flight.png";
    logInfo("training headless instead; recording {} and {}", options.record.string(),
            options.screenshot.string());
  }
}

void view(Options options) {
  bool window = !options.headless;
  if (window) {
    const DisplayAnswer display = displayAvailable();
    if (!display.isAvailable) prepareHeadless(options, display.reason);
    window = display.isAvailable;
  }
  App(options, window ? AppMode::window : AppMode::headless).run();
}

// The run's configuration was read by parseOptions(); its log is the script.
void replay(Options options) {
  options.script = options.files.front() / "commands.jsonl";
  view(std::move(options));
}

void run(const Options& options) {
  setLogLevel(options.verbose ? LogLevel::debug : LogLevel::info);
  listenForInterrupts();
  switch (options.task) {
    case Task::view: return view(options);
    case Task::bench: return runBenchmarks(options);
    case Task::info: return printInfo(options);
    case Task::inspect: return inspectFile(options.files.front());
    case Task::replay: return replay(options);
    case Task::convert: break;
  }
  throw Error(ExitCode::usage,
              "convert is not built yet; cajal trains, films, replays, benchmarks and inspects");
}

}  // namespace

int main(int count, char** words) {
  try {
    const std::optional<Options> options = parseOptions({words + 1, words + count});
    if (options) run(*options);
    return static_cast<int>(ExitCode::done);
  } catch (const Error& error) {
    std::cerr << describe(error) << "\n";
    return static_cast<int>(error.exitCode());
  } catch (const std::exception& error) {
    std::cerr << "cajal: a bug of ours: " << error.what() << "\n";
    return static_cast<int>(ExitCode::bug);
  }
}
