// App, continued: where everything stands, and how that changes.
#include <fmt/format.h>

#include <algorithm>

#include "engine/base/error.h"
#include "viewer/app.h"
#include "viewer/layout/force.h"

namespace cajal {
namespace {

constexpr double kSettlePeriod = 2;  // seconds of the run's clock, while neurons follow their weights

std::vector<LayerWeights> weightsOf(Trainer& trainer) {
  std::vector<LayerWeights> weights;
  for (const Connection& connection : trainer.network().connections()) {
    if (!connection.tensor) continue;
    const TensorView& tensor = trainer.network().tensors()[*connection.tensor];
    const std::vector<std::size_t>& dimensions = tensor.shape.dimensions;
    // A convolution's kernels are no edges.
    if (dimensions.size() != 2) continue;
    weights.push_back(
        {connection.from, connection.to, dimensions[0], dimensions[1], trainer.readTensor(tensor)});
  }
  return weights;
}

}  // namespace

// Throws Error(usage) where the network has no such layer or neuron.
void App::requireDrawable(const ViewSettings& settings) const {
  const std::vector<ExampleShape>& layers = m_network.layers;
  const std::size_t last = layers.size() - 1;
  const auto& folded = settings.layout.folded;
  if (!folded.empty() && *folded.rbegin() > last) {
    throw Error(ExitCode::usage,
                fmt::format("--fold {}: the last layer of this network is {}; see cajal --help",
                            *folded.rbegin(), last));
  }
  const auto leadsTo = [](std::size_t layer) {
    return [layer](const ConnectionFacts& facts) {
      return facts.connection.to == layer && facts.connection.tensor;
    };
  };
  const std::vector<ConnectionFacts>& connections = m_network.connections;
  if (const auto held = settings.heldLayer;
      held && std::none_of(connections.begin(), connections.end(), leadsTo(*held))) {
    throw Error(ExitCode::usage,
                fmt::format("--matrix {}: no weights lead to such a layer; the last one of this "
                            "network is {}; see cajal --help",
                            *held, last));
  }
  if (const auto selected = settings.selected;
      selected && (selected->layer > last || selected->index >= layers[selected->layer].count())) {
    throw Error(ExitCode::usage,
                fmt::format("--select {}:{}: there is no such neuron; layers count from 0, the "
                            "input, to {}; see cajal --help",
                            selected->layer, selected->index, last));
  }
}

// As the settings want it; `before`: what is shown now, where there is something.
NetworkLayout App::arrange(const NetworkLayout* before) {
  const LayoutChoice& choice = m_settings.layout;
  requireDrawable(m_settings);
  NetworkLayout layout = layOut(m_network, choice);
  if (choice.kind == LayoutKind::force) {
    std::vector<LayerWeights> weights;
    m_bridge->withTrainer([&](Trainer& trainer) { weights = weightsOf(trainer); });
    settle(layout, weights, before);
    m_settledAt = m_runTime;
    m_settledStep = m_facts.step;
  }
  m_arranged = choice;
  return layout;
}

// Glides to a layout that was chosen; and, where neurons follow their weights, to where these pull them now:
// before the next steps are asked for, so that a film sees the same weights every time. The camera goes along
// if it saw the whole network.
void App::followLayout(double seconds) {
  if (m_scene->isChanging()) {
    m_scene->advance(seconds);
    m_cameraMoved = true;  // as far as the light is concerned
  }
  const bool isChosen = !(m_settings.layout == m_arranged);
  const bool isDue = m_arranged.kind == LayoutKind::force && m_facts.step != m_settledStep &&
                     m_runTime >= m_settledAt + kSettlePeriod;
  if (!isChosen && !isDue) return;
  NetworkLayout next = arrange(&m_scene->layout());
  m_stage.waitUntilDrawn();
  m_scene->changeTo(std::move(next));
  if (!isChosen || m_path || !m_flight.isBoundFor(m_framing)) return;
  m_flight.glideTo(m_framing = framingCamera());
}

// For a picture of a run that nobody watched.
void App::settleAtOnce() {
  if (m_arranged.kind != LayoutKind::force) return;
  m_stage.waitUntilDrawn();
  m_scene->changeTo(arrange(nullptr));
  m_scene->advance(LayoutChange::kSeconds);
  m_flight.place(m_framing = framingCamera());
}

}  // namespace cajal
