#include "viewer/layout/force.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>

#include "viewer/layout/arrangements.h"
#include "viewer/layout/layer_shape.h"

namespace cajal {
namespace {

constexpr float kApart = 36.0f;                    // between two slabs' middles
constexpr float kHalfSlab = 6.0f;                  // of its thickness
constexpr std::size_t kMostInLine = 7;             // ranks one behind the other
constexpr int kRoundsAnOrder = 12;                 // of outputs: neurons must have time to follow
constexpr float kHalfFrame = 0.6f * kLayerHeight;  // which nothing leaves
constexpr float kReach = 0.62f;  // of the even distance in the room of a layer: where pull and push balance
constexpr std::size_t kSprings = 6;  // a neuron and side: the strongest
constexpr std::size_t kMostInCell =
    16;                                 // looked at: where more are crowded, each of these counts for several
constexpr double kMostWork = 4e6;       // pairs looked at, all rounds together: some tenths of a second
constexpr double kPairsPerNeuron = 60;  // about, a round
constexpr int kMostRounds = 240;
constexpr float kFirstStep = 3.0f;  // world units that a neuron may move in the first round
constexpr int kWarmShare = 8;       // of the rounds, where it has settled before: one in so many
constexpr float kWarmStep = 0.8f;   // where it has settled before
constexpr float kGolden = 0.61803399f;

struct Spring {
  std::uint32_t a = 0, b = 0;  // nodes
  float pull = 0;              // 0 … 1
};

// The few largest of a stream, with who they are.
struct Strongest {
  std::array<float, kSprings> strengths{};
  std::array<std::uint32_t, kSprings> partners{};

  void offer(float strength, std::uint32_t partner) {
    if (!(strength > strengths.back()) || !std::isfinite(strength)) return;
    std::size_t place = kSprings - 1;
    for (; place > 0 && strengths[place - 1] < strength; --place) {
      strengths[place] = strengths[place - 1];
      partners[place] = partners[place - 1];
    }
    strengths[place] = strength;
    partners[place] = partner;
  }
};

// An identity joins each neuron to its own counterpart, as strongly as the strongest weight joins any.
void addIdentitySprings(const NetworkLayout& layout, const MatrixLayout& identity,
                        std::vector<Spring>& springs) {
  const std::size_t from = layout.layers[identity.from].firstNode, to = layout.layers[identity.to].firstNode;
  for (std::size_t i = 0; i < identity.rows; ++i)
    springs.push_back({static_cast<std::uint32_t>(to + i), static_cast<std::uint32_t>(from + i), 1.0f});
}

// Each neuron's strongest weights towards the layer that it reads and towards the one that reads it.
void addSprings(const NetworkLayout& layout, const LayerWeights& weights, std::vector<Spring>& springs) {
  std::vector<Strongest> into(weights.rows), outOf(weights.columns);
  for (std::size_t row = 0; row < weights.rows; ++row) {
    for (std::size_t column = 0; column < weights.columns; ++column) {
      const float strength = std::fabs(weights.values[row * weights.columns + column]);
      into[row].offer(strength, static_cast<std::uint32_t>(column));
      outOf[column].offer(strength, static_cast<std::uint32_t>(row));
    }
  }
  float strongest = 0;
  for (const Strongest& list : into) strongest = std::max(strongest, list.strengths.front());
  const auto firstRow = static_cast<std::uint32_t>(layout.layers[weights.to].firstNode),
             firstColumn = static_cast<std::uint32_t>(layout.layers[weights.from].firstNode);
  const auto add = [&](const std::vector<Strongest>& lists, std::uint32_t first, std::uint32_t firstPartner) {
    for (std::uint32_t i = 0; i < lists.size(); ++i) {
      for (std::size_t s = 0; s < kSprings && lists[i].strengths[s] > 0; ++s)
        springs.push_back(
            {first + i, firstPartner + lists[i].partners[s], lists[i].strengths[s] / strongest});
    }
  };
  add(into, firstRow, firstColumn);
  if (!layout.layers[weights.from].isFlat()) add(outOf, firstColumn, firstRow);
}

// ---- pushing apart ----

// The neurons of one layer, sorted into cells as wide as they push.
class Crowd {
 public:
  Crowd(const NetworkLayout& layout, const LayerLayout& layer)
      : m_positions(layout.nodes.data() + layer.firstNode), m_count(layer.count) {
    const float room = kLayerHeight * kLayerHeight * 2 * kHalfSlab / static_cast<float>(layer.count);
    m_distance = kReach * std::cbrt(room);
    m_cell = 3 * m_distance;
  }

