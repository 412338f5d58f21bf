#include "viewer/cockpit/panels.h"

#include <imgui.h>

#include <algorithm>
#include <string>

namespace cajal {
namespace {

constexpr ImGuiWindowFlags kFixed = ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoResize |
                                    ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoCollapse |
                                    ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus;

void place(const PanelPlace& panel) {
  ImGui::SetNextWindowPos({panel.position.x, panel.position.y});
  ImGui::SetNextWindowSize({panel.size.x, panel.size.y});
}

bool section(const char* title, bool isOpenAtFirst = true) {
  // A name of its own: a button may be called the same, and two things of one name are one to ImGui.
  return ImGui::CollapsingHeader((std::string(title) + "##section").c_str(),
                                 isOpenAtFirst ? ImGuiTreeNodeFlags_DefaultOpen : ImGuiTreeNodeFlags_None);
}

}  // namespace

PanelLayout placePanels(glm::vec2 viewport, float contentScale) {
  const float width = std::min(292.0f * contentScale, 0.4f * viewport.x);
  const float margin = 10.0f * contentScale;
  PanelLayout layout;
  layout.controls = {{0, 0}, {width, viewport.y}};
  const glm::vec2 curves{std::min(300.0f * contentScale, 0.35f * viewport.x),
                         std::min(190.0f * contentScale, 0.35f * viewport.y)};
  layout.curves = {viewport - curves - glm::vec2(margin), curves};
  layout.coveredLeft = width;
  return layout;
}

// Tighter than the style's own: on a screen of 720 lines the whole cockpit is to be seen at once.
struct Compact {
  Compact() {
    const ImGuiStyle& style = ImGui::GetStyle();
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {style.FramePadding.x, 2.0f});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {6.0f, 4.0f});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {10.0f, 8.0f});
  }
  ~Compact() { ImGui::PopStyleVar(3); }
  Compact(const Compact&) = delete;
  Compact& operator=(const Compact&) = delete;
};

void drawPanels(const ViewerState& state, const ViewSettings& settings, const PanelLayout& layout,
                ActionList& actions) {
  const Compact compact;
  place(layout.controls);
  // Its background is part of the picture (RenderScene::coveredColor): nothing has to be blended below it.
  if (ImGui::Begin("controls", nullptr, kFixed | ImGuiWindowFlags_NoBackground)) {
    transportPanel(state, actions);
    if (!state.lanes.empty() && section("Lanes")) lanesPanel(state, actions);
    if (section("Training")) trainingPanel(state, actions);
    if (section("Picture")) picturePanel(state, settings, actions);
    if (section("Layers", false)) layersPanel(state, settings, actions);
    if (section("Example")) examplePanel(state, settings, actions);
    const bool watchesHealth = section("Health", settings.watchesHealth);
    // Measured only while its section is open.
    if (ImGui::IsItemToggledOpen()) actions.push_back({"health", watchesHealth});
    if (watchesHealth) healthPanel(state);
    if (section("History", false)) historyPanel(state, actions);
    if (section("Price")) pricePanel(state, actions);
    if (section("Keys", false)) keysHelp();
  }
  ImGui::End();
  place(layout.curves);
  if (ImGui::Begin("curves", nullptr, kFixed | ImGuiWindowFlags_NoScrollbar)) {
    const ImVec2 room = ImGui::GetContentRegionAvail();
    curvesPanel(state, {room.x, room.y});
  }
  ImGui::End();
}

}  // namespace cajal
