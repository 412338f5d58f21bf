// What a build without the CUDA toolkit says instead of compute/cuda. In a file of its own, so that a program
// that brings a CUDA backend along (the tests' emulated one) does not meet it.
#if !CAJAL_HAS_CUDA
#include "compute/core/backend.h"
#include "engine/base/error.h"

namespace cajal {

std::string whyNoCuda() {
  return "this build has no CUDA: the toolkit was not found when it was configured";
}

std::unique_ptr<Backend> makeCudaBackend(int, const CudaChoices&) {
  throw Error(ExitCode::gpu,
              "--backend cuda: " + whyNoCuda() + "; install the CUDA toolkit and run ./run again");
}

}  // namespace cajal
#endif
