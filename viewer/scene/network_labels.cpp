// Labels, continued: names of layers and matrices where these stand, and the outputs as bars.
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "viewer/scene/label_text.h"

namespace cajal {
namespace {

// Pixels where text has its natural size.
constexpr float kRoomForNumber = 80;
constexpr std::size_t kMostNamedOutputs = 32;
constexpr float kNameMargin = 4;              // pixels
constexpr float kLeastNamedMatrix = 40;       // pixels, of its longer side
constexpr float kLeastScaleOfSeveral = 2.2f;  // where names would cover the networks beside
constexpr float kLeastScale = 1.2f;           // pixels a unit: further away, names would cover the network
constexpr std::size_t kManyLayers = 20,
                      kNamedOfMany = 8;   // of more layers that are alike every eighth has a name
constexpr float kRoomForBlockName = 110;  // pixels from one folded layer to the next
constexpr float kLeastLabelHeight = 7;    // pixels between two output neurons below which names would overlap

std::string layerSubtitle(const ViewerState& state, const LayerLayout& layout, std::size_t layer) {
  const std::string colours = layout.channels > 1 ? fmt::format(" × {}", layout.channels) : "";
  if (layout.isInput) {
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
  explicit NamePlaces(const LabelView& view) : m_taken(view.covered) {}

  bool take(const ScreenBox& box) {
    for (const ScreenBox& other : m_taken) {
      if (box.meets(other)) return false;
    }
    m_taken.push_back(box);
    return true;
  }

 private:
  std::vector<ScreenBox> m_taken;
};

// A title above a place in the world, and below it a line in small.
void drawName(const Ui& ui, const LabelView& view, const LayerLayout& layer, const std::string& title,
              const std::string& subtitle, NamePlaces& places) {
  const glm::vec3 at = layer.nameAt + glm::vec3(0.0f, 1.0f, 0.0f);
  glm::vec2 pixel;
  if (!projectToPixels(view.viewProjection, view.viewport, at, pixel)) return;
  const float scale = pixelsPerUnit(view, at);
  if (scale < (view.isOneOfSeveral ? kLeastScaleOfSeveral : kLeastScale)) return;
  ImFont* const large = ui.font(scale > 5.0f ? UiFont::labelBold : UiFont::textBold);
  ImFont* const small = ui.font(UiFont::small);
  const float height = large->FontSize + small->FontSize + 4;
  const float half = 0.5f * std::max(large->CalcTextSizeA(large->FontSize, 4096, 0, title.c_str()).x,
                                     small->CalcTextSizeA(small->FontSize, 4096, 0, subtitle.c_str()).x);
  if (layer.lies()) pixel += glm::vec2(-half, 0.5f * height);
  // All of it is seen, where its place is.
  const float left = view.freeLeft + kNameMargin + half,
              right = view.viewport.x - view.freeRight - kNameMargin - half;
  if (pixel.x > view.freeLeft && pixel.x < view.viewport.x - view.freeRight && left < right)
    pixel.x = std::clamp(pixel.x, left, right);
  if (!places.take({pixel - glm::vec2(half, height), pixel + glm::vec2(half, 0)})) return;
  drawText(view, large, pixel - glm::vec2(0, height), colorsOf(view).bright, title, TextAlign::center);
  drawText(view, small, pixel - glm::vec2(0, small->FontSize + 2), colorsOf(view).quiet, subtitle,
           TextAlign::center);
}

// The only layer of a rank, where it is folded.
const LayerLayout* blockOf(const NetworkLayout& layout, std::size_t rank) {
  if (rank >= layout.ranks.size() || layout.ranks[rank].size() > 1) return nullptr;
  const LayerLayout& layer = layout.layers[layout.ranks[rank].front()];
  return layer.isFolded ? &layer : nullptr;
}

// The last of the ranks of one folded layer each that follow each other from this one on so closely that one
// name must do for all; else this one.
std::size_t lastOfBlocks(const NetworkLayout& layout, const LabelView& view, std::size_t first) {
  std::size_t last = first;
  glm::vec2 before, here;
  while (blockOf(layout, last) && blockOf(layout, last + 1)) {
    if (!projectToPixels(view.viewProjection, view.viewport, blockOf(layout, last)->center, before) ||
        !projectToPixels(view.viewProjection, view.viewport, blockOf(layout, last + 1)->center, here) ||
        glm::distance(before, here) > kRoomForBlockName)
      break;
    ++last;
  }
  return last;
}

void drawLayerNames(const Ui& ui, const NetworkLayout& layout, const ViewerState& state,
                    const LabelView& view) {
  NamePlaces places(view);
  const std::vector<std::vector<std::size_t>>& ranks = layout.ranks;
  for (std::size_t rank = 0; rank < ranks.size(); ++rank) {
    const std::size_t last = lastOfBlocks(layout, view, rank);
    if (last > rank) {
      const std::size_t l = ranks[rank].front();
      const std::string title = fmt::format("layers {} to {}, folded", l, ranks[last].front());
      drawName(ui, view, layout.layers[ranks[(rank + last) / 2].front()], title, layerTitle(state, l),
               places);
      rank = last;
      continue;
    }
    for (const std::size_t l : ranks[rank]) {
      const LayerLayout& layer = layout.layers[l];
      const bool repeats = rank > 0 && layerTitle(state, l) == layerTitle(state, ranks[rank - 1].front());
      if (layout.layers.size() > kManyLayers && repeats && rank % kNamedOfMany != 0) continue;
      const std::string number = layout.layers.size() > kManyLayers ? fmt::format("{}: ", l) : "";
      const std::string title = number + layerTitle(state, l) + (layer.isFolded ? ", folded" : "");
      drawName(ui, view, layer, title, layerSubtitle(state, layer, l), places);
    }
  }
}

// "W1  128 × 784", "W1  16 × 8 kernels 3 × 3"
std::string matrixName(const NetworkLayout& layout, const MatrixLayout& matrix) {
  if (!matrix.showsKernels())
    return fmt::format("{}  {} × {}", weightName(layout, matrix), withThousands(matrix.rows),
                       withThousands(matrix.columns));
  const std::size_t inputs = matrix.convolution->inputsPerGroup(), size = matrix.convolution->window.size;
  const std::string count =
      inputs == 1 ? fmt::format("{}", matrix.rows) : fmt::format("{} × {}", matrix.rows, inputs);
  return fmt::format("{}  {} kernels {} × {}", weightName(layout, matrix), count, size, size);
}

void drawMatrixNames(const Ui& ui, const NetworkLayout& layout, const ViewerState& state,
                     const ViewSettings& settings, const LabelView& view) {
  const LabelColors& colors = colorsOf(view);
  NamePlaces places(view);
  for (const MatrixLayout& matrix : layout.matrices) {
    if (matrix.isIdentity()) continue;
    glm::vec2 left, right, above;
    const glm::vec3 below = matrix.origin + matrix.down;
    if (!projectToPixels(view.viewProjection, view.viewport, below, left) ||
        !projectToPixels(view.viewProjection, view.viewport, below + matrix.across, right) ||
        !projectToPixels(view.viewProjection, view.viewport, matrix.origin, above)) {
      continue;
    }
    // A matrix of many rows and few columns is narrow, and large all the same.
    if (std::max(glm::distance(left, right), glm::distance(left, above)) < kLeastNamedMatrix) continue;
    const std::string name = settings.below == BelowShow::weights
                                 ? matrixName(layout, matrix)
                                 : fmt::format("{} examples × {}", withThousands(state.facts.looks.count),
                                               layerTitle(state, matrix.to));
    // From the middle of the lower edge on to where that rises: text is level, and would stand on the matrix.
    ImFont* const font = ui.font(UiFont::small);
    const float width = font->CalcTextSizeA(font->FontSize, 4096, 0, name.c_str()).x;
    const float slope = (right.y - left.y) / std::max(right.x - left.x, 1.0f);
    glm::vec2 at = 0.5f * (left + right) + glm::vec2(0, 5);
    at.x -= std::clamp(0.5f + 2.0f * slope, 0.0f, 1.0f) * width;
    if (places.take({at, at + glm::vec2(width, font->FontSize)}))
      drawText(view, font, at, colors.quiet, name);
  }
}

// How the neurons of an output layer are written, all alike.
struct OutputStyle {
  std::span<const float> values;  // of the shown example
  bool hasClasses = false;        // its neurons are the classes of the data
  ImFont* font = nullptr;
  float pitch = 0;        // pixels from one neuron to the next
  float radius = 0;       // pixels
  float nameWidth = 0;    // pixels
  bool isRow = false;     // the neurons stand beside each other, and there is no room for bars
  bool goesLeft = false;  // bars stand on the left of their neurons
  std::size_t winner = 0;
};

std::string outputName(const OutputStyle& style, const ViewerState& state, std::size_t i) {
  return style.hasClasses && i < state.fixed.classNames.size() ? state.fixed.classNames[i]
                                                               : std::to_string(i);
}

std::string outputNumber(const OutputStyle& style, const ViewerState& state, std::size_t i) {
  const float value = style.values[i];
  if (!std::isfinite(value)) return std::isnan(value) ? "NaN" : "infinite";
  return style.hasClasses && state.fixed.head.activation == Activation::softmax
             ? fmt::format("{:.1f} %", 100.0f * value)
             : fmt::format("{:.3f}", value);
}

OutputStyle outputStyle(const Ui& ui, const NetworkLayout& layout, const LayerLayout& layer,
                        std::span<const float> values, bool hasClasses, const ViewerState& state,
                        const LabelView& view) {
  OutputStyle style;
  style.values = values;
  style.hasClasses = hasClasses;
  const float scale = pixelsPerUnit(view, layer.center);
  style.pitch = scale * layer.spacing;
  style.radius = scale * layer.radius;
  style.font = ui.font(style.pitch > 24 * view.scale   ? UiFont::labelBold
                       : style.pitch > 13 * view.scale ? UiFont::textBold
                                                       : UiFont::small);
  for (std::size_t i = 0; i < layer.count; ++i) {
    const std::string text = outputName(style, state, i);
    style.nameWidth =
        std::max(style.nameWidth, style.font->CalcTextSizeA(style.font->FontSize, 4096, 0, text.c_str()).x);
  }
  style.winner = static_cast<std::size_t>(std::max_element(values.begin(), values.end()) - values.begin());
  style.isRow = layer.rows == 1 && layer.count > 1;
  glm::vec2 middle, beside;
  if (projectToPixels(view.viewProjection, view.viewport, layer.center, middle) &&
      projectToPixels(view.viewProjection, view.viewport, layer.center + layout.barsAlong, beside))
    style.goesLeft = beside.x < middle.x;
  return style;
}

// Above its neuron: the name, and over that the number of the winner and of the right one.
void drawOutputAbove(const OutputStyle& style, const ViewerState& state, const LabelView& view, std::size_t i,
                     glm::vec2 pixel, ImU32 color, bool hasNumber) {
  pixel.y -= style.radius * 1.3f + style.font->FontSize + 2;
  drawText(view, style.font, pixel, color, outputName(style, state, i), TextAlign::center);
  if (hasNumber)
    drawText(view, style.font, pixel - glm::vec2(0, style.font->FontSize), color,
             outputNumber(style, state, i), TextAlign::center);
}

// Beside its neuron: the name, the bar, and the number of the winner and of the right one.
void drawOutputBeside(const OutputStyle& style, const ViewerState& state, const LabelView& view,
                      std::size_t i, glm::vec2 pixel, ImU32 color, bool hasNumber) {
  const float barLength = std::clamp(4.2f * style.pitch, 40.0f * view.scale, 170.0f * view.scale),
              barHeight = std::clamp(0.26f * style.pitch, 3.0f, 12.0f * view.scale);
  const float way = style.goesLeft ? -1.0f : 1.0f;
  const auto widthOf = [&](const std::string& text) {
    return style.font->CalcTextSizeA(style.font->FontSize, 4096, 0, text.c_str()).x;
  };
  // Text that begins here and goes the bars' way.
  const auto write = [&](float x, const std::string& text) {
    drawText(view, style.font,
             {style.goesLeft ? x - widthOf(text) : x, pixel.y - 0.5f * style.font->FontSize}, color, text);
  };
  pixel.x += way * (style.radius * 1.3f + 0.35f * style.pitch);
  const float barX = pixel.x + way * (style.nameWidth + 8);
  // Bars end before the picture does; the number needs some room behind them.
  const float room = kRoomForNumber * view.scale;
  const float barEnd = std::clamp(barX + way * barLength, view.freeLeft + room,
                                  std::max(view.viewport.x - room, view.freeLeft + room));
  const glm::vec2 half(0, 0.5f * style.font->FontSize);
  if (view.isCovered({glm::vec2(std::min(pixel.x, barEnd), pixel.y) - half,
                      glm::vec2(std::max(pixel.x, barEnd), pixel.y) + half}))
    return;
  write(pixel.x, outputName(style, state, i));
  if (way * (barEnd - barX) < 12) return;
  const auto rectangle = [&](float end, ImU32 fill) {
    ImGui::GetBackgroundDrawList()->AddRectFilled({std::min(barX, end), pixel.y - 0.5f * barHeight},
                                                  {std::max(barX, end), pixel.y + 0.5f * barHeight}, fill, 2);
  };
  rectangle(barEnd, colorsOf(view).barBack);
  const float value = style.values[i];
  const float filled = std::isfinite(value) ? std::clamp(value, 0.0f, 1.0f) : 0.0f;
  const bool isWrong = style.hasClasses && i == style.winner && i != state.facts.label;
  rectangle(barX + way * std::max(1.5f, filled * way * (barEnd - barX)),
            isWrong ? colorsOf(view).wrong : faded(colorsOf(view).barFill, 0.35f + 0.65f * filled));
  if (hasNumber) write(barEnd + way * 8, outputNumber(style, state, i));
}

void drawOutputLayer(const NetworkLayout& layout, std::size_t l, const OutputStyle& style,
                     const ViewerState& state, const LabelView& view) {
  const LayerLayout& layer = layout.layers[l];
  if (style.pitch < kLeastLabelHeight) return;
  for (std::size_t i = 0; i < layer.count; ++i) {
    glm::vec2 pixel;
    if (!projectToPixels(view.viewProjection, view.viewport, layout.node(l, i), pixel)) continue;
    if (view.isCovered({pixel, pixel})) continue;
    const bool isWinner = i == style.winner,
               isLabel = style.hasClasses ? i == state.facts.label : i == style.winner;
    const ImU32 color = isWinner  ? (isLabel ? colorsOf(view).bright : colorsOf(view).wrong)
                        : isLabel ? colorsOf(view).bright
                                  : colorsOf(view).quiet;
    if (style.isRow) {
      drawOutputAbove(style, state, view, i, pixel, color, isWinner || isLabel);
    } else {
      drawOutputBeside(style, state, view, i, pixel, color, isWinner || isLabel);
    }
  }
}

// ViewerState::outputs holds the outputs of all output layers, in the order of the layers.
void drawOutputs(const Ui& ui, const NetworkLayout& layout, const ViewerState& state, const LabelView& view) {
  std::size_t first = 0;
  for (std::size_t l = 0; l < layout.layers.size(); ++l) {
    const LayerLayout& layer = layout.layers[l];
    if (!layer.isOutput) continue;
    const std::size_t begin = first;
    first += layer.count;
    if (state.outputs.size() < first) return;  // not known yet
    if (layer.form != LayerForm::column || layer.count > kMostNamedOutputs) continue;
    const std::span<const float> values = std::span(state.outputs).subspan(begin, layer.count);
    const bool hasClasses = l == classLayer(layout);
    drawOutputLayer(layout, l, outputStyle(ui, layout, layer, values, hasClasses, state, view), state, view);
  }
}

}  // namespace

void drawNetworkLabels(const Ui& ui, const NetworkLayout& layout, const ViewerState& state,
                       const ViewSettings& settings, const LabelView& view) {
  if (!settings.showLabels) return;
  // What stands behind a panel is not named: the panel has no background of its own to hide it.
  ImDrawList* list = ImGui::GetBackgroundDrawList();
  list->PushClipRect({view.freeLeft, 0}, {view.viewport.x - view.freeRight, view.viewport.y});
  drawLayerNames(ui, layout, state, view);
  if (settings.showMatrices) drawMatrixNames(ui, layout, state, settings, view);
  drawOutputs(ui, layout, state, view);
  list->PopClipRect();
}

}  // namespace cajal
