#include "engine/render/host/host_matrix.h"

#include <array>
#include <atomic>
#include <cmath>
#include <cstring>
#include <limits>
#include <thread>
#include <vector>

#include "engine/base/error.h"

namespace cajal {
namespace {

constexpr std::size_t kSide = gpu::kBlockSide;
constexpr std::size_t kLevelsOfATile = 4;
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr gpu::Block kBroken{kNaN, kNaN, kNaN, kNaN};

// Of some elements; `least` is NaN where one of them was not finite.
struct Sums {
  float least = std::numeric_limits<float>::infinity(), most = -std::numeric_limits<float>::infinity();
  float sum = 0, squares = 0;
};

Sums together(const Sums& a, const Sums& b) {
  if (std::isnan(a.least) || std::isnan(b.least)) return {kNaN, 0, 0, 0};
  return {std::min(a.least, b.least), std::max(a.most, b.most), a.sum + b.sum, a.squares + b.squares};
}

gpu::Block blockOf(const Sums& sums, float elements) {
  if (std::isnan(sums.least)) return kBroken;
  // Sums of very large numbers end at infinity, while what they are the sums of is known to be finite.
  const float largest = std::max(-sums.least, sums.most);
  const float rms =
      std::isfinite(sums.squares) ? std::min(std::sqrt(sums.squares / elements), largest) : largest;
  return {sums.least, sums.most, std::clamp(sums.sum / elements, sums.least, sums.most), rms};
}

Sums sumsOf(const gpu::Block& block, float elements) {
  return {block.least, block.most, block.mean * elements, block.rms * block.rms * elements};
}

// ---- the lowest level ----

// Two blocks side by side, a lane a column: a cache line of each of eight rows.
constexpr std::size_t kLanes = 16;
constexpr std::size_t kBlocksAtOnce = 16;  // as many as there are lanes: a lane a block in the end
constexpr std::size_t kVectors = kBlocksAtOnce * kSide / kLanes;
using Vector = float __attribute__((vector_size(kLanes * sizeof(float))));
using Lanes = std::int32_t __attribute__((vector_size(kLanes * sizeof(std::int32_t))));

Vector loadVector(const float* from) {
  Vector vector;
  std::memcpy(&vector, from, sizeof(vector));
  return vector;
}

struct Smaller {
  Vector operator()(Vector a, Vector b) const { return a < b ? a : b; }
};
struct Larger {
  Vector operator()(Vector a, Vector b) const { return a > b ? a : b; }
};
struct Added {
  Vector operator()(Vector a, Vector b) const { return a + b; }
};

// Two groups of eight lanes in each of eight vectors are folded to a lane each, block after block. Each step
// folds two vectors to one: the first halves of their groups with the second halves.
template <typename Fold>
Vector foldGroups(const std::array<Vector, kVectors>& v, Fold fold) {
  const auto fours = [&](Vector a, Vector b) {
    return fold(__builtin_shuffle(a, b, Lanes{0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27}),
                __builtin_shuffle(a, b, Lanes{4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31}));
  };
  const auto twos = [&](Vector a, Vector b) {
    return fold(__builtin_shuffle(a, b, Lanes{0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29}),
                __builtin_shuffle(a, b, Lanes{2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31}));
  };
  const auto ones = [&](Vector a, Vector b) {
    return fold(__builtin_shuffle(a, b, Lanes{0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30}),
                __builtin_shuffle(a, b, Lanes{1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31}));
  };
  const Vector folded =
      ones(twos(fours(v[0], v[1]), fours(v[2], v[3])), twos(fours(v[4], v[5]), fours(v[6], v[7])));
  // The steps have left the first groups of vectors 0, 4, 2, 6, 1, 5, 3, 7, then the second ones.
  return __builtin_shuffle(folded, Lanes{0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15});
}

Vector rootOf(Vector v) {
  for (std::size_t i = 0; i < kLanes; ++i) v[i] = std::sqrt(v[i]);
  return v;
}

bool areFinite(Vector v) {
  const Lanes differs =
      (v - v) != Vector{};  // infinity - infinity is not a number, and that differs from all
  std::int32_t any = 0;
  for (std::size_t i = 0; i < kLanes; ++i) any |= differs[i];
  return any == 0;
}

// Lane by lane, the four of a block together.
void store(Vector least, Vector most, Vector mean, Vector rms, gpu::Block* blocks) {
  constexpr Lanes lower{0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23}, upper = lower + 8;
  constexpr Lanes lowerPairs{0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23},
      upperPairs = lowerPairs + 8;
  for (const Lanes& half : {lower, upper}) {
    const Vector ends = __builtin_shuffle(least, most, half), means = __builtin_shuffle(mean, rms, half);
    for (const Lanes& pairs : {lowerPairs, upperPairs}) {
      const Vector four = __builtin_shuffle(ends, means, pairs);
      std::memcpy(blocks, &four, sizeof(four));
      blocks += kLanes / 4;
    }
  }
}

// Any block, element by element.
Sums sumsOneByOne(const float* corner, std::size_t rows, std::size_t columns, std::size_t stride) {
  Sums sums;
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      const float value = corner[row * stride + column];
      if (!std::isfinite(value)) return {kNaN, 0, 0, 0};
      sums = together(sums, {value, value, value, value * value});
    }
  }
  return sums;
}

