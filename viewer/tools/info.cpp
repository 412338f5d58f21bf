#include "viewer/tools/info.h"

#include <fmt/format.h>

#include <cstdio>

#include "compute/core/backend.h"
#include "engine/base/error.h"
#include "engine/vulkan/device_choice.h"
#include "engine/vulkan/instance.h"
#include "engine/window/display.h"
#include "viewer/actions/options.h"

namespace cajal {
namespace {

void printDevices(const Options& options) {
  const Instance instance(InstanceOptions{});
  const std::vector<DeviceFacts> devices = describeDevices(instance);
  const DeviceWish wish{options.device, false};
  const DeviceFacts& chosen = chooseDevice(devices, wish);
  fmt::print("drawing (Vulkan)\n");
  for (std::size_t i = 0; i < devices.size(); ++i) {
    const DeviceFacts& device = devices[i];
    const std::vector<std::string> reasons = refusals(device, {});
    const bool isChosen = &device == &chosen;
    fmt::print("  {} {}: {}, {}, driver {}\n", isChosen ? "*" : " ", i, device.name,
               deviceTypeName(device.type), device.driver);
    for (const std::string& reason : reasons) fmt::print("      refused: {}\n", reason);
    if (!isChosen && reasons.empty()) fmt::print("      would do; --device {} takes it\n", i);
  }
}

void printBackends() {
  fmt::print("training\n");
  const std::string noCuda = whyNoCuda();
  if (noCuda.empty()) {
    fmt::print("  * cuda: {}\n    cpu:  {}; --backend cpu takes it\n", makeCudaBackend(0)->describe(),
               makeCpuBackend(0)->describe());
  } else {
    fmt::print("    cuda: {}\n  * cpu:  {}\n", noCuda, makeCpuBackend(0)->describe());
  }
}

void printDisplay() {
  const DisplayAnswer display = displayAvailable();
  fmt::print("window\n  {}\n", display.isAvailable ? "there is a display" : "none: " + display.reason);
}

}  // namespace

void printInfo(const Options& options) {
  fmt::print("cajal {}\n", CAJAL_VERSION);
  try {
    printDevices(options);
  } catch (const Error& error) {
    if (error.exitCode() == ExitCode::usage) throw;
    fmt::print("drawing (Vulkan)\n  none: {}\n", error.what());
  }
  printBackends();
  printDisplay();
  std::fflush(stdout);
}

}  // namespace cajal
