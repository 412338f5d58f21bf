#pragma once
// `cajal bench`: this machine's numbers, measured in one run, so that their ratios mean something.

#include <string>
#include <vector>

namespace cajal {

class Device;
struct Options;

struct BenchResult {
  std::string name;  // "train.mlp784.b64.steps_per_second"; stable from release to release
  double value = 0;
  std::string unit;     // "1/s", "ms", "share"
  std::string against;  // what a share is a share of
  std::string note;
};
using BenchResults = std::vector<BenchResult>;

// All of them, as a table or, with --json, as one object on stdout.
void runBenchmarks(const Options& options);

void benchTraining(BenchResults& results);                          // bench_training.cpp
void benchAccuracy(const Options& options, BenchResults& results);  // bench_accuracy.cpp
void benchView(const Options& options, BenchResults& results);      // bench_view.cpp
void benchDraw(const Options& options, BenchResults& results);      // bench_draw.cpp
void benchHeatmap(const Device& device, BenchResults& results);     // bench_heatmap.cpp, a part of drawing
void benchProcess(BenchResults& results);                           // bench_process.cpp

}  // namespace cajal
