#pragma once
// Results of CUDA and cuBLAS calls: read, always. A bad one becomes an Error(gpu) that says what we were
// doing, what CUDA says about it and what the user can do; the words carry the caller's file and line.
// Included by .cu files, so without fmt, which nvcc 13 cannot read as C++20.

#include <cublas_v2.h>
#include <cuda_runtime.h>

#include <cstddef>
#include <source_location>

namespace cajal::cuda {

void check(cudaError_t result, const char* doing,
           std::source_location where = std::source_location::current());
void check(cublasStatus_t result, const char* doing,
           std::source_location where = std::source_location::current());

// `size` as the int that launches and cuBLAS take; Error(bug) with these words where it is too large for one.
int asInt(std::size_t size, const char* words, std::source_location where = std::source_location::current());

// For destructors, which must not throw.
void logIfFailed(cudaError_t result, const char* doing) noexcept;

}  // namespace cajal::cuda