// Sixteen whole blocks. A sum that is not finite may be that of large numbers: then they are looked at one by
// one.
void reduceSixteen(const float* corner, std::size_t stride, gpu::Block* blocks) {
  std::array<Vector, kVectors> leasts, mosts, sums, squares;
  for (std::size_t i = 0; i < kVectors; ++i) {
    const float* const column = corner + i * kLanes;
    Vector least = loadVector(column), most = least, sum = least, square = least * least;
    for (std::size_t row = 1; row < kSide; ++row) {
      const Vector value = loadVector(column + row * stride);
      least = Smaller()(value, least);
      most = Larger()(value, most);
      sum += value;
      square += value * value;
    }
    leasts[i] = least;
    mosts[i] = most;
    sums[i] = sum;
    squares[i] = square;
  }
  const Vector least = foldGroups(leasts, Smaller()), most = foldGroups(mosts, Larger());
  const Vector sum = foldGroups(sums, Added()), square = foldGroups(squares, Added());
  constexpr float share = 1.0f / (kSide * kSide);  // a power of two: as exact as dividing
  const Vector mean = Smaller()(Larger()(sum * share, least), most);
  const Vector rms = Smaller()(rootOf(square * share), Larger()(-least, most));
  store(least, most, mean, rms, blocks);
  if (areFinite(sum) && areFinite(square)) return;
  for (std::size_t i = 0; i < kBlocksAtOnce; ++i)
    blocks[i] = blockOf(sumsOneByOne(corner + i * kSide, kSide, kSide, stride), kSide * kSide);
}

void reduceBlockRow(std::span<const float> values, const BlockLevels& levels, std::size_t blockRow,
                    gpu::Block* blocks) {
  const std::size_t rows = std::min(kSide, levels.rows - blockRow * kSide);
  const float* const corner = values.data() + blockRow * kSide * levels.columns;
  std::size_t column = 0;
  if (rows == kSide) {
    for (; column + kBlocksAtOnce * kSide <= levels.columns; column += kBlocksAtOnce * kSide)
      reduceSixteen(corner + column, levels.columns, blocks + column / kSide);
  }
  for (; column < levels.columns; column += kSide) {
    const std::size_t columns = std::min(kSide, levels.columns - column);
    blocks[column / kSide] = blockOf(sumsOneByOne(corner + column, rows, columns, levels.columns),
                                     static_cast<float>(rows * columns));
  }
}

// ---- the levels above ----

