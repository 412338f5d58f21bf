#include "viewer/layout/layout_change.h"

#include <algorithm>

namespace cajal {
namespace {

constexpr std::size_t kMostFollowed = 1024;  // neurons of a layer: what the host draws of them follows

Box mixed(const Box& a, const Box& b, float share) {
  return {glm::mix(a.low, b.low, share), glm::mix(a.high, b.high, share)};
}

LayerLayout mixed(const LayerLayout& a, const LayerLayout& b, float share) {
  LayerLayout layer = b;
  layer.spacing = glm::mix(a.spacing, b.spacing, share);
  layer.radius = glm::mix(a.radius, b.radius, share);
  layer.center = glm::mix(a.center, b.center, share);
  // Not turned but mixed, as the neurons are: a picture stays under its pixels.
  layer.right = glm::mix(a.spacing * a.right, b.spacing * b.right, share) / layer.spacing;
  layer.down = glm::mix(a.spacing * a.down, b.spacing * b.down, share) / layer.spacing;
  layer.normal = glm::mix(a.normal, b.normal, share);
  layer.nameAt = glm::mix(a.nameAt, b.nameAt, share);
  layer.box = mixed(a.box, b.box, share);
  return layer;
}

// One that appears grows out of its own middle, one that goes shrinks into it.
MatrixLayout mixed(const MatrixLayout& a, const MatrixLayout& b, float share) {
  MatrixLayout matrix = b;
  matrix.detour = glm::mix(a.detour, b.detour, share);
  if (!a.isShown && !b.isShown) return matrix;
  const auto middle = [](const MatrixLayout& m) { return m.origin + 0.5f * (m.across + m.down); };
  const glm::vec3 from = middle(a.isShown ? a : b), to = middle(b.isShown ? b : a);
  matrix.isShown = true;
  matrix.across = glm::mix(a.across, b.across, share);
  matrix.down = glm::mix(a.down, b.down, share);
  matrix.origin = glm::mix(from, to, share) - 0.5f * (matrix.across + matrix.down);
  return matrix;
}

}  // namespace

LayoutChange::LayoutChange(NetworkLayout before, NetworkLayout after)
    : m_before(std::move(before)), m_after(std::move(after)), m_now(m_after) {
  mix();
}

void LayoutChange::advance(double seconds) {
  m_seconds = std::min(m_seconds + seconds, kSeconds);
  mix();
}

float LayoutChange::remaining() const {
  const auto left = static_cast<float>(1.0 - m_seconds / kSeconds);
  return left * left * (3.0f - 2.0f * left);
}

void LayoutChange::mix() {
  if (isOver()) {
    m_now = m_after;
    return;
  }
  const float share = 1.0f - remaining();
  for (std::size_t l = 0; l < m_after.layers.size(); ++l) {
    const LayerLayout &from = m_before.layers[l], &to = m_after.layers[l];
    m_now.layers[l] = mixed(from, to, share);
    for (std::size_t i = 0; to.count <= kMostFollowed && i < to.count; ++i)
      m_now.nodes[to.firstNode + i] = glm::mix(m_before.node(l, i), m_after.node(l, i), share);
  }
  for (std::size_t m = 0; m < m_after.matrices.size(); ++m)
    m_now.matrices[m] = mixed(m_before.matrices[m], m_after.matrices[m], share);
  m_now.box = mixed(m_before.box, m_after.box, share);
}

glm::vec3 LayoutChange::mapOriginNow(std::size_t layer, std::size_t channel) const {
  return glm::mix(m_after.layers[layer].mapOrigin(channel), m_before.layers[layer].mapOrigin(channel),
                  remaining());
}

std::vector<glm::vec3> LayoutChange::nodesNow() const {
  std::vector<glm::vec3> nodes(m_after.nodes);
  const float left = remaining();
  for (std::size_t i = 0; i < nodes.size(); ++i) nodes[i] = glm::mix(nodes[i], m_before.nodes[i], left);
  return nodes;
}

}  // namespace cajal
