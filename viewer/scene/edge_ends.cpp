#include "viewer/scene/edge_ends.h"

#include "viewer/scene/gpu_index.h"

namespace cajal {
namespace {

// The pixel that a tap of the window at `place` reads, along one axis; nothing beside the image.
std::optional<std::size_t> pixelOf(const SlidingWindow& window, std::size_t place, std::size_t tap,
                                   std::size_t pixels) {
  const std::size_t at = place * window.stride + tap * window.dilation;
  if (at < window.padding || at - window.padding >= pixels) return std::nullopt;
  return at - window.padding;
}

// Which taps of a window meet the image, along one axis: from the first to before the last; and where the
// first of them reads.
struct Taps {
  std::size_t first = 0, end = 0, reads = 0;
  std::size_t count() const { return end - first; }
};

Taps tapsInside(const SlidingWindow& window, std::size_t place, std::size_t pixels) {
  Taps taps;
  for (std::size_t tap = 0; tap < window.size; ++tap) {
    const std::optional<std::size_t> pixel = pixelOf(window, place, tap, pixels);
    if (!pixel) continue;
    if (taps.count() == 0) taps = {tap, tap, *pixel};
    taps.end = tap + 1;
  }
  return taps;
}

// The tap with which the window at `place` reads a pixel; nothing where it does not.
std::optional<std::size_t> tapOf(const SlidingWindow& window, std::size_t place, std::size_t pixel) {
  const std::size_t start = place * window.stride, at = pixel + window.padding;
  if (at < start || (at - start) % window.dilation != 0) return std::nullopt;
  const std::size_t tap = (at - start) / window.dilation;
  return tap < window.size ? std::optional(tap) : std::nullopt;
}

// The place whose window reads a pixel with this tap; nothing where there is none.
std::optional<std::size_t> placeOf(const SlidingWindow& window, std::size_t tap, std::size_t pixel,
                                   std::size_t places) {
  const std::size_t at = pixel + window.padding, tapAt = tap * window.dilation;
  if (at < tapAt || (at - tapAt) % window.stride != 0) return std::nullopt;
  const std::size_t place = (at - tapAt) / window.stride;
  return place < places ? std::optional(place) : std::nullopt;
}

// Neuron i of an image is a channel of a pixel: channels stand side by side.
struct ImagePlace {
  std::size_t row, column, channel;
};

ImagePlace placeIn(const ExampleShape& image, std::size_t neuron) {
  const std::size_t pixel = neuron / image.channels;
  return {pixel / image.columns, pixel % image.columns, neuron % image.channels};
}

std::size_t neuronAt(const ExampleShape& image, const ImagePlace& place) {
  return (place.row * image.columns + place.column) * image.channels + place.channel;
}

// Those that lead from one neuron to all who read it: to one place a tap.
std::vector<EdgePart> edgesFrom(const Convolution& convolution, std::size_t source) {
  const SlidingWindow& window = convolution.window;
  const ExampleShape output = convolution.output();
  const ImagePlace from = placeIn(window.input, source);
  const std::size_t inputs = convolution.inputsPerGroup(), outputs = convolution.outputsPerGroup();
  const std::size_t firstOutput = from.channel / inputs * outputs;
  std::vector<EdgePart> parts;
  for (std::size_t i = 0; i < window.size; ++i) {
    for (std::size_t j = 0; j < window.size; ++j) {
      const auto row = placeOf(window, i, from.row, output.rows),
                 column = placeOf(window, j, from.column, output.columns);
      if (!row || !column) continue;
      EdgePart part;
      part.source = source;
      part.sources = 1;
      part.target = neuronAt(output, {*row, *column, firstOutput});
      part.targets = outputs;
      part.firstValue =
          firstOutput * convolution.taps() + (i * window.size + j) * inputs + from.channel % inputs;
      parts.push_back(part);
    }
  }
  return parts;
}

// Of a convolution's output: the selected neuron's place, or the middle.
ImagePlace shownPlace(const MatrixLayout& matrix, const std::optional<NeuronPlace>& selected) {
  const ExampleShape output = matrix.convolution->output();
  if (selected && selected->layer == matrix.to) return placeIn(output, selected->index);
  return {output.rows / 2, output.columns / 2, 0};
}

// All that its neurons in one place read.
EdgePart edgesOfWindow(const Convolution& convolution, std::size_t row, std::size_t column) {
  const SlidingWindow& window = convolution.window;
  const ExampleShape& image = window.input;
  const Taps down = tapsInside(window, row, image.rows), across = tapsInside(window, column, image.columns);
  const std::size_t inputs = convolution.inputsPerGroup();
  // Taps that stand side by side are one run.
  const bool areBeside = window.dilation == 1 && convolution.groups == 1;
  EdgePart part;
  part.source = neuronAt(image, {down.reads, across.reads, 0});
  part.sources = down.count() * across.count() * inputs;
  part.target = neuronAt(convolution.output(), {row, column, 0});
  part.targets = convolution.outputs;
  part.firstValue = (down.first * window.size + across.first) * inputs;
  part.window.run = index(areBeside ? across.count() * inputs : inputs);
  part.window.runs = index(areBeside ? 1 : across.count());
  part.window.nextRun = index(window.dilation * image.channels);
  part.window.nextRow = index(window.dilation * image.columns * image.channels);
  part.window.nextValueRow = index(window.size * inputs);
  part.window.targetsAGroup = convolution.groups == 1 ? 0 : index(convolution.outputsPerGroup());
  return part;
}

// Those that lead to one channel alone.
void narrowTo(EdgePart& part, const Convolution& convolution, std::size_t channel) {
  const std::size_t group = channel / convolution.outputsPerGroup();
  part.target += channel;
  part.targets = 1;
  part.firstValue += channel * convolution.taps();
  part.source += group * convolution.inputsPerGroup();
  part.window.targetsAGroup = 0;
}

// One edge a target: each reads the source of its own number (a window of one source, moved on by one a
// target).
EdgePart edgesOfIdentity(const MatrixLayout& identity) {
  EdgePart part;
  part.sources = 1;
  part.targets = identity.rows;
  part.window.run = part.window.runs = 1;
  part.window.targetsAGroup = 1;
  return part;
}

// The one to a selected neuron, or from it.
EdgePart edgeOfIdentity(std::size_t neuron) {
  return {neuron, 1, neuron, 1, 0, {}};
}

}  // namespace

bool hasEdges(const MatrixLayout& matrix, const std::optional<NeuronPlace>& selected) {
  return !selected || matrix.to == selected->layer || matrix.from == selected->layer;
}

EdgePart shownWindow(const MatrixLayout& matrix, const std::optional<NeuronPlace>& selected) {
  const ImagePlace place = shownPlace(matrix, selected);
  return edgesOfWindow(*matrix.convolution, place.row, place.column);
}

std::vector<EdgePart> edgeParts(const NetworkLayout& layout, std::size_t m,
                                const std::optional<NeuronPlace>& selected) {
  const MatrixLayout& matrix = layout.matrices[m];
  if (!hasEdges(matrix, selected)) return {};
  if (matrix.isIdentity()) return {selected ? edgeOfIdentity(selected->index) : edgesOfIdentity(matrix)};
  const bool leadsToSelected = selected && selected->layer == matrix.to;
  if (matrix.convolution) {
    if (selected && !leadsToSelected) return edgesFrom(*matrix.convolution, selected->index);
    EdgePart part = shownWindow(matrix, selected);
    if (leadsToSelected) narrowTo(part, *matrix.convolution, shownPlace(matrix, selected).channel);
    return part.edges() > 0 ? std::vector{part} : std::vector<EdgePart>{};
  }
  if (leadsToSelected) return {{0, matrix.columns, selected->index, 1, selected->index * matrix.columns, {}}};
  if (selected) return {{selected->index, 1, 0, matrix.rows, selected->index, {}}};
  return {{0, matrix.columns, 0, matrix.rows, 0, {}}};
}

std::optional<EdgeEnds> edgeEnds(const NetworkLayout& layout, const CellPlace& cell,
                                 const std::optional<NeuronPlace>& selected) {
  const MatrixLayout& matrix = layout.matrices[cell.matrix];
  if (matrix.isIdentity() && cell.row != cell.column) return std::nullopt;
  if (!matrix.convolution) return EdgeEnds{cell.column, cell.row};
  const Convolution& convolution = *matrix.convolution;
  const SlidingWindow& window = convolution.window;
  const ExampleShape output = convolution.output();
  const std::size_t inputs = convolution.inputsPerGroup(), tap = cell.column / inputs;
  const std::size_t i = tap / window.size, j = tap % window.size;
  const std::size_t channel = cell.row / convolution.outputsPerGroup() * inputs + cell.column % inputs;
  if (selected && selected->layer == matrix.from) {
    const ImagePlace from = placeIn(window.input, selected->index);
    const auto row = placeOf(window, i, from.row, output.rows),
               column = placeOf(window, j, from.column, output.columns);
    if (from.channel != channel || !row || !column) return std::nullopt;
    return EdgeEnds{selected->index, neuronAt(output, {*row, *column, cell.row})};
  }
  const ImagePlace place = shownPlace(matrix, selected);
  const auto row = pixelOf(window, place.row, i, window.input.rows),
             column = pixelOf(window, place.column, j, window.input.columns);
  if (!row || !column) return std::nullopt;
  return EdgeEnds{neuronAt(window.input, {*row, *column, channel}),
                  neuronAt(output, {place.row, place.column, cell.row})};
}

std::optional<CellPlace> edgeBetween(const NetworkLayout& layout, std::size_t sourceNode,
                                     std::size_t targetNode) {
  for (std::size_t m = 0; m < layout.matrices.size(); ++m) {
    const MatrixLayout& matrix = layout.matrices[m];
    const LayerLayout &from = layout.layers[matrix.from], &to = layout.layers[matrix.to];
    const std::size_t source = sourceNode - from.firstNode, target = targetNode - to.firstNode;
    if (source >= from.count || target >= to.count) continue;
    if (matrix.isIdentity() && source != target) continue;
    if (!matrix.convolution) return CellPlace{m, target, source};
    const Convolution& convolution = *matrix.convolution;
    const SlidingWindow& window = convolution.window;
    const ImagePlace read = placeIn(window.input, source), made = placeIn(convolution.output(), target);
    const auto i = tapOf(window, made.row, read.row), j = tapOf(window, made.column, read.column);
    const std::size_t inputs = convolution.inputsPerGroup();
    const bool isOfGroup = made.channel / convolution.outputsPerGroup() == read.channel / inputs;
    if (!i || !j || !isOfGroup) continue;
    return CellPlace{m, made.channel, (*i * window.size + *j) * inputs + read.channel % inputs};
  }
  return std::nullopt;
}

}  // namespace cajal
