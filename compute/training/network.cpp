#include "compute/training/network.h"

#include <fmt/format.h>

#include <algorithm>

#include "compute/training/looks.h"
#include "engine/base/error.h"

namespace cajal {
namespace {

// (rows, columns, channels) of an image, else (n).
Shape dimensionsOf(const ExampleShape& values) {
  return values.isImage() ? Shape{{values.rows, values.columns, values.channels}} : Shape{{values.count()}};
}

}  // namespace

void checkDescription(const NetworkDescription& description) {
  if (description.hidden == Activation::softmax) {
    throw Error(ExitCode::usage,
                "--activation softmax: softmax is for the outputs (--output-activation); hidden "
                "layers take relu, tanh, gelu and others");
  }
  if (const std::string why = whyNot(description.head); !why.empty()) throw Error(ExitCode::usage, why);
  static_cast<void>(makeLayers(description.spec, description.hidden));
}

Network::Network(const NetworkDescription& description, BackendMemory& memory, const ArenaSource& arenas)
    : m_description(description),
      m_layers((checkDescription(description), makeLayers(description.spec, description.hidden))) {
  std::size_t offset = 0;
  m_offsets.resize(m_layers.size());
  placeParameters(true, offset);
  m_weightFloats = offset;
  placeParameters(false, offset);
  for (std::size_t kind = 0; kind < kArenaKinds; ++kind) m_arenaFloats[kind] = offset;
  placeActivations();
  placeLooks();
  findSkips();
  connect();
  for (std::size_t kind = 0; kind < kArenaKinds; ++kind) {
    m_arenas[kind] = arenas ? arenas(static_cast<ArenaKind>(kind), m_arenaFloats[kind])
                            : memory.allocate(m_arenaFloats[kind]);
  }
  bindParameters(arena(ArenaKind::parameters));
  std::vector<float*> shown;
  for (const std::size_t at : m_activationOffsets) shown.push_back(arena(ArenaKind::activations) + at);
  m_shown = makeWorkspace(memory, m_layers, std::move(shown));
}

// Parameters, gradients and moments stand at the same offsets of their arenas.
void Network::placeParameters(bool weights, std::size_t& offset) {
  for (std::size_t l = 0; l < m_layers.size(); ++l) {
    const std::vector<ParameterSpec> specs = m_layers[l]->parameters();
    m_offsets[l].resize(specs.size());
    for (std::size_t p = 0; p < specs.size(); ++p) {
      const ParameterSpec& spec = specs[p];
      if ((spec.role == TensorRole::weight) != weights) continue;
      m_offsets[l][p] = offset;
      const auto add = [&](const char* suffix, TensorRole role, ArenaKind kind) {
        m_tensors.push_back({fmt::format("layer{}.{}{}", l + 1, spec.name, suffix), role,
                             static_cast<int>(l + 1), spec.shape, kind, offset});
      };
      add("", spec.role, ArenaKind::parameters);
      if (spec.role != TensorRole::statistic) {
        add(".gradient", TensorRole::gradient, ArenaKind::gradients);
        add(".first_moment", TensorRole::firstMoment, ArenaKind::firstMoments);
        add(".second_moment", TensorRole::secondMoment, ArenaKind::secondMoments);
        add(".change", TensorRole::change, ArenaKind::changes);
      }
      offset += alignedCount(spec.shape.count());
    }
  }
}

void Network::placeActivations() {
  std::size_t offset = 0;
  for (std::size_t l = 0; l <= m_layers.size(); ++l) {
    const ExampleShape& values = shape(l);
    m_activationOffsets.push_back(offset);
    m_tensors.push_back({l == 0 ? "input" : fmt::format("layer{}.activation", l), TensorRole::activation,
                         static_cast<int>(l), dimensionsOf(values), ArenaKind::activations, offset});
    offset += alignedCount(values.count());
  }
  m_arenaFloats[static_cast<std::size_t>(ArenaKind::activations)] = offset;
}

void Network::placeLooks() {
  std::size_t floats = 0;
  for (std::size_t l = 0; l <= m_layers.size(); ++l) floats += shape(l).count();
  m_looksCapacity = cajal::looksCapacity(shape(0).count(), floats);
  std::size_t offset = 0;
  for (std::size_t l = 0; l <= m_layers.size(); ++l) {
    Shape dimensions = dimensionsOf(shape(l));
    dimensions.dimensions.insert(dimensions.dimensions.begin(), m_looksCapacity);
    m_lookOffsets.push_back(offset);
    m_tensors.push_back({l == 0 ? "input.looks" : fmt::format("layer{}.looks", l), TensorRole::look,
                         static_cast<int>(l), dimensions, ArenaKind::looks, offset});
    offset += alignedCount(dimensions.count());
  }
  m_arenaFloats[static_cast<std::size_t>(ArenaKind::looks)] = offset;
}

void Network::findSkips() {
  m_readers.resize(m_layers.size() + 1);
  for (std::size_t l = 1; l <= m_layers.size(); ++l) {
    if (const std::size_t skip = m_layers[l - 1]->skip(); skip > 0) m_readers[l - 1 - skip].push_back(l);
  }
}

void Network::connect() {
  const std::vector<Connection> chain = chainOf(m_tensors);
  for (std::size_t l = 1; l <= m_layers.size(); ++l) {
    Connection before = chain[l - 1];
    const std::size_t skip = m_layers[l - 1]->skip();
    before.isIdentity = skip > 0;
    m_connections.push_back(before);
    if (skip > 0) m_connections.push_back({l - 1 - skip, l, {}, true});
  }
  checkConnections(m_tensors, m_connections);
}

void Network::bindParameters(float* parameters) {
  float* const gradients = arena(ArenaKind::gradients);
  for (std::size_t l = 0; l < m_layers.size(); ++l) {
    std::vector<Parameter> bound;
    for (const std::size_t offset : m_offsets[l]) bound.push_back({parameters + offset, gradients + offset});
    m_layers[l]->bind(std::move(bound));
  }
}

Workspace Network::looks(const Workspace& scratch, std::size_t first) const {
  Workspace rows;
  rows.capacity = std::min(scratch.capacity, m_looksCapacity - first);
  rows.shapes = scratch.shapes;
  rows.z = scratch.z;
  rows.kept = scratch.kept;
  for (std::size_t l = 0; l <= m_layers.size(); ++l)
    rows.outputs.push_back(arena(ArenaKind::looks) + m_lookOffsets[l] + first * shape(l).count());
  return rows;
}

const ExampleShape& Network::shape(std::size_t l) const {
  return l == 0 ? m_layers.front()->input() : m_layers[l - 1]->output();
}

std::size_t Network::edgeCount() const {
  std::size_t count = 0;
  for (const TensorView& tensor : m_tensors) {
    if (tensor.role == TensorRole::weight) count += tensor.shape.count();
  }
  return count;
}

std::size_t Network::parameterCount() const {
  std::size_t count = 0;
  for (const TensorView& tensor : m_tensors) {
    if (tensor.role == TensorRole::gradient) count += tensor.shape.count();
  }
  return count;
}

std::vector<DenseLayer> Network::denseLayers() const {
  std::vector<DenseLayer> dense;
  for (std::size_t l = 0; l < m_layers.size(); ++l) {
    if (m_description.spec.layers[l].kind != LayerKind::dense) return {};
    const Layer& layer = *m_layers[l];
    dense.push_back({layer.input().count(), layer.output().count(), layer.activation(), m_offsets[l][0],
                     m_offsets[l][1]});
  }
  return dense;
}

// What the neurons of a layer go through before the next weights: often a normalisation's activation.
Activation Network::activationBehind(std::size_t layer) const {
  for (std::size_t l = layer; l < m_layers.size(); ++l) {
    const bool isNextWeighted = l > layer && m_layers[l]->multiplyAdds() > 0;
    if (isNextWeighted) break;
    if (m_layers[l]->activation() != Activation::identity) return m_layers[l]->activation();
  }
  return Activation::identity;
}

void Network::initialize(BackendMemory& memory, std::uint64_t seed) {
  for (std::size_t kind = 0; kind < kArenaKinds; ++kind) {
    memory.fillZero(m_arenas[kind].get(), m_arenaFloats[kind]);
  }
  for (std::size_t l = 0; l < m_layers.size(); ++l) {
    const std::vector<ParameterSpec> specs = m_layers[l]->parameters();
    for (std::size_t p = 0; p < specs.size(); ++p) {
      const ParameterSpec& spec = specs[p];
      if (spec.start == Start::zero) continue;
      std::vector<float> values(spec.shape.count(), 1.0f);
      if (spec.start == Start::byInitializer) {
        Random random(seed, RandomStream::initialWeights, l);
        values = initialWeight(m_description.initializer, activationBehind(l),
                               spec.shape.count() / spec.fanIn, spec.fanIn, spec.fanOut, random);
      }
      memory.write(arena(ArenaKind::parameters) + m_offsets[l][p], values.data(), values.size());
    }
  }
}

void Network::forward(const Pass& pass, const Workspace& workspace, std::size_t rows) const {
  for (std::size_t l = 1; l <= m_layers.size(); ++l) {
    const Layer& layer = *m_layers[l - 1];
    const Matrix second = workspace.output(layer.skip() > 0 ? l - 1 - layer.skip() : 0, rows);
    layer.forward(pass, workspace.flow(l, rows), &second);
  }
}

void Network::backward(const Pass& pass, const Workspace& workspace, std::size_t rows) const {
  for (std::size_t l = m_layers.size(); l > 0; --l) {
    const Matrix dLoss_dZ = workspace.gradient(l, rows);
    if (l == 1) {  // nobody wants the gradient of the input
      m_layers[0]->backward(pass, workspace.flow(1, rows), dLoss_dZ, {}, nullptr);
      break;
    }
    const ActivatedOutput before = {m_layers[l - 2]->activation(), workspace.outputs[l - 1],
                                    workspace.z[l - 1]};
    const Matrix dLoss_dZBefore = workspace.gradient(l - 1, rows);
    m_layers[l - 1]->backward(pass, workspace.flow(l, rows), dLoss_dZ, before, &dLoss_dZBefore);
    for (const std::size_t reader : m_readers[l - 1]) {
      pass.operations.run(
          MultiplyByDerivative{workspace.gradient(reader, rows), before, dLoss_dZBefore, true});
    }
  }
}

}  // namespace cajal
