#pragma once
// Static shared memory. `__shared__` is `static` here: one place in the program, for the block that runs.
// shared_memory.ld gathers all of it in one stretch, which can be filled, saved and brought back: that is how
// several blocks have each their own.

#include <cstddef>

namespace cuda_on_cpu {

std::size_t staticSharedBytes();
// Offset of an address in it; staticSharedBytes() where it is not in it.
std::size_t offsetInStaticShared(const void* address);
void* staticSharedAt(std::size_t offset);

// With bytes that are NaN as floats, so that what nobody wrote is noticed.
void poisonStaticShared();
void saveStaticShared(unsigned char* image);
void restoreStaticShared(const unsigned char* image);

}  // namespace cuda_on_cpu
