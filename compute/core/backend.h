#pragma once
// A backend: memory, the operations that a step is made of, steps, and what is told about them. The CPU's and
// CUDA's are twins behind this class.
//
// With CUDA everything is enqueued on one stream and returns at once; on the CPU it is done when the call
// returns. One thread uses a backend: the one that trains.

#include <memory>
#include <string>

#include "compute/core/backend_memory.h"
#include "compute/core/named.h"
#include "compute/core/operations.h"
#include "compute/core/steps.h"
#include "compute/core/telemetry.h"

namespace cajal {

class Backend : public BackendMemory, public Operations, public Steps, public Telemetry {
 public:
  // "CPU, 2 threads, oneDNN 2.6.3"; "NVIDIA H200, CUDA 13.0"
  virtual std::string describe() const = 0;
  // How many CPU threads a step may use, from the next operation on. Results do not depend on it.
  virtual void setThreads(int) {}
};

// The CPU backend with `threads` threads (0: one a core).
std::unique_ptr<Backend> makeCpuBackend(int threads);

// Why CUDA cannot be used, in words; empty when it can.
std::string whyNoCuda();

// What matrix products compute with: fp32, or fp32 rounded to the 10 or 7 bits that tensor cores multiply,
// and added up in fp32. Everything else is fp32.
enum class Precision { fp32, tf32, bf16 };
std::span<const KindName> namesOf(Precision);  // "fp32", "tf32", "bf16"

// How a CUDA backend trains.
struct CudaChoices {
  Precision precision = Precision::fp32;
  // Blocks of the cluster that takes many steps of a small dense network at once, where GPU and network allow
  // it: a power of two up to 16; 0: never.
  unsigned clusterBlocks = 16;
};
// The CUDA backend on device `index`. Throws Error(gpu) with whyNoCuda() where there is none.
std::unique_ptr<Backend> makeCudaBackend(int index, const CudaChoices& choices);
inline std::unique_ptr<Backend> makeCudaBackend(int index, Precision precision = Precision::fp32) {
  return makeCudaBackend(index, CudaChoices{.precision = precision});
}

}  // namespace cajal
