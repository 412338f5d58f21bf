#pragma once
// Where everything stands. Pure geometry: shapes in, positions out.
//
// World: each layer stands in a plane of its own, edges leave it along the plane's normal. As long as nothing
// else is chosen (LayoutKind::layered) the network runs along +X: seen from the input side (-X), the first
// neuron is at the top left, +Z is to the right, +Y up. One world unit is the distance between two pixels of
// a 28-pixel image; every open layer is about kLayerHeight units high, whatever its number of neurons.
//
// Layers are a directed acyclic graph (compute/core/connection.h). Each has a rank: the length of the longest
// path from an input. A layout places ranks one behind the other, and the layers of one rank side by side. In
// a network of layers in a row every rank has one layer.
//
// A folded layer is one small picture of its activations, in which all its edges meet; its neighbours move
// together.

#include <cstddef>
#include <glm/glm.hpp>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "compute/core/connection.h"
#include "compute/core/named.h"
#include "compute/core/sliding_window.h"
#include "compute/core/tensor.h"
#include "compute/layers/layer_spec.h"
#include "engine/camera/camera.h"

namespace cajal {

inline constexpr float kLayerHeight = 28.0f;    // world units
inline constexpr float kLayerDistance = 30.0f;  // between two layers, and more where they are wide

enum class LayoutKind {
  layered,  // one behind the other; the only one that has room for matrices (layered.cpp)
  grid,     // in rows, like text, every second one backwards (grid.cpp)
  ring,     // round a circle, with a gap between the outputs and the input (ring.cpp)
  spiral,   // up and inwards, the outputs on top in the middle (spiral.cpp)
  tree,     // floors, the wider the further from the outputs, which are the root (tree.cpp)
  force,    // each neuron where its strongest weights pull it (force.h)
};
inline constexpr LayoutKind kLayoutKinds[] = {LayoutKind::layered, LayoutKind::grid, LayoutKind::ring,
                                              LayoutKind::spiral,  LayoutKind::tree, LayoutKind::force};
std::span<const KindName> namesOf(LayoutKind);

struct LayoutChoice {
  LayoutKind kind = LayoutKind::layered;
  std::set<std::size_t> folded;  // layers; 0 is the input
  bool operator==(const LayoutChoice&) const = default;
};

enum class LayerForm {
  image,   // neurons are the pixels of a picture, or of one picture a channel
  grid,    // rows and columns of spheres
  column,  // one below the other, with room for a name each
};

struct LayerLayout {
  LayerForm form = LayerForm::grid;
  bool isFolded = false;
  bool isScattered = false;  // its neurons stand where NetworkLayout::nodes says, in no rows and columns
  bool isInput = false, isOutput = false;  // it reads no layer; no layer reads it
  std::size_t rank = 0;                    // connections on the longest path from an input
  std::size_t firstNode = 0;
  std::size_t count = 0;
  std::size_t rows = 1, columns = 1;  // of one picture, where it is an image
  std::size_t channels = 1;           // pictures; neuron i is pixel i / channels of picture i % channels
  std::size_t mapRows = 1, mapColumns = 1;  // how the pictures are arranged
  float spacing = 1;                        // world units between neighbours
  float radius = 0.3f;                      // of a sphere, world units
  glm::vec3 center{0.0f};
  // The axes of its plane, of unit length and at right angles: along a row, down a column, and out, where
  // edges leave. Pixel (0, 0) is at the left and at the top of a reader for whom `right` is to the right.
  glm::vec3 right{0.0f, 0.0f, 1.0f}, down{0.0f, -1.0f, 0.0f}, normal{1.0f, 0.0f, 0.0f};
  glm::vec3 nameAt{0.0f};  // its name stands above this place; of one that lies, it ends here
  Box box;

