#pragma once
// What is done with a value while it is in cache: bias and activation going forward, a derivative coming
// back. Each activation is a loop of its own, so that the compiler sees it and uses the widest vectors.

#include "compute/core/backend.h"

namespace cajal::cpu {

// Calls `function.template operator()<activation>()` with the activation as a constant.
template <typename Function>
void withActivation(Activation activation, Function&& function) {
  switch (activation) {
    case Activation::sigmoid: return function.template operator()<Activation::sigmoid>();
    case Activation::tanh: return function.template operator()<Activation::tanh>();
    case Activation::relu: return function.template operator()<Activation::relu>();
    case Activation::leakyRelu: return function.template operator()<Activation::leakyRelu>();
    case Activation::elu: return function.template operator()<Activation::elu>();
    case Activation::selu: return function.template operator()<Activation::selu>();
    case Activation::gelu: return function.template operator()<Activation::gelu>();
    case Activation::geluTanh: return function.template operator()<Activation::geluTanh>();
    case Activation::silu: return function.template operator()<Activation::silu>();
    case Activation::softplus: return function.template operator()<Activation::softplus>();
    case Activation::softsign: return function.template operator()<Activation::softsign>();
    case Activation::hardSigmoid: return function.template operator()<Activation::hardSigmoid>();
    case Activation::hardSwish: return function.template operator()<Activation::hardSwish>();
    default: return function.template operator()<Activation::identity>();
  }
}

// Part of a matrix: rows [row, row + rows), columns [column, column + columns).
struct Tile {
  std::size_t row, rows, column, columns;
};

// Over a tile of `output` (B, out): z = what stands there + bias, y = f(z) is left; z (B, out) is kept too
// where it is not null.
void addBiasAndActivate(Activation activation, const Tile& tile, const float* bias, const Matrix& output,
                        float* z);
// Over a tile of `gradient` (B, n): ⊙ f' of `before`.
void multiplyByDerivative(const ActivatedOutput& before, const Tile& tile, const Matrix& gradient);

}  // namespace cajal::cpu
