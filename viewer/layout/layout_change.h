#pragma once
// From one layout to another: layers, matrices and bars glide on the host, which are few; neurons do so on
// the GPU (View::remaining), and those of layers that are not large are moved here, too, for what is drawn
// where they stand: labels, marks, tiles.

#include "viewer/layout/network_layout.h"

namespace cajal {

// Both of the same network.
class LayoutChange {
 public:
  static constexpr double kSeconds = 0.8;

  LayoutChange(NetworkLayout before, NetworkLayout after);

  void advance(double seconds);
  bool isOver() const { return m_seconds >= kSeconds; }
  // The share of the way that is still to come, 1 … 0; it begins and ends gently.
  float remaining() const;
  // What is seen now: the layout that it leads to, where it is over.
  const NetworkLayout& now() const { return m_now; }
  // The corner of a picture's first pixel: the pictures of a layer may be arranged otherwise when it is over.
  glm::vec3 mapOriginNow(std::size_t layer, std::size_t channel) const;
  // Where every neuron stands now, layer after layer: what a change that interrupts this one begins with.
  std::vector<glm::vec3> nodesNow() const;

 private:
  void mix();

  NetworkLayout m_before, m_after, m_now;
  double m_seconds = 0;
};

}  // namespace cajal
