// A very large matrix seen from far: how long all of it takes to be summed up anew, beside a plain sum of the
// same bytes by the same processor.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <thread>

#include "engine/camera/camera.h"
#include "engine/render/host/host_matrix.h"
#include "engine/render/passes/matrix_pass.h"
#include "engine/vulkan/barrier.h"
#include "engine/vulkan/device.h"
#include "engine/vulkan/immediate.h"
#include "viewer/tools/bench.h"
#include "viewer/tools/rounds.h"

namespace cajal {
namespace {

constexpr std::uint32_t kSide = 16'384;
constexpr std::size_t kElements = std::size_t{kSide} * kSide;
constexpr VkDeviceSize kBytes = kElements * sizeof(float);
constexpr int kRounds = 9;

bool isSoftware(const Device& device) {
  return device.facts().type == VK_PHYSICAL_DEVICE_TYPE_CPU;
}

// Of this machine, as the kernel estimates it.
double availableBytes() {
  std::ifstream file("/proc/meminfo");
  for (std::string word; file >> word;) {
    double kilobytes = 0;
    if (word == "MemAvailable:" && file >> kilobytes) return 1024 * kilobytes;
  }
  return 0;
}

// Why it cannot be measured here; empty if it can.
std::string refusal(const Device& device) {
  if (device.limits().bufferBytes < kBytes) return "the device has no buffer of 1 GiB";
  if (availableBytes() < 2.0 * static_cast<double>(kBytes)) return "less than 2 GiB of memory are free";
  if (!isSoftware(device) && device.limits().storageRange < kBytes) return "no shader may see 1 GiB at once";
  return "";
}

// The whole matrix before the eye.
RenderScene sceneOf(const Buffer& values) {
  const Camera camera = lookAt({0, 0, 10}, {0, 0, 0}, 0.7f);
  RenderScene scene;
  scene.view.viewport = {1280, 720};
  scene.view.viewProjection = camera.projection(1280.0f / 720.0f) * camera.view();
  RenderGroup& group = scene.groups.emplace_back();
  group.planeValues = wholeOf(values);
  group.planes = {{{-3, 3, 0}, kSide, {6, 0, 0}, kSide, {0, -6, 0}, gpu::kPlaneValues, 0, 0, 0, 1.0f, 1, 0}};
  return scene;
}

// ---- reading alone ----

class DeviceRead {
 public:
  explicit DeviceRead(const Device& device)
      : m_device(device),
        m_read(device, "read.comp", {VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, VK_DESCRIPTOR_TYPE_STORAGE_BUFFER},
               sizeof(std::uint32_t)),
        m_sum(device, 256, VK_BUFFER_USAGE_STORAGE_BUFFER_BIT, MemoryUse::device, "sum") {}

  void operator()(const Buffer& values) const {
    runNow(m_device, [&](VkCommandBuffer commands) {
      m_read.bind(commands);
      m_read.bindings(commands, {values, m_sum});
      m_read.push(commands, static_cast<std::uint32_t>(kElements / 4));
      for (int time = 0; time < timesAtOnce(m_device); ++time) {
        memoryBarrier(commands, access::kComputeReadWrite, access::kComputeReadWrite);
        vkCmdDispatch(commands, 4096, 1, 1);
      }
    });
  }

 private:
  const Device& m_device;
  ComputePipeline m_read;
  Buffer m_sum;
};

}  // namespace

void benchHeatmap(const Device& device, BenchResults& results) {
  const std::string why = refusal(device);
  if (!why.empty()) {
    results.push_back({"draw.heatmap16384.refresh_ms", 0, "ms", "", "not measured: " + why});
    return;
  }
  const Buffer values(device, kBytes, VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_TRANSFER_DST_BIT,
                      isSoftware(device) ? MemoryUse::mapped : MemoryUse::device, "a large matrix");
  runNow(device, [&](VkCommandBuffer commands) {
    vkCmdFillBuffer(commands, values.handle(), 0, VK_WHOLE_SIZE,
                    0x3e99999a);  // 0.3: what it holds costs nothing
  });
  const RenderScene scene = sceneOf(values);
  const std::vector<GroupFrame> groups = groupFramesOf(scene);
  Frames frames(device);
  MatrixPass pass(device);
  pass.setBudget(kElements);
  const auto refresh = [&] {
    Frame& frame = frames.begin();
    for (int time = 0; time < timesAtOnce(device); ++time) pass.refresh(frame, frames, groups);
    frames.submit();
    frames.waitForAll();
  };
  const int threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  const DeviceRead onDevice(device);
  const auto read = [&] {
    isSoftware(device) ? void(sumOnHost(values.elements<float>(), threads)) : onDevice(values);
  };
  refresh();  // the second set of blocks is written for the first time in the round that does not count
  std::vector<double> seconds = inTurns({refresh, read}, kRounds);
  for (double& each : seconds) each /= timesAtOnce(device);
  std::string note = fmt::format("16384 x 16384 floats, {:.1f} GB/s read by a plain sum",
                                 1e-9 * static_cast<double>(kBytes) / seconds[1]);
  if (isSoftware(device)) {
    pass.setHostThreads(0);
    note +=
        fmt::format(", {} threads; by the device's own shaders {:.0f} ms", threads, 1e3 * secondsOf(refresh));
  }
  results.push_back({"draw.heatmap16384.refresh_ms", 1e3 * seconds[0], "ms", "", note});
  results.push_back(
      {"draw.heatmap16384.of_read_bandwidth", seconds[1] / seconds[0], "share", "a plain sum", note});
}

}  // namespace cajal
