#pragma once
// What a user writes of a network, and the layers it stands for.
//
//   784-128-64-10                                     inputs, two hidden dense layers, outputs
//   28x28-conv16k3p1-maxpool2-conv32k3p1-maxpool2-10  a convolutional network
//   64-64:gelu-layernorm-dropout0.2-64-add3-10        activation by name, and a residual sum
//
// Parts stand between dashes; the first is the example: n, rows x columns, or rows x columns x channels.
//
//   128                    dense, so many neurons
//   conv16k3s2p1d1g1       16 channels, 3 x 3 windows; stride, padding, dilation, groups (1, 0, 1, 1)
//   maxpool2, avgpool3s2p1 windows 2 x 2; stride (the size), padding (0)
//   flatten   batchnorm   layernorm   dropout0.5
//   add2                   adds the output of the layer two before the one before
//
// `:name` gives a part its activation. Without, dense layers and convolutions take the network's, unless a
// normalisation or a sum follows: then that takes it, and they have none.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compute/layers/layer.h"

namespace cajal {

enum class LayerKind { dense, conv2d, maxPool, averagePool, flatten, batchNorm, layerNorm, dropout, add };

struct LayerSpec {
  LayerKind kind = LayerKind::dense;
  std::size_t units = 1;  // neurons, channels, or layers back
  std::size_t size = 1, stride = 1, padding = 0, dilation = 1, groups = 1;
  float rate = 0;                        // of a dropout
  std::optional<Activation> activation;  // empty: as said above
  bool operator==(const LayerSpec&) const = default;
};

struct NetworkSpec {
  ExampleShape input = {1, 1, 784};
  std::vector<LayerSpec> layers;
  bool operator==(const NetworkSpec&) const = default;
};

// {784, 128, 10}: inputs, and dense layers
NetworkSpec denseNetwork(const std::vector<std::size_t>& widths);
// Throws Error(usage) naming the flag, the part and what is wrong with it.
NetworkSpec parseNetwork(std::string_view text, std::string_view flag = "--net");
// Parsed again, it gives the same.
std::string toString(const NetworkSpec& network);

// The layers, in order. `hidden` is the network's activation; the last layer has none, since the head applies
// that of the outputs. Throws Error(usage) where a layer does not fit the one before.
std::vector<std::unique_ptr<Layer>> makeLayers(const NetworkSpec& network, Activation hidden);

}  // namespace cajal
