#pragma once
// Measurements of a GPU that decide how Cajal trains and draws: what is measured, and how a number is taken
// and said.
//
// Every number is the median of seven rounds after a warm-up, one JSON line each:
//   {"name": "atomics.uniform", "value": 63.4, "unit": "G/s", "least": 62.9, "most": 63.8, "note": "..."}

#include <cuda_runtime.h>

#include <functional>
#include <string>
#include <vector>

#include "compute/cuda/launch.h"
#include "compute/cuda/owners.h"

namespace cajal::measure {

// Seconds one call of `work` takes on `stream`, by the GPU's own clock, once a round; sorted.
// `work` enqueues and does not wait; it is called `repeats` times between two time stamps.
std::vector<double> gpuSeconds(cudaStream_t stream, int repeats, const std::function<void()>& work);

// The same by the processor's clock, from before the first call until all of it is done on the GPU.
std::vector<double> wallSeconds(cudaStream_t stream, int repeats, const std::function<void()>& work);

// One JSON line: `amount` divided by each time, or times `amount` for a unit of time.
void reportRate(const std::string& name, const std::vector<double>& seconds, double amount, const char* unit,
                const char* note);
void reportTime(const std::string& name, const std::vector<double>& seconds, double amount, const char* unit,
                const char* note);
void reportText(const std::string& name, const std::string& value);

// What can be asked for by name; each prints its lines.
void machine(cudaStream_t stream);  // what GPU this is
void atomics(cudaStream_t stream);  // adding into a picture: uniform, along lines, at hubs, in shared memory
void bandwidth(cudaStream_t stream);  // reading 4 GB in order and at random; adding up 1.07 GB
void latency(cudaStream_t stream);    // empty kernels: stream, graph, grid barrier, cluster barrier
void readback(cudaStream_t stream);   // pictures to the host
void gemm(cudaStream_t stream);       // the products of a step alone, one by one
void steps(cudaStream_t stream);      // our trainer: steps enqueued one by one, and captured in a graph

}  // namespace cajal::measure
