#include "compute/core/connection.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "engine/base/error.h"

namespace cajal {
namespace {

// Number of values of each layer, by layer.
std::vector<std::size_t> valuesOf(std::span<const TensorView> tensors) {
  std::vector<std::size_t> values;
  for (const TensorView& tensor : tensors) {
    if (tensor.role != TensorRole::activation) continue;
    const auto layer = static_cast<std::size_t>(tensor.layer);
    values.resize(std::max(values.size(), layer + 1));
    values[layer] = tensor.shape.count();
  }
  return values;
}

[[noreturn]] void refuse(const Connection& connection, const std::string& why) {
  throw Error(ExitCode::badInput, fmt::format("the connection from layer {} to layer {}: {}", connection.from,
                                              connection.to, why));
}

// Each layer without a rank reads another one, so that going backwards from any of them ends in a cycle.
[[noreturn]] void refuseCycle(std::span<const Connection> connections, const std::vector<bool>& isRanked) {
  const auto readBy = [&](std::size_t layer) {
    return std::find_if(connections.begin(), connections.end(),
                        [&](const Connection& connection) {
                          return connection.to == layer && !isRanked[connection.from];
                        })
        ->from;
  };
  std::vector<std::size_t> path = {
      static_cast<std::size_t>(std::find(isRanked.begin(), isRanked.end(), false) - isRanked.begin())};
  while (std::count(path.begin(), path.end(), path.back()) == 1) path.push_back(readBy(path.back()));
  path.erase(path.begin(), std::find(path.begin(), path.end(), path.back()));
  std::reverse(path.begin(), path.end());
  throw Error(ExitCode::badInput,
              fmt::format("layers {} read each other in a circle; a network must be acyclic",
                          fmt::join(path, " → ")));
}

void checkWeight(const Connection& connection, const TensorView& weight, std::size_t sources,
                 std::size_t targets) {
  if (weight.role != TensorRole::weight) refuse(connection, fmt::format("{} is no weight", weight.name));
  if (static_cast<std::size_t>(weight.layer) != connection.to)
    refuse(connection, fmt::format("{} belongs to layer {}", weight.name, weight.layer));
  const std::vector<std::size_t>& d = weight.shape.dimensions;
  // Dense: (out, in). Convolution: (channels, rows, columns, channels read); its groups divide the channels
  // it reads.
  const bool isDense = d.size() == 2;
  const bool fits = isDense
                        ? d[0] == targets && d[1] == sources
                        : d.size() == 4 && d[0] > 0 && d[3] > 0 && targets % d[0] == 0 && sources % d[3] == 0;
  if (!fits)
    refuse(connection, fmt::format("{} is {}, but layer {} has {} values and layer {} has {}", weight.name,
                                   toString(weight.shape), connection.from, sources, connection.to, targets));
}

}  // namespace

std::vector<Connection> chainOf(std::span<const TensorView> tensors) {
  std::vector<Connection> chain;
  for (std::size_t l = 1; l < valuesOf(tensors).size(); ++l) chain.push_back({l - 1, l, {}, false});
  for (std::size_t t = 0; t < tensors.size(); ++t) {
    if (tensors[t].role == TensorRole::weight)
      chain.at(static_cast<std::size_t>(tensors[t].layer) - 1).tensor = t;
  }
  return chain;
}

// Kahn, "Topological sorting of large networks", CACM 1962.
std::vector<std::size_t> ranksOf(std::size_t layers, std::span<const Connection> connections) {
  std::vector<std::size_t> unread(layers, 0), ranks(layers, 0), ready;
  std::vector<std::vector<std::size_t>> readers(layers);
  for (const Connection& connection : connections) {
    if (connection.from >= layers || connection.to >= layers)
      refuse(connection, fmt::format("there are layers 0 to {} only", layers - 1));
    ++unread[connection.to];
    readers[connection.from].push_back(connection.to);
  }
  for (std::size_t l = 0; l < layers; ++l) {
    if (unread[l] == 0) ready.push_back(l);
  }
  std::vector<bool> isRanked(layers, false);
  for (std::size_t next = 0; next < ready.size(); ++next) {
    const std::size_t layer = ready[next];
    isRanked[layer] = true;
    for (const std::size_t reader : readers[layer]) {
      ranks[reader] = std::max(ranks[reader], ranks[layer] + 1);
      if (--unread[reader] == 0) ready.push_back(reader);
    }
  }
  if (ready.size() < layers) refuseCycle(connections, isRanked);
  return ranks;
}

void checkConnections(std::span<const TensorView> tensors, std::span<const Connection> connections) {
  const std::vector<std::size_t> values = valuesOf(tensors);
  static_cast<void>(ranksOf(values.size(), connections));
  for (const Connection& connection : connections) {
    const std::size_t sources = values[connection.from], targets = values[connection.to];
    if (connection.isIdentity && connection.tensor) refuse(connection, "an identity has no weights");
    if (connection.isIdentity && sources != targets)
      refuse(connection, fmt::format("{} values cannot be added to {}", sources, targets));
    if (!connection.tensor) continue;
    if (*connection.tensor >= tensors.size())
      refuse(connection,
             fmt::format("there is no tensor {}, of {} tensors", *connection.tensor, tensors.size()));
    checkWeight(connection, tensors[*connection.tensor], sources, targets);
  }
}

}  // namespace cajal
