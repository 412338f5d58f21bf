// Drawing by itself: the edges against the hardware's own lines, a million of them, the error of a sample,
// and what a frame costs the host. Every number is of this run, and what is compared is measured in turns.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/render/host/host_edges.h"
#include "engine/render/host/host_ranges.h"
#include "engine/render/passes/line_pass.h"
#include "engine/render/renderer.h"
#include "engine/vulkan/barrier.h"
#include "engine/vulkan/device.h"
#include "engine/vulkan/device_choice.h"
#include "engine/vulkan/immediate.h"
#include "engine/vulkan/instance.h"
#include "viewer/actions/options.h"
#include "viewer/tools/bench.h"
#include "viewer/tools/bench_network.h"
#include "viewer/tools/rounds.h"

namespace cajal {
namespace {

constexpr VkExtent2D kPicture{1280, 720};
constexpr std::size_t kAllValues = ~std::size_t{0};
const std::vector<std::size_t> kDigits{784, 128, 64, 10};

// ---- edges alone, by both ways ----

constexpr std::uint32_t kChordsOfACurve = 16;

// One picture's edges into light, without tone and without solid things; the values' ranges are known.
class EdgesAlone {
 public:
  EdgesAlone(const Device& device, RenderScene scene)
      : m_device(device),
        m_scene(std::move(scene)),
        m_upload(device, 1 << 16),
        m_targets(device, kPicture),
        m_ranges(make(group().ranges.size() * sizeof(gpu::Range), "ranges")),
        m_projected(make(group().nodeCount * sizeof(gpu::vec4), "projected nodes")),
        m_cutoffs(make(256, "cutoffs")),
        m_bytes(target(VK_FORMAT_R8G8B8A8_UNORM)),
        m_halves(target(VK_FORMAT_R16G16B16A16_SFLOAT)),
        m_edges(device),
        m_straight(device, m_bytes.format(), 1),
        m_curved(device, m_halves.format(), kChordsOfACurve) {
    m_scene.view.blend = 1;
    m_frames = groupFramesOf(m_scene);
    std::fill_n(m_ranges.mapped(), m_ranges.size(), std::byte{0});
    uploadScene();
    const RangePass ranges(device);
    runNow(device, [&](VkCommandBuffer commands) { ranges.draw(commands, m_uploaded.groups[0]); });
  }

  // By shaders; `samples` a picture, or 0: every pixel of every edge.
  void computed(float samples) {
    share(samples);
    uploadScene();
    runNow(m_device, [&](VkCommandBuffer commands) {
      for (int time = 0; time < timesAtOnce(m_device); ++time) {
        memoryBarrier(commands, access::kComputeReadWrite, access::kCopyWrite);
        m_edges.draw(commands, m_uploaded, m_scene.view.blend, m_targets);
      }
    });
  }
  // By the host, as where the device is software.
  void computedOnHost(float samples) {
    share(samples);
    if (m_hostRanges.ranges().empty()) m_hostRanges.measure(m_frames[0]);
    const std::span<const gpu::Range> ranges = m_hostRanges.ranges();
    m_hostEdges.draw(m_scene.view, m_frames, {&ranges, 1});
  }
  // From nodes that computed() has projected. Straight into bytes is the fastest that there is: it bends no
  // edge and drops what is less than a step of 255. Curves into halves give the picture that is wanted.
  void straightLines() { draw(m_straight, m_bytes); }
  void curvedLines() { draw(m_curved, m_halves); }

 private:
  void share(float samples) {
    std::vector<gpu::EdgeBundle>& bundles = m_scene.groups[0].bundles;
    for (gpu::EdgeBundle& bundle : bundles) bundle.samples = samples / static_cast<float>(bundles.size());
  }
  const RenderGroup& group() const { return m_scene.groups[0]; }
  void uploadScene() {
    m_upload.reset();
    m_uploaded =
        upload(m_upload, m_scene, m_frames, {{wholeOf(m_ranges), wholeOf(m_projected), wholeOf(m_cutoffs)}});
  }
  Buffer make(VkDeviceSize bytes, const char* name) const {
    return {m_device, bytes, VK_BUFFER_USAGE_STORAGE_BUFFER_BIT, MemoryUse::mapped, name};
  }
  Image target(VkFormat format) const {
    return {m_device, kPicture, format, VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT, VK_IMAGE_ASPECT_COLOR_BIT,
            "lines"};
  }
  void draw(const LinePass& lines, Image& sums) const {
    runNow(m_device, [&](VkCommandBuffer commands) {
      for (int time = 0; time < timesAtOnce(m_device); ++time) lines.draw(commands, m_uploaded, sums);
    });
  }

