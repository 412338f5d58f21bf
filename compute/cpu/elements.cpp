// Bias, activation and derivative over tiles, and the operations that are nothing but a loop over elements.
#include "compute/cpu/elements.h"

#include <algorithm>

#include "compute/cpu/operations.h"

namespace cajal::cpu {
namespace {

constexpr std::size_t kElementsPerTile = 16'384;

// Calls work(begin, end) for pieces of 0 … count-1.
template <typename Work>
void forEachPiece(ThreadTeam& team, std::size_t count, Work&& work) {
  team.forEachTile((count + kElementsPerTile - 1) / kElementsPerTile, [&](std::size_t tile) {
    const std::size_t begin = tile * kElementsPerTile;
    work(begin, std::min(count, begin + kElementsPerTile));
  });
}

template <Activation activation>
void activateRow(const float* __restrict__ bias, float* __restrict__ row, std::size_t columns) {
  for (std::size_t c = 0; c < columns; ++c) row[c] = activate(activation, row[c] + bias[c]);
}

template <Activation activation>
void activateRowKeepingZ(const float* __restrict__ bias, float* __restrict__ row, float* __restrict__ z,
                         std::size_t columns) {
  for (std::size_t c = 0; c < columns; ++c) {
    z[c] = row[c] + bias[c];
    row[c] = activate(activation, z[c]);
  }
}

template <Activation activation>
void timesDerivative(const float* __restrict__ y, float* __restrict__ gradient, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) gradient[i] *= derivative(activation, 0.0f, y[i]);
}

template <Activation activation>
void timesDerivativeOfZ(const float* __restrict__ y, const float* __restrict__ z,
                        float* __restrict__ gradient, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) gradient[i] *= derivative(activation, z[i], y[i]);
}

template <Activation activation>
float derivativeAt(const ActivatedOutput& before, std::size_t i) {
  return derivative(activation, needsPreActivation(activation) ? before.z[i] : 0.0f, before.y[i]);
}

}  // namespace

void addBiasAndActivate(Activation activation, const Tile& tile, const float* bias, const Matrix& output,
                        float* z) {
  withActivation(activation, [&]<Activation known>() {
    for (std::size_t row = tile.row; row < tile.row + tile.rows; ++row) {
      const std::size_t at = row * output.columns + tile.column;
      if (z) {
        activateRowKeepingZ<known>(bias + tile.column, output.data + at, z + at, tile.columns);
      } else {
        activateRow<known>(bias + tile.column, output.data + at, tile.columns);
      }
    }
  });
}

void multiplyByDerivative(const ActivatedOutput& before, const Tile& tile, const Matrix& gradient) {
  if (before.activation == Activation::identity) return;
  withActivation(before.activation, [&]<Activation known>() {
    for (std::size_t row = tile.row; row < tile.row + tile.rows; ++row) {
      const std::size_t at = row * gradient.columns + tile.column;
      if constexpr (needsPreActivation(known)) {
        timesDerivativeOfZ<known>(before.y + at, before.z + at, gradient.data + at, tile.columns);
      } else {
        timesDerivative<known>(before.y + at, gradient.data + at, tile.columns);
      }
    }
  });
}

void run(ThreadTeam& team, const Activate& operation) {
  const auto& [activation, values, z] = operation;
  withActivation(activation, [&]<Activation known>() {
    forEachPiece(team, values.count(), [&](std::size_t begin, std::size_t end) {
      if (z) std::copy(values.data + begin, values.data + end, z + begin);
      for (std::size_t i = begin; i < end; ++i) values.data[i] = cajal::activate(known, values.data[i]);
    });
  });
}

void run(ThreadTeam& team, const MultiplyByDerivative& operation) {
  const auto& [source, before, target, accumulate] = operation;
  withActivation(before.activation, [&]<Activation known>() {
    forEachPiece(team, target.count(), [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) {
        const float gradient = source.data[i] * derivativeAt<known>(before, i);
        target.data[i] = accumulate ? target.data[i] + gradient : gradient;
      }
    });
  });
}

void run(ThreadTeam& team, const Add& operation) {
  const auto& [a, b, output] = operation;
  forEachPiece(team, output.count(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) output.data[i] = a.data[i] + b.data[i];
  });
}

void run(ThreadTeam& team, const ApplyDropout& operation) {
  const auto& [asked, input, output] = operation;
  const DropoutMask mask = atItsStep(asked);
  if (mask.rate == 0.0f) {
    forEachPiece(team, output.count(), [&](std::size_t begin, std::size_t end) {
      std::copy(input.data + begin, input.data + end, output.data + begin);
    });
    return;
  }
  static_assert(kElementsPerTile % kDropoutBlock == 0);
  const std::uint64_t firstBlock = std::uint64_t{mask.firstRow} * input.columns / kDropoutBlock;
  const float scale = keptScale(mask);
  forEachPiece(team, output.count(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t at = begin; at < end; at += kDropoutBlock) {
      const DropoutBlock block = dropoutBlock(mask, firstBlock + at / kDropoutBlock);
      for (std::size_t i = at; i < std::min(end, at + kDropoutBlock); ++i) {
        output.data[i] = block.keeps(i - at) ? input.data[i] * scale : 0.0f;
      }
    }
  });
}

}  // namespace cajal::cpu
