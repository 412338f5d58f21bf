#pragma once
// Networks of several kinds to be laid out.

#include "viewer/layout/network_layout.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cajal::test {

// A layer and the weights through which it reads the one before; without rows it has none, as a pool.
struct ChainLayer {
  ExampleShape values;
  std::size_t rows = 0, columns = 0;
  std::optional<Convolution> convolution = std::nullopt;
};

// Layers in a row.
inline NetworkFacts inARow(const std::vector<ChainLayer>& layers) {
  NetworkFacts network;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const ChainLayer& layer = layers[l];
    network.layers.push_back(layer.values);
    if (l == 0) continue;
    ConnectionFacts facts{{l - 1, l, {}, false}, layer.rows, layer.columns, layer.convolution};
    if (layer.rows > 0) facts.connection.tensor = l;
    network.connections.push_back(facts);
  }
  return network;
}

// Dense layers of so many neurons, each joined to those that it reads; an identity where `identities` has the
// connection, and nothing that has edges where `without` has it.
inline NetworkFacts graphOf(const std::vector<std::size_t>& widths,
                            const std::vector<std::pair<std::size_t, std::size_t>>& dense,
                            const std::vector<std::pair<std::size_t, std::size_t>>& identities = {},
                            const std::vector<std::pair<std::size_t, std::size_t>>& without = {}) {
  NetworkFacts network;
  for (const std::size_t width : widths) network.layers.push_back({1, 1, width});
  for (const auto& [from, to] : dense)
    network.connections.push_back(
        {{from, to, network.connections.size(), false}, widths[to], widths[from], {}});
  for (const auto& [from, to] : identities)
    network.connections.push_back({{from, to, {}, true}, widths[to], widths[from], {}});
  for (const auto& [from, to] : without) network.connections.push_back({{from, to, {}, false}, 0, 0, {}});
  return network;
}

// Dense where the later layer is a row of neurons; a convolution, which has kernels and no edges, else.
inline NetworkFacts factsOf(const std::vector<ExampleShape>& shapes) {
  std::vector<ChainLayer> layers;
  for (std::size_t l = 0; l < shapes.size(); ++l) {
    ChainLayer facts{shapes[l]};
    if (l > 0 && shapes[l].isImage())
      facts = {shapes[l], shapes[l].channels, 9 * shapes[l - 1].channels,
               Convolution{{shapes[l - 1], 3, 1, 1}, shapes[l].channels}};
    if (l > 0 && !shapes[l].isImage()) facts = {shapes[l], shapes[l].count(), shapes[l - 1].count(), {}};
    layers.push_back(facts);
  }
  return inARow(layers);
}

inline ExampleShape neurons(std::size_t count) {
  return {1, 1, count};
}

// Every layer reads all values of the one before, pictures too.
inline NetworkFacts denseInARow(const std::vector<ExampleShape>& shapes) {
  std::vector<ChainLayer> layers{{shapes.front()}};
  for (std::size_t l = 1; l < shapes.size(); ++l)
    layers.push_back({shapes[l], shapes[l].count(), shapes[l - 1].count(), {}});
  return inARow(layers);
}

// The picture that a convolution reads, the one that it makes, and two outputs that read nothing.
inline NetworkLayout layOutConvolution(const Convolution& convolution) {
  return layOut(inARow({{convolution.window.input},
                        {convolution.output(), convolution.outputs, convolution.taps(), convolution},
                        {neurons(2)}}));
}

inline bool overlap(const Box& a, const Box& b) {
  return glm::all(glm::lessThan(a.low, b.high)) && glm::all(glm::lessThan(b.low, a.high));
}

// Of one input and one output where nothing else is said.
inline NetworkFacts diamond() {
  return graphOf({40, 30, 20, 5}, {{0, 1}, {0, 2}, {1, 3}, {2, 3}});
}
inline NetworkFacts twoInputs() {
  return graphOf({40, 6, 30, 20, 10, 3}, {{0, 2}, {1, 3}, {2, 4}, {3, 4}, {4, 5}});
}
inline NetworkFacts twoOutputs() {
  return graphOf({12, 30, 20, 10, 3, 4}, {{0, 1}, {1, 2}, {1, 3}, {2, 4}, {3, 5}});
}
// A residual sum in layer 4, whose skip leads past two layers, and weights that lead past three.
inline NetworkFacts skips() {
  return graphOf({9, 30, 30, 30, 30, 4}, {{0, 1}, {1, 2}, {2, 3}, {4, 5}, {1, 5}}, {{3, 4}, {1, 4}});
}
// A layer without weights in one of two branches that are not equally long.
inline NetworkFacts unevenBranches() {
  return graphOf({12, 30, 30, 20, 8, 3}, {{0, 1}, {2, 3}, {0, 4}, {3, 5}, {4, 5}}, {}, {{1, 2}});
}

struct SomeNetwork {
  std::string name;
  std::vector<ExampleShape> shapes;  // of the values behind each layer
  NetworkFacts facts;

  SomeNetwork(std::string itsName, const std::vector<ExampleShape>& inARow)
      : name(std::move(itsName)), shapes(inARow), facts(factsOf(inARow)) {}
  SomeNetwork(std::string itsName, const NetworkFacts& graph)
      : name(std::move(itsName)), shapes(graph.layers), facts(graph) {}
};

inline std::vector<SomeNetwork> someNetworks() {
  std::vector<ExampleShape> deep{{28, 28, 1}};
  for (int l = 1; l < 63; ++l) deep.push_back(neurons(16));
  deep.push_back(neurons(10));
  return {{"digits", {{28, 28, 1}, neurons(128), neurons(64), neurons(10)}},
          {"convolutions",
           {{28, 28, 1}, {28, 28, 16}, {14, 14, 16}, {14, 14, 32}, {7, 7, 32}, neurons(64), neurons(10)}},
          {"deep", deep},
          {"deepAndWide", std::vector<ExampleShape>(64, neurons(500))},
          {"pictures", std::vector<ExampleShape>(12, ExampleShape{14, 14, 1})},
          {"singleNeurons", {neurons(1), neurons(1), neurons(1)}},
          {"two", {neurons(2), neurons(1)}},
          {"uneven", {neurons(12), neurons(3000), neurons(1), {5, 9, 3}, neurons(17)}},
          {"diamond", diamond()},
          {"twoInputs", twoInputs()},
          {"twoOutputs", twoOutputs()},
          {"skips", skips()},
          {"unevenBranches", unevenBranches()},
          {"wide", {neurons(3), neurons(30'000), neurons(2)}}};
}

}  // namespace cajal::test
