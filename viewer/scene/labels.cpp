#include "viewer/scene/labels.h"

#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <cmath>

namespace cajal {
namespace {

struct LabelColors {
  ImU32 bright, quiet, barBack, barFill, wrong, shadow;
};
constexpr LabelColors kOnDark{IM_COL32(238, 240, 245, 255), IM_COL32(158, 166, 182, 255),
                              IM_COL32(60, 66, 82, 150),    IM_COL32(255, 186, 105, 255),
                              IM_COL32(255, 110, 120, 255), IM_COL32(6, 8, 12, 200)};
constexpr LabelColors kOnPaper{IM_COL32(22, 24, 30, 255),    IM_COL32(86, 92, 106, 255),
                               IM_COL32(150, 156, 170, 110), IM_COL32(196, 104, 20, 255),
                               IM_COL32(190, 20, 40, 255),   IM_COL32(252, 252, 250, 215)};

const LabelColors& colorsOf(const LabelView& view) {
  return view.theme == Theme::dark ? kOnDark : kOnPaper;
}

constexpr float kMargin = 24;         // pixels
constexpr float kBarWorldGap = 2.1f;  // world units right of an output neuron
constexpr float kRoomForNumber = 80;  // pixels
constexpr std::size_t kMostNamedOutputs = 32;
constexpr float kLeastLabelHeight = 7;  // pixels between two output neurons below which names would overlap

enum class Align { left, center };

// Text with a soft shadow, so that it stays readable over light.
void drawText(const LabelView& view, ImFont* font, glm::vec2 at, ImU32 color, const std::string& text,
              Align align = Align::left) {
  const ImVec2 size = font->CalcTextSizeA(font->FontSize, 4096.0f, 0.0f, text.c_str());
  const ImVec2 place(std::round(at.x - (align == Align::center ? 0.5f * size.x : 0.0f)), std::round(at.y));
  ImDrawList* list = ImGui::GetBackgroundDrawList();
  const ImU32 full = colorsOf(view).shadow;
  const ImU32 shadow = (full & ~IM_COL32_A_MASK) |
                       ((full >> IM_COL32_A_SHIFT) * (color >> IM_COL32_A_SHIFT) / 255) << IM_COL32_A_SHIFT;
  for (const ImVec2 offset : {ImVec2(1, 1), ImVec2(-1, 1), ImVec2(1, -1), ImVec2(-1, -1)}) {
    list->AddText(font, font->FontSize, ImVec2(place.x + offset.x, place.y + offset.y), shadow, text.c_str());
  }
  list->AddText(font, font->FontSize, place, color, text.c_str());
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

std::string layerSubtitle(const ViewerState& state, const LayerLayout& layout, std::size_t layer) {
  const std::string colours = layout.channels > 1 ? fmt::format(" × {}", layout.channels) : "";
  if (layer == 0) {
    return layout.form == LayerForm::image ? fmt::format("{} × {}{}", layout.rows, layout.columns, colours)
                                           : fmt::format("{} values", layout.count);
  }
  if (layer >= state.fixed.activations.size()) return "";
  const Activation activation = state.fixed.activations[layer];
  if (activation != Activation::identity) return std::string(displayName(activation));
  return layout.form == LayerForm::image
             ? fmt::format("{} × {} × {}", layout.rows, layout.columns, layout.channels)
             : "";
}

void drawLayerNames(const Ui& ui, const NetworkLayout& layout, const ViewerState& state,
                    const LabelView& view) {
  const LabelColors& colors = colorsOf(view);
  for (std::size_t l = 0; l < layout.layers.size(); ++l) {
    const LayerLayout& layer = layout.layers[l];
    glm::vec2 pixel;
    const glm::vec3 top{layer.center.x, layer.box.high.y + 1.0f, layer.center.z};
    if (!projectToPixels(view.viewProjection, view.viewport, top, pixel)) continue;
    const float scale = pixelsPerUnit(view, top);
    if (scale < 1.2f) continue;  // so far away that names would cover the network
    ImFont* const title = ui.font(scale > 5.0f ? UiFont::labelBold : UiFont::textBold);
    ImFont* const subtitle = ui.font(UiFont::small);
    const float height = title->FontSize + subtitle->FontSize + 4;
    drawText(view, title, pixel - glm::vec2(0, height), colors.bright, layerTitle(state, l), Align::center);
    drawText(view, subtitle, pixel - glm::vec2(0, subtitle->FontSize + 2), colors.quiet,
             layerSubtitle(state, layer, l), Align::center);
  }
}

void drawMatrixNames(const Ui& ui, const NetworkLayout& layout, const LabelView& view) {
  const LabelColors& colors = colorsOf(view);
  for (const MatrixLayout& matrix : layout.matrices) {
    glm::vec2 left, right;
    const glm::vec3 below = matrix.origin + matrix.down;
    if (!projectToPixels(view.viewProjection, view.viewport, below, left) ||
        !projectToPixels(view.viewProjection, view.viewport, below + matrix.across, right)) {
      continue;
    }
    if (glm::distance(left, right) < 70.0f) continue;
    const std::string name =
        fmt::format("W{}  {} × {}", matrix.layer, withThousands(matrix.rows), withThousands(matrix.columns));
    drawText(view, ui.font(UiFont::small), 0.5f * (left + right) + glm::vec2(0, 5), colors.quiet, name,
             Align::center);
  }
}

void drawOutputs(const Ui& ui, const NetworkLayout& layout, const ViewerState& state, const LabelView& view) {
  const LabelColors& colors = colorsOf(view);
  const std::size_t last = layout.layers.size() - 1;
  const LayerLayout& layer = layout.layers[last];
  if (layer.form != LayerForm::column || layer.count > kMostNamedOutputs ||
      state.outputs.size() != layer.count)
    return;
  const float scale = pixelsPerUnit(view, layer.center);
  const float pitch = scale * layer.spacing;
  if (pitch < kLeastLabelHeight) return;
  ImFont* const font = ui.font(pitch > 24   ? UiFont::labelBold
                               : pitch > 13 ? UiFont::textBold
                                            : UiFont::small);
  const float barLength = std::clamp(4.2f * pitch, 40.0f, 170.0f),
              barHeight = std::clamp(0.26f * pitch, 3.0f, 12.0f);
  const auto winner = static_cast<std::size_t>(std::max_element(state.outputs.begin(), state.outputs.end()) -
                                               state.outputs.begin());

  const auto nameOf = [&](std::size_t i) {
    return i < state.fixed.classNames.size() ? state.fixed.classNames[i] : std::to_string(i);
  };
  float nameWidth = 0;
  for (std::size_t i = 0; i < layer.count; ++i) {
    nameWidth = std::max(nameWidth, font->CalcTextSizeA(font->FontSize, 4096, 0, nameOf(i).c_str()).x);
  }

  ImDrawList* list = ImGui::GetBackgroundDrawList();
  for (std::size_t i = 0; i < layer.count; ++i) {
    glm::vec2 pixel;
    if (!projectToPixels(view.viewProjection, view.viewport, layout.node(last, i), pixel)) continue;
    pixel.x += scale * layer.radius * 1.3f + 0.35f * pitch;
    const float value = state.outputs[i];
    const bool isWinner = i == winner, isLabel = i == state.facts.label;
    const std::string className = nameOf(i);
    const ImU32 color = isWinner  ? (isLabel ? colors.bright : colors.wrong)
                        : isLabel ? colors.bright
                                  : colors.quiet;
    drawText(view, font, pixel - glm::vec2(0, 0.5f * font->FontSize), color, className);
    const float barX = pixel.x + nameWidth + 8;
    // Bars end before the picture does; the number needs some room behind them.
    const float barEnd = std::min(barX + barLength, view.viewport.x - kRoomForNumber);
    if (barEnd < barX + 12) continue;
    const ImVec2 low(barX, pixel.y - 0.5f * barHeight), high(barEnd, pixel.y + 0.5f * barHeight);
    list->AddRectFilled(low, high, colors.barBack, 2);
    const float filled = std::isfinite(value) ? std::clamp(value, 0.0f, 1.0f) : 0.0f;
    list->AddRectFilled(low, ImVec2(low.x + std::max(1.5f, filled * (barEnd - barX)), high.y),
                        isWinner && !isLabel ? colors.wrong : faded(colors.barFill, 0.35f + 0.65f * filled),
                        2);
    if (isWinner || isLabel) {
      const std::string number = state.fixed.head.activation == Activation::softmax
                                     ? fmt::format("{:.1f} %", 100.0f * value)
                                     : fmt::format("{:.3f}", value);
      drawText(view, font, {high.x + 8, pixel.y - 0.5f * font->FontSize}, color, number);
    }
  }
}

std::string edgeSentence(const ViewerState& state, const ViewSettings& settings) {
  const std::string strongest =
      state.edges.perNeuron > 0
          ? fmt::format("top {} a neuron by |{}|: ", state.edges.perNeuron, displayName(settings.quantity))
          : "";
  std::string how = state.edges.samples > 0 ? fmt::format("sampled at about {} points a frame",
                                                          withThousands(state.edges.samples))
                                            : "every pixel";
  if (settings.edgeThreshold > 0)
    how += fmt::format(", above {:.0f} % of the range", 100 * settings.edgeThreshold);
  const std::string whose = settings.selected
                                ? fmt::format(", those of neuron {} of {}", settings.selected->index,
                                              layerTitle(state, settings.selected->layer))
                                : "";
  return fmt::format("edges: {}  ·  {}{} of {}{}, {}", displayName(settings.quantity), strongest,
                     withThousands(state.edges.shown), withThousands(state.edges.total), whose, how);
}

// What the colours of edges mean, with the numbers at the ends.
void drawColorBar(const Ui& ui, const ViewerState& state, const ViewSettings& settings,
                  const LabelView& view) {
  const LabelColors& colors = colorsOf(view);
  constexpr float width = 190, height = 9;
  const glm::vec2 at{view.freeLeft + kMargin, view.viewport.y - kMargin - 30};
  ImDrawList* list = ImGui::GetBackgroundDrawList();
  const gpu::ColorScale scale = colorScale(colorMapOf(settings), view.theme != Theme::dark);
  constexpr int kSteps = static_cast<int>(gpu::kColorStops) - 1;
  const auto colorOf = [&](int stop) {
    const gpu::vec3 c = 255.0f * glm::clamp(scale.stops[stop], 0.0f, 1.0f) + 0.5f;
    return IM_COL32(static_cast<int>(c.x), static_cast<int>(c.y), static_cast<int>(c.z), 255);
  };
  for (int step = 0; step < kSteps; ++step) {
    const ImVec2 low(at.x + width * static_cast<float>(step) / kSteps, at.y);
    const ImVec2 high(at.x + width * static_cast<float>(step + 1) / kSteps, at.y + height);
    const ImU32 left = colorOf(step), right = colorOf(step + 1);
    list->AddRectFilledMultiColor(low, high, left, right, right, left);
  }
  ImFont* const font = ui.font(UiFont::small);
  const std::string end = state.edgeRange > 0 ? fmt::format("{:.2g}", state.edgeRange) : "…";
  drawText(view, font, at + glm::vec2(0, height + 4), colors.quiet, scale.isSigned ? "-" + end : "0");
  if (scale.isSigned)
    drawText(view, font, at + glm::vec2(width / 2, height + 4), colors.quiet, "0", Align::center);
  drawText(
      view, font,
      at + glm::vec2(width - font->CalcTextSizeA(font->FontSize, 4096, 0, ("+" + end).c_str()).x, height + 4),
      colors.quiet, "+" + end);
  drawText(view, font, at - glm::vec2(0, font->FontSize + 5), colors.quiet,
           fmt::format("{}, first layer", displayName(settings.quantity)));
}

}  // namespace

std::string layerTitle(const ViewerState& state, std::size_t layer) {
  return layer < state.fixed.layerNames.size() ? state.fixed.layerNames[layer] : "";
}

std::string withThousands(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (auto place = static_cast<std::ptrdiff_t>(digits.size()) - 3; place > 0; place -= 3) {
    digits.insert(static_cast<std::size_t>(place), ",");
  }
  return digits;
}

void drawNetworkLabels(const Ui& ui, const NetworkLayout& layout, const ViewerState& state,
                       const ViewSettings& settings, const LabelView& view) {
  if (!settings.showLabels) return;
  // What stands behind a panel is not named: the panel has no background of its own to hide it.
  ImDrawList* list = ImGui::GetBackgroundDrawList();
  list->PushClipRect({view.freeLeft, 0}, {view.viewport.x - view.freeRight, view.viewport.y});
  drawLayerNames(ui, layout, state, view);
  if (settings.showMatrices) drawMatrixNames(ui, layout, view);
  drawOutputs(ui, layout, state, view);
  list->PopClipRect();
}

void drawHeadUp(const Ui& ui, const ViewerState& state, const ViewSettings& settings, const LabelView& view) {
  const LabelColors& colors = colorsOf(view);
  glm::vec2 at{view.freeLeft + kMargin, kMargin - 6};
  ImFont* const large = ui.font(UiFont::label);
  std::string line = fmt::format("step {}", withThousands(state.facts.step));
  if (!state.curves.empty()) {
    const Metrics& last = state.curves.back();
    const std::string& part = state.fixed.curvePart;
    const std::string count = withThousands(state.fixed.metricsExamples);
    line += state.fixed.predictsNumbers
                ? fmt::format("    {} loss {:.4g} over {}", part, last.testLoss, count)
                : fmt::format("    {} accuracy {:.1f} % of {}", part, 100 * last.testAccuracy, count);
  }
  drawText(view, large, at, colors.bright, line);
  at.y += large->FontSize + 6;
  drawText(view, ui.font(UiFont::small), at, colors.quiet, edgeSentence(state, settings));
  at.y += ui.font(UiFont::small)->FontSize + 4;
  if (state.isLive) {
    const Price& price = state.price;
    drawText(
        view, ui.font(UiFont::small), at, colors.quiet,
        fmt::format(
            "{} steps/s  ·  {:.0f} fps  ·  step {:.2f} ms  ·  frame {:.1f} ms  ·  {:.2f} MB copied a frame",
            withThousands(static_cast<std::uint64_t>(price.stepsPerSecond + 0.5)), price.framesPerSecond,
            price.stepMilliseconds, price.drawMilliseconds, price.bytesCopiedPerFrame * 1e-6));
  }
  drawColorBar(ui, state, settings, view);
}

}  // namespace cajal
