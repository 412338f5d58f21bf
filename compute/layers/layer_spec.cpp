#include "compute/layers/layer_spec.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "compute/layers/conv2d.h"
#include "compute/layers/dense.h"
#include "compute/layers/normalization.h"
#include "compute/layers/parameterless.h"
#include "engine/base/error.h"

namespace cajal {
namespace {

constexpr std::size_t kLargestNumber = 1 << 20;
constexpr const char* kExamples = "as in 784-128-64-10 or 28x28-conv16k3-maxpool2-10";

// ---- reading ----------------------------------------------------------------------------------------------

// Reads one part of a network, letter by letter; complains about that part.
class PartReader {
 public:
  PartReader(std::string_view flag, std::string_view whole, std::string_view part, std::size_t number)
      : m_flag(flag), m_whole(whole), m_part(part), m_rest(part), m_number(number) {}

  [[noreturn]] void refuse(const std::string& what) const {
    throw Error(ExitCode::usage,
                fmt::format("{} {}: part {}, '{}': {}", m_flag, m_whole, m_number, m_part, what));
  }

  bool take(std::string_view word) {
    if (!m_rest.starts_with(word)) return false;
    m_rest.remove_prefix(word.size());
    return true;
  }
  bool startsWithDigit() const { return !m_rest.empty() && m_rest[0] >= '0' && m_rest[0] <= '9'; }

  std::size_t number(std::size_t least) {
    std::size_t value = 0;
    const auto [next, error] = std::from_chars(m_rest.data(), m_rest.data() + m_rest.size(), value);
    if (error != std::errc() || value < least || value > kLargestNumber) {
      refuse(
          fmt::format("a whole number from {} to {} must stand there, {}", least, kLargestNumber, kExamples));
    }
    m_rest.remove_prefix(static_cast<std::size_t>(next - m_rest.data()));
    return value;
  }

  float fraction() {
    float value = 0;
    const auto [next, error] = std::from_chars(m_rest.data(), m_rest.data() + m_rest.size(), value);
    if (error != std::errc() || !(value >= 0 && value < 1)) {
      refuse("a share from 0 to below 1 must stand there, as in dropout0.5");
    }
    m_rest.remove_prefix(static_cast<std::size_t>(next - m_rest.data()));
    return value;
  }

  std::optional<Activation> activation() {
    if (!take(":")) return std::nullopt;
    const std::optional<Activation> found = fromName<Activation>(m_rest);
    if (!found || *found == Activation::softmax) {
      refuse(fmt::format("'{}' is no activation of hidden layers; relu, tanh, gelu and others are (README)",
                         m_rest));
    }
    m_rest = {};
    return found;
  }

  void end() const {
    if (!m_rest.empty()) refuse(fmt::format("'{}' was not expected, {}", m_rest, kExamples));
  }

