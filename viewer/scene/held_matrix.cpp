#include "viewer/scene/held_matrix.h"

#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>

#include "viewer/scene/label_text.h"

namespace cajal {
namespace {

constexpr float kWidthShare = 0.44f, kHeightShare = 0.56f;  // at most, of what panels leave free
constexpr float kMargin = 14.0f, kRoomForName = 24.0f;      // pixels where text has its natural size
constexpr float kMostStretched = 3.0f;  // a matrix that is longer than that is shown no longer
constexpr glm::vec2 kTitleRoom(6, 2);   // round the name, likewise
constexpr float kDistance = 1.0f;       // world units before the eye

}  // namespace

std::optional<HeldMatrix> heldMatrix(const NetworkLayout& layout, const ViewSettings& settings,
                                     const LabelView& view) {
  std::size_t index = 0;
  const auto isHeld = [&](const MatrixLayout& matrix) {
    return !matrix.isIdentity() && matrix.to == settings.heldLayer &&
           (!settings.heldFrom || matrix.from == settings.heldFrom);
  };
  while (index < layout.matrices.size() && !isHeld(layout.matrices[index])) ++index;
  if (index == layout.matrices.size()) return std::nullopt;
  const MatrixLayout& matrix = layout.matrices[index];
  const float shape = std::clamp(static_cast<float>(matrix.columns) / static_cast<float>(matrix.rows),
                                 1.0f / kMostStretched, kMostStretched);
  const glm::vec2 room(kWidthShare * (view.viewport.x - view.freeLeft - view.freeRight),
                       kHeightShare * view.viewport.y);
  const float width = std::min(room.x, room.y * shape);
  const glm::vec2 high(view.viewport.x - view.freeRight - kMargin * view.scale, 0.0f);
  const glm::vec2 low(high.x - width, (kMargin + kRoomForName) * view.scale);
  return HeldMatrix{index, glm::round(low), glm::round(glm::vec2(high.x, low.y + width / shape))};
}

std::optional<CellPlace> HeldMatrix::cellAt(const NetworkLayout& layout, glm::vec2 pixel) const {
  const glm::vec2 share = (pixel - low) / (high - low);
  if (!(share.x >= 0 && share.x < 1 && share.y >= 0 && share.y < 1)) return std::nullopt;
  const MatrixLayout& of = layout.matrices[matrix];
  return CellPlace{matrix, static_cast<std::size_t>(share.y * static_cast<float>(of.rows)),
                   static_cast<std::size_t>(share.x * static_cast<float>(of.columns))};
}

gpu::Plane heldPlane(gpu::Plane plane, const HeldMatrix& held, const gpu::View& view, glm::vec2 viewport) {
  const glm::vec3 forward(-view.view[0][2], -view.view[1][2], -view.view[2][2]);
  const glm::vec4 ahead = view.viewProjection * glm::vec4(view.cameraPosition + kDistance * forward, 1.0f);
  const glm::dmat4 back = glm::inverse(glm::dmat4(view.viewProjection));
  // All points of one depth in clip space have one distance from the eye, and so stand upright before it.
  const auto at = [&](glm::vec2 pixel) {
    const glm::dvec4 point = back * glm::dvec4(2.0f * pixel / viewport - 1.0f, ahead.z / ahead.w, 1.0);
    return glm::dvec3(point) / point.w;
  };
  const glm::dvec3 corner = at(held.low);
  plane.origin = corner;
  plane.across = at({held.high.x, held.low.y}) - corner;
  plane.down = at({held.low.x, held.high.y}) - corner;
  return plane;
}

void drawHeldMatrix(const Ui& ui, const HeldMatrix& held, const NetworkLayout& layout,
                    const ViewerState& state, const ViewSettings& settings, const LabelView& view) {
  const LabelColors& colors = colorsOf(view);
  ImDrawList* list = ImGui::GetBackgroundDrawList();
  const glm::vec2 low = held.low - 1.0f, high = held.high + 1.0f;
  list->AddRect({low.x, low.y}, {high.x, high.y}, faded(colors.quiet, 0.7f));
  const MatrixLayout& matrix = layout.matrices[held.matrix];
  ImFont* const font = ui.font(UiFont::textBold);
  const std::string what =
      settings.quantity == Quantity::contribution ? "weight" : std::string(displayName(settings.quantity));
  const std::string title = fmt::format("{}  {} × {}, {}", weightName(layout, matrix),
                                        withThousands(matrix.rows), withThousands(matrix.columns), what);
  const glm::vec2 at(held.low.x, held.low.y - font->FontSize - 6);
  const ImVec2 text = font->CalcTextSizeA(font->FontSize, 4096, 0, title.c_str());
  const glm::vec2 room = view.scale * kTitleRoom;
  drawBackdrop(view, {at - room, at + glm::vec2(text.x, text.y) + room});
  drawText(view, font, at, colors.bright, title);
  const std::optional<CellPlace>& cell =
      state.hover.pick.cell ? state.hover.pick.cell : state.hover.pick.edge;
  if (!cell || cell->matrix != held.matrix) return;
  const glm::vec2 size(static_cast<float>(matrix.columns), static_cast<float>(matrix.rows));
  const glm::vec2 middle =
      held.low + (held.high - held.low) *
                     (glm::vec2(static_cast<float>(cell->column), static_cast<float>(cell->row)) + 0.5f) /
                     size;
  const ImU32 line = faded(colors.bright, 0.55f);
  list->AddLine({held.low.x, middle.y}, {held.high.x, middle.y}, line, 1.2f);
  list->AddLine({middle.x, held.low.y}, {middle.x, held.high.y}, line, 1.2f);
}

}  // namespace cajal
