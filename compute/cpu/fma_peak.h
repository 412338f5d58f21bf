#pragma once
// What this machine's cores can do at most, measured: fused multiply-adds on registers and nothing else.

namespace cajal::cpu {

// 10^9 floating-point operations a second, of `threads` threads together, over about `seconds` (best of ten
// parts).
double measureFmaPeak(int threads, double seconds);

}  // namespace cajal::cpu