  const Device& m_device;
  RenderScene m_scene;
  std::vector<GroupFrame> m_frames;
  FrameUpload m_upload;
  UploadedScene m_uploaded;
  RenderTargets m_targets;
  Buffer m_ranges, m_projected, m_cutoffs;
  Image m_bytes, m_halves;
  EdgePass m_edges;
  HostRanges m_hostRanges;
  HostEdges m_hostEdges;
  LinePass m_straight, m_curved;
};

void benchLines(const Device& device, BenchResults& results) {
  const BenchNetwork network(device, kDigits, 28, kAllValues);
  ViewSettings settings;
  settings.quantity = Quantity::weight;  // no edge is left out because its source is silent
  EdgesAlone edges(device, network.scene(settings, kPicture));
  const float few = settings.samplesPerFrame;
  std::vector<double> seconds = inTurns(
      {[&] { edges.computed(few); }, [&] { edges.computed(0); }, [&] { edges.straightLines(); },
       [&] { edges.curvedLines(); }, [&] { edges.computedOnHost(few); }, [&] { edges.computedOnHost(0); }},
      5);
  const int times = timesAtOnce(device);
  for (std::size_t i = 0; i < 4; ++i) seconds[i] /= times;
  const double straight = seconds[2], curved = seconds[3];
  const auto add = [&](const char* name, double lines, double computed) {
    const char* const drawn =
        lines == straight ? "straight, added up in RGBA8" : "16 pieces an edge, added up in RGBA16F";
    results.push_back({name, lines / computed, "x", "line primitives",
                       fmt::format("{:.3g} ms against LINE_LIST, {}, {:.3g} ms; all {} weights",
                                   1e3 * computed, drawn, 1e3 * lines, network.weights())});
  };
  add("draw.720p.sampled_over_lines", straight, seconds[0]);
  add("draw.720p.sampled_over_curved_lines", curved, seconds[0]);
  add("draw.720p.exact_over_lines", straight, seconds[1]);
  add("draw.720p.exact_over_curved_lines", curved, seconds[1]);
  // On one core, where the lines have all of them.
  add("draw.720p.host_sampled_over_lines", straight, seconds[4]);
  add("draw.720p.host_exact_over_lines", straight, seconds[5]);
}

// ---- whole frames ----

// Frames as the program draws them, without panels.
class WholeFrames {
 public:
  explicit WholeFrames(const Device& device, DrawnBy drawnBy = DrawnBy::theFaster)
      : m_device(device),
        m_frames(device),
        m_timer(device, m_frames.inFlight()),
        m_renderer(device, m_frames, kPicture, drawnBy) {}

  // The light of the frames before is kept only where nothing moves.
  void draw(RenderScene& scene, int frames, bool isResting) {
    for (int i = 0; i < frames; ++i) {
      if (!isResting) m_renderer.forgetLight();
      record(scene);
      m_frames.submit();
    }
  }
  // The host's whole part of a frame but to submit it; what was recorded before goes.
  void record(RenderScene& scene) {
    Frame& frame = m_frames.begin();
    m_timer.beginFrame(frame);
    m_renderer.draw(frame, m_timer, scene);
  }
  void wait() const { m_frames.waitForAll(); }
  Renderer& renderer() { return m_renderer; }
  std::vector<std::byte> picture() {
    wait();
    return downloadNow(m_device, m_renderer.picture());
  }

