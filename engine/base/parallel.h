#pragma once
// Loops of many independent calls, shared out between threads that are started for them. For loops of
// milliseconds and more; loops of microseconds belong to ThreadTeam (compute/cpu), whose threads are there
// already.

#include <cstddef>
#include <functional>

namespace cajal {

// Calls work(0) … work(count - 1) on up to `threads` threads, the calling one among them (0: one for each
// core), and returns when all calls have returned. Indices are handed out in ascending order. After a call
// that throws, no index is handed out any more; of several exceptions the one of the lowest index is thrown
// here. Any thread.
void parallelFor(std::size_t count, const std::function<void(std::size_t)>& work, unsigned threads = 0);

}  // namespace cajal
