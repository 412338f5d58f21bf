#pragma once
// Networks of several kinds to be laid out.

#include "viewer/layout/network_layout.h"

#include <string>
#include <vector>

namespace cajal::test {

struct SomeNetwork {
  std::string name;
  std::vector<ExampleShape> shapes;  // of the values behind each layer
};

// Dense where the later layer is a row of neurons; a convolution, which has kernels and no edges, else.
inline std::vector<LayerFacts> factsOf(const std::vector<ExampleShape>& shapes) {
  std::vector<LayerFacts> layers;
  for (std::size_t l = 0; l < shapes.size(); ++l) {
    LayerFacts facts{shapes[l]};
    if (l > 0 && shapes[l].isImage())
      facts = {shapes[l], shapes[l].channels, 9 * shapes[l - 1].channels,
               Convolution{{shapes[l - 1], 3, 1, 1}, shapes[l].channels}};
    if (l > 0 && !shapes[l].isImage()) facts = {shapes[l], shapes[l].count(), shapes[l - 1].count(), {}};
    layers.push_back(facts);
  }
  return layers;
}

inline ExampleShape neurons(std::size_t count) {
  return {1, 1, count};
}

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
          {"uneven", {neurons(12), neurons(3000), neurons(1), {5, 9, 3}, neurons(17)}}};
}

}  // namespace cajal::test
