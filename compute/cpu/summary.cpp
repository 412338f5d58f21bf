// Summaries of tensors, tile by tile: the tiles do not depend on the number of threads.
#include <algorithm>
#include <cmath>
#include <limits>

#include "compute/cpu/elements.h"
#include "compute/cpu/operations.h"

namespace cajal::cpu {
namespace {

constexpr std::size_t kValuesPerTile = 16'384;

// Side by side, so that the loop is as wide as the registers are.
struct Lanes {
  static constexpr std::size_t kCount = 16;
  double sum[kCount] = {}, squares[kCount] = {};
  float minimum[kCount], maximum[kCount];
  std::uint32_t nans[kCount] = {}, infinities[kCount] = {}, zeros[kCount] = {};

  Lanes() {
    std::fill_n(minimum, kCount, std::numeric_limits<float>::infinity());
    std::fill_n(maximum, kCount, -std::numeric_limits<float>::infinity());
  }
  void add(std::size_t lane, float x) {
    const bool isFinite = std::fabs(x) <= std::numeric_limits<float>::max();
    const float value = isFinite ? x : 0.0f;
    const auto wide = static_cast<double>(value);
    sum[lane] += wide;
    squares[lane] += wide * wide;
    minimum[lane] = isFinite && x < minimum[lane] ? x : minimum[lane];
    maximum[lane] = isFinite && x > maximum[lane] ? x : maximum[lane];
    nans[lane] += x != x;
    infinities[lane] += !isFinite && x == x;
    zeros[lane] += x == 0.0f;
  }
  Summary together(std::size_t count) const {
    Summary all;
    all.count = count;
    for (std::size_t lane = 0; lane < kCount; ++lane) {
      all.add({0, nans[lane], infinities[lane], zeros[lane], sum[lane], squares[lane], minimum[lane],
               maximum[lane]});
    }
    return all;
  }
};

Summary summarizeTile(const float* values, std::size_t count) {
  Lanes lanes;
  const std::size_t full = count / Lanes::kCount * Lanes::kCount;
  for (std::size_t i = 0; i < full; i += Lanes::kCount) {
    for (std::size_t lane = 0; lane < Lanes::kCount; ++lane) lanes.add(lane, values[i + lane]);
  }
  for (std::size_t i = full; i < count; ++i) lanes.add(i - full, values[i]);
  return lanes.together(count);
}

// One part of one of several ranges.
struct Part {
  std::size_t range, begin, end;
};

// Appends the parts of a range of `size` things, of `each` at most.
void cut(std::size_t range, std::size_t size, std::size_t each, std::vector<Part>& parts) {
  for (std::size_t begin = 0; begin < size; begin += each) {
    parts.push_back({range, begin, std::min(begin + each, size)});
  }
}

// Of some rows of a layer's outputs.
struct UnitTile {
  std::uint64_t flat = 0;
  std::vector<std::uint8_t> alive;  // (units): 1 where a slope was not flat
};

UnitTile lookAtRows(const UnitRange& range, std::size_t begin, std::size_t end) {
  UnitTile tile;
  tile.alive.resize(range.units);
  withActivation(range.outputs.activation, [&]<Activation activation>() {
    for (std::size_t row = begin; row < end; ++row) {
      const float* const y = range.outputs.y + row * range.units;
      const float* const z = range.outputs.z ? range.outputs.z + row * range.units : y;
      for (std::size_t unit = 0; unit < range.units; ++unit) {
        const bool isFlat = std::fabs(derivative(activation, z[unit], y[unit])) < kFlatSlope;
        tile.flat += isFlat;
        tile.alive[unit] |= !isFlat;
      }
    }
  });
  return tile;
}

std::uint64_t countDead(const std::vector<std::uint8_t>& alive) {
  return static_cast<std::uint64_t>(std::count(alive.begin(), alive.end(), std::uint8_t{0}));
}

}  // namespace

std::vector<Summary> summarize(ThreadTeam& team, const std::vector<ValueRange>& ranges) {
  std::vector<Part> parts;
  for (std::size_t range = 0; range < ranges.size(); ++range)
    cut(range, ranges[range].count, kValuesPerTile, parts);
  std::vector<Summary> tiles(parts.size());
  team.forEachTile(parts.size(), [&](std::size_t i) {
    const Part& part = parts[i];
    tiles[i] = summarizeTile(ranges[part.range].values + part.begin, part.end - part.begin);
  });
  std::vector<Summary> summaries(ranges.size());
  for (std::size_t i = 0; i < parts.size(); ++i) summaries[parts[i].range].add(tiles[i]);
  return summaries;
}

std::vector<UnitSummary> summarize(ThreadTeam& team, const std::vector<UnitRange>& ranges) {
  std::vector<ValueRange> values;
  std::vector<Part> parts;
  for (std::size_t range = 0; range < ranges.size(); ++range) {
    const UnitRange& units = ranges[range];
    values.push_back({units.outputs.y, units.rows * units.units});
    cut(range, units.rows, std::max<std::size_t>(kValuesPerTile / std::max<std::size_t>(units.units, 1), 1),
        parts);
  }
  std::vector<UnitTile> tiles(parts.size());
  team.forEachTile(parts.size(), [&](std::size_t i) {
    tiles[i] = lookAtRows(ranges[parts[i].range], parts[i].begin, parts[i].end);
  });

  std::vector<UnitSummary> summaries;
  for (const Summary& outputs : summarize(team, values)) summaries.push_back({outputs, 0, 0, 0});
  std::vector<std::vector<std::uint8_t>> alive(ranges.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::size_t range = parts[i].range;
    summaries[range].flat += tiles[i].flat;
    alive[range].resize(ranges[range].units);
    for (std::size_t unit = 0; unit < alive[range].size(); ++unit) alive[range][unit] |= tiles[i].alive[unit];
  }
  for (std::size_t range = 0; range < ranges.size(); ++range) {
    summaries[range].units = ranges[range].units;
    summaries[range].dead = countDead(alive[range]);
  }
  return summaries;
}

}  // namespace cajal::cpu
