// Device memory, pinned memory, and copies.
//
// Device memory lies in pages of its own that can be touched only while work of a stream runs: a host that
// reads or writes through a device pointer dies there. It ends at a page that is never readable; what lies
// between its last byte and that page is watched by AddressSanitizer, or compared when it is freed.
#include <sys/mman.h>

#include <cstdlib>
#include <cstring>
#include <map>
#include <new>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(memory, bytes)
#define ASAN_UNPOISON_MEMORY_REGION(memory, bytes)
#endif

#include "tests/support/cuda_on_cpu/runtime_state.h"

using namespace cuda_on_cpu;

namespace cuda_on_cpu {
namespace {

constexpr std::size_t kPage = 4096, kAlignment = 256;  // CUDA's of cudaMalloc
constexpr int kUnwritten = 0xFF;                       // NaN, as floats

struct Allocation {
  unsigned char* pages;
  std::size_t pageBytes, bytes;
};

// By first byte.
std::map<const unsigned char*, Allocation>& allocations() {
  static auto& forever = *new std::map<const unsigned char*, Allocation>;
  return forever;
}
std::map<const unsigned char*, std::size_t>& pinned() {
  static auto& forever = *new std::map<const unsigned char*, std::size_t>;
  return forever;
}

std::size_t roundedUp(std::size_t bytes, std::size_t to) {
  return (bytes + to - 1) / to * to;
}

std::size_t usedBytes() {
  std::size_t sum = 0;
  for (const auto& [begin, allocation] : allocations()) sum += allocation.bytes;
  return sum;
}

void protectAll(int protection) {
  for (const auto& [begin, allocation] : allocations())
    mprotect(allocation.pages, allocation.pageBytes, protection);
}

int accesses = 0;

// The entry that [memory, memory + bytes) lies in.
template <typename Map, typename BytesOf>
bool contains(const Map& map, const void* memory, std::size_t bytes, BytesOf&& bytesOf) {
  const auto* const begin = static_cast<const unsigned char*>(memory);
  auto found = map.upper_bound(begin);
  if (found == map.begin()) return false;
  --found;
  return begin + bytes <= found->first + bytesOf(found->second);
}

bool isPinned(const void* memory, std::size_t bytes) {
  return contains(pinned(), memory, bytes, [](std::size_t size) { return size; });
}

cudaError_t enqueueCopy(void* target, const void* source, std::size_t bytes, cudaStream_t stream) {
  return enqueue(stream, [=] { std::memcpy(target, source, bytes); });
}

// Host memory that is not pinned is read before the call returns, and written before it returns; but not
// while a graph is captured, which keeps the pointer.
cudaError_t copyFromPageable(void* target, const void* source, std::size_t bytes, cudaStream_t stream) {
  const auto* const begin = static_cast<const unsigned char*>(source);
  return enqueue(stream, [target, staged = std::vector<unsigned char>(begin, begin + bytes)] {
    std::memcpy(target, staged.data(), staged.size());
  });
}

cudaError_t copyToPageable(void* target, const void* source, std::size_t bytes, cudaStream_t stream) {
  const cudaError_t result = enqueueCopy(target, source, bytes, stream);
  if (result == cudaSuccess) run(*find(stream));
  return result == cudaSuccess ? state().failure : result;
}

cudaError_t copy(void* target, const void* source, std::size_t bytes, cudaMemcpyKind kind,
                 cudaStream_t handle) {
  const CUstream_st* const stream = find(handle);
  if (!stream) return cudaErrorInvalidResourceHandle;
  if (bytes == 0) return cudaSuccess;
  const bool fromDevice = isDeviceMemory(source, bytes), toDevice = isDeviceMemory(target, bytes);
  const bool wantsFromDevice = kind == cudaMemcpyDeviceToHost || kind == cudaMemcpyDeviceToDevice;
  const bool wantsToDevice = kind == cudaMemcpyHostToDevice || kind == cudaMemcpyDeviceToDevice;
  if (kind != cudaMemcpyDefault && (fromDevice != wantsFromDevice || toDevice != wantsToDevice)) {
    return cudaErrorInvalidValue;
  }
  if (stream->captured) return enqueueCopy(target, source, bytes, handle);
  if (!fromDevice && !isPinned(source, bytes)) return copyFromPageable(target, source, bytes, handle);
  if (!toDevice && !isPinned(target, bytes)) return copyToPageable(target, source, bytes, handle);
  return enqueueCopy(target, source, bytes, handle);
}

unsigned char* mapPages(std::size_t bytes) {
  void* const pages =
      mmap(nullptr, bytes + kPage, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return pages == MAP_FAILED ? nullptr : static_cast<unsigned char*>(pages);
}

// Nobody may have written where nobody's memory is.
void expectUntouched(const unsigned char* begin, const Allocation& allocation) {
  const unsigned char* const end = allocation.pages + allocation.pageBytes;
  for (const unsigned char* byte = begin + allocation.bytes; byte < end; ++byte) {
    if (*byte != kUnwritten) failForGood(cudaErrorIllegalAddress, "device memory was written past its end");
  }
}

}  // namespace

DeviceAccess::DeviceAccess() {
  if (accesses++ == 0) protectAll(PROT_READ | PROT_WRITE);
}

DeviceAccess::~DeviceAccess() {
  if (--accesses == 0) protectAll(PROT_NONE);
}

bool isDeviceMemory(const void* memory, std::size_t bytes) {
  return contains(allocations(), memory, bytes,
                  [](const Allocation& allocation) { return allocation.bytes; });
}

}  // namespace cuda_on_cpu

cudaError_t cudaMalloc(void** memory, std::size_t bytes) {
  return call([&] {
    *memory = nullptr;
    if (isForbiddenByCapture()) return cudaErrorStreamCaptureUnsupported;
    if (bytes == 0) return cudaSuccess;
    if (bytes > kMemoryBytes - usedBytes()) return cudaErrorMemoryAllocation;
    const std::size_t room = roundedUp(bytes, kAlignment), pageBytes = roundedUp(room, kPage);
    unsigned char* const pages = mapPages(pageBytes);
    if (!pages) return cudaErrorMemoryAllocation;
    unsigned char* const begin = pages + pageBytes - room;
    mprotect(pages, pageBytes, PROT_READ | PROT_WRITE);
    std::memset(pages, kUnwritten, pageBytes);
    mprotect(pages, pageBytes, PROT_NONE);
    ASAN_POISON_MEMORY_REGION(pages, pageBytes);
    ASAN_UNPOISON_MEMORY_REGION(begin, bytes);
    allocations()[begin] = {pages, pageBytes, bytes};
    *memory = begin;
    return cudaSuccess;
  });
}

cudaError_t cudaFree(void* memory) {
  return call([&] {
    if (!memory) return cudaSuccess;
    if (isForbiddenByCapture()) return cudaErrorStreamCaptureUnsupported;
    runEverything();
    const auto* const begin = static_cast<unsigned char*>(memory);
    const auto found = allocations().find(begin);
    if (found == allocations().end()) return cudaErrorInvalidValue;
    const Allocation allocation = found->second;
    allocations().erase(found);
    ASAN_UNPOISON_MEMORY_REGION(allocation.pages, allocation.pageBytes);
    mprotect(allocation.pages, allocation.pageBytes, PROT_READ);
    expectUntouched(begin, allocation);
    munmap(allocation.pages, allocation.pageBytes + kPage);
    return state().failure;
  });
}

cudaError_t cudaMallocHost(void** memory, std::size_t bytes) {
  return call([&] {
    if (isForbiddenByCapture()) return cudaErrorStreamCaptureUnsupported;
    *memory = ::operator new(bytes);
    std::memset(*memory, kUnwritten, bytes);
    pinned()[static_cast<unsigned char*>(*memory)] = bytes;
    return cudaSuccess;
  });
}

cudaError_t cudaFreeHost(void* memory) {
  return call([&] {
    if (!memory) return cudaSuccess;
    if (isForbiddenByCapture()) return cudaErrorStreamCaptureUnsupported;
    runEverything();
    if (pinned().erase(static_cast<unsigned char*>(memory)) == 0) return cudaErrorInvalidValue;
    ::operator delete(memory);
    return state().failure;
  });
}

cudaError_t cudaMemGetInfo(std::size_t* free, std::size_t* total) {
  return call([&] {
    *total = kMemoryBytes;
    *free = kMemoryBytes - usedBytes();
    return cudaSuccess;
  });
}

// As cudaMemcpyAsync in the legacy stream, which other streams need not wait for; only what goes to the host,
// or comes from pinned memory, is waited for. (What "synchronous" means stands in CUDA's "API synchronization
// behavior".)
cudaError_t cudaMemcpy(void* target, const void* source, std::size_t bytes, cudaMemcpyKind kind) {
  return call([&] {
    if (isForbiddenByCapture()) return cudaErrorStreamCaptureUnsupported;
    const cudaError_t result = copy(target, source, bytes, kind, nullptr);
    if (result == cudaSuccess && isPinned(source, bytes)) run(state().legacy);
    return result == cudaSuccess ? state().failure : result;
  });
}

cudaError_t cudaMemcpyAsync(void* target, const void* source, std::size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream) {
  return call([&] { return copy(target, source, bytes, kind, stream); });
}

cudaError_t cudaMemset(void* target, int value, std::size_t bytes) {
  return cudaMemsetAsync(target, value, bytes, nullptr);
}

cudaError_t cudaMemsetAsync(void* target, int value, std::size_t bytes, cudaStream_t stream) {
  return call([&] {
    if (bytes == 0) return cudaSuccess;
    if (!isDeviceMemory(target, bytes)) return cudaErrorInvalidValue;
    return enqueue(stream, [=] { std::memset(target, value, bytes); });
  });
}
