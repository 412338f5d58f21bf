#include "tests/support/cuda_on_cpu/fiber.h"

#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <new>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

// Saves what a call must preserve and the stack pointer, and goes on where `load` was saved. (ucontext would
// do, but asks the kernel for the signal mask at every switch: fifty times as slow.)
extern "C" void cudaOnCpuSwitch(void** save, void* load);
asm(R"(
.text
.globl cudaOnCpuSwitch
.type cudaOnCpuSwitch, @function
cudaOnCpuSwitch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size cudaOnCpuSwitch, .-cudaOnCpuSwitch
)");

namespace cuda_on_cpu {
namespace {

constexpr std::size_t kGuardBytes = 4096, kStackBytes = 128u << 10;
constexpr std::size_t kSavedRegisters = 6;

// Whoever resumed, and the fiber that runs. Of a thread: each may run a grid, one after the other.
thread_local void* resumer = nullptr;
thread_local Fiber* running = nullptr;

// AddressSanitizer is told which stack is which; without it these do nothing.
#ifdef __SANITIZE_ADDRESS__
thread_local const void* resumersStack = nullptr;
thread_local std::size_t resumersStackBytes = 0;

void leaveFor(void** fakeStack, const void* stack, std::size_t bytes) {
  __sanitizer_start_switch_fiber(fakeStack, stack, bytes);
}
void arriveInFiber(void* fakeStack) {
  __sanitizer_finish_switch_fiber(fakeStack, &resumersStack, &resumersStackBytes);
}
void arriveInResumer(void* fakeStack) {
  __sanitizer_finish_switch_fiber(fakeStack, nullptr, nullptr);
}
void forget(void* stack) {
  __asan_unpoison_memory_region(stack, kStackBytes);
}
#else
constexpr const void* resumersStack = nullptr;
constexpr std::size_t resumersStackBytes = 0;

void leaveFor(void**, const void*, std::size_t) {}
void arriveInFiber(void*) {}
void arriveInResumer(void*) {}
void forget(void*) {}
#endif

void* stackOf(void* memory) {
  return static_cast<char*>(memory) + kGuardBytes;
}

}  // namespace

Fiber::Fiber()
    : m_memory(mmap(nullptr, kGuardBytes + kStackBytes, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)) {
  if (m_memory == MAP_FAILED) throw std::bad_alloc();
  mprotect(m_memory, kGuardBytes, PROT_NONE);
}

Fiber::~Fiber() {
  forget(stackOf(m_memory));
  munmap(m_memory, kGuardBytes + kStackBytes);
}

void Fiber::begin(void (*body)()) {
  forget(stackOf(m_memory));
  // As if cudaOnCpuSwitch had been called by nobody: registers, the address to return to, and none behind it,
  // which leaves the stack aligned as on entry to a function.
  auto** top = reinterpret_cast<void**>(static_cast<char*>(stackOf(m_memory)) + kStackBytes) - 1;
  *--top = reinterpret_cast<void*>(&Fiber::enter);
  for (std::size_t i = 0; i < kSavedRegisters; ++i) *--top = nullptr;
  m_body = body;
  m_stackPointer = top;
  m_fakeStack = nullptr;
}

void Fiber::enter() {
  arriveInFiber(nullptr);
  running->m_body();
  std::abort();  // it gives back for good instead
}

void Fiber::resume() {
  void* fakeStack = nullptr;
  running = this;
  leaveFor(&fakeStack, stackOf(m_memory), kStackBytes);
  cudaOnCpuSwitch(&resumer, m_stackPointer);
  arriveInResumer(fakeStack);
  running = nullptr;
}

void Fiber::giveBack() {
  Fiber& own = *running;
  leaveFor(&own.m_fakeStack, resumersStack, resumersStackBytes);
  cudaOnCpuSwitch(&own.m_stackPointer, resumer);
  arriveInFiber(own.m_fakeStack);
}

}  // namespace cuda_on_cpu
