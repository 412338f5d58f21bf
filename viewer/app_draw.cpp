// App, continued: a publication becomes a picture, with everything that is written over it.
#include <algorithm>
#include <cmath>
#include <limits>

#include "viewer/app.h"
#include "viewer/framing.h"
#include "viewer/scene/appearance.h"

namespace cajal {
namespace {

// Layers: a multiple of every period, small enough for a float to count in.
constexpr double kPulseClock = 1024 * appearance::kPulsePeriod;

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

// A publication may have been made before another quantity was asked for: then what was drawn last is shown
// once more, or, after two wishes in a row, whatever has come.
ViewSettings App::drawableSettings(const Publication& publication) {
  ViewSettings settings = m_settings;
  const auto has = [&publication](ArenaKind kind) {
    return publication.arenas[static_cast<std::size_t>(kind)].buffer != VK_NULL_HANDLE;
  };
  if (!has(arenaOf(settings.quantity))) settings.quantity = m_drawnSettings.quantity;
  for (const Quantity quantity : kQuantities)
    if (!has(arenaOf(settings.quantity))) settings.quantity = quantity;
  if (!has(arenaOf(settings.nodes))) settings.nodes = m_drawnSettings.nodes;
  if (!has(arenaOf(settings.nodes))) settings.nodes = NodeQuantity::activation;
  // A film and a benchmark have all the time they need.
  if (m_mode == AppMode::window)
    settings.samplesPerFrame *=
        m_samples.next(1e-3 * m_stage.drawMilliseconds(), 1.0 / m_pace.framesPerSecond);
  m_drawnSettings = settings;
  return settings;
}

Camera App::framingCamera() const {
  const VkExtent2D extent = m_stage.extent();
  const float covered = m_showPanels ? m_panels.coveredLeft + m_panels.coveredRight : 0.0f;
  const NetworkLayout& layout = m_scene->layout();
  return framingOf(layout, m_settings.showMap ? m_looks->map(layout) : std::nullopt,
                   (static_cast<float>(extent.width) - covered) / static_cast<float>(extent.height));
}

PointedScene App::pointedScene() const {
  const VkExtent2D extent = m_stage.extent();
  return {m_scene->layout(),
          m_held,
          viewProjection(),
          {extent.width, extent.height},
          m_flight.camera().fieldOfView,
          m_stage.renderer().readBack(),
          m_settings.showMatrices};
}

Hover App::hover() const {
  const ReadBack& readBack = m_stage.renderer().readBack();
  const std::span<const float> watched = readBack.watched(0);
  Hover hover{m_pointer.hovered(), m_pointer.position(), {}};
  const std::size_t outputs = m_outputs.size();
  if (readBack.number() == m_pointer.number() && watched.size() > outputs)
    hover.numbers.assign(watched.begin() + static_cast<std::ptrdiff_t>(outputs), watched.end());
  return hover;
}

glm::mat4 App::viewProjection() const {
  const VkExtent2D extent = m_stage.renderer().extent();
  const glm::vec2 viewport(extent.width, extent.height);
  const Camera& camera = m_flight.camera();
  // Panels cover the left: the middle of the view is the middle of what is free.
  const float covered = m_showPanels ? m_panels.coveredLeft - m_panels.coveredRight : 0.0f;
  glm::mat4 projection = camera.projection(viewport.x / viewport.y);
  projection[2][0] -= covered / viewport.x;  // clip x += w · covered / width
  return projection * camera.view();
}

void App::draw(const Publication& publication, double seconds) {
  placeThePanels();
  const std::span<const float> watched = m_stage.renderer().readBack().watched(0);
  const std::size_t outputs = std::min(watched.size(), m_fixed.shapes.back().count());
  m_outputs.assign(watched.begin(), watched.begin() + static_cast<std::ptrdiff_t>(outputs));
  RenderScene scene;
  RenderGroup& group = scene.groups.emplace_back(m_scene->group(publication, drawableSettings(publication)));
  m_looks->addTo(group, m_scene->layoutNow(), publication, m_drawnSettings);
  scene.tone = toneOf(m_drawnSettings);
  scene.watch.number = m_pointer.number();
  scene.watch.edgePick = m_pointer.edgePick();
  // Back from the outputs where edges show how the loss changes (appearance.h).
  const double travelled = m_runTime * appearance::kPulseSpeed;
  group.edges.pulsePlace = static_cast<float>(
      std::fmod(runsBackward(m_drawnSettings.quantity) ? -travelled : travelled, kPulseClock));
  for (const BufferRange& number : m_scene->numbersOf(m_pointer.hovered(), publication, m_drawnSettings))
    group.watched.push_back(number);
  scene.view.view = m_flight.camera().view();
  scene.view.viewProjection = viewProjection();
  scene.view.cameraPosition = m_flight.camera().position;
  measureDepth(m_scene->layout().box, viewOf(group, scene.view), group.edges);
  scene.view.left = m_showPanels ? static_cast<gpu::uint>(m_panels.coveredLeft) : 0;
  scene.coveredColor = appearance::paletteOf(m_settings.theme).panel;
  LabelView labels{scene.view.viewProjection,
                   m_flight.camera().position,
                   {static_cast<float>(m_stage.extent().width), static_cast<float>(m_stage.extent().height)},
                   m_showPanels ? m_panels.coveredLeft : 0.0f,
                   m_showPanels ? m_panels.coveredRight : 0.0f,
                   m_drawnSettings.theme,
                   m_stage.ui().contentScale()};

  m_held = heldMatrix(m_scene->layoutNow(), m_drawnSettings, labels);
  if (m_held) {
    labels.covered.push_back({m_held->low, m_held->high});
    group.planes.push_back(heldPlane(m_scene->matrixPlane(m_held->matrix, m_drawnSettings), *m_held,
                                     viewOf(group, scene.view), labels.viewport));
  }

  Stage::FrameWork work;
  work.scene = &scene;
  work.drawUi = [&] { drawUi(labels); };
  work.secondsSinceLast = seconds;
  work.waits = m_source->sync().waits();
  work.signals = m_source->sync().signals();
  work.acquire = [this](VkCommandBuffer commands) { m_source->sync().acquire(commands); };
  work.release = [this](VkCommandBuffer commands) { m_source->sync().release(commands); };
  work.capture = m_recorder.wantsFrame(publication.facts.step);
  if (m_stage.draw(std::move(work)) == FrameOutcome::windowGone) m_windowIsGone = true;
  m_source->sync().submitted(m_stage.frames().lastSubmitted());
  ++m_framesDrawn;
}

void App::placeThePanels() {
  const VkExtent2D extent = m_stage.extent();
  m_panels = placePanels({static_cast<float>(extent.width), static_cast<float>(extent.height)},
                         m_stage.ui().contentScale());
}

void App::drawUi(const LabelView& view) {
  const ViewerState now = state();
  const NetworkLayout& layout = m_scene->layoutNow();
  const LabelView beside = drawHeadUp(m_stage.ui(), now, m_drawnSettings, view);
  drawNetworkLabels(m_stage.ui(), layout, now, m_drawnSettings, beside);
  if (const std::optional<MapPlace> map = m_looks->map(layout); map && m_drawnSettings.showMap)
    drawMapLabel(m_stage.ui(), *map, now, beside);
  if (m_held) drawHeldMatrix(m_stage.ui(), *m_held, layout, now, m_drawnSettings, view);
  drawHover(m_stage.ui(), layout, now, m_drawnSettings, view);
  if (m_asksToQuit) drawQuestion();
  if (!m_showPanels) return;
  drawPanels(now, m_settings, m_panels, m_panelActions);  // carried out before the next frame
}

void App::drawQuestion() {
  switch (quitQuestion(m_facts.step)) {
    case QuitAnswer::none: return;
    case QuitAnswer::leave: m_wantsToQuit = true; return;
    case QuitAnswer::stay: m_asksToQuit = false; return;
  }
}

ViewerState App::state() const {
  const std::span<const gpu::Range> ranges = m_stage.renderer().readBack().ranges(0);
  const std::size_t shown = m_scene->edgeRange(0, m_drawnSettings);
  const gpu::Range shownRange = shown < ranges.size() ? ranges[shown] : gpu::Range{};
  const std::string halted = m_steering.progress().haltedReason;
  return {m_fixed,
          m_facts,
          m_isPlaying && halted.empty(),
          halted,
          m_curves.points(),
          m_price.price(),
          m_scene->account(m_drawnSettings),
          shownRange,
          m_scene->notFiniteShare(m_drawnSettings, ranges),
          m_outputs,
          m_recorder.state(),
          m_pace,
          hover(),
          isLive(),
          &m_history,
          m_notice};
}

}  // namespace cajal
