#include "viewer/scene/labels.h"

#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <cmath>

namespace cajal {
namespace {

constexpr ImU32 kBright = IM_COL32(238, 240, 245, 255);
constexpr ImU32 kQuiet = IM_COL32(158, 166, 182, 255);
constexpr ImU32 kBarBack = IM_COL32(60, 66, 82, 150);
constexpr ImU32 kBarFill = IM_COL32(255, 186, 105, 255);
constexpr ImU32 kWrong = IM_COL32(255, 110, 120, 255);
constexpr ImU32 kShadow = IM_COL32(6, 8, 12, 200);
constexpr float kMargin = 24;         // pixels
constexpr float kBarWorldGap = 2.1f;  // world units right of an output neuron
constexpr float kRoomForNumber = 80;  // pixels
constexpr std::size_t kMostNamedOutputs = 32;
constexpr float kNameMargin = 4;          // pixels
constexpr float kLeastScale = 1.2f;       // pixels a unit: further away, names would cover the network
constexpr float kRoomForBlockName = 110;  // pixels from one folded layer to the next
constexpr float kLeastLabelHeight = 7;    // pixels between two output neurons below which names would overlap

enum class Align { left, center };

// Text with a soft shadow, so that it stays readable over light.
void drawText(ImFont* font, glm::vec2 at, ImU32 color, const std::string& text, Align align = Align::left) {
  const ImVec2 size = font->CalcTextSizeA(font->FontSize, 4096.0f, 0.0f, text.c_str());
  const ImVec2 place(std::round(at.x - (align == Align::center ? 0.5f * size.x : 0.0f)), std::round(at.y));
  ImDrawList* list = ImGui::GetBackgroundDrawList();
  const ImU32 shadow =
      (kShadow & ~IM_COL32_A_MASK) | ((kShadow >> IM_COL32_A_SHIFT) * (color >> IM_COL32_A_SHIFT) / 255)
                                         << IM_COL32_A_SHIFT;
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

// Names that are on the screen already: another that would cover one is left out.
class NamePlaces {
 public:
  bool take(glm::vec2 low, glm::vec2 high) {
    for (const auto& [l, h] : m_taken) {
      if (low.x < h.x && l.x < high.x && low.y < h.y && l.y < high.y) return false;
    }
    m_taken.push_back({low, high});
    return true;
  }

 private:
  std::vector<std::pair<glm::vec2, glm::vec2>> m_taken;  // pixels
};

// A title above a place in the world, and below it a line in small.
void drawName(const Ui& ui, const LabelView& view, glm::vec3 at, const std::string& title,
              const std::string& subtitle, NamePlaces& places) {
  glm::vec2 pixel;
  if (!projectToPixels(view.viewProjection, view.viewport, at, pixel)) return;
  const float scale = pixelsPerUnit(view, at);
  if (scale < kLeastScale) return;
  ImFont* const large = ui.font(scale > 5.0f ? UiFont::labelBold : UiFont::textBold);
  ImFont* const small = ui.font(UiFont::small);
  const float height = large->FontSize + small->FontSize + 4;
  const float half = 0.5f * large->CalcTextSizeA(large->FontSize, 4096, 0, title.c_str()).x;
  // All of it is seen, where its place is.
  const float left = view.freeLeft + kNameMargin + half,
              right = view.viewport.x - view.freeRight - kNameMargin - half;
  if (pixel.x > view.freeLeft && pixel.x < view.viewport.x - view.freeRight && left < right)
    pixel.x = std::clamp(pixel.x, left, right);
  if (!places.take(pixel - glm::vec2(half, height), pixel + glm::vec2(half, 0))) return;
  drawText(large, pixel - glm::vec2(0, height), kBright, title, Align::center);
  drawText(small, pixel - glm::vec2(0, small->FontSize + 2), kQuiet, subtitle, Align::center);
}

// The last of the folded layers that follow each other from this one on so closely that one name must do for
// all; else this one.
std::size_t lastOfBlocks(const NetworkLayout& layout, const LabelView& view, std::size_t first) {
  std::size_t last = first;
  glm::vec2 before, here;
  while (last + 1 < layout.layers.size() && layout.layers[last].isFolded &&
         layout.layers[last + 1].isFolded) {
    if (!projectToPixels(view.viewProjection, view.viewport, layout.layers[last].center, before) ||
        !projectToPixels(view.viewProjection, view.viewport, layout.layers[last + 1].center, here) ||
        glm::distance(before, here) > kRoomForBlockName)
      break;
    ++last;
  }
  return last;
}

void drawLayerNames(const Ui& ui, const NetworkLayout& layout, const ViewerState& state,
                    const LabelView& view) {
  NamePlaces places;
  const glm::vec3 above(0.0f, 1.0f, 0.0f);
  for (std::size_t l = 0; l < layout.layers.size(); ++l) {
    const LayerLayout& layer = layout.layers[l];
    const std::size_t last = lastOfBlocks(layout, view, l);
    if (last > l) {
      const std::string title = fmt::format("layers {} to {}, folded", l, last);
      drawName(ui, view, layout.layers[(l + last) / 2].nameAt + above, title, layerTitle(state, l), places);
      l = last;
      continue;
    }
    const std::string title = layerTitle(state, l) + (layer.isFolded ? ", folded" : "");
    drawName(ui, view, layer.nameAt + above, title, layerSubtitle(state, layer, l), places);
  }
}

void drawMatrixNames(const Ui& ui, const NetworkLayout& layout, const LabelView& view) {
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
    drawText(ui.font(UiFont::small), 0.5f * (left + right) + glm::vec2(0, 5), kQuiet, name, Align::center);
  }
}

// How the outputs are written, all alike.
struct OutputStyle {
  ImFont* font = nullptr;
  float pitch = 0;        // pixels from one neuron to the next
  float radius = 0;       // pixels
  float nameWidth = 0;    // pixels
  bool isRow = false;     // the neurons stand beside each other, and there is no room for bars
  bool goesLeft = false;  // bars stand on the left of their neurons
  std::size_t winner = 0;
};

std::string outputName(const ViewerState& state, std::size_t i) {
  return i < state.fixed.classNames.size() ? state.fixed.classNames[i] : std::to_string(i);
}

std::string outputNumber(const ViewerState& state, std::size_t i) {
  const float value = state.outputs[i];
  return state.fixed.head.activation == Activation::softmax ? fmt::format("{:.1f} %", 100.0f * value)
                                                            : fmt::format("{:.3f}", value);
}

OutputStyle outputStyle(const Ui& ui, const NetworkLayout& layout, const ViewerState& state,
                        const LabelView& view) {
  const std::size_t last = layout.layers.size() - 1;
  const LayerLayout& layer = layout.layers[last];
  OutputStyle style;
  const float scale = pixelsPerUnit(view, layer.center);
  style.pitch = scale * layer.spacing;
  style.radius = scale * layer.radius;
  style.font = ui.font(style.pitch > 24   ? UiFont::labelBold
                       : style.pitch > 13 ? UiFont::textBold
                                          : UiFont::small);
  for (std::size_t i = 0; i < layer.count; ++i) {
    const std::string text = outputName(state, i);
    style.nameWidth =
        std::max(style.nameWidth, style.font->CalcTextSizeA(style.font->FontSize, 4096, 0, text.c_str()).x);
  }
  style.winner = static_cast<std::size_t>(std::max_element(state.outputs.begin(), state.outputs.end()) -
                                          state.outputs.begin());
  style.isRow = layer.rows == 1 && layer.count > 1;
  glm::vec2 middle, beside;
  if (projectToPixels(view.viewProjection, view.viewport, layer.center, middle) &&
      projectToPixels(view.viewProjection, view.viewport, layer.center + layout.barsAlong, beside))
    style.goesLeft = beside.x < middle.x;
  return style;
}

// Above its neuron: the name, and over that the number of the winner and of the right one.
void drawOutputAbove(const OutputStyle& style, const ViewerState& state, std::size_t i, glm::vec2 pixel,
                     ImU32 color, bool hasNumber) {
  pixel.y -= style.radius * 1.3f + style.font->FontSize + 2;
  drawText(style.font, pixel, color, outputName(state, i), Align::center);
  if (hasNumber)
    drawText(style.font, pixel - glm::vec2(0, style.font->FontSize), color, outputNumber(state, i),
             Align::center);
}

// Beside its neuron: the name, the bar, and the number of the winner and of the right one.
void drawOutputBeside(const OutputStyle& style, const ViewerState& state, const LabelView& view,
                      std::size_t i, glm::vec2 pixel, ImU32 color, bool hasNumber) {
  const float barLength = std::clamp(4.2f * style.pitch, 40.0f, 170.0f),
              barHeight = std::clamp(0.26f * style.pitch, 3.0f, 12.0f);
  const float way = style.goesLeft ? -1.0f : 1.0f;
  const auto widthOf = [&](const std::string& text) {
    return style.font->CalcTextSizeA(style.font->FontSize, 4096, 0, text.c_str()).x;
  };
  // Text that begins here and goes the bars' way.
  const auto write = [&](float x, const std::string& text) {
    drawText(style.font, {style.goesLeft ? x - widthOf(text) : x, pixel.y - 0.5f * style.font->FontSize},
             color, text);
  };
  pixel.x += way * (style.radius * 1.3f + 0.35f * style.pitch);
  write(pixel.x, outputName(state, i));
  const float barX = pixel.x + way * (style.nameWidth + 8);
  // Bars end before the picture does; the number needs some room behind them.
  const float barEnd = std::clamp(barX + way * barLength, view.freeLeft + kRoomForNumber,
                                  std::max(view.viewport.x - kRoomForNumber, view.freeLeft + kRoomForNumber));
  if (way * (barEnd - barX) < 12) return;
  const auto rectangle = [&](float end, ImU32 fill) {
    ImGui::GetBackgroundDrawList()->AddRectFilled({std::min(barX, end), pixel.y - 0.5f * barHeight},
                                                  {std::max(barX, end), pixel.y + 0.5f * barHeight}, fill, 2);
  };
  rectangle(barEnd, kBarBack);
  const float value = state.outputs[i];
  const float filled = std::isfinite(value) ? std::clamp(value, 0.0f, 1.0f) : 0.0f;
  const bool isWrong = i == style.winner && i != state.facts.label;
  rectangle(barX + way * std::max(1.5f, filled * way * (barEnd - barX)),
            isWrong ? kWrong : faded(kBarFill, 0.35f + 0.65f * filled));
  if (hasNumber) write(barEnd + way * 8, outputNumber(state, i));
}

void drawOutputs(const Ui& ui, const NetworkLayout& layout, const ViewerState& state, const LabelView& view) {
  const std::size_t last = layout.layers.size() - 1;
  const LayerLayout& layer = layout.layers[last];
  if (layer.form != LayerForm::column || layer.count > kMostNamedOutputs ||
      state.outputs.size() != layer.count)
    return;
  const OutputStyle style = outputStyle(ui, layout, state, view);
  if (style.pitch < kLeastLabelHeight) return;
  for (std::size_t i = 0; i < layer.count; ++i) {
    glm::vec2 pixel;
    if (!projectToPixels(view.viewProjection, view.viewport, layout.node(last, i), pixel)) continue;
    const bool isWinner = i == style.winner, isLabel = i == state.facts.label;
    const ImU32 color = isWinner ? (isLabel ? kBright : kWrong) : isLabel ? kBright : kQuiet;
    if (style.isRow) {
      drawOutputAbove(style, state, i, pixel, color, isWinner || isLabel);
    } else {
      drawOutputBeside(style, state, view, i, pixel, color, isWinner || isLabel);
    }
  }
}

std::string edgeSentence(const ViewerState& state, const ViewSettings& settings) {
  std::string how = state.edges.samples > 0 ? fmt::format("sampled at about {} points a frame",
                                                          withThousands(state.edges.samples))
                                            : "every pixel";
  if (settings.edgeThreshold > 0)
    how += fmt::format(", above {:.0f} % of the range", 100 * settings.edgeThreshold);
  const std::string whose = settings.selected
                                ? fmt::format(", those of neuron {} of {}", settings.selected->index,
                                              layerTitle(state, settings.selected->layer))
                                : "";
  return fmt::format("edges: {}  ·  {} of {}{}, {}", displayName(settings.quantity),
                     withThousands(state.edges.shown), withThousands(state.edges.total), whose, how);
}

// What the colours of edges mean, with the numbers at the ends.
void drawColorBar(const Ui& ui, const ViewerState& state, const ViewSettings& settings,
                  const LabelView& view) {
  constexpr float width = 190, height = 9;
  const glm::vec2 at{view.freeLeft + kMargin, view.viewport.y - kMargin - 30};
  ImDrawList* list = ImGui::GetBackgroundDrawList();
  const gpu::ColorScale scale = colorScale(colorMapOf(settings));
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
  drawText(font, at + glm::vec2(0, height + 4), kQuiet, scale.isSigned ? "-" + end : "0");
  if (scale.isSigned) drawText(font, at + glm::vec2(width / 2, height + 4), kQuiet, "0", Align::center);
  drawText(
      font,
      at + glm::vec2(width - font->CalcTextSizeA(font->FontSize, 4096, 0, ("+" + end).c_str()).x, height + 4),
      kQuiet, "+" + end);
  drawText(font, at - glm::vec2(0, font->FontSize + 5), kQuiet,
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
  drawText(large, at, kBright, line);
  at.y += large->FontSize + 6;
  drawText(ui.font(UiFont::small), at, kQuiet, edgeSentence(state, settings));
  at.y += ui.font(UiFont::small)->FontSize + 4;
  if (state.isLive) {
    const Price& price = state.price;
    drawText(
        ui.font(UiFont::small), at, kQuiet,
        fmt::format(
            "{} steps/s  ·  {:.0f} fps  ·  step {:.2f} ms  ·  frame {:.1f} ms  ·  {:.2f} MB copied a frame",
            withThousands(static_cast<std::uint64_t>(price.stepsPerSecond + 0.5)), price.framesPerSecond,
            price.stepMilliseconds, price.drawMilliseconds, price.bytesCopiedPerFrame * 1e-6));
  }
  drawColorBar(ui, state, settings, view);
}

}  // namespace cajal