 private:
  const Device& m_device;
  Frames m_frames;
  GpuTimer m_timer;
  Renderer m_renderer;
};

void benchMillion(const Device& device, BenchResults& results) {
  const BenchNetwork network(device, {1000, 1000}, 0, kAllValues);
  RenderScene scene = network.scene({}, kPicture);
  WholeFrames frames(device);
  frames.draw(scene, 5, false);
  frames.wait();
  constexpr int count = 40;
  const double seconds = secondsOf([&] {
    frames.draw(scene, count, false);
    frames.wait();
  });
  results.push_back({"draw.720p.million_edges_fps", count / seconds, "1/s", "",
                     "1000-1000, contributions, sampled, whole frames without panels, nothing kept"});
}

// Root mean square over all bytes of two pictures, as a share of 255.
double differenceOf(const std::vector<std::byte>& a, const std::vector<std::byte>& b) {
  double sum = 0;
  std::size_t count = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (i % 4 == 3) continue;  // opaque
    const double difference = static_cast<double>(a[i]) - static_cast<double>(b[i]);
    sum += difference * difference;
    ++count;
  }
  return std::sqrt(sum / static_cast<double>(count)) / 255;
}

void benchError(const Device& device, BenchResults& results) {
  const BenchNetwork network(device, kDigits, 28, kAllValues);
  ViewSettings settings;
  settings.sampling = EdgeSampling::exact;
  RenderScene every = network.scene(settings, kPicture);
  WholeFrames exact(device);
  exact.draw(every, static_cast<int>(Renderer::kLongestMemory), true);
  const std::vector<std::byte> wanted = exact.picture();

  settings.sampling = EdgeSampling::sampled;
  RenderScene few = network.scene(settings, kPicture);
  WholeFrames sampled(device);
  sampled.draw(few, 40, false);  // exposure and ranges find their place, as while flying
  int drawn = 1;                 // the last one stands alone
  for (const int resting : {1, 16, 256}) {
    sampled.draw(few, resting - drawn, true);
    drawn = resting;
    results.push_back(
        {fmt::format("draw.720p.error_after_{}_frames", resting), differenceOf(sampled.picture(), wanted),
         "share", "255",
         fmt::format("root mean square, contributions, {:.0e} samples a frame, against {} frames of "
                     "every pixel",
                     settings.samplesPerFrame, Renderer::kLongestMemory)});
  }
}

// ---- the host's part ----

void benchProcessor(const Device& device, BenchResults& results) {
  // The same layers, each the square root of a thousand wider. No frame is submitted, and the host does not
  // touch the large one's weights: what is measured is the host alone.
  constexpr std::size_t storedOfLarge = 1 << 20;
  const BenchNetwork small(device, kDigits, 0, kAllValues);
  const BenchNetwork large(device, {24'792, 4'048, 2'024, 316}, 0, storedOfLarge);
  // As for a GPU: where the host is the device, it draws as well, and that is no part of this.
  WholeFrames frames(device, DrawnBy::shaders);
  frames.renderer().matrixPass().setHostThreads(0);
  const auto once = [&](const BenchNetwork& network) {
    RenderScene scene = network.scene({}, kPicture);
    frames.record(scene);
  };
  once(large);  // buffers have their size
  const std::vector<double> seconds = inTurns({[&] { once(small); }, [&] { once(large); }}, 201);
  const std::string note =
      fmt::format("scene and commands of a frame, not submitted; {} and {} weights, {:.3f} ms",
                  small.weights(), large.weights(), 1e3 * seconds[1]);
  results.push_back({"draw.720p.processor_ms_1e5", 1e3 * seconds[0], "ms", "", note});
  results.push_back({"draw.720p.processor_ms_1e8_over_1e5", seconds[1] / seconds[0], "x",
                     "draw.720p.processor_ms_1e5", note});
}

}  // namespace

void benchDraw(const Options& options, BenchResults& results) {
  const Instance instance(InstanceOptions{});
  const std::vector<DeviceFacts> devices = describeDevices(instance);
  const Device device(instance, chooseDevice(devices, {options.device, false}));
  benchLines(device, results);
  benchMillion(device, results);
  benchError(device, results);
  benchProcessor(device, results);
  benchHeatmap(device, results);
}

}  // namespace cajal