  float distance() const { return m_distance; }  // where pull and push balance

  void sort() {
    m_low = glm::vec3(1e9f);
    glm::vec3 high(-1e9f);
    for (std::size_t i = 0; i < m_count; ++i) {
      m_low = glm::min(m_low, m_positions[i]);
      high = glm::max(high, m_positions[i]);
    }
    // No more cells than there can be work for.
    const glm::vec3 size = high - m_low;
    m_cellNow = std::max(m_cell, std::max({size.x, size.y, size.z}) / 48.0f);
    m_cells = glm::ivec3(size / m_cellNow) + 1;
    m_begin.assign(static_cast<std::size_t>(m_cells.x) * static_cast<std::size_t>(m_cells.y) *
                           static_cast<std::size_t>(m_cells.z) +
                       1,
                   0);
    for (std::size_t i = 0; i < m_count; ++i) ++m_begin[indexOf(cellOf(m_positions[i])) + 1];
    for (std::size_t c = 1; c < m_begin.size(); ++c) m_begin[c] += m_begin[c - 1];
    m_sorted.resize(m_count);
    std::vector<std::size_t> next(m_begin.begin(), m_begin.end() - 1);
    for (std::size_t i = 0; i < m_count; ++i) m_sorted[next[indexOf(cellOf(m_positions[i]))]++] = i;
  }

  // What pushes neuron i, all others together.
  glm::vec3 pushOn(std::size_t i) const {
    const glm::ivec3 here = cellOf(m_positions[i]);
    const glm::ivec3 low = glm::max(here - 1, 0), high = glm::min(here + 1, m_cells - 1);
    glm::vec3 push(0.0f);
    for (int z = low.z; z <= high.z; ++z) {
      for (int y = low.y; y <= high.y; ++y) {
        for (int x = low.x; x <= high.x; ++x) push += pushFrom(indexOf({x, y, z}), i);
      }
    }
    return push;
  }

 private:
  glm::ivec3 cellOf(const glm::vec3& position) const {
    return glm::clamp(glm::ivec3((position - m_low) / m_cellNow), glm::ivec3(0), m_cells - 1);
  }
  std::size_t indexOf(const glm::ivec3& cell) const {
    return static_cast<std::size_t>((cell.z * m_cells.y + cell.y) * m_cells.x + cell.x);
  }

  glm::vec3 pushFrom(std::size_t cell, std::size_t i) const {
    const std::size_t begin = m_begin[cell], count = m_begin[cell + 1] - begin;
    if (count == 0) return glm::vec3(0.0f);
    const std::size_t looked = std::min(count, kMostInCell);
    const float each = static_cast<float>(count) / static_cast<float>(looked);
    glm::vec3 push(0.0f);
    for (std::size_t n = 0; n < looked; ++n) {
      const std::size_t other = m_sorted[begin + (n * count / looked + i) % count];
      if (other == i) continue;
      glm::vec3 apart = m_positions[i] - m_positions[other];
      float square = glm::dot(apart, apart);
      // Two in one place leave it in directions of their own.
      if (square < 1e-6f) {
        const float turn = 6.2831853f * kGolden * static_cast<float>(i % 1000);
        apart = {0.0f, 1e-3f * std::cos(turn), 1e-3f * std::sin(turn)};
        square = 1e-6f;
      }
      if (square < m_cell * m_cell) push += apart * (each * m_distance * m_distance / square);
    }
    return push;
  }

