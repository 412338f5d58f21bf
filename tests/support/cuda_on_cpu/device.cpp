// The device, and errors.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iterator>

#include "tests/support/cuda_on_cpu/runtime_state.h"

using namespace cuda_on_cpu;

namespace {

struct ErrorText {
  cudaError_t error;
  const char *name, *text;
};

constexpr ErrorText kErrors[] = {
    {cudaSuccess, "cudaSuccess", "no error"},
    {cudaErrorInvalidValue, "cudaErrorInvalidValue", "invalid argument"},
    {cudaErrorMemoryAllocation, "cudaErrorMemoryAllocation", "out of memory"},
    {cudaErrorInvalidConfiguration, "cudaErrorInvalidConfiguration", "invalid configuration argument"},
    {cudaErrorNoDevice, "cudaErrorNoDevice", "no CUDA-capable device is detected"},
    {cudaErrorInvalidDevice, "cudaErrorInvalidDevice", "invalid device ordinal"},
    {cudaErrorInvalidResourceHandle, "cudaErrorInvalidResourceHandle", "invalid resource handle"},
    {cudaErrorNotReady, "cudaErrorNotReady", "device not ready"},
    {cudaErrorIllegalAddress, "cudaErrorIllegalAddress", "an illegal memory access was encountered"},
    {cudaErrorLaunchFailure, "cudaErrorLaunchFailure", "unspecified launch failure"},
    {cudaErrorNotSupported, "cudaErrorNotSupported", "operation not supported"},
    {cudaErrorStreamCaptureUnsupported, "cudaErrorStreamCaptureUnsupported",
     "operation not permitted when stream is capturing"},
    {cudaErrorStreamCaptureInvalidated, "cudaErrorStreamCaptureInvalidated",
     "operation failed due to a previous error during capture"},
    {cudaErrorCapturedEvent, "cudaErrorCapturedEvent",
     "operation not permitted on an event last recorded in a capturing stream"},
    {cudaErrorInvalidClusterSize, "cudaErrorInvalidClusterSize", "invalid cluster size"},
};

const ErrorText& textOf(cudaError_t error) {
  static constexpr ErrorText kUnknown = {cudaErrorUnknown, "cudaErrorUnknown", "unknown error"};
  const auto* const found = std::find_if(std::begin(kErrors), std::end(kErrors),
                                         [&](const ErrorText& known) { return known.error == error; });
  return found == std::end(kErrors) ? kUnknown : *found;
}

thread_local cudaError_t lastError = cudaSuccess;

constexpr int kVersion = 13000;

}  // namespace

namespace cuda_on_cpu {

RuntimeState& state() {
  static RuntimeState& forever = *new RuntimeState;  // owners in static storage may call at the very end
  return forever;
}

cudaError_t answer(cudaError_t result) {
  if (result != cudaSuccess) lastError = result;
  return result;
}

void failForGood(cudaError_t result, const std::string& what) {
  state().failure = result;
  state().whatFailed = std::string(textOf(result).text) + ": " + what;
}

}  // namespace cuda_on_cpu

const char* cudaGetErrorName(cudaError_t error) {
  return textOf(error).name;
}

const char* cudaGetErrorString(cudaError_t error) {
  const bool isTheFailure = error != cudaSuccess && error == state().failure;
  return isTheFailure ? state().whatFailed.c_str() : textOf(error).text;
}

cudaError_t cudaGetLastError() {
  return std::exchange(lastError, state().failure);
}

cudaError_t cudaPeekAtLastError() {
  return lastError;
}

cudaError_t cudaDriverGetVersion(int* version) {
  *version = kVersion;
  return cudaSuccess;
}

cudaError_t cudaRuntimeGetVersion(int* version) {
  *version = kVersion;
  return cudaSuccess;
}

// CAJAL_CUDA_DEVICES=0: a machine without a GPU.
cudaError_t cudaGetDeviceCount(int* count) {
  const char* const devices = std::getenv("CAJAL_CUDA_DEVICES");
  *count = devices && std::string(devices) == "0" ? 0 : 1;
  return answer(*count == 0 ? cudaErrorNoDevice : cudaSuccess);
}

cudaError_t cudaGetDevice(int* device) {
  *device = 0;
  return cudaSuccess;
}

cudaError_t cudaSetDevice(int device) {
  return call([&] { return device == 0 ? cudaSuccess : cudaErrorInvalidDevice; });
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device) {
  if (device != 0) return answer(cudaErrorInvalidDevice);
  *properties = {};
  std::snprintf(properties->name, sizeof properties->name, "CUDA on the processor");
  for (char& byte : properties->uuid.bytes) byte = 0x2A;
  properties->totalGlobalMem = kMemoryBytes;
  properties->sharedMemPerBlock = kSharedBytes;
  properties->sharedMemPerBlockOptin = kMostSharedBytes;
  properties->major = 9;
  properties->warpSize = 32;
  properties->multiProcessorCount = kMultiprocessors;
  properties->maxThreadsPerBlock = 1024;
  properties->maxThreadsPerMultiProcessor = 2048;
  properties->l2CacheSize = 50 << 20;
  return cudaSuccess;
}

cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int device) {
  if (device != 0) return answer(cudaErrorInvalidDevice);
  switch (attribute) {
    case cudaDevAttrMultiProcessorCount: *value = kMultiprocessors; break;
    case cudaDevAttrComputeCapabilityMajor: *value = 9; break;
    case cudaDevAttrComputeCapabilityMinor: *value = 0; break;
    case cudaDevAttrMaxSharedMemoryPerBlockOptin: *value = static_cast<int>(kMostSharedBytes); break;
    case cudaDevAttrClusterLaunch: *value = 1; break;
  }
  return cudaSuccess;
}

cudaError_t cudaDeviceReset() {
  const std::lock_guard held(state().lock);
  state().failure = lastError = cudaSuccess;
  return cudaSuccess;
}
