// Labels, continued: the name of a lane above its network.
#include <algorithm>
#include <limits>

#include "viewer/scene/label_text.h"

namespace cajal {
namespace {

constexpr float kMargin = 6;       // pixels
constexpr float kAboveNames = 16;  // likewise: names of layers reach above their network where it is far

}  // namespace

void drawLaneName(const Ui& ui, const NetworkLayout& layout, const LaneState& lane, bool isSelected,
                  const LabelView& view) {
  // Above all of it, at the left, where layers have no names, wherever the camera stands.
  glm::vec2 low(std::numeric_limits<float>::max()), high = -low;
  for (const glm::vec3& point : framingPoints(layout)) {
    glm::vec2 pixel;
    if (!projectToPixels(view.viewProjection, view.viewport, point, pixel)) return;
    low = glm::min(low, pixel);
    high = glm::max(high, pixel);
  }
  const bool isFar = pixelsPerUnit(view, layout.box.center()) < 3.0f;
  ImFont* const font = ui.font(isFar ? UiFont::textBold : UiFont::labelBold);
  ImFont* const small = ui.font(UiFont::small);
  const float width = font->CalcTextSizeA(font->FontSize, 4096, 0, lane.name.c_str()).x;
  const glm::vec2 pixel(low.x + 0.5f * width,
                        std::max(low.y - font->FontSize - kAboveNames * view.scale, kMargin));
  const glm::vec2 half(0.5f * width + 4, 0);
  const ScreenBox box{pixel - half, pixel + half + glm::vec2(0, font->FontSize + 3)};
  if (view.isCovered(box)) return;
  ImDrawList* const list = ImGui::GetBackgroundDrawList();
  drawText(view, font, pixel, lane.color, lane.name, TextAlign::center);
  if (isSelected) list->AddLine({box.low.x, box.high.y}, {box.high.x, box.high.y}, lane.color, 2);
  if (lane.problem.empty()) return;
  // What happened; what to do about it stands in the panel.
  const std::string problem = lane.problem.substr(0, lane.problem.find(';'));
  const float room = 0.5f * small->CalcTextSizeA(small->FontSize, 4096, 0, problem.c_str()).x + kMargin;
  const float left = view.freeLeft + room, right = view.viewport.x - view.freeRight - room;
  drawText(view, small, {std::clamp(pixel.x, std::min(left, right), right), pixel.y - small->FontSize - 2},
           colorsOf(view).wrong, problem, TextAlign::center);
}

}  // namespace cajal
