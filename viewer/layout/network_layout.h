#pragma once
// Where everything stands. Pure geometry: shapes in, positions out.
//
// World: the network runs along +X, each layer stands in a plane across it. Seen from the input side (-X),
// the first neuron is at the top left: +Z is to the right, +Y up. One world unit is the distance between two
// pixels of a 28-pixel image; every layer is about kLayerHeight units high, whatever its number of neurons.

#include <cstddef>
#include <glm/glm.hpp>
#include <vector>

#include "compute/core/tensor.h"
#include "engine/camera/camera.h"

namespace cajal {

inline constexpr float kLayerHeight = 28.0f;    // world units
inline constexpr float kLayerDistance = 30.0f;  // between two layers, and more where they are wide

enum class LayerForm {
  image,   // neurons are the pixels of a picture, or of one picture a channel
  grid,    // rows and columns of spheres
  column,  // one below the other, with room for a name each
};

struct LayerLayout {
  LayerForm form = LayerForm::grid;
  std::size_t firstNode = 0;
  std::size_t count = 0;
  std::size_t rows = 1, columns = 1;  // of one picture, where it is an image
  std::size_t channels = 1;           // pictures; neuron i is pixel i / channels of picture i % channels
  std::size_t mapRows = 1, mapColumns = 1;  // how the pictures are arranged
  float spacing = 1;                        // world units between neighbours
  float radius = 0.3f;                      // of a sphere, world units
  glm::vec3 center{0.0f};
  Box box;

  // The corner of a picture's first pixel.
  glm::vec3 mapOrigin(std::size_t channel) const;
};

// A weight matrix, hung below the two layers it joins: rows are the neurons it leads to.
struct MatrixLayout {
  std::size_t layer = 1;  // the one it leads to
  std::size_t rows = 0, columns = 0;
  bool hasEdges = true;  // each row reads every neuron of the layer before; not so for a convolution
  glm::vec3 origin{0.0f}, across{0.0f}, down{0.0f};  // corner of element (0, 0); along a row; along a column
  Box box;
};

struct NetworkLayout {
  std::vector<LayerLayout> layers;
  std::vector<MatrixLayout> matrices;
  std::vector<glm::vec3> nodes;  // positions, layer after layer
  Box box;

  glm::vec3 node(std::size_t layer, std::size_t index) const {
    return nodes[layers[layer].firstNode + index];
  }
};

// What a camera that shows the whole network must see: layers, matrices, and room for names and output bars.
std::vector<glm::vec3> framingPoints(const NetworkLayout& layout);

// What is to be placed of a layer: its values, and the matrix of weights that leads to it.
struct LayerFacts {
  ExampleShape values;
  std::size_t matrixRows = 0, matrixColumns = 0;  // 0: it has no weights
  bool hasEdges = false;
};

// imageRows × imageColumns of the input, or 0 × 0 where it is not a picture.
std::vector<LayerFacts> layersOf(const std::vector<TensorView>& tensors, std::size_t imageRows,
                                 std::size_t imageColumns);
NetworkLayout layOut(const std::vector<LayerFacts>& layers);

}  // namespace cajal
