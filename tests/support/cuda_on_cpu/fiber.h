#pragma once
// A fiber: a stack of its own that runs until it gives the processor back. Each thread of an emulated block
// that has to wait for others waits on one, so that a barrier is a barrier.

#include <cstddef>

namespace cuda_on_cpu {

class Fiber {
 public:
  Fiber();
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // What resume() runs next, from its beginning; whatever stood on the stack is forgotten, no destructor
  // runs. `body` never returns: it gives the processor back for good.
  void begin(void (*body)());

  // Runs the fiber until it calls giveBack(), on the calling thread. Not from within a fiber.
  void resume();
  // Back to whoever resumed; returns when resumed again. Only from within a fiber.
  static void giveBack();

 private:
  static void enter();

  void* m_memory;  // guard page, then the stack
  void (*m_body)() = nullptr;
  void* m_stackPointer = nullptr;  // while it does not run
  void* m_fakeStack = nullptr;     // AddressSanitizer's
};

}  // namespace cuda_on_cpu
