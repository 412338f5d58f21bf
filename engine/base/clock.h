#pragma once
// Time: seconds as double everywhere; milliseconds only on screen.

namespace cajal {

// Seconds since an arbitrary start, never going back (CLOCK_MONOTONIC). Any thread.
double secondsNow();

}  // namespace cajal
