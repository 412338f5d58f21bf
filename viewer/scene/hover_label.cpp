// Labels, continued: what is under the pointer.
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>

#include "viewer/scene/edge_course.h"
#include "viewer/scene/edge_ends.h"
#include "viewer/scene/labels.h"

namespace cajal {
namespace {

constexpr ImU32 kMark = IM_COL32(255, 255, 255, 230), kMarkOnPaper = IM_COL32(10, 12, 16, 230);
constexpr ImU32 kCross = IM_COL32(255, 255, 255, 90), kCrossOnPaper = IM_COL32(10, 12, 16, 110);
constexpr ImU32 kBox = IM_COL32(17, 20, 27, 235);
constexpr ImU32 kFrame = IM_COL32(120, 128, 148, 120);
constexpr ImU32 kTitle = IM_COL32(238, 240, 245, 255);
constexpr ImU32 kLine = IM_COL32(182, 189, 204, 255);
constexpr float kBeside = 16;  // pixels from the pointer to its box
constexpr float kRoom = 8;     // inside the box

ImU32 markColor(const LabelView& view) {
  return view.theme == Theme::dark ? kMark : kMarkOnPaper;
}
ImU32 crossColor(const LabelView& view) {
  return view.theme == Theme::dark ? kCross : kCrossOnPaper;
}

ImVec2 asIm(glm::vec2 v) {
  return {v.x, v.y};
}

// "neuron 17", "row 14, column 10", "row 3, column 4, channel 2", "7"
std::string placeInLayer(const NetworkLayout& layout, const ViewerState& state, const NeuronPlace& place) {
  const LayerLayout& layer = layout.layers[place.layer];
  if (layer.form == LayerForm::image) {
    const std::size_t pixel = place.index / layer.channels;
    const std::string at = fmt::format("row {}, column {}", pixel / layer.columns, pixel % layer.columns);
    return layer.channels == 1 ? at : fmt::format("{}, channel {}", at, place.index % layer.channels);
  }
  if (place.layer == classLayer(layout) && place.index < state.fixed.classNames.size())
    return fmt::format("'{}'", state.fixed.classNames[place.index]);
  return fmt::format("neuron {}", place.index);
}

// ---- marks ----

void markNeuron(ImDrawList* list, const NetworkLayout& layout, const NeuronPlace& place,
                const LabelView& view) {
  const LayerLayout& layer = layout.layers[place.layer];
  const glm::vec3 center = layout.node(place.layer, place.index);
  glm::vec2 pixel, beside;
  const glm::vec3 reach(0.0f, layer.isFlat() ? 0.5f * layer.spacing : layer.radius, 0.0f);
  if (!projectToPixels(view.viewProjection, view.viewport, center, pixel) ||
      !projectToPixels(view.viewProjection, view.viewport, center + reach, beside))
    return;
  const float radius = std::max(glm::distance(pixel, beside) * 1.15f + 2.0f, 5.0f);
  list->AddCircle(asIm(pixel), radius, markColor(view), 0, 1.8f);
}

// A line over the matrix from one place to another, each in shares of its sides.
void lineOver(ImDrawList* list, const MatrixLayout& matrix, glm::vec2 from, glm::vec2 to, ImU32 color,
              const LabelView& view) {
  glm::vec2 a, b;
  const auto at = [&](glm::vec2 share) {
    return matrix.origin + share.x * matrix.across + share.y * matrix.down;
  };
  if (projectToPixels(view.viewProjection, view.viewport, at(from), a) &&
      projectToPixels(view.viewProjection, view.viewport, at(to), b))
    list->AddLine(asIm(a), asIm(b), color, 1.2f);
}

// Its row and its column, and the cell itself where it is large enough to be seen.
void markCell(ImDrawList* list, const NetworkLayout& layout, const CellPlace& place, const LabelView& view) {
  const MatrixLayout& matrix = layout.matrices[place.matrix];
  const auto [low, high] = matrix.cell(place.row, place.column);
  const glm::vec2 middle = 0.5f * (low + high);
  lineOver(list, matrix, {0, middle.y}, {1, middle.y}, crossColor(view), view);
  lineOver(list, matrix, {middle.x, 0}, {middle.x, 1}, crossColor(view), view);
  const glm::vec2 corners[] = {low, {high.x, low.y}, high, {low.x, high.y}, low};
  for (int side = 0; side < 4; ++side)
    lineOver(list, matrix, corners[side], corners[side + 1], markColor(view), view);
}

// Along its whole course, so that it is found among all the others.
void markEdge(ImDrawList* list, const NetworkLayout& layout, const MatrixLayout& matrix, const EdgeEnds& ends,
              EdgeCourse course, const LabelView& view) {
  constexpr int kChords = 40;
  gpu::EdgeBundle bundle{};
  follow(course, layout, matrix, bundle);
  const glm::vec4 p0(layout.node(matrix.from, ends.source), 1.0f),
      p3(layout.node(matrix.to, ends.target), 1.0f);
  const glm::vec4 p1 = (1.0f - bundle.gather) * p0 + bundle.leave,
                  p2 = (1.0f - bundle.gather) * p3 + bundle.arrive;
  glm::vec2 last, next;
  bool isLastSeen = projectToPixels(view.viewProjection, view.viewport, p0, last);
  for (int chord = 1; chord <= kChords; ++chord) {
    const float t = static_cast<float>(chord) / kChords, u = 1 - t;
    const glm::vec4 at = u * u * u * p0 + 3 * u * u * t * p1 + 3 * u * t * t * p2 + t * t * t * p3;
    const bool isSeen = projectToPixels(view.viewProjection, view.viewport, at, next);
    if (isSeen && isLastSeen) list->AddLine(asIm(last), asIm(next), markColor(view), 1.6f);
    last = next;
    isLastSeen = isSeen;
  }
}

// ---- words ----
// NetworkScene::numbersOf() says what the numbers are.

std::vector<std::string> linesOfNeuron(const NetworkLayout& layout, const ViewerState& state) {
  const std::vector<float>& numbers = state.hover.numbers;
  std::vector<std::string> lines = {neuronName(layout, state, *state.hover.pick.neuron)};
  if (!numbers.empty()) lines.push_back(fmt::format("activation {:.5g}", numbers[0]));
  if (numbers.size() > 1) lines.push_back(fmt::format("bias {:.5g}", numbers[1]));
  lines.emplace_back("click: its edges alone");
  return lines;
}

// "row 14, column 10"; of a convolution "kernel 7 of channel 4, row 1, column 2"
std::string placeInMatrix(const MatrixLayout& matrix, const CellPlace& cell) {
  if (!matrix.convolution) return fmt::format("row {}, column {}", cell.row, cell.column);
  const std::size_t inputs = matrix.convolution->inputsPerGroup(), size = matrix.convolution->window.size;
  const std::size_t tap = cell.column / inputs;
  return fmt::format("kernel {} of channel {}, row {}, column {}", cell.row, cell.column % inputs, tap / size,
                     tap % size);
}

// A cell of a matrix, and an edge, are the same weight seen in two places.
std::vector<std::string> linesOfWeight(const NetworkLayout& layout, const ViewerState& state,
                                       const ViewSettings& settings) {
  const Pick& pick = state.hover.pick;
  const CellPlace& cell = pick.edge ? *pick.edge : *pick.cell;
  const MatrixLayout& matrix = layout.matrices[cell.matrix];
  const std::vector<float>& numbers = state.hover.numbers;
  const std::string title =
      pick.edge ? fmt::format("{}  ←  {}", layerTitle(state, matrix.to), layerTitle(state, matrix.from))
                : fmt::format("{}, {}", layerTitle(state, matrix.to), placeInMatrix(matrix, cell));
  std::vector<std::string> lines = {title};
  if (const std::optional<EdgeEnds> ends = edgeEnds(layout, cell, settings.selected)) {
    lines.push_back(fmt::format("{}  ←  {}", placeInLayer(layout, state, {matrix.to, ends->target}),
                                placeInLayer(layout, state, {matrix.from, ends->source})));
  }
  if (matrix.isIdentity()) {
    lines.emplace_back("no weight: the value is passed on and added");
    if (!numbers.empty()) lines.push_back(fmt::format("value {:.5g}", numbers[0]));
    return lines;
  }
  if (!numbers.empty()) lines.push_back(fmt::format("weight {:.5g}", numbers[0]));
  const bool showsOther =
      settings.quantity != Quantity::weight && settings.quantity != Quantity::contribution;
  if (numbers.size() > 1 && showsOther)
    lines.push_back(fmt::format("{} {:.5g}", displayName(settings.quantity), numbers[1]));
  if (numbers.size() > 2) {
    lines.push_back(fmt::format("activation of the source {:.5g}", numbers[2]));
    lines.push_back(fmt::format("contribution {:.5g}", numbers[0] * numbers[2]));
  }
  return lines;
}

void drawBox(ImDrawList* list, ImFont* font, glm::vec2 pointer, const std::vector<std::string>& lines,
             const LabelView& view) {
  const float pitch = font->FontSize + 3;
  float width = 0;
  for (const std::string& line : lines)
    width = std::max(width, font->CalcTextSizeA(font->FontSize, 4096, 0, line.c_str()).x);
  const glm::vec2 size(width + 2 * kRoom, pitch * static_cast<float>(lines.size()) + 2 * kRoom - 3);
  glm::vec2 at = pointer + kBeside;
  // On the other side of the pointer where there is no room.
  if (at.x + size.x > view.viewport.x) at.x = pointer.x - kBeside - size.x;
  if (at.y + size.y > view.viewport.y) at.y = pointer.y - kBeside - size.y;
  at = glm::max(at, glm::vec2(0.0f));
  list->AddRectFilled(asIm(at), asIm(at + size), kBox, 5);
  list->AddRect(asIm(at), asIm(at + size), kFrame, 5);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const glm::vec2 place = at + glm::vec2(kRoom, kRoom - 1 + pitch * static_cast<float>(i));
    list->AddText(font, font->FontSize, asIm(glm::round(place)), i == 0 ? kTitle : kLine, lines[i].c_str());
  }
}

}  // namespace

