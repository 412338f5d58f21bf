#include "viewer/scene/labels.h"
#include "viewer/scene/label_text.h"

#include <fmt/format.h>
#include <imgui.h>

#include "viewer/scene/label_text.h"

namespace cajal {
namespace {

constexpr float kMargin = 24;  // pixels

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

// A piece of the stripes that what is not finite has in the picture.
void drawStripes(const LabelView& view, glm::vec2 low, glm::vec2 high) {
  constexpr float kStripe = 4;  // pixels, along a row
  ImDrawList* list = ImGui::GetBackgroundDrawList();
  list->PushClipRect({low.x, low.y}, {high.x, high.y}, true);
  list->AddRectFilled({low.x, low.y}, {high.x, high.y}, notFiniteColor(view, false));
  const float height = high.y - low.y;
  for (float x = low.x; x < high.x + height; x += 2 * kStripe)
    list->AddQuadFilled({x, low.y}, {x + kStripe, low.y}, {x + kStripe - height, high.y},
                        {x - height, high.y}, notFiniteColor(view, true));
  list->PopClipRect();
}

// What the colours of edges mean, with the numbers at the ends.
void drawColorBar(const Ui& ui, const ViewerState& state, const ViewSettings& settings,
                  const LabelView& view) {
  const LabelColors& colors = colorsOf(view);
  const float width = 190 * view.scale, height = 9 * view.scale;
  const glm::vec2 at{view.freeLeft + kMargin, view.viewport.y - kMargin - 30 * view.scale};
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
  if (state.edgesNotFinite > 0) {
    const glm::vec2 stripes = at + glm::vec2(width + 14 * view.scale, 0);
    drawStripes(view, stripes, stripes + glm::vec2(36 * view.scale, height));
    drawText(view, font, stripes + glm::vec2(0, height + 4), colors.quiet, "NaN, Inf");
  }
  const std::string end = state.edgeRange.end > 0 ? fmt::format("{:.2g}", state.edgeRange.end) : "…";
  drawText(view, font, at - glm::vec2(0, font->FontSize + 5), colors.quiet,
           fmt::format("{}, {}", displayName(settings.quantity),
                       hasOneScale(settings) ? "all layers" : "first layer"));
  if (state.edgeRange.notFinite >= 1) return;  // the scale of no value has no numbers
  drawText(view, font, at + glm::vec2(0, height + 4), colors.quiet, scale.isSigned ? "-" + end : "0");
  if (scale.isSigned)
    drawText(view, font, at + glm::vec2(width / 2, height + 4), colors.quiet, "0", TextAlign::center);
  drawText(
      view, font,
      at + glm::vec2(width - font->CalcTextSizeA(font->FontSize, 4096, 0, ("+" + end).c_str()).x, height + 4),
      colors.quiet, "+" + end);
}

}  // namespace

std::string layerTitle(const ViewerState& state, std::size_t layer) {
  return layer < state.fixed.layerNames.size() ? state.fixed.layerNames[layer] : "";
}

std::string notFiniteText(float share) {
  if (!(share > 0)) return "";
  if (share >= 1) return "all not finite";
  // Not all of a large matrix is looked at: no more digits than are known.
  if (share < 0.01f) return "under 1 % not finite";
  return share > 0.99f ? "over 99 % not finite" : fmt::format("{:.0f} % not finite", 100 * share);
}

std::string withThousands(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (auto place = static_cast<std::ptrdiff_t>(digits.size()) - 3; place > 0; place -= 3) {
    digits.insert(static_cast<std::size_t>(place), ",");
  }
  return digits;
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
  ImFont* const font = ui.font(UiFont::small);
  std::string edges = edgeSentence(state, settings);
  if (const std::string broken = notFiniteText(state.edgesNotFinite); !broken.empty()) {
    edges += "  ·  ";
    const float width = font->CalcTextSizeA(font->FontSize, 4096, 0, edges.c_str()).x;
    drawText(view, font, at + glm::vec2(width, 0), notFiniteColor(view, true), broken);
  }
  drawText(view, font, at, colors.quiet, edges);
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
