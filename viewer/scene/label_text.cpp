#include "viewer/scene/label_text.h"

#include <algorithm>
#include <cmath>

#include "engine/render/host/color.h"
#include "viewer/scene/appearance.h"

namespace cajal {
namespace {

constexpr int kBackdropAlpha = 168;        // of 255
constexpr float kBackdropRounding = 8.0f;  // pixels where text has its natural size

constexpr LabelColors kOnDark{IM_COL32(238, 240, 245, 255), IM_COL32(158, 166, 182, 255),
                              IM_COL32(60, 66, 82, 150),    IM_COL32(255, 186, 105, 255),
                              IM_COL32(255, 110, 120, 255), IM_COL32(6, 8, 12, 200)};
constexpr LabelColors kOnPaper{IM_COL32(22, 24, 30, 255),    IM_COL32(86, 92, 106, 255),
                               IM_COL32(150, 156, 170, 110), IM_COL32(196, 104, 20, 255),
                               IM_COL32(190, 20, 40, 255),   IM_COL32(252, 252, 250, 215)};

}  // namespace

const LabelColors& colorsOf(const LabelView& view) {
  return view.theme == Theme::dark ? kOnDark : kOnPaper;
}

ImU32 notFiniteColor(const LabelView& view, bool isBright) {
  const bool isInk = view.theme != Theme::dark;
  const host::Color color = host::notFiniteAt(isBright ? 0 : 4, 0);
  return host::opaque(host::encode(color.red, isInk), host::encode(color.green, isInk),
                      host::encode(color.blue, isInk));
}

// Text with a soft shadow, so that it stays readable over light.
void drawText(const LabelView& view, ImFont* font, glm::vec2 at, ImU32 color, const std::string& text,
              TextAlign align) {
  const ImVec2 size = font->CalcTextSizeA(font->FontSize, 4096.0f, 0.0f, text.c_str());
  const ImVec2 place(std::round(at.x - (align == TextAlign::center ? 0.5f * size.x : 0.0f)),
                     std::round(at.y));
  if (view.isCovered({{place.x, place.y}, {place.x + size.x, place.y + size.y}})) return;
  ImDrawList* list = ImGui::GetBackgroundDrawList();
  const ImU32 full = colorsOf(view).shadow;
  const ImU32 shadow = (full & ~IM_COL32_A_MASK) |
                       ((full >> IM_COL32_A_SHIFT) * (color >> IM_COL32_A_SHIFT) / 255) << IM_COL32_A_SHIFT;
  for (const ImVec2 offset : {ImVec2(1, 1), ImVec2(-1, 1), ImVec2(1, -1), ImVec2(-1, -1)}) {
    list->AddText(font, font->FontSize, ImVec2(place.x + offset.x, place.y + offset.y), shadow, text.c_str());
  }
  list->AddText(font, font->FontSize, place, color, text.c_str());
}

void drawBackdrop(const LabelView& view, const ScreenBox& box) {
  const appearance::Palette& palette = appearance::paletteOf(view.theme);
  const float share = 0.5f * (box.low.y + box.high.y) / view.viewport.y;
  const gpu::vec3 linear = glm::mix(palette.backgroundTop, palette.background, share);
  const auto byte = [&](float channel) {
    return static_cast<int>(255.0f * host::encode(channel, palette.isInk) + 0.5f);
  };
  const ImU32 color = IM_COL32(byte(linear.x), byte(linear.y), byte(linear.z), kBackdropAlpha);
  ImGui::GetBackgroundDrawList()->AddRectFilled({box.low.x, box.low.y}, {box.high.x, box.high.y}, color,
                                                kBackdropRounding * view.scale);
}

ImU32 faded(ImU32 color, float alpha) {
  const auto full = static_cast<float>(color >> IM_COL32_A_SHIFT);
  return (color & ~IM_COL32_A_MASK) | static_cast<ImU32>(full * std::clamp(alpha, 0.0f, 1.0f))
                                          << IM_COL32_A_SHIFT;
}

float pixelsPerUnit(const LabelView& view, glm::vec3 at) {
  const glm::vec4 clip = view.viewProjection * glm::vec4(at, 1.0f);
  const glm::vec4 up = view.viewProjection * glm::vec4(0, 1, 0, 0);
  return clip.w > kNearPlane ? 0.5f * view.viewport.y * std::abs(up.y) / clip.w : 0.0f;
}

}  // namespace cajal