// Rows [first, end) of a level, from the level below.
void reduceLevel(const BlockLevels& levels, std::size_t level, std::size_t first, std::size_t end,
                 std::span<gpu::Block> blocks) {
  const gpu::Block* const below = blocks.data() + levels.start(level - 1);
  gpu::Block* const here = blocks.data() + levels.start(level);
  for (std::size_t row = first; row < std::min(end, levels.down(level)); ++row) {
    for (std::size_t column = 0; column < levels.across(level); ++column) {
      Sums sums;
      for (std::size_t r = 2 * row; r < std::min(2 * row + 2, levels.down(level - 1)); ++r) {
        for (std::size_t c = 2 * column; c < std::min(2 * column + 2, levels.across(level - 1)); ++c) {
          const gpu::Block& block = below[r * levels.across(level - 1) + c];
          sums = together(sums, sumsOf(block, levels.elementsIn(level - 1, r, c)));
        }
      }
      here[row * levels.across(level) + column] = blockOf(sums, levels.elementsIn(level, row, column));
    }
  }
}

void reduceTileRow(std::span<const float> values, const BlockLevels& levels, std::size_t tileRow,
                   std::span<gpu::Block> blocks) {
  constexpr std::size_t perTile = gpu::kTileSide / kSide;
  const std::size_t end = std::min((tileRow + 1) * perTile, levels.down(0));
  for (std::size_t row = tileRow * perTile; row < end; ++row)
    reduceBlockRow(values, levels, row, blocks.data() + row * levels.across(0));
  for (std::size_t level = 1; level < std::min(kLevelsOfATile, levels.count()); ++level) {
    const std::size_t rows = perTile >> level;
    reduceLevel(levels, level, tileRow * rows, (tileRow + 1) * rows, blocks);
  }
}

}  // namespace

void reduceTileRows(std::span<const float> values, const BlockLevels& levels, std::size_t first,
                    std::size_t end, std::span<gpu::Block> blocks, int threads) {
  require(values.size() >= levels.rows * levels.columns && blocks.size() >= levels.blocks() &&
              end <= levels.tileRows(),
          "a matrix and its blocks have room for what is reduced");
  std::atomic<std::size_t> next = first;
  const auto work = [&] {
    for (std::size_t row = next++; row < end; row = next++) reduceTileRow(values, levels, row, blocks);
  };
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < std::min<std::size_t>(static_cast<std::size_t>(threads), end - first); ++i)
    others.emplace_back(work);
  work();
}

float sumOnHost(std::span<const float> values, int threads) {
  constexpr std::size_t stride = 4 * kLanes;  // four sums side by side, so that the adders are not waited for
  constexpr std::size_t piece = std::size_t{1} << 16;
  std::atomic<std::size_t> next = 0;
  std::atomic<float> sum = 0;
  const auto work = [&] {
    std::array<Vector, 4> sums{};
    for (std::size_t at = next.fetch_add(piece); at + stride <= values.size(); at = next.fetch_add(piece)) {
      for (std::size_t i = at; i + stride <= std::min(at + piece, values.size()); i += stride)
        for (std::size_t each = 0; each < 4; ++each)
          sums[each] += loadVector(values.data() + i + each * kLanes);
    }
    const Vector all = sums[0] + sums[1] + sums[2] + sums[3];
    for (std::size_t lane = 0; lane < kLanes; ++lane) sum += all[lane];
  };
  {
    std::vector<std::jthread> others;
    for (int i = 1; i < threads; ++i) others.emplace_back(work);
    work();
  }
  for (std::size_t i = values.size() / stride * stride; i < values.size(); ++i) sum += values[i];
  return sum;
}

void reduceFurther(const BlockLevels& levels, std::span<gpu::Block> blocks) {
  for (std::size_t level = kLevelsOfATile; level < levels.count(); ++level)
    reduceLevel(levels, level, 0, levels.down(level), blocks);
}

}  // namespace cajal
