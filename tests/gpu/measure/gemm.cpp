// cuBLAS alone: every product of a training step, timed by itself. Their sum is the floor that a step of
// separate products is compared with.
#include <algorithm>

#include "compute/cuda/row_major.h"
#include "tests/gpu/measure/measure.h"

namespace cajal::measure {
namespace {

using cuda::check;
using cuda::RowMajorProduct;

class Products {
 public:
  Products(cudaStream_t stream, std::size_t largest)
      : m_stream(stream),
        m_workspace(cuda::allocateDevice<std::byte>(kWorkspaceBytes, "cuBLAS")),
        m_blas(cuda::makeBlas(stream, m_workspace.get(), kWorkspaceBytes)),
        m_a(cuda::allocateDevice<float>(largest, "a matrix")),
        m_b(cuda::allocateDevice<float>(largest, "a matrix")),
        m_c(cuda::allocateDevice<float>(largest, "a matrix")) {
    for (float* matrix : {m_a.get(), m_b.get()}) {
      check(cudaMemsetAsync(matrix, 0x3c, largest * sizeof(float), stream),
            "filling a matrix");  // 0.0115, all of them
    }
  }

  // Seconds, sorted rounds.
  std::vector<double> time(const RowMajorProduct& product) {
    const cuda::BlasProduct blas = cuda::blasProduct(product);
    const auto size = [](std::size_t value) { return static_cast<int>(value); };
    const float one = 1, zero = 0;
    return gpuSeconds(m_stream, 50, [&] {
      check(cublasGemmEx(m_blas.get(), blas.transposeFirst ? CUBLAS_OP_T : CUBLAS_OP_N,
                         blas.transposeSecond ? CUBLAS_OP_T : CUBLAS_OP_N, size(blas.m), size(blas.n),
                         size(blas.k), &one, m_b.get(), CUDA_R_32F, size(blas.leadingFirst), m_a.get(),
                         CUDA_R_32F, size(blas.leadingSecond), &zero, m_c.get(), CUDA_R_32F,
                         size(blas.leadingResult), CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT),
            "multiplying matrices");
    });
  }

 private:
  static constexpr std::size_t kWorkspaceBytes = 32u << 20;

  cudaStream_t m_stream;
  cuda::DeviceMemory<std::byte> m_workspace;
  cuda::Blas m_blas;
  cuda::DeviceMemory<float> m_a, m_b, m_c;
};

// Forward, weight gradient and (but for the first layer) input gradient of every layer.
std::vector<RowMajorProduct> productsOfAStep(const std::vector<std::size_t>& widths, std::size_t batch) {
  std::vector<RowMajorProduct> products;
  for (std::size_t l = 1; l < widths.size(); ++l) {
    const std::size_t in = widths[l - 1], out = widths[l];
    products.push_back({.transposeB = true, .rows = batch, .columns = out, .summed = in});
    products.push_back({.transposeA = true, .rows = out, .columns = in, .summed = batch});
    if (l > 1) products.push_back({.rows = batch, .columns = in, .summed = out});
  }
  return products;
}

void sumOf(cudaStream_t stream, const std::string& name, const std::vector<std::size_t>& widths,
           std::size_t batch) {
  std::size_t largest = 0;
  for (std::size_t l = 0; l < widths.size(); ++l) {
    largest = std::max(largest, batch * widths[l]);
    if (l > 0) largest = std::max(largest, widths[l - 1] * widths[l]);
  }
  Products products(stream, largest);
  std::vector<double> sums;
  double operations = 0;
  for (const RowMajorProduct& product : productsOfAStep(widths, batch)) {
    const std::vector<double> seconds = products.time(product);
    sums.resize(seconds.size());
    for (std::size_t i = 0; i < seconds.size(); ++i) sums[i] += seconds[i];
    operations += 2.0 * static_cast<double>(product.rows * product.columns * product.summed);
  }
  reportTime("gemm." + name, sums, 1e6, "us", "sum over a step's products, each timed alone, fp32");
  reportRate("gemm." + name + ".rate", sums, operations * 1e-12, "TFLOP/s", "the same");
}

}  // namespace

void gemm(cudaStream_t stream) {
  for (const std::size_t batch : {64u, 128u, 1024u}) {
    sumOf(stream, "mlp784.b" + std::to_string(batch), {784, 128, 64, 10}, batch);
  }
  sumOf(stream, "wide4096.b1024", {4096, 4096, 4096, 10}, 1024);
}

}  // namespace cajal::measure
