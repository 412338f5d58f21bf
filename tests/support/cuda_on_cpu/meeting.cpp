// What threads of a running grid call to meet each other, and to find each other's shared memory.
#include <algorithm>
#include <cstring>

#include "tests/support/cuda_on_cpu/block.h"
#include "tests/support/cuda_on_cpu/grid.h"
#include "tests/support/cuda_on_cpu/static_shared.h"

namespace cuda_on_cpu {
namespace {

Barrier& barrierOf(Scope scope) {
  return scope == Scope::block ? self().block->barrier : *self().block->cluster;
}

const char* nameOf(Scope scope) {
  return scope == Scope::block ? "the block's barrier" : "the cluster's barrier";
}

bool isSame(const std::source_location& a, const std::source_location& b) {
  return a.line() == b.line() && a.column() == b.column() && std::strcmp(a.file_name(), b.file_name()) == 0;
}

std::string text(const std::source_location& where) {
  return std::string(where.file_name()) + ":" + std::to_string(where.line());
}

std::string hexadecimal(unsigned mask) {
  char digits[16];
  std::snprintf(digits, sizeof digits, "0x%08x", mask);
  return digits;
}

}  // namespace

unsigned arrive(Scope scope, std::source_location where) {
  Barrier& barrier = barrierOf(scope);
  const unsigned phase = barrier.phase;
  barrier.where = where;
  if (++barrier.arrived == barrier.expected) {
    barrier.arrived = 0;
    ++barrier.phase;
    wake(barrier.waiting);
  }
  return phase;
}

void wait(Scope scope, unsigned phase, std::source_location where) {
  Barrier& barrier = barrierOf(scope);
  if (barrier.phase != phase) return;
  barrier.waiting.push_back(&self());
  sleep(nameOf(scope), where);
}

void meet(Scope scope, std::source_location where) {
  const Barrier& barrier = barrierOf(scope);
  if (barrier.arrived > 0 && !isSame(barrier.where, where)) {
    fail(std::string("meets ") + nameOf(scope) + " at " + text(where) + " and others at " +
         text(barrier.where));
  }
  wait(scope, arrive(scope, where), where);
}

void giveWay() {
  self().block->ready.push_back(&self());
  sleep("its turn", std::source_location::current());
}

unsigned ownLane() {
  return self().rank % kWarp;
}

const std::uint64_t* exchange(unsigned mask, std::uint64_t value, const char* purpose) {
  Warp& warp = self().block->warps[self().rank / kWarp];
  const unsigned own = 1u << ownLane();
  if (!(mask & own))
    fail(std::string(purpose) + ": the mask " + hexadecimal(mask) + " lacks the lane itself");
  auto meeting = std::find_if(warp.meetings.begin(), warp.meetings.end(),
                              [&](const Meeting& open) { return (open.mask & mask) != 0; });
  if (meeting == warp.meetings.end()) {
    meeting = warp.meetings.insert(meeting, {mask, 0, purpose, {}});
  } else if (meeting->mask != mask || std::strcmp(meeting->purpose, purpose) != 0) {
    fail(std::string(purpose) + " of lanes " + hexadecimal(mask) + " while others wait at a " +
         meeting->purpose + " of lanes " + hexadecimal(meeting->mask));
  }
  warp.brought[ownLane()] = value;
  meeting->arrived |= own;
  if (meeting->arrived == mask) {
    for (unsigned lane = 0; lane < kWarp; ++lane) {
      if (mask >> lane & 1) warp.shown[lane] = warp.brought[lane];
    }
    wake(meeting->waiting);
    warp.meetings.erase(meeting);
  } else {
    meeting->waiting.push_back(&self());
    sleep(purpose, std::source_location::current());
  }
  return warp.shown.data();
}

void* dynamicSharedBytes() {
  return self().block->dynamicShared.data();
}

unsigned rankInCluster() {
  return self().block->rank;
}

void* inSharedMemoryOf(unsigned rank, const void* own) {
  Block& block = *self().block;
  if (rank >= runningShape().cluster) fail("asks for a block that its cluster does not have");
  Block& other = block.firstOfCluster[rank];
  if (other.left == other.threads.size())
    fail("asks for the shared memory of a block that has left the kernel");
  const auto* const place = static_cast<const unsigned char*>(own);
  if (place >= block.dynamicShared.data() &&
      place < block.dynamicShared.data() + block.dynamicShared.size()) {
    return other.dynamicShared.data() + (place - block.dynamicShared.data());
  }
  const std::size_t offset = offsetInStaticShared(own);
  if (offset == staticSharedBytes()) fail("maps an address that is not in its shared memory");
  return &other == &block ? staticSharedAt(offset) : other.staticShared.data() + offset;
}

}  // namespace cuda_on_cpu
