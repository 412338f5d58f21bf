#include "compute/cpu/gemm.h"

#include <dnnl.h>
#include <omp.h>

#include "engine/base/error.h"

namespace cajal::cpu {

void gemm(std::size_t rows, std::size_t columns, std::size_t summed, const Factor& a, const Factor& b,
          float beta, float* c, std::size_t strideC) {
  static thread_local const bool alone = (omp_set_num_threads(1), true);
  static_cast<void>(alone);
  const auto size = [](std::size_t value) { return static_cast<dnnl_dim_t>(value); };
  const dnnl_status_t status =
      dnnl_sgemm(a.isTransposed ? 'T' : 'N', b.isTransposed ? 'T' : 'N', size(rows), size(columns),
                 size(summed), 1.0f, a.data, size(a.stride), b.data, size(b.stride), beta, c, size(strideC));
  if (status == dnnl_success) return;
  require(status == dnnl_out_of_memory, "the sizes of a matrix product fit each other");
  throw Error(ExitCode::badInput, "out of memory in a matrix product; use a smaller --net or --batch");
}

}  // namespace cajal::cpu