  const glm::vec3* m_positions;
  std::size_t m_count;
  float m_distance = 1, m_cell = 2, m_cellNow = 2;
  glm::vec3 m_low{0.0f};
  glm::ivec3 m_cells{1};
  std::vector<std::size_t> m_begin, m_sorted;
};

// ---- all together ----

class Settling {
 public:
  Settling(NetworkLayout& layout, std::span<const LayerWeights> weights)
      : m_layout(layout), m_moves(layout.nodes.size()), m_pulls(layout.nodes.size(), 1e-6f) {
    for (const LayerWeights& matrix : weights) addSprings(layout, matrix, m_springs);
    for (const MatrixLayout& matrix : layout.matrices) {
      if (matrix.isIdentity()) addIdentitySprings(layout, matrix, m_springs);
    }
    for (const Spring& spring : m_springs) {
      m_pulls[spring.a] += spring.pull;
      m_pulls[spring.b] += spring.pull;
    }
    for (std::size_t l = 0; l < layout.layers.size(); ++l) {
      const LayerLayout& layer = layout.layers[l];
      m_layerOf.insert(m_layerOf.end(), layer.count, l);
      m_crowds.emplace_back(layout, layer);
      if (layer.isScattered) m_moving += layer.count;
    }
  }

  int rounds() const {
    const double work =
        kPairsPerNeuron * static_cast<double>(m_moving) + static_cast<double>(m_springs.size());
    return static_cast<int>(std::min<double>(kMostRounds, kMostWork / std::max(work, 1.0)));
  }

  void round(float step, bool ordersOutputs) {
    std::fill(m_moves.begin(), m_moves.end(), glm::vec3(0.0f));
    for (const LayerLayout& layer : m_layout.layers) {
      if (ordersOutputs && isOrdered(layer)) orderOutputs(layer);
    }
    pull();
    for (std::size_t l = 0; l < m_layout.layers.size(); ++l) {
      if (m_layout.layers[l].isScattered) move(m_layout.layers[l], m_crowds[l], step);
    }
  }

 private:
  // Each neuron seen from the middle of its layer; how far apart these stand is not the weights' to say.
  glm::vec3 inItsLayer(std::uint32_t node) const {
    const glm::vec3 place = m_layout.nodes[node] - m_layout.layers[m_layerOf[node]].center;
    return {0.0f, place.y, place.z};
  }

  // Its neurons do not move freely but stand in a column.
  static bool isOrdered(const LayerLayout& layer) {
    return layer.isOutput && layer.form == LayerForm::column && layer.isScattered;
  }

  // Evenly in a column, those on top that are pulled up most.
  void orderOutputs(const LayerLayout& layer) {
    std::vector<float> heights(layer.count, 0.0f);
    const auto add = [&](std::size_t node, float pull, std::uint32_t towards) {
      if (node - layer.firstNode < layer.count)
        heights[node - layer.firstNode] += pull * inItsLayer(towards).y;
    };
    for (const Spring& spring : m_springs) {
      add(spring.a, spring.pull, spring.b);
      add(spring.b, spring.pull, spring.a);
    }
    std::vector<std::size_t> order(layer.count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return heights[a] / m_pulls[layer.firstNode + a] > heights[b] / m_pulls[layer.firstNode + b];
    });
    for (std::size_t place = 0; place < order.size(); ++place)
      m_layout.nodes[layer.firstNode + order[place]] = layer.place(place);
  }

  void pull() {
    for (const Spring& spring : m_springs) {
      const glm::vec3 way = inItsLayer(spring.b) - inItsLayer(spring.a);
      const glm::vec3 force = way * (spring.pull * glm::length(way));
      m_moves[spring.a] += force;
      m_moves[spring.b] -= force;
    }
  }

