// Labels, continued: the decision map.
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>

#include "viewer/scene/label_text.h"

namespace cajal {
namespace {

// As the map below them, but lighter: they must be seen where the network agrees.
constexpr ImU32 kFirst = IM_COL32(128, 196, 255, 255), kSecond = IM_COL32(255, 196, 112, 255),
                kOther = IM_COL32(220, 220, 228, 255), kRim = IM_COL32(8, 10, 14, 220);
constexpr float kRadiusShare = 0.008f;  // of the map's height on the screen

ImU32 colorOf(std::size_t label) {
  return label == 0 ? kFirst : label == 1 ? kSecond : kOther;
}

}  // namespace

void drawMapLabel(const Ui& ui, const MapPlace& map, const ViewerState& state, const LabelView& view) {
  const LookFacts& looks = state.facts.looks;
  if (looks.kind != Looks::plane) return;
  glm::vec2 low, high, top;
  if (!projectToPixels(view.viewProjection, view.viewport, map.origin + map.down, low) ||
      !projectToPixels(view.viewProjection, view.viewport, map.origin, high))
    return;
  ImDrawList* list = ImGui::GetBackgroundDrawList();
  list->PushClipRect({view.freeLeft, 0}, {view.viewport.x - view.freeRight, view.viewport.y});
  const float radius = std::clamp(kRadiusShare * glm::distance(low, high), 1.2f, 6.0f);
  for (const PlanePoint& point : state.fixed.points) {
    const PlaneRange& range = looks.plane;
    const glm::vec2 share = (point.at - glm::vec2(range.low[0], range.low[1])) /
                            glm::vec2(range.high[0] - range.low[0], range.high[1] - range.low[1]);
    glm::vec2 pixel;
    const glm::vec3 place = map.origin + share.x * map.across + (1.0f - share.y) * map.down;
    const bool isInside = share.x >= 0 && share.x <= 1 && share.y >= 0 && share.y <= 1;
    if (!isInside || !projectToPixels(view.viewProjection, view.viewport, place, pixel)) continue;
    list->AddCircleFilled({pixel.x, pixel.y}, radius + 1.0f, kRim, 10);
    list->AddCircleFilled({pixel.x, pixel.y}, radius, colorOf(point.label), 10);
  }
  const glm::vec3 middle = map.origin + 0.5f * map.across + glm::vec3(0, 1, 0);
  // Among several networks there is no room to explain it.
  if (!view.isOneOfSeveral && projectToPixels(view.viewProjection, view.viewport, middle, top)) {
    const std::vector<std::string>& names = state.fixed.classNames;
    const std::string of = names.size() == 2 ? fmt::format("{} (blue) or {}", names[0], names[1]) : "output";
    ImFont* const font = ui.font(UiFont::labelBold);
    ImFont* const small = ui.font(UiFont::small);
    drawText(view, small, top - glm::vec2(0, small->FontSize + 2), colorsOf(view).quiet, of,
             TextAlign::center);
    drawText(view, font, top - glm::vec2(0, font->FontSize + small->FontSize + 4), colorsOf(view).bright,
             "decision map", TextAlign::center);
  }
  list->PopClipRect();
}

}  // namespace cajal