 private:
  std::string_view m_flag, m_whole, m_part, m_rest;
  std::size_t m_number;
};

bool isPool(LayerKind kind) {
  return kind == LayerKind::maxPool || kind == LayerKind::averagePool;
}

// Those that have neurons, and those that come between neurons and their activation.
bool hasActivation(LayerKind kind) {
  return !isPool(kind) && kind != LayerKind::flatten && kind != LayerKind::dropout;
}

void readWindow(PartReader& reader, LayerSpec& spec) {
  for (;;) {
    if (reader.take("k")) {
      spec.size = reader.number(1);
    } else if (reader.take("s")) {
      spec.stride = reader.number(1);
    } else if (reader.take("p")) {
      spec.padding = reader.number(0);
    } else if (reader.take("d")) {
      spec.dilation = reader.number(1);
    } else if (!isPool(spec.kind) && reader.take("g")) {
      spec.groups = reader.number(1);
    } else {
      return;
    }
  }
}

LayerSpec readLayer(PartReader& reader) {
  LayerSpec spec;
  const auto readPool = [&](LayerKind kind) {
    spec.kind = kind;
    spec.size = spec.stride = reader.number(1);
    readWindow(reader, spec);
  };
  if (reader.startsWithDigit()) {
    spec.units = reader.number(1);
  } else if (reader.take("conv")) {
    spec.kind = LayerKind::conv2d;
    spec.units = reader.number(1);
    spec.size = 3;
    readWindow(reader, spec);
  } else if (reader.take("maxpool")) {
    readPool(LayerKind::maxPool);
  } else if (reader.take("avgpool")) {
    readPool(LayerKind::averagePool);
  } else if (reader.take("flatten")) {
    spec.kind = LayerKind::flatten;
  } else if (reader.take("batchnorm")) {
    spec.kind = LayerKind::batchNorm;
  } else if (reader.take("layernorm")) {
    spec.kind = LayerKind::layerNorm;
  } else if (reader.take("dropout")) {
    spec.kind = LayerKind::dropout;
    spec.rate = reader.fraction();
  } else if (reader.take("add")) {
    spec.kind = LayerKind::add;
    spec.units = reader.number(1);
  } else {
    reader.refuse(
        "no such layer; there are numbers, conv, maxpool, avgpool, flatten, batchnorm, layernorm, dropout, "
        "add");
  }
  spec.activation = reader.activation();
  if (spec.activation && !hasActivation(spec.kind)) {
    reader.refuse("pools, flatten and dropout have no activation; write it behind the layer before");
  }
  reader.end();
  return spec;
}

ExampleShape readInput(PartReader& reader) {
  const std::size_t first = reader.number(1);
  if (!reader.take("x")) {
    reader.end();
    return {1, 1, first};
  }
  ExampleShape shape = {first, reader.number(1), 1};
  if (reader.take("x")) shape.channels = reader.number(1);
  reader.end();
  return shape;
}

// ---- making -----------------------------------------------------------------------------------------------

bool takesTheActivation(LayerKind kind) {
  return kind == LayerKind::batchNorm || kind == LayerKind::layerNorm || kind == LayerKind::add;
}

Activation activationOf(const std::vector<LayerSpec>& layers, std::size_t index, Activation hidden) {
  const LayerSpec& spec = layers[index];
  if (index + 1 == layers.size()) return Activation::identity;
  if (spec.activation) return *spec.activation;
  const bool nextTakesIt = takesTheActivation(layers[index + 1].kind);
  const bool hasNeurons = spec.kind == LayerKind::dense || spec.kind == LayerKind::conv2d;
  return (hasNeurons || takesTheActivation(spec.kind)) && !nextTakesIt ? hidden : Activation::identity;
}

[[noreturn]] void doesNotFit(const NetworkSpec& network, std::size_t index, const std::string& why) {
  NetworkSpec one = {network.input, {network.layers[index]}};
  const std::string part = toString(one).substr(toString(network.input).size() + 1);
  throw Error(ExitCode::usage,
              fmt::format("--net {}: layer {}, '{}': {}", toString(network), index + 1, part, why));
}

// In double, where no product of what a user may write is too large.
double valuesOf(const ExampleShape& shape) {
  return static_cast<double>(shape.rows) * static_cast<double>(shape.columns) *
         static_cast<double>(shape.channels);
}

void checkSize(const NetworkSpec& network, std::size_t index, const ExampleShape& input,
               const ExampleShape& output) {
  constexpr double kMostValues = 1ull << 31, kMostWeights = 1ull << 40;
  const LayerSpec& spec = network.layers[index];
  const double taps =
      static_cast<double>(spec.size) * static_cast<double>(spec.size) * static_cast<double>(input.channels);
  const double read = spec.kind == LayerKind::dense ? valuesOf(input) : taps;
  if (valuesOf(output) > kMostValues || static_cast<double>(spec.units) * read > kMostWeights) {
    doesNotFit(network, index, "asks for more numbers than any machine holds; use fewer neurons or channels");
  }
}

SlidingWindow windowOf(const NetworkSpec& network, std::size_t index, const ExampleShape& input) {
  const LayerSpec& spec = network.layers[index];
  const SlidingWindow window = {input, spec.size, spec.stride, spec.padding, spec.dilation};
  if (!input.isImage() && spec.size > 1) {
    doesNotFit(network, index,
               fmt::format("needs images, but what arrives is a row of {} values; say the input's rows and "
                           "columns, as in 28x28-…",
                           input.channels));
  }
  if (!window.fits()) {
    doesNotFit(network, index,
               fmt::format("its window reaches over {} pixels, the image is {}x{} with {} of padding; use a "
                           "smaller window, or fewer pools before it",
                           window.reach(), input.rows, input.columns, window.padding));
  }
  return window;
}

std::unique_ptr<Layer> makeConvolution(const NetworkSpec& network, std::size_t index,
                                       const ExampleShape& input, Activation activation) {
  const LayerSpec& spec = network.layers[index];
  const Convolution convolution = {windowOf(network, index, input), spec.units, spec.groups};
  if (input.channels % spec.groups != 0 || spec.units % spec.groups != 0) {
    doesNotFit(network, index,
               fmt::format("{} groups must divide both the {} channels that arrive and the {} that leave",
                           spec.groups, input.channels, spec.units));
  }
  return std::make_unique<Conv2D>(convolution, activation);
}

std::unique_ptr<Layer> makePool(const NetworkSpec& network, std::size_t index, const ExampleShape& input) {
  const LayerSpec& spec = network.layers[index];
  const PoolKind kind = spec.kind == LayerKind::maxPool ? PoolKind::maximum : PoolKind::average;
  if (2 * spec.padding > spec.size) {
    doesNotFit(network, index, "the padding may be half the window at most");
  }
  const SlidingWindow window = windowOf(network, index, input);
  if (!window.alwaysMeets()) {
    doesNotFit(network, index, "its dilation steps over the whole image; use a smaller one");
  }
  return std::make_unique<Pool>(Pooling{kind, window});
}

std::unique_ptr<Layer> makeLayer(const NetworkSpec& network, std::size_t index,
                                 const std::vector<ExampleShape>& outputs, Activation activation) {
  const LayerSpec& spec = network.layers[index];
  const ExampleShape& input = outputs.back();
  switch (spec.kind) {
    case LayerKind::dense: return std::make_unique<Dense>(input, spec.units, activation);
    case LayerKind::conv2d: return makeConvolution(network, index, input, activation);
    case LayerKind::maxPool:
    case LayerKind::averagePool: return makePool(network, index, input);
    case LayerKind::flatten: return std::make_unique<Flatten>(input);
    case LayerKind::batchNorm: return std::make_unique<BatchNorm>(input, activation);
    case LayerKind::layerNorm: return std::make_unique<LayerNorm>(input, activation);
    case LayerKind::dropout:
      return std::make_unique<Dropout>(input, spec.rate, static_cast<std::uint32_t>(index));
    case LayerKind::add: break;
  }
  if (spec.units >= outputs.size()) {
    doesNotFit(network, index, fmt::format("there are only {} layers before it", outputs.size() - 1));
  }
  const ExampleShape& second = outputs[outputs.size() - 1 - spec.units];
  if (second != input) {
    doesNotFit(network, index,
               fmt::format("adds {} to {}: the two must have one shape", toString(second), toString(input)));
  }
  return std::make_unique<Residual>(input, spec.units, activation);
}

// ---- writing ----------------------------------------------------------------------------------------------

std::string windowText(const LayerSpec& spec, std::size_t usualStride) {
  std::string text;
  if (spec.stride != usualStride) text += fmt::format("s{}", spec.stride);
  if (spec.padding != 0) text += fmt::format("p{}", spec.padding);
  if (spec.dilation != 1) text += fmt::format("d{}", spec.dilation);
  if (spec.groups != 1) text += fmt::format("g{}", spec.groups);
  return text;
}

// Without an exponent, whose sign would stand between two parts.
std::string plainNumber(float value) {
  std::array<char, 64> digits{};
  const auto end = std::to_chars(digits.begin(), digits.end(), value, std::chars_format::fixed).ptr;
  return {digits.data(), end};
}

std::string textOf(const LayerSpec& spec) {
  switch (spec.kind) {
    case LayerKind::dense: return fmt::format("{}", spec.units);
    case LayerKind::conv2d: return fmt::format("conv{}k{}{}", spec.units, spec.size, windowText(spec, 1));
    case LayerKind::maxPool: return fmt::format("maxpool{}{}", spec.size, windowText(spec, spec.size));
    case LayerKind::averagePool: return fmt::format("avgpool{}{}", spec.size, windowText(spec, spec.size));
    case LayerKind::flatten: return "flatten";
    case LayerKind::batchNorm: return "batchnorm";
    case LayerKind::layerNorm: return "layernorm";
    case LayerKind::dropout: return "dropout" + plainNumber(spec.rate);
    case LayerKind::add: return fmt::format("add{}", spec.units);
  }
  return "";
}

}  // namespace

NetworkSpec denseNetwork(const std::vector<std::size_t>& widths) {
  NetworkSpec network = {{1, 1, widths.front()}, {}};
  for (std::size_t l = 1; l < widths.size(); ++l) {
    LayerSpec dense;
    dense.units = widths[l];
    network.layers.push_back(dense);
  }
  return network;
}

NetworkSpec parseNetwork(std::string_view text, std::string_view flag) {
  NetworkSpec network;
  std::size_t number = 0;
  for (std::size_t begin = 0; begin <= text.size(); ++number) {
    const std::size_t end = std::min(text.find('-', begin), text.size());
    PartReader reader(flag, text, text.substr(begin, end - begin), number + 1);
    if (number == 0) {
      network.input = readInput(reader);
    } else {
      network.layers.push_back(readLayer(reader));
    }
    begin = end + 1;
  }
  if (network.layers.empty()) {
    throw Error(ExitCode::usage, fmt::format("{} {}: a network has at least an input and an output layer, {}",
                                             flag, text, kExamples));
  }
  return network;
}

std::string toString(const NetworkSpec& network) {
  std::string text = toString(network.input);
  for (const LayerSpec& spec : network.layers) {
    text += '-' + textOf(spec);
    if (spec.activation) text += fmt::format(":{}", name(*spec.activation));
  }
  return text;
}

std::vector<std::unique_ptr<Layer>> makeLayers(const NetworkSpec& network, Activation hidden) {
  if (network.layers.back().activation) {
    doesNotFit(network, network.layers.size() - 1,
               "the last layer's activation is that of the outputs: --output-activation");
  }
  std::vector<std::unique_ptr<Layer>> layers;
  std::vector<ExampleShape> outputs = {network.input};
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    layers.push_back(makeLayer(network, l, outputs, activationOf(network.layers, l, hidden)));
    checkSize(network, l, outputs.back(), layers.back()->output());
    outputs.push_back(layers.back()->output());
  }
  return layers;
}

}  // namespace cajal