  // A neuron with many springs is not pulled harder than one with few.
  void move(const LayerLayout& layer, Crowd& crowd, float step) {
    crowd.sort();
    if (isOrdered(layer)) return;
    for (std::size_t i = 0; i < layer.count; ++i) {
      const std::size_t node = layer.firstNode + i;
      m_moves[node] = m_moves[node] / (crowd.distance() * m_pulls[node]) + crowd.pushOn(i);
    }
    for (std::size_t i = 0; i < layer.count; ++i) {
      glm::vec3& place = m_layout.nodes[layer.firstNode + i];
      const glm::vec3 force = m_moves[layer.firstNode + i];
      const float length = glm::length(force);
      if (length > 0) place += force * (std::min(length, step) / length);
      const glm::vec3 room(kHalfSlab, kHalfFrame, kHalfFrame);
      place = glm::clamp(place, layer.center - room, layer.center + room);
    }
  }

  NetworkLayout& m_layout;
  std::vector<Spring> m_springs;
  std::vector<Crowd> m_crowds;
  std::vector<glm::vec3> m_moves;      // by node, this round
  std::vector<float> m_pulls;          // by node, of all its springs
  std::vector<std::size_t> m_layerOf;  // by node
  std::size_t m_moving = 0;            // neurons
};

// Where every neuron of the layer stood, or, where it was not there, spread over the slab's depth.
void placeFirst(NetworkLayout& layout, std::size_t l, const NetworkLayout* before) {
  const LayerLayout& layer = layout.layers[l];
  const bool wasThere = before && before->layers[l].isScattered && before->layers[l].count == layer.count;
  for (std::size_t i = 0; i < layer.count; ++i) {
    glm::vec3& place = layout.nodes[layer.firstNode + i];
    if (wasThere) {
      place = before->node(l, i);
      place += layer.center - before->layers[l].center;  // the slab may have moved
    } else {
      const float share = static_cast<float>(i) * kGolden;
      place.x += kHalfSlab * (share - std::floor(share) - 0.5f);
    }
  }
}

void measureScattered(const NetworkLayout& layout, LayerLayout& layer) {
  layer.box = {glm::vec3(1e9f), glm::vec3(-1e9f)};
  for (std::size_t i = 0; i < layer.count; ++i) {
    const glm::vec3& place = layout.nodes[layer.firstNode + i];
    layer.box.low = glm::min(layer.box.low, place - layer.radius);
    layer.box.high = glm::max(layer.box.high, place + layer.radius);
  }
}

}  // namespace

void arrangeForForce(NetworkLayout& layout) {
  const std::vector<float> along = stations(layout, kApart);
  layout.seenFrom = {-0.62f, 0.25f, 0.75f};
  const std::vector<float> heights = heightsOf(layout);
  const bool isInRows = layout.ranks.size() > kMostInLine;
  if (isInRows) arrangeInGrid(layout);
  for (std::size_t l = 0; l < layout.layers.size(); ++l) {
    LayerLayout& layer = layout.layers[l];
    if (!isInRows) layer.center = {along[layer.rank], heights[l], 0.0f};
    layer.isScattered = !layer.isFlat();
    layer.box = boxAround(layer);
  }
}

void settle(NetworkLayout& layout, std::span<const LayerWeights> weights, const NetworkLayout* before) {
  const bool isWarm =
      before && before->kind == LayoutKind::force && before->nodes.size() == layout.nodes.size();
  for (std::size_t l = 0; l < layout.layers.size(); ++l) {
    if (layout.layers[l].isScattered) placeFirst(layout, l, isWarm ? before : nullptr);
  }
  Settling settling(layout, weights);
  const int rounds = isWarm ? settling.rounds() / kWarmShare : settling.rounds();
  const float first = isWarm ? kWarmStep : kFirstStep;
  for (int round = 0; round < rounds; ++round)
    settling.round(first * static_cast<float>(rounds - round) / static_cast<float>(rounds),
                   round % kRoundsAnOrder == 0);
  for (LayerLayout& layer : layout.layers) {
    if (layer.isScattered) measureScattered(layout, layer);
  }
  measure(layout);
}

}  // namespace cajal
