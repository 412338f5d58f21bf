// App, continued: where everything stands, and how that changes.
#include <fmt/format.h>

#include <algorithm>

#include "engine/base/error.h"
#include "viewer/app.h"
#include "viewer/layout/force.h"

namespace cajal {
namespace {

constexpr double kSettlePeriod = 2;  // seconds of the run's clock, while neurons follow their weights

std::vector<LayerWeights> layerWeights(const Answer& answer, const Subject& subject) {
  std::vector<LayerWeights> weights;
  const auto* const tensors = std::get_if<std::vector<TensorValues>>(&answer.content);
  if (!tensors) return weights;  // refused: neurons stay where they are
  for (const Connection& connection : subject.connections) {
    if (!connection.tensor) continue;
    const std::string& wanted = subject.tensors[*connection.tensor].name;
    const auto read = std::find_if(tensors->begin(), tensors->end(),
                                   [&](const TensorValues& each) { return each.tensor.name == wanted; });
    if (read == tensors->end()) continue;
    const std::vector<std::size_t>& dimensions = read->tensor.shape.dimensions;
    if (dimensions.size() != 2) continue;  // a convolution's kernels are no edges
    weights.push_back({connection.from, connection.to, dimensions[0], dimensions[1], read->values});
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

// As the settings want it; where neurons follow their weights, these have not moved them yet.
NetworkLayout App::arrange() {
  const LayoutChoice& choice = m_settings.layout;
  requireDrawable(m_settings);
  m_arranged = choice;
  return layOut(m_network, choice);
}

void App::askForWeights(std::function<void(const Answer&)> use) {
  m_settledAt = m_runTime;
  m_settledStep = m_facts.step;
  m_inquiries.ask(ReadTensors{TensorRole::weight}, std::move(use));
}

// `before`: what is shown now, where there is something.
void App::settleByWeights(NetworkLayout& layout, const NetworkLayout* before, const Answer& answer) {
  settle(layout, layerWeights(answer, m_source->subject()), before);
}

// Glides to a layout that was chosen; and, where neurons follow their weights, to where these pull them now.
// The weights come when the training has copied them: a frame or two later in a live view; at once in a film,
// before the next steps are asked for, so that a film sees the same weights every time.
void App::followLayout(double seconds) {
  if (m_scene->isChanging()) {
    m_scene->advance(seconds);
    m_cameraMoved = true;  // as far as the light is concerned
  }
  const bool isChosen = !(m_settings.layout == m_arranged);
  const bool isDue = m_arranged.kind == LayoutKind::force && m_facts.step != m_settledStep &&
                     m_runTime >= m_settledAt + kSettlePeriod;
  if (!isChosen && !isDue) return;
  NetworkLayout next = arrange();
  if (m_arranged.kind != LayoutKind::force) return changeLayout(std::move(next), isChosen);
  askForWeights([this, next = std::move(next), isChosen](const Answer& answer) mutable {
    if (m_arranged.kind != LayoutKind::force) return;  // another layout was chosen meanwhile
    settleByWeights(next, &m_scene->layout(), answer);
    changeLayout(std::move(next), isChosen);
  });
  if (!isLive()) m_inquiries.finish();
}

// The camera goes along if it saw the whole network.
void App::changeLayout(NetworkLayout layout, bool isChosen) {
  m_stage.waitUntilDrawn();
  m_scene->changeTo(std::move(layout));
  if (!isChosen || m_path || !m_flight.isBoundFor(m_framing)) return;
  m_flight.glideTo(m_framing = framingCamera());
}

// For a picture of a run that nobody watched.
void App::settleAtOnce() {
  if (m_arranged.kind != LayoutKind::force) return;
  NetworkLayout layout = arrange();
  askForWeights([&](const Answer& answer) { settleByWeights(layout, nullptr, answer); });
  m_inquiries.finish();
  m_stage.waitUntilDrawn();
  m_scene->changeTo(std::move(layout));
  m_scene->advance(LayoutChange::kSeconds);
  m_flight.place(m_framing = framingCamera());
}

}  // namespace cajal
