// cublas_v2.h's products.
#include "tests/support/cuda_on_cpu/cublas_v2.h"

#include <algorithm>
#include <bit>
#include <cstdint>

#include "tests/support/cuda_on_cpu/runtime_state.h"

using namespace cuda_on_cpu;

struct cublasContext {
  cudaStream_t stream = nullptr;
  cublasPointerMode_t pointers = CUBLAS_POINTER_MODE_HOST;
};

namespace {

struct Operand {
  bool isTransposed;
  const float* values;
  int leading;
  long long stride;           // to the next matrix of a batch
  std::uint32_t droppedBits;  // of a value, before it is multiplied

  float at(std::size_t row, std::size_t column) const {
    const auto width = static_cast<std::size_t>(leading);
    return rounded(isTransposed ? values[row * width + column] : values[column * width + row]);
  }
  // To nearest, ties to even.
  float rounded(float value) const {
    auto bits = std::bit_cast<std::uint32_t>(value);
    if (droppedBits == 0 || (bits & 0x7F80'0000u) == 0x7F80'0000u) return value;
    bits += (1u << (droppedBits - 1)) - 1 + ((bits >> droppedBits) & 1u);
    return std::bit_cast<float>(bits >> droppedBits << droppedBits);
  }
};

struct Product {
  int m, n, k;
  float alpha, beta;
  Operand a, b;
  float* c;
  int leadingC;
  long long strideC;
  int count;
};

// op(A) of one product, column after column, as its terms are multiplied.
std::vector<float> columnsOf(const Operand& a, std::size_t rows, std::size_t columns) {
  std::vector<float> values(rows * columns);
  for (std::size_t column = 0; column < columns; ++column) {
    for (std::size_t row = 0; row < rows; ++row) values[column * rows + row] = a.at(row, column);
  }
  return values;
}

// One column of C, term by term, so that the inner loop goes down columns.
void computeColumn(const Product& p, const float* columnsOfA, const Operand& b, std::size_t column,
                   float* __restrict__ target) {
  const auto m = static_cast<std::size_t>(p.m), k = static_cast<std::size_t>(p.k);
  std::vector<float> sums(m, 0.0f);
  float* const __restrict__ sum = sums.data();
  for (std::size_t l = 0; l < k; ++l) {
    const float factor = b.at(l, column);
    for (std::size_t i = 0; i < m; ++i) sum[i] += columnsOfA[l * m + i] * factor;
  }
  for (std::size_t i = 0; i < m; ++i) {
    target[i] = p.alpha * sum[i] + (p.beta == 0.0f ? 0.0f : p.beta * target[i]);
  }
}

void compute(const Product& p) {
  for (int i = 0; i < p.count; ++i) {
    Operand a = p.a, b = p.b;
    a.values += i * a.stride;
    b.values += i * b.stride;
    const std::vector<float> columns =
        columnsOf(a, static_cast<std::size_t>(p.m), static_cast<std::size_t>(p.k));
    for (int column = 0; column < p.n; ++column) {
      computeColumn(p, columns.data(), b, static_cast<std::size_t>(column),
                    p.c + i * p.strideC + std::ptrdiff_t{column} * p.leadingC);
    }
  }
}

// Floats from the first of a stored matrix to past its last.
std::size_t extent(int rows, int columns, int leading, long long stride, int count) {
  if (rows == 0 || columns == 0 || count == 0) return 0;
  return static_cast<std::size_t>((count - 1) * stride + (columns - 1LL) * leading + rows);
}

bool isOnDevice(const void* memory, std::size_t floats) {
  return floats == 0 || isDeviceMemory(memory, floats * sizeof(float));
}

cublasStatus_t multiply(cublasHandle_t handle, const Product& p) {
  const int rowsA = p.a.isTransposed ? p.k : p.m, rowsB = p.b.isTransposed ? p.n : p.k;
  const bool isShape = p.m >= 0 && p.n >= 0 && p.k >= 0 && p.count >= 0 &&
                       p.a.leading >= std::max(1, rowsA) && p.b.leading >= std::max(1, rowsB) &&
                       p.leadingC >= std::max(1, p.m);
  if (!isShape) return CUBLAS_STATUS_INVALID_VALUE;
  const int columnsA = p.m + p.k - rowsA, columnsB = p.n + p.k - rowsB;
  const bool isReachable =
      isOnDevice(p.a.values, extent(rowsA, columnsA, p.a.leading, p.a.stride, p.count)) &&
      isOnDevice(p.b.values, extent(rowsB, columnsB, p.b.leading, p.b.stride, p.count)) &&
      isOnDevice(p.c, extent(p.m, p.n, p.leadingC, p.strideC, p.count));
  if (!isReachable) return CUBLAS_STATUS_EXECUTION_FAILED;  // a GPU would meet an illegal address
  const cudaError_t result = call([&] { return enqueue(handle->stream, [p] { compute(p); }); });
  return result == cudaSuccess ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_EXECUTION_FAILED;
}

// What tensor cores do not see of a float; -1 for computations that are not known here.
int droppedBits(cublasComputeType_t compute) {
  switch (compute) {
    case CUBLAS_COMPUTE_32F: return 0;
    case CUBLAS_COMPUTE_32F_FAST_TF32: return 13;
    case CUBLAS_COMPUTE_32F_FAST_16BF: return 16;
  }
  return -1;
}

struct StatusText {
  cublasStatus_t status;
  const char *name, *text;
};

constexpr StatusText kStatuses[] = {
    {CUBLAS_STATUS_SUCCESS, "CUBLAS_STATUS_SUCCESS", "success"},
    {CUBLAS_STATUS_NOT_INITIALIZED, "CUBLAS_STATUS_NOT_INITIALIZED", "the library was not initialized"},
    {CUBLAS_STATUS_ALLOC_FAILED, "CUBLAS_STATUS_ALLOC_FAILED", "the resource allocation failed"},
    {CUBLAS_STATUS_INVALID_VALUE, "CUBLAS_STATUS_INVALID_VALUE", "an invalid value"},
    {CUBLAS_STATUS_EXECUTION_FAILED, "CUBLAS_STATUS_EXECUTION_FAILED", "the product failed on the device"},
    {CUBLAS_STATUS_NOT_SUPPORTED, "CUBLAS_STATUS_NOT_SUPPORTED", "the functionality is not supported"},
};

const StatusText& textOf(cublasStatus_t status) {
  return *std::find_if(std::begin(kStatuses), std::end(kStatuses),
                       [&](const StatusText& known) { return known.status == status; });
}

}  // namespace

const char* cublasGetStatusName(cublasStatus_t status) {
  return textOf(status).name;
}

const char* cublasGetStatusString(cublasStatus_t status) {
  return textOf(status).text;
}

cublasStatus_t cublasCreate(cublasHandle_t* handle) {
  *handle = new cublasContext;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasDestroy(cublasHandle_t handle) {
  if (!handle) return CUBLAS_STATUS_NOT_INITIALIZED;
  delete handle;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetStream(cublasHandle_t handle, cudaStream_t stream) {
  handle->stream = stream;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetWorkspace(cublasHandle_t, void* workspace, std::size_t bytes) {
  return isDeviceMemory(workspace, bytes) ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_INVALID_VALUE;
}

cublasStatus_t cublasSetPointerMode(cublasHandle_t handle, cublasPointerMode_t mode) {
  handle->pointers = mode;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetMathMode(cublasHandle_t, cublasMath_t mode) {
  return mode == CUBLAS_TF32_TENSOR_OP_MATH ? CUBLAS_STATUS_NOT_SUPPORTED : CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasGemmEx(cublasHandle_t handle, cublasOperation_t opA, cublasOperation_t opB, int m, int n,
                            int k, const void* alpha, const void* a, cudaDataType typeA, int lda,
                            const void* b, cudaDataType typeB, int ldb, const void* beta, void* c,
                            cudaDataType typeC, int ldc, cublasComputeType_t compute,
                            cublasGemmAlgo_t algorithm) {
  return cublasGemmStridedBatchedEx(handle, opA, opB, m, n, k, alpha, a, typeA, lda, 0, b, typeB, ldb, 0,
                                    beta, c, typeC, ldc, 0, 1, compute, algorithm);
}

cublasStatus_t cublasGemmStridedBatchedEx(cublasHandle_t handle, cublasOperation_t opA, cublasOperation_t opB,
                                          int m, int n, int k, const void* alpha, const void* a,
                                          cudaDataType typeA, int lda, long long strideA, const void* b,
                                          cudaDataType typeB, int ldb, long long strideB, const void* beta,
                                          void* c, cudaDataType typeC, int ldc, long long strideC, int count,
                                          cublasComputeType_t compute, cublasGemmAlgo_t) {
  const bool isFloat = typeA == CUDA_R_32F && typeB == CUDA_R_32F && typeC == CUDA_R_32F;
  if (!isFloat || droppedBits(compute) < 0 || handle->pointers != CUBLAS_POINTER_MODE_HOST) {
    return CUBLAS_STATUS_NOT_SUPPORTED;
  }
  const auto dropped = static_cast<std::uint32_t>(droppedBits(compute));
  const Operand first = {opA == CUBLAS_OP_T, static_cast<const float*>(a), lda, strideA, dropped};
  const Operand second = {opB == CUBLAS_OP_T, static_cast<const float*>(b), ldb, strideB, dropped};
  return multiply(handle, {m, n, k, *static_cast<const float*>(alpha), *static_cast<const float*>(beta),
                           first, second, static_cast<float*>(c), ldc, strideC, count});
}
