#include "viewer/tools/bench.h"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <thread>

#include "compute/core/backend.h"
#include "engine/base/log.h"
#include "engine/vulkan/device_choice.h"
#include "engine/vulkan/instance.h"
#include "viewer/actions/options.h"

namespace cajal {
namespace {

std::string processorName() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown";
}

nlohmann::ordered_json describeMachine(const Options& options) {
  const Instance instance(InstanceOptions{});
  const std::vector<DeviceFacts> devices = describeDevices(instance);
  const DeviceFacts& device = chooseDevice(devices, {options.device, false});
  nlohmann::ordered_json machine;
  machine["processor"] = processorName();
  machine["cores"] = std::thread::hardware_concurrency();
  machine["gpu"] = device.name;
  machine["driver"] = device.driver;
  machine["cuda"] = whyNoCuda().empty() ? makeCudaBackend(0)->describe() : whyNoCuda();
  machine["cpu_backend"] = makeCpuBackend(0)->describe();
  machine["cajal"] = CAJAL_VERSION;
  return machine;
}

void printJson(const nlohmann::ordered_json& machine, const BenchResults& results) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const BenchResult& result : results) {
    list.push_back({{"name", result.name},
                    {"value", result.value},
                    {"unit", result.unit},
                    {"against", result.against},
                    {"note", result.note}});
  }
  fmt::print("{}\n", nlohmann::ordered_json{{"machine", machine}, {"results", list}}.dump(2));
}

void printTable(const nlohmann::ordered_json& machine, const BenchResults& results) {
  for (const auto& [key, value] : machine.items())
    fmt::print("{:<12} {}\n", key, value.is_string() ? value.get<std::string>() : value.dump());
  fmt::print("\n");
  for (const BenchResult& result : results) {
    const bool isShare = result.unit == "share";
    fmt::print("{:<38} {:>12} {:<8} {}\n", result.name,
               isShare ? fmt::format("{:.1f}", 100 * result.value) : fmt::format("{:.4g}", result.value),
               isShare ? "%" : result.unit, result.note);
  }
}

}  // namespace

void runBenchmarks(const Options& options) {
  BenchResults results;
  const auto machine = describeMachine(options);
  struct BenchPart {
    const char* name;
    const char* words;
    std::function<void()> run;
  };
  const BenchPart parts[] = {{"train", "training …", [&] { benchTraining(results); }},
                             {"accuracy", "accuracy …", [&] { benchAccuracy(options, results); }},
                             {"view", "viewing …", [&] { benchView(options, results); }},
                             {"draw", "drawing …", [&] { benchDraw(options, results); }},
                             {"process", "starting …", [&] { benchProcess(results); }}};
  for (const BenchPart& part : parts) {
    if (!options.benchPart.empty() && options.benchPart != part.name) continue;
    logInfo("{}", part.words);
    part.run();
  }
  options.json ? printJson(machine, results) : printTable(machine, results);
  std::fflush(stdout);
}

}  // namespace cajal
