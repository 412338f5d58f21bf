// Drawing, and drawing while training: the price of looking.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "engine/base/clock.h"
#include "viewer/shell/app.h"
#include "viewer/sources/shared_cores.h"
#include "viewer/tools/bench.h"

namespace cajal {
namespace {

constexpr double kSeconds = 3;         // a measurement
constexpr double kAsManyAsCan = 1000;  // frames a second wanted

struct Rates {
  double steps = 0, frames = 0;  // a second
  double bytesPerFrame = 0;
  double drawMilliseconds = 0;  // the fastest frame's, on the device
};

// Frames for some seconds, the camera in slow motion so that nothing can be kept from the frame before.
Rates look(App& app, double seconds) {
  for (int warm = 0; warm < 10; ++warm) app.frame();
  const double start = secondsNow();
  const std::uint64_t steps = app.steering().progress().steps, frames = app.framesDrawn();
  const std::uint64_t bytes = app.source().counters().bytesCopied;
  Rates rates;
  rates.drawMilliseconds = 1e9;
  while (secondsNow() - start < seconds) {
    app.stage().renderer().forgetLight();
    app.frame();
    rates.drawMilliseconds = std::min(rates.drawMilliseconds, app.stage().drawMilliseconds());
  }
  const double elapsed = secondsNow() - start;
  rates.frames = static_cast<double>(app.framesDrawn() - frames) / elapsed;
  rates.steps = static_cast<double>(app.steering().progress().steps - steps) / elapsed;
  rates.bytesPerFrame = static_cast<double>(app.source().counters().bytesCopied - bytes) /
                        static_cast<double>(app.framesDrawn() - frames);
  return rates;
}

Options viewOptions(const Options& options, double framesPerSecond) {
  Options view;
  view.device = options.device;
  view.backend = options.backend;
  view.size = PictureSize{1280, 720};
  view.pace.framesPerSecond = framesPerSecond;
  return view;
}

// The same loop, training thread and all, with nobody looking and every core for training.
double stepsAlone(App& app, int threads) {
  while (app.steering().progress().steps == 0) app.frame();
  if (threads > 0) app.steering().setThreads(threads);
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  const double start = secondsNow();
  const std::uint64_t steps = app.steering().progress().steps;
  while (secondsNow() - start < kSeconds) {
    app.source().takeMetrics();  // a source without a thread of its own is kept going by this
    std::this_thread::sleep_for(std::chrono::milliseconds(4));
  }
  return static_cast<double>(app.steering().progress().steps - steps) / (secondsNow() - start);
}

// A network too large for a software device, at the size of a film, sixty frames a second wanted.
void benchLarge(const Options& options, const char* name, std::vector<std::size_t> widths,
                BenchResults& results) {
  Options view = viewOptions(options, 60);
  view.size = PictureSize{1920, 1080};
  view.training.network.spec = denseNetwork(widths);
  view.given.insert("net");
  App app(view, AppMode::offscreen);
  const double alone = stepsAlone(app, 0);
  const Rates paced = look(app, kSeconds);
  app.setFramesWanted(kAsManyAsCan);
  const Rates free = look(app, kSeconds);
  const std::string prefix = fmt::format("view.1080p.{}.", name);
  const std::string note =
      fmt::format("1920x1080, panels, all of {}, drawn on {}; {:.0f} steps/s with nobody looking",
                  toString(view.training.network.spec), app.stage().device().facts().name, alone);
  results.push_back({prefix + "fps_when_60_wanted", paced.frames, "1/s", "", note});
  results.push_back(
      {prefix + "training_kept", paced.steps / alone, "share", "steps with nobody looking", note});
  results.push_back({prefix + "fps", free.frames, "1/s", "", "as fast as can be, while training"});
  results.push_back(
      {prefix + "frame_ms", free.drawMilliseconds, "ms", "", "fastest frame, all passes, on the device"});
  app.finish();
}

// What a software device can be asked, too; true where it is one.
bool benchDigits(const Options& options, BenchResults& results) {
  App app(viewOptions(options, kAsManyAsCan), AppMode::offscreen);
  const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  const double alone = stepsAlone(app, cores);
  if (app.stage().isSoftware()) app.steering().setThreads(threadsBesideDrawing());
  const std::string note =
      fmt::format("1280x720, panels, all {} edges, drawn on {}", 109'184, app.stage().device().facts().name);

  const Rates free = look(app, kSeconds);
  results.push_back({"view.720p.fps", free.frames, "1/s", "", "while training; " + note});
  app.setFramesWanted(30);
  const Rates paced = look(app, kSeconds);
  results.push_back({"view.720p.fps_when_30_wanted", paced.frames, "1/s", "", note});
  results.push_back({"view.headless_steps_per_second", alone, "1/s", "", "no frames, all cores"});
  results.push_back({"view.720p.training_kept", paced.steps / alone, "share",
                     "view.headless_steps_per_second", "while viewing at 30 fps"});
  results.push_back({"view.720p.training_kept_at_full_fps", free.steps / alone, "share",
                     "view.headless_steps_per_second", "while drawing as fast as can be"});
  results.push_back(
      {"bridge.bytes_copied_per_frame", paced.bytesPerFrame, "B", "", app.source().subject().transport});

  app.steering().pause();
  app.setFramesWanted(kAsManyAsCan);
  const Rates still = look(app, kSeconds);
  results.push_back({"draw.720p.fps", still.frames, "1/s", "", "training paused"});
  results.push_back(
      {"draw.720p.frame_ms", still.drawMilliseconds, "ms", "", "fastest frame, all passes, on the device"});
  app.settings().sampling = EdgeSampling::exact;
  const Rates exact = look(app, kSeconds);
  results.push_back({"draw.720p.exact_fps", exact.frames, "1/s", "", "every pixel of every edge"});
  app.finish();
  return app.stage().isSoftware();
}

}  // namespace

void benchView(const Options& options, BenchResults& results) {
  if (benchDigits(options, results)) return;
  benchLarge(options, "weights1e7", {784, 2944, 2560, 10}, results);
  benchLarge(options, "weights1e8", {784, 9600, 9600, 10}, results);
}

}  // namespace cajal
