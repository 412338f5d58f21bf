#pragma once
// How a tolerance is argued.
//
// Every float operation errs by at most u = 2⁻²⁴ of its result. A sum of n products, added in any order, is
// then within γₙ Σ|aᵢ bᵢ| of the true one, γₙ = n u / (1 - n u) (Higham, "Accuracy and Stability of Numerical
// Algorithms", 3.1). Two such sums that differ in their order differ by at most twice that. Tests say which n
// and which Σ they mean; a number without such a reason is not a tolerance.

#include <cstddef>

namespace cajal::test {

constexpr double kRounding = 1.0 / 16777216.0;  // u: the largest relative error of one float operation

// γₙ
constexpr double gammaOf(std::size_t operations) {
  const double nu = static_cast<double>(operations) * kRounding;
  return nu / (1.0 - nu);
}

}  // namespace cajal::test
