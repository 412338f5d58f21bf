// App, continued: publications become a picture, with everything that is written over it.
#include <algorithm>

#include "engine/base/error.h"
#include "viewer/scene/appearance.h"
#include "viewer/shell/app.h"

namespace cajal {
namespace {

// Of what is written over a picture of several networks, pixels where text has its natural size.
constexpr float kHeadUpHeight = 56, kLaneLineHeight = 18, kColorBarHeight = 60;
constexpr std::size_t kMostLaneLines = 9;
constexpr float kMostCovered = 0.3f;  // share of the height

}  // namespace

void App::takeMetrics(Wait wait) {
  forEachLane([&](Lane& lane) {
    for (const Metrics& metrics : lane.takeMetrics(wait)) {
      const ViewerState now = state(lane);
      lane.runFolder().append(metrics, now);
      if (lane.number() > 1) m_world.first().runFolder().appendOfLane(metrics, now);
    }
    for (const LoggedCommand& applied : lane.takeApplied()) noteApplied(lane, applied);
  });
}

// A picture that cannot be written is said, and the run goes on.
void App::collectCaptures() {
  try {
    m_recorder.collect(false);
  } catch (const Error& error) {
    if (error.exitCode() == ExitCode::gpu) throw;
    tell(error.what());
  }
}

// ---- where things are on the screen ----

void App::placeThePanels() {
  const VkExtent2D extent = m_stage.extent();
  m_panels = placePanels({static_cast<float>(extent.width), static_cast<float>(extent.height)},
                         m_stage.ui().contentScale());
}

FreeView App::freeView() const {
  const VkExtent2D extent = m_stage.extent();
  const glm::vec2 size(extent.width, extent.height);
  const float covered = m_showPanels ? m_panels.coveredLeft + m_panels.coveredRight : 0.0f;
  const float scale = m_stage.ui().contentScale();
  // A line a lane and two more above; the colour bar below, or the curves.
  const float above =
      scale *
      (kHeadUpHeight + kLaneLineHeight * static_cast<float>(std::min(lanes().size(), kMostLaneLines)));
  const float below = m_showPanels ? m_panels.curves.size.y : scale * kColorBarHeight;
  return {(size.x - covered) / size.y, std::min(above / size.y, kMostCovered),
          std::min(below / size.y, kMostCovered)};
}

glm::mat4 App::viewProjection() const {
  const VkExtent2D extent = m_stage.renderer().extent();
  const glm::vec2 viewport(extent.width, extent.height);
  const Camera& camera = m_eye.camera();
  // Panels cover the left: the middle of the view is the middle of what is free.
  const float covered = m_showPanels ? m_panels.coveredLeft - m_panels.coveredRight : 0.0f;
  glm::mat4 projection = camera.projection(viewport.x / viewport.y);
  projection[2][0] -= covered / viewport.x;  // clip x += w · covered / width
  return projection * camera.view();
}

LabelView App::labelView(const Lane& lane, const glm::mat4& viewProjection) const {
  const VkExtent2D extent = m_stage.extent();
  return {lane.viewProjection(viewProjection),
          lane.placement().inGroup(m_eye.camera().position),
          {static_cast<float>(extent.width), static_cast<float>(extent.height)},
          m_showPanels ? m_panels.coveredLeft : 0.0f,
          m_showPanels ? m_panels.coveredRight : 0.0f,
          lane.drawnSettings().theme,
          m_stage.ui().contentScale(),
          m_world.hasSeveral()};
}

std::vector<PointedScene> App::pointedScenes() const {
  const VkExtent2D extent = m_stage.extent();
  const glm::mat4 ofWorld = viewProjection();
  std::vector<PointedScene> scenes;
  for (const auto& lane : lanes()) {
    const bool isSelected = lane.get() == &m_world.selected();
    scenes.push_back({lane->number(),
                      lane->groupId(),
                      lane->layout(),
                      isSelected && m_held ? &*m_held : nullptr,
                      lane->settings(),
                      lane->viewProjection(ofWorld),
                      {extent.width, extent.height},
                      m_eye.camera().fieldOfView,
                      m_stage.renderer().readBack()});
  }
  return scenes;
}

// ---- a picture ----

void App::draw(double seconds) {
  placeThePanels();
  m_laneStates = m_world.states();
  const ReadBack& readBack = m_stage.renderer().readBack();
  Lane& selected = m_world.selected();
  RenderScene scene;
  const glm::mat4 ofWorld = viewProjection();
  scene.view.view = m_eye.camera().view();
  scene.view.viewProjection = ofWorld;
  scene.view.cameraPosition = m_eye.camera().position;
  scene.view.left = m_showPanels ? static_cast<gpu::uint>(m_panels.coveredLeft) : 0;

  // A film and a benchmark have all the time they need.
  const double budget = 1.0 / m_pace.framesPerSecond;
  const float share =
      m_mode == AppMode::window ? m_samples.next(1e-3 * m_stage.drawMilliseconds(), budget) : 1.0f;
  const float shareOfLane = isLive() ? share / static_cast<float>(lanes().size()) : share;
  const double travelled = m_runTime * appearance::kPulseSpeed;
  std::vector<Lane*> drawn;
  for (const auto& lane : lanes()) {
    if (!lane->publication()) continue;
    const bool isPointedAt = lane->number() == m_pointer.lane() && !m_pointer.hovered().isNothing();
    lane->settings().watchesNumbers = isPointedAt;
    lane->takeOutputs(readBack.watched(lane->groupId()));
    scene.groups.push_back(
        lane->group(scene.view, shareOfLane, travelled, isPointedAt ? m_pointer.hovered() : Pick{}));
    drawn.push_back(lane.get());
  }
  const ViewSettings& settings = selected.drawnSettings();
  scene.tone = toneOf(settings);
  scene.coveredColor = appearance::paletteOf(settings.theme).panel;
  scene.watch.number = m_pointer.number();
  scene.watch.edgePick = m_pointer.edgePick();

  const LabelView labels = labelView(selected, ofWorld);
  m_held = heldMatrix(selected.scene().layoutNow(), settings, labels);
  const auto ofSelected = std::find(drawn.begin(), drawn.end(), &selected);
  if (m_held && ofSelected != drawn.end()) {
    RenderGroup& group = scene.groups[static_cast<std::size_t>(ofSelected - drawn.begin())];
    group.planes.push_back(heldPlane(selected.scene().matrixPlane(m_held->matrix, settings), *m_held,
                                     viewOf(group, scene.view), labels.viewport));
  }

  Stage::FrameWork work;
  work.scene = &scene;
  work.drawUi = [&] { drawUi(ofWorld); };
  work.secondsSinceLast = seconds;
  for (Lane* const lane : drawn) {
    for (const SemaphoreAt& wait : lane->source().sync().waits()) work.waits.push_back(wait);
    for (const SemaphoreAt& signal : lane->source().sync().signals()) work.signals.push_back(signal);
  }
  work.acquire = [&drawn](VkCommandBuffer commands) {
    for (Lane* const lane : drawn) lane->source().sync().acquire(commands);
  };
  work.release = [&drawn](VkCommandBuffer commands) {
    for (Lane* const lane : drawn) lane->source().sync().release(commands);
  };
  work.capture = m_recorder.wantsFrame(m_world.first().facts().step);
  if (m_stage.draw(std::move(work)) == FrameOutcome::windowGone) m_windowIsGone = true;
  for (Lane* const lane : drawn) lane->source().sync().submitted(m_stage.frames().lastSubmitted());
  ++m_framesDrawn;
}

// ---- what is written over it ----

void App::drawUi(const glm::mat4& ofWorld) {
  const Lane& selected = m_world.selected();
  const ViewerState now = state(selected);
  const ViewSettings& settings = selected.drawnSettings();
  LabelView view = labelView(selected, ofWorld);
  if (m_held) view.covered.push_back({m_held->low, m_held->high});
  const LabelView beside = drawHeadUp(m_stage.ui(), now, settings, view);
  for (const auto& lane : lanes()) {
    if (!lane->publication()) continue;
    const ViewerState own = state(*lane);
    LabelView itsView = labelView(*lane, ofWorld);
    itsView.covered = beside.covered;
    const NetworkLayout& layout = lane->scene().layoutNow();
    if (m_world.hasSeveral())
      drawLaneName(m_stage.ui(), layout, lane->state(), lane.get() == &selected, itsView);
    drawNetworkLabels(m_stage.ui(), layout, own, lane->drawnSettings(), itsView);
    if (const std::optional<MapPlace> map = lane->map(layout)) drawMapLabel(m_stage.ui(), *map, own, itsView);
    if (m_held && lane.get() == &selected) drawHeldMatrix(m_stage.ui(), *m_held, layout, own, settings, view);
    itsView.covered = view.covered;
    drawHover(m_stage.ui(), layout, own, lane->drawnSettings(), itsView);
  }
  if (m_asksToQuit) drawQuestion();
  if (!m_showPanels) return;
  drawPanels(now, selected.settings(), m_panels, m_panelActions);  // carried out before the next frame
}

void App::drawQuestion() {
  switch (quitQuestion(m_world.first().facts().step)) {
    case QuitAnswer::none: return;
    case QuitAnswer::leave: m_wantsToQuit = true; return;
    case QuitAnswer::stay: m_asksToQuit = false; return;
  }
}

Hover App::hover(const Lane& lane) const {
  if (m_pointer.lane() != lane.number()) return {};
  const ReadBack& readBack = m_stage.renderer().readBack();
  const std::span<const float> watched = readBack.watched(lane.groupId());
  Hover hover{m_pointer.hovered(), m_pointer.position(), {}};
  const std::size_t outputs = lane.outputs().size();
  if (readBack.number() == m_pointer.number() && watched.size() > outputs)
    hover.numbers.assign(watched.begin() + static_cast<std::ptrdiff_t>(outputs), watched.end());
  return hover;
}

ViewerState App::state(const Lane& lane) const {
  const std::span<const gpu::Range> ranges = m_stage.renderer().readBack().ranges(lane.groupId());
  const std::size_t shown = lane.scene().edgeRange(0, lane.drawnSettings());
  const gpu::Range shownRange = shown < ranges.size() ? ranges[shown] : gpu::Range{};
  const std::string standing = lane.whyItStands();
  return {lane.fixed(),
          lane.facts(),
          lane.isTrained() && lane.isPlaying() && standing.empty(),
          standing,
          lane.curves().points(),
          lane.price(),
          lane.scene().account(lane.drawnSettings()),
          shownRange,
          lane.scene().notFiniteShare(lane.drawnSettings(), ranges),
          lane.outputs(),
          m_recorder.state(),
          m_pace,
          hover(lane),
          isLive(),
          &m_history,
          m_notice.empty() ? lane.runFolder().problem() : m_notice,
          lane.name(),
          lane.isTrained(),
          m_laneStates};
}

}  // namespace cajal