std::string neuronName(const NetworkLayout& layout, const ViewerState& state, const NeuronPlace& place) {
  return fmt::format("{}, {}", layerTitle(state, place.layer), placeInLayer(layout, state, place));
}

void drawHover(const Ui& ui, const NetworkLayout& layout, const ViewerState& state,
               const ViewSettings& settings, const LabelView& view) {
  ImDrawList* list = ImGui::GetBackgroundDrawList();
  if (settings.selected) markNeuron(list, layout, *settings.selected, view);
  const Hover& hover = state.hover;
  if (hover.pick.isNothing()) return;
  if (hover.pick.neuron) markNeuron(list, layout, *hover.pick.neuron, view);
  if (hover.pick.cell) markCell(list, layout, *hover.pick.cell, view);
  if (hover.pick.edge) {
    const CellPlace& edge = *hover.pick.edge;
    const MatrixLayout& matrix = layout.matrices[edge.matrix];
    if (const std::optional<EdgeEnds> ends = edgeEnds(layout, edge, settings.selected)) {
      markNeuron(list, layout, {matrix.to, ends->target}, view);
      markNeuron(list, layout, {matrix.from, ends->source}, view);
      markEdge(list, layout, matrix, *ends, settings.course, view);
    }
    if (settings.showMatrices && matrix.isShown) markCell(list, layout, edge, view);
  }
  // In front of the panels, too.
  drawBox(ImGui::GetForegroundDrawList(), ui.font(UiFont::small), hover.pointer,
          hover.pick.neuron ? linesOfNeuron(layout, state) : linesOfWeight(layout, state, settings), view);
}

}  // namespace cajal
