#pragma once
// What an emulated block is made of while it lives.

#include <array>
#include <cstdint>
#include <source_location>
#include <vector>

#include "tests/support/cuda_on_cpu/fiber.h"
#include "tests/support/cuda_on_cpu/vector_types.h"

namespace cuda_on_cpu {

inline constexpr unsigned kWarp = 32;

struct Block;

struct Thread {
  Block* block = nullptr;
  unsigned rank = 0;  // in the block
  uint3 index = {};
  Fiber* fiber = nullptr;
  bool hasLeft = false;
  const char* waitsFor = nullptr;  // while it waits
  std::source_location where;      // it waits
};

struct Barrier {
  unsigned expected = 0, arrived = 0;
  unsigned phase = 0;  // how often all have met
  std::source_location where;
  std::vector<Thread*> waiting;
};

// Lanes that exchange something, until all of them have come.
struct Meeting {
  unsigned mask, arrived;
  const char* purpose;
  std::vector<Thread*> waiting;
};

struct Warp {
  std::array<std::uint64_t, kWarp> brought, shown;  // by lane: to the meeting at hand, and by all of the last
  std::vector<Meeting> meetings;
};

struct Block {
  uint3 index = {};
  unsigned rank = 0;           // in its cluster
  Barrier* cluster = nullptr;  // that the blocks of its cluster share
  Block* firstOfCluster = nullptr;
  std::vector<Thread> threads;
  unsigned begun = 0, left = 0;  // threads
  std::vector<Thread*> ready;    // have begun and wait for nothing
  Barrier barrier;
  std::vector<Warp> warps;
  std::vector<unsigned char> dynamicShared;
  std::vector<unsigned char> staticShared;  // while another block runs
};

// The thread that runs.
Thread& self();
// Gives the processor back until somebody has called wake() for the running thread.
void sleep(const char* waitsFor, std::source_location where);
void wake(std::vector<Thread*>& threads);

}  // namespace cuda_on_cpu
