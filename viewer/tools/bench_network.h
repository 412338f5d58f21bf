#pragma once
// A network that is only looked at: shapes and numbers of a formula, no training behind them.

#include <cstddef>
#include <vector>

#include "viewer/scene/network_scene.h"

namespace cajal {

class BenchNetwork {
 public:
  // Dense layers of these widths; the first is a picture where `imageSide` is not 0. The weights are Gaussian
  // as a fresh network's, the input is a ring, a third of the hidden neurons are silent. Only the first
  // `mostValues` weights are written. Shaders are shown as many as the device lets them see at once: if those
  // are not all, frames may be recorded and must not be submitted.
  BenchNetwork(const Device& device, const std::vector<std::size_t>& widths, std::size_t imageSide,
               std::size_t mostValues);

  std::size_t weights() const { return m_weights; }
  // All of it in view, as the program shows it first.
  RenderScene scene(const ViewSettings& settings, VkExtent2D extent) const;

 private:
  VkDeviceSize m_mostBytes;
  std::size_t m_weights;
  std::vector<TensorView> m_tensors;
  Buffer m_parameters, m_activations;
  NetworkScene m_scene;
};

}  // namespace cajal
