#pragma once
// The network as things to draw: layout + publication + settings → RenderGroup.

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "compute/core/tensor.h"
#include "engine/render/scene.h"
#include "viewer/layout/layout_change.h"
#include "viewer/scene/view_settings.h"
#include "viewer/sources/source.h"

namespace cajal {

class Device;

// How many edges are represented, and how; for the screen.
struct EdgeAccount {
  std::uint64_t total = 0;
  std::uint64_t shown = 0;
  std::uint64_t perNeuron = 0;  // only so many that lead to each, the strongest; 0: all
  std::uint64_t samples = 0;    // a frame, of all edges; 0: every pixel
  bool areOfOnePlace = false;   // those of convolutions (edge_ends.h)
};

// How light becomes colour, for all groups of a scene.
gpu::ToneStyle toneOf(const ViewSettings& settings);

class NetworkScene {
 public:
  NetworkScene(const Device& device, const std::vector<TensorView>& tensors, NetworkLayout layout);

  // Where everything belongs, and where it is seen while the layout changes.
  const NetworkLayout& layout() const { return m_layout; }
  const NetworkLayout& layoutNow() const { return m_change ? m_change->now() : m_layout; }
  bool isChanging() const { return m_change.has_value(); }
  // Everything glides to its place in `next` as time goes on, from where it is seen now. No frame may still
  // be drawn.
  void changeTo(NetworkLayout next);
  void advance(double seconds);

  // Everything that is drawn of the network, at the origin of the world and with id 0.
  RenderGroup group(const Publication& publication, const ViewSettings& settings) const;
  // The weights of a matrix, where they hang.
  gpu::Plane matrixPlane(std::size_t matrix, const ViewSettings& settings) const;
  EdgeAccount account(const ViewSettings& settings) const;
  // Of the values of all matrices that have edges shown, the share that are NaN or infinite; by what is known
  // of RenderGroup::ranges.
  float notFiniteShare(const ViewSettings& settings, std::span<const gpu::Range> ranges) const;
  // Where the numbers of what was picked stand: of a neuron its activation and, where it has one, its bias;
  // of a cell or an edge the weight, the quantity that is shown, and what the source sends.
  std::vector<BufferRange> numbersOf(const Pick& pick, const Publication& publication,
                                     const ViewSettings& settings) const;

  // The range that the edges of a matrix are shown with: the same index for all settings with the same
  // hasOneScale().
  std::uint32_t edgeRange(std::size_t matrix, const ViewSettings& settings) const {
    return hasOneScale(settings) ? m_ranges.common : m_ranges.edges[matrix];
  }
  std::size_t matrixCount() const { return m_weights.size(); }
  std::uint64_t edgeCount() const;

 private:
  struct Place {
    std::size_t offset = 0;  // floats into its arena
    std::size_t rows = 0, columns = 0;
  };

  // Nodes name the ranges of their layer, and are written before anything else is known. So the indices are
  // reserved once, for whatever may be shown; what is not shown is not measured.
  struct Ranges {
    Ranges(std::size_t matrices, std::size_t layers);

    RangeTable table;                                // requests of all, still empty
    std::vector<std::uint32_t> edges, planes;        // by matrix
    std::vector<std::uint32_t> activations, biases;  // by layer
    std::uint32_t common = 0;                        // of all matrices together (hasOneScale)
  };

  static std::vector<Place> weightsOf(const std::vector<TensorView>& tensors,
                                      const std::vector<MatrixLayout>& matrices);
  static std::vector<Place> activationsOf(const std::vector<TensorView>& tensors, std::size_t layers);
  static std::pair<std::size_t, std::size_t> around(const std::vector<Place>& places);
  static std::vector<Place> biasesOf(const std::vector<TensorView>& tensors, std::size_t layers);
  Buffer makeNodes(const Device& device) const;
  void writeNodes(const NetworkLayout& before);
  gpu::EdgeStyle edgeStyle(const ViewSettings& settings) const;
  bool hasShownEdges(std::size_t matrix, const ViewSettings& settings) const;
  void addBundles(RenderGroup& group, std::size_t matrix, const ViewSettings& settings) const;
  gpu::RangeRequest edgeRangeRequest(std::size_t matrix, const ViewSettings& settings) const;
  std::uint64_t shownEdges(std::size_t matrix, const ViewSettings& settings) const;
  void addPlanes(RenderGroup& group, const ViewSettings& settings) const;
  void addKernels(RenderGroup& group, std::size_t matrix, const ViewSettings& settings) const;
  void addPictures(RenderGroup& group, std::size_t layer) const;
  void addWindow(gpu::RangeRequest& request, std::size_t matrix, const ViewSettings& settings) const;
  RangeTable ranges(const ViewSettings& settings) const;

  NetworkLayout m_layout;
  std::optional<LayoutChange> m_change;
  std::vector<Place> m_weights;                     // by matrix; of an identity only the shape
  std::vector<Place> m_biases;                      // by layer; empty where it has none
  std::pair<std::size_t, std::size_t> m_allBiases;  // floats: the first, and how many
  std::vector<Place> m_activations;                 // by layer
  Ranges m_ranges;
  Buffer m_nodes;
};

}  // namespace cajal
