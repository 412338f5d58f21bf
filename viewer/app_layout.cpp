// App, continued: where everything stands, and how that changes.
#include <algorithm>

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

// As the settings want it; where neurons follow their weights, these have not moved them yet.
NetworkLayout App::arrange() {
  const LayoutChoice& choice = m_settings.layout;
  requireDrawable(m_settings, m_network);
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
