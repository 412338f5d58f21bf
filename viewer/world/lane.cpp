#include "viewer/world/lane.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/base/clock.h"
#include "engine/base/log.h"
#include "viewer/layout/force.h"
#include "viewer/scene/appearance.h"
#include "viewer/scene/labels.h"
#include "viewer/shell/stage.h"
#include "viewer/sources/live_source.h"
#include "viewer/sources/shared_cores.h"
#include "viewer/world/lane_color.h"

namespace cajal {
namespace {

constexpr double kSettlePeriod = 2;  // seconds of the run's clock, while neurons follow their weights
// Layers: a multiple of every period, small enough for a float to count in.
constexpr double kPulseClock = 1024 * appearance::kPulsePeriod;

// What was left open is what it has become: the kept configuration is the same run again.
Options asItIsRun(const LanePlan& plan) {
  Options options = plan.options;
  options.training = plan.setup.configuration;
  return options;
}

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

// From the nearest of the network to its farthest, along the view.
void measureDepth(const Box& box, const gpu::View& view, gpu::EdgeStyle& edges) {
  float nearest = std::numeric_limits<float>::max(), farthest = 0;
  for (const glm::vec3& corner : cornersOf(box)) {
    const float depth = (view.viewProjection * glm::vec4(corner, 1.0f)).w;
    nearest = std::min(nearest, depth);
    farthest = std::max(farthest, depth);
  }
  edges.nearest = std::max(nearest, 0.0f);
  edges.farthest = std::max(farthest, edges.nearest + 1e-3f);
}

}  // namespace

Lane::Lane(Stage& stage, LanePlan plan, SharedCores& cores, const ViewSettings& view)
    : m_plan(std::move(plan)),
      m_stage(stage),
      m_source(
          makeLiveSource(stage, m_plan.setup, m_plan.options, m_plan.isTrained ? cores.turns() : nullptr)),
      m_steering(*m_source->steering()),
      m_inquiries(m_steering),
      m_runFolder(asItIsRun(m_plan), m_source->subject().begun),
      m_log(m_source->subject().begun.steps, m_source->subject().begun.resets),
      m_settings(view),
      m_drawnSettings(view) {
  const Subject& subject = m_source->subject();
  m_fixed = describeTraining(m_plan.setup, subject);
  m_fixed.device = stage.device().facts().name;
  m_network = factsOf(subject.tensors, subject.connections, m_fixed.imageRows, m_fixed.imageColumns,
                      subject.network.spec.layers);
  NetworkLayout layout = arrange();
  if (m_arranged.kind == LayoutKind::force) {
    askForWeights([&](const Answer& answer) { settleByWeights(layout, nullptr, answer); });
    m_inquiries.finish();
  }
  m_scene = std::make_unique<NetworkScene>(stage.device(), subject.tensors, layout);
  m_looks = std::make_unique<LooksScene>(subject.tensors, m_fixed.activations);
  if (m_plan.isTrained) cores.add(m_steering);
  for (const Metrics& point : m_plan.curves) m_curves.add(point);
  m_price.begin(secondsNow(), {.steps = m_steering.progress().steps});  // of a run that goes on
}

void Lane::fail(const std::string& problem) {
  m_problem = problem;
  m_steering.pause();
  logError("lane {}: {}; the others go on", name(), problem);
}

std::string Lane::whyItStands() const {
  return m_problem.empty() ? m_steering.progress().haltedReason : m_problem;
}

bool Lane::isThrough(std::uint64_t steps) const {
  return !m_plan.isTrained || m_facts.step >= steps || !whyItStands().empty();
}

// ---- training ----

void Lane::play(bool isPlaying, bool freely, std::uint64_t stepsLeft) {
  if (!m_plan.isTrained) return;
  m_isPlaying = isPlaying;
  m_lockstepTarget = 0;
  m_steering.pause();
  if (isPlaying && freely) m_steering.run(stepsLeft);
}

void Lane::command(const Action& action, Origin origin, std::optional<std::uint64_t> atStep,
                   std::uint32_t group) {
  if (m_plan.isTrained) m_steering.submit({action.name, action.value, tagOf(origin, group), atStep});
}

std::vector<Metrics> Lane::takeMetrics(Wait wait) {
  std::vector<Metrics> points = m_source->takeMetrics(wait);
  for (const Metrics& point : points) m_curves.add(point);
  m_inquiries.deliver();
  return points;
}

void Lane::forgetCurves() {
  m_curves.clear();
  m_lockstepTarget = 0;
}

// ---- what is shown ----

ViewRequest Lane::wantedView() const {
  return viewRequest(m_settings, m_looks->wanted(m_settings));
}

void Lane::request(std::uint64_t steps, double seconds) {
  const ViewRequest wanted = wantedView();
  if (!m_plan.isTrained) {
    if (m_publication && m_publication->facts.view == wanted) return;
    steps = 0;
  }
  m_lockstepTarget = m_facts.step + steps;
  m_source->request({wanted, steps, seconds});
}

const Publication* Lane::newest(Wait wait) {
  m_publication = m_source->newest(wait);
  if (m_publication) m_facts = m_publication->facts;
  return m_publication;
}

Progress Lane::followProgress() {
  const Progress progress = m_steering.progress();
  m_facts.step = progress.steps;
  m_facts.resets = progress.resets;
  return progress;
}

// ---- its place ----

std::optional<MapPlace> Lane::map(const NetworkLayout& layout) const {
  return m_settings.showMap ? m_looks->map(layout) : std::nullopt;
}

// As the settings want it; where neurons follow their weights, these have not moved them yet.
NetworkLayout Lane::arrange() {
  requireDrawable(m_settings, m_network);
  m_arranged = m_settings.layout;
  return layOut(m_network, m_arranged);
}

void Lane::askForWeights(std::function<void(const Answer&)> use) {
  m_settledAt = m_runTime;
  m_settledStep = m_facts.step;
  m_inquiries.ask(ReadTensors{TensorRole::weight}, std::move(use));
}

// `before`: what is shown now, where there is something.
void Lane::settleByWeights(NetworkLayout& layout, const NetworkLayout* before, const Answer& answer) {
  settle(layout, layerWeights(answer, m_source->subject()), before);
}

// Weights come when the training has copied them: a frame or two later in a live view.
bool Lane::followLayout(double seconds, double runTime, bool atOnce) {
  m_runTime = runTime;
  const bool isMoving = m_scene->isChanging();
  if (isMoving) m_scene->advance(seconds);
  const bool isChosen = !(m_settings.layout == m_arranged);
  const bool isDue = m_arranged.kind == LayoutKind::force && m_facts.step != m_settledStep &&
                     m_runTime >= m_settledAt + kSettlePeriod;
  if (!isChosen && !isDue) return isMoving;
  NetworkLayout next = arrange();
  if (m_arranged.kind != LayoutKind::force) {
    changeLayout(std::move(next), isChosen);
    return isMoving;
  }
  askForWeights([this, next = std::move(next), isChosen](const Answer& answer) mutable {
    if (m_arranged.kind != LayoutKind::force) return;  // another layout was chosen meanwhile
    settleByWeights(next, &m_scene->layout(), answer);
    changeLayout(std::move(next), isChosen);
  });
  if (atOnce) m_inquiries.finish();
  return isMoving;
}

void Lane::changeLayout(NetworkLayout layout, bool isChosen) {
  m_stage.waitUntilDrawn();
  m_scene->changeTo(std::move(layout));
  m_isRearranged = m_isRearranged || isChosen;
}

void Lane::settleAtOnce() {
  if (m_arranged.kind != LayoutKind::force) return;
  NetworkLayout layout = arrange();
  askForWeights([&](const Answer& answer) { settleByWeights(layout, nullptr, answer); });
  m_inquiries.finish();
  m_stage.waitUntilDrawn();
  m_scene->changeTo(std::move(layout));
  m_scene->advance(LayoutChange::kSeconds);
  m_isRearranged = true;
}

// ---- a picture ----

// A publication may have been made before another quantity was asked for: then what was drawn last is shown
// once more, or, after two wishes in a row, whatever has come.
ViewSettings Lane::drawableSettings(float sampleShare) {
  ViewSettings settings = m_settings;
  const auto has = [this](ArenaKind kind) {
    return m_publication->arenas[static_cast<std::size_t>(kind)].buffer != VK_NULL_HANDLE;
  };
  if (!has(arenaOf(settings.quantity))) settings.quantity = m_drawnSettings.quantity;
  for (const Quantity quantity : kQuantities)
    if (!has(arenaOf(settings.quantity))) settings.quantity = quantity;
  if (!has(arenaOf(settings.nodes))) settings.nodes = m_drawnSettings.nodes;
  if (!has(arenaOf(settings.nodes))) settings.nodes = NodeQuantity::activation;
  settings.samplesPerFrame *= sampleShare;
  m_drawnSettings = settings;
  return settings;
}

RenderGroup Lane::group(const gpu::View& view, float sampleShare, double travelled, const Pick& hovered) {
  RenderGroup group = m_scene->group(*m_publication, drawableSettings(sampleShare));
  group.id = groupId();
  group.placement = m_placement;
  m_looks->addTo(group, m_scene->layoutNow(), *m_publication, m_drawnSettings);
  // Back from the outputs where edges show how the loss changes (appearance.h).
  group.edges.pulsePlace = static_cast<float>(
      std::fmod(runsBackward(m_drawnSettings.quantity) ? -travelled : travelled, kPulseClock));
  for (const BufferRange& number : m_scene->numbersOf(hovered, *m_publication, m_drawnSettings))
    group.watched.push_back(number);
  measureDepth(layout().box, viewOf(group, view), group.edges);
  return group;
}

glm::vec3 Lane::inWorld(const glm::vec3& point) const {
  return glm::vec3(m_placement.matrix() * glm::vec4(point, 1.0f));
}

glm::mat4 Lane::viewProjection(const glm::mat4& ofWorld) const {
  return ofWorld * m_placement.matrix();
}

void Lane::takeOutputs(std::span<const float> watched) {
  const std::size_t outputs = std::min(watched.size(), m_fixed.shapes.back().count());
  m_outputs.assign(watched.begin(), watched.begin() + static_cast<std::ptrdiff_t>(outputs));
}

void Lane::measurePrice(double now, std::uint64_t framesDrawn, double drawMilliseconds) {
  m_price.update(now, {m_steering.progress().steps, framesDrawn, m_source->counters().bytesCopied},
                 drawMilliseconds);
}

LaneState Lane::state() const {
  LaneState state;
  state.number = number();
  state.name = name();
  state.color = laneColor(number(), m_settings.theme != Theme::dark);
  state.isTrained = m_plan.isTrained;
  state.problem = whyItStands();
  state.isRunning = m_plan.isTrained && m_isPlaying && state.problem.empty();
  state.step = m_facts.step;
  state.curves = &m_curves.points();
  state.predictsNumbers = m_fixed.predictsNumbers;
  return state;
}

void Lane::follow(Script script, bool hasEnd) {
  m_script = std::move(script);
  m_hasEnd = hasEnd && m_plan.isTrained;
}

// ---- the end ----

void Lane::stop() {
  m_steering.pause();
  m_inquiries.deliver(Wait::yes);  // commands not applied yet belong to the log
}

void Lane::keep() {
  m_runFolder.saveCheckpoint(m_inquiries);
  Statistics test;
  std::uint64_t last = 0;
  m_inquiries.ask(EvaluatePart{Part::test}, [&](const Answer& answer) {
    if (const auto* const found = std::get_if<Statistics>(&answer.content)) test = *found;
    last = answer.step;  // the training has paused by now; it may have been in a step before
  });
  m_inquiries.finish();
  m_runFolder.append(TimedAction{{last, {}}, {"quit", {}}});  // where a replay ends
  m_runFolder.finish();
  const std::string who = m_plan.isOneOfSeveral ? fmt::format("{}: ", name()) : "";
  const std::string steps = withThousands(m_steering.progress().steps), count = withThousands(test.count);
  if (m_fixed.predictsNumbers) {
    logInfo("{}{} steps, test loss {:.6g} over {} examples", who, steps, test.meanLoss(), count);
  } else {
    logInfo("{}{} steps, test accuracy {:.2f} % of {} examples", who, steps, 100 * test.accuracy(), count);
  }
}

bool Lane::wouldLoseWeights() const {
  return m_plan.isTrained && m_plan.options.out.empty() &&
         m_steering.progress().steps > m_source->subject().begun.steps;
}

}  // namespace cajal
