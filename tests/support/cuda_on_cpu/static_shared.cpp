#include "tests/support/cuda_on_cpu/static_shared.h"

#include <cstdint>

// shared_memory.ld's
extern "C" {
extern unsigned char cuda_on_cpu_shared_begin[], cuda_on_cpu_shared_end[];
}

// Plain loops over words that AddressSanitizer does not look at: between the variables lie its red zones.
#define UNCHECKED \
  __attribute__((no_sanitize("address", "undefined"), optimize("no-tree-loop-distribute-patterns")))

namespace cuda_on_cpu {
namespace {

using Word = std::uint64_t __attribute__((may_alias));

constexpr Word kPoison = ~std::uint64_t{0};

Word* words() {
  return reinterpret_cast<Word*>(cuda_on_cpu_shared_begin);
}

}  // namespace

std::size_t staticSharedBytes() {
  return static_cast<std::size_t>(cuda_on_cpu_shared_end - cuda_on_cpu_shared_begin);
}

std::size_t offsetInStaticShared(const void* address) {
  const auto place = reinterpret_cast<std::uintptr_t>(address);
  const auto begin = reinterpret_cast<std::uintptr_t>(cuda_on_cpu_shared_begin);
  return place >= begin && place < begin + staticSharedBytes() ? place - begin : staticSharedBytes();
}

void* staticSharedAt(std::size_t offset) {
  return cuda_on_cpu_shared_begin + offset;
}

UNCHECKED void poisonStaticShared() {
  Word* const memory = words();
  for (std::size_t i = 0; i < staticSharedBytes() / sizeof(Word); ++i) memory[i] = kPoison;
}

UNCHECKED void saveStaticShared(unsigned char* image) {
  const Word* const memory = words();
  auto* const target = reinterpret_cast<Word*>(image);
  for (std::size_t i = 0; i < staticSharedBytes() / sizeof(Word); ++i) target[i] = memory[i];
}

UNCHECKED void restoreStaticShared(const unsigned char* image) {
  Word* const memory = words();
  const auto* const source = reinterpret_cast<const Word*>(image);
  for (std::size_t i = 0; i < staticSharedBytes() / sizeof(Word); ++i) memory[i] = source[i];
}

}  // namespace cuda_on_cpu