  // It does not stand upright: its name is at its left.
  bool lies() const { return down.y > -0.9f; }
  // Drawn as pictures, not as spheres.
  bool isFlat() const { return form == LayerForm::image || isFolded; }
  // World units from edge to edge, gaps between pictures included.
  float width() const;
  float height() const;
  // The corner of a picture's first pixel.
  glm::vec3 mapOrigin(std::size_t channel) const;
  // Where a neuron stands, unless the layer is scattered.
  glm::vec3 place(std::size_t index) const;
};

struct Box2 {
  glm::vec2 low{0.0f}, high{0.0f};
};

// Share of its own course that an edge keeps where edges take a detour (MatrixLayout::detour): like a cable.
inline constexpr float kOwnCourseOfDetour = 0.08f;

// A connection that has edges. Usually a weight matrix, hung below the two layers that it joins: rows are the
// neurons it leads to, or the channels of a convolution. Where the layout has no room for it, or both layers
// are folded, it is not shown and has no size. An identity (Connection::isIdentity) is the matrix whose ones
// are its edges; it is never shown.
struct MatrixLayout {
  std::size_t from = 0, to = 1;  // layers
  std::size_t rows = 0, columns = 0;
  std::optional<Convolution> convolution;  // none: each row reads every neuron of the layer `from`
  std::optional<std::size_t> tensor;       // index of the weight in the tensor views; none: an identity
  // The kernels of a convolution hang as small pictures, so many beside and below each other; 0: all of it is
  // one rectangle of rows and columns.
  std::size_t kernelsAcross = 0, kernelsDown = 0;
  bool isShown = false;
  glm::vec3 origin{0.0f}, across{0.0f}, down{0.0f};  // corner of element (0, 0); along a row; along a column
  Box box;
  // World units: how far the middle of its edges is drawn aside, where the way from layer to layer would lead
  // through other layers. 0: the edges take the usual course.
  glm::vec3 detour{0.0f};

  bool isIdentity() const { return !tensor; }
  std::size_t edges() const { return isIdentity() ? rows : rows * columns; }
  bool showsKernels() const { return kernelsAcross > 0; }
  // Places are shares of `across` and `down`. The cell's, from its first corner to its last; and back:
  // nothing beside all cells.
  Box2 cell(std::size_t row, std::size_t column) const;
  std::optional<std::pair<std::size_t, std::size_t>> cellAt(glm::vec2 place) const;  // row, column
  // Sides of a cell, in cells: gaps between kernels are counted.
  glm::vec2 cellsAcrossAndDown() const;
  // The picture of a kernel: what channel `output` makes of the channel `input` of its group.
  Box2 kernel(std::size_t output, std::size_t input) const;
};

struct NetworkLayout {
  LayoutKind kind = LayoutKind::layered;
  std::vector<LayerLayout> layers;
  // Layers by rank, from the inputs on; those of one rank from top to bottom, or from left to right where
  // they lie.
  std::vector<std::vector<std::size_t>> ranks;
  std::vector<Connection> connections;
  std::vector<MatrixLayout> matrices;  // of the connections that have edges, in their order
  std::vector<glm::vec3> nodes;        // positions, layer after layer
  Box box;
  glm::vec3 seenFrom{-0.66f, 0.30f, 0.69f};  // towards an eye that sees it well
  glm::vec3 barsAlong{1.0f, 0.0f, 0.0f};     // from the outputs, where there is room for their bars

  glm::vec3 node(std::size_t layer, std::size_t index) const {
    return nodes[layers[layer].firstNode + index];
  }
};

// What a camera that shows the whole network must see: layers, matrices, and room for names and output bars.
std::vector<glm::vec3> framingPoints(const NetworkLayout& layout);

// A connection, and what its edges are: none, those of a weight matrix, of a convolution, or of an identity.
struct ConnectionFacts {
  Connection connection;
  std::size_t rows = 0, columns = 0;                      // of the matrix; 0: it has no edges
  std::optional<Convolution> convolution = std::nullopt;  // none: all neurons are joined to all
};

// What is to be placed of a network.
struct NetworkFacts {
  std::vector<ExampleShape> layers;  // shapes of their values
  std::vector<ConnectionFacts> connections;
};

// imageRows × imageColumns of the first layer, or 0 × 0 where it is not a picture; `specs` as the network was
// written, where any of its layers is a convolution. Throws Error(badInput) where the connections do not fit
// the tensors.
NetworkFacts factsOf(const std::vector<TensorView>& tensors, std::span<const Connection> connections,
                     std::size_t imageRows, std::size_t imageColumns, std::span<const LayerSpec> specs = {});
// Pure: the same choice gives the same layout, bit for bit. `force` begins like this and is then settled
// (force.h).
NetworkLayout layOut(const NetworkFacts& network, const LayoutChoice& choice = {});

}  // namespace cajal
