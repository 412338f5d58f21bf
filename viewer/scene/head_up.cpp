// Labels, continued: what is written at the edge of the picture, wherever the camera stands.
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>

#include "viewer/scene/label_text.h"

namespace cajal {
namespace {

constexpr float kMargin = 24;              // pixels
constexpr glm::vec2 kBackdropRoom(10, 3);  // pixels round the text, where it has its natural size
constexpr glm::vec2 kSmall(900, 500);      // pixels, likewise: names of layers then need the room
constexpr float kShareWhereSmall = 0.32f;  // of the width, for lines that can be broken
constexpr std::size_t kMostListed = 8;     // lanes
constexpr std::size_t kManyLanes = 4;      // more are listed in small
constexpr float kLeastRoom = 190;          // for the lines, pixels where text has its natural size
constexpr float kBarWidth = 190, kBarHeight = 9, kBarWidthWhereSmall = 130;

float freeWidth(const LabelView& view) {
  return view.viewport.x - view.freeLeft - view.freeRight;
}
bool isSmall(const LabelView& view) {
  return freeWidth(view) < kSmall.x * view.scale && view.viewport.y < kSmall.y * view.scale;
}

float widthOf(ImFont* font, const std::string& text) {
  return font->CalcTextSizeA(font->FontSize, 4096, 0, text.c_str()).x;
}

ScreenBox withRoom(const LabelView& view, glm::vec2 low, glm::vec2 high) {
  return {low - kBackdropRoom * view.scale, high + kBackdropRoom * view.scale};
}

// ---- the lines of text ----

// What belongs together and is not broken, unless it is too long alone.
using Phrases = std::vector<std::string>;

Phrases edgePhrases(const ViewerState& state, const ViewSettings& settings) {
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
  Phrases phrases{fmt::format("edges: {}", displayName(settings.quantity)),
                  fmt::format("{}{} of {}{}, {}", strongest, withThousands(state.edges.shown),
                              withThousands(state.edges.total), whose, how)};
  if (state.edges.areOfOnePlace) phrases.emplace_back("convolutions in one place");
  return phrases;
}

Phrases stepPhrases(const ViewerState& state) {
  Phrases phrases{fmt::format("step {}", withThousands(state.facts.step))};
  if (state.curves.empty()) return phrases;
  const Metrics& last = state.curves.back();
  const std::string& part = state.fixed.curvePart;
  const std::string count = withThousands(state.fixed.metricsExamples);
  phrases.push_back(state.fixed.predictsNumbers
                        ? fmt::format("{} loss {:.4g} over {}", part, last.testLoss, count)
                        : fmt::format("{} accuracy {:.1f} % of {}", part, 100 * last.testAccuracy, count));
  return phrases;
}

// The newest of its curves: "test accuracy 97.1 %".
std::string standingOf(const LaneState& lane) {
  if (!lane.problem.empty()) return "stopped";
  if (lane.curves->empty()) return lane.isTrained ? "" : "a file";
  const Metrics& last = lane.curves->back();
  return lane.predictsNumbers ? fmt::format("loss {:.4g}", last.testLoss)
                              : fmt::format("accuracy {:.1f} %", 100 * last.testAccuracy);
}

Phrases lanePhrases(const LaneState& lane) {
  Phrases phrases{lane.name};
  // Of a file that says nothing about its training, nothing is known.
  if (lane.isTrained || lane.step > 0) phrases.push_back(fmt::format("step {}", withThousands(lane.step)));
  if (std::string standing = standingOf(lane); !standing.empty()) phrases.push_back(std::move(standing));
  return phrases;
}

Phrases pricePhrases(const Price& price) {
  return {fmt::format("{} steps/s", withThousands(static_cast<std::uint64_t>(price.stepsPerSecond + 0.5))),
          fmt::format("{:.0f} fps", price.framesPerSecond),
          fmt::format("step {:.2f} ms", price.stepMilliseconds),
          fmt::format("frame {:.1f} ms", price.drawMilliseconds),
          fmt::format("{:.2f} MB copied a frame", price.bytesCopiedPerFrame * 1e-6)};
}

// Adds it to the last line, or begins a new one where that would be wider than `width`, in pixels.
void append(std::vector<std::string>& lines, ImFont* font, const std::string& joint, const std::string& text,
            float width) {
  if (!lines.empty() && widthOf(font, lines.back() + joint + text) <= width)
    lines.back() += joint + text;
  else
    lines.push_back(text);
}

// Broken between phrases, and between the words of a phrase that is too long.
std::vector<std::string> broken(ImFont* font, const Phrases& phrases, const std::string& joint, float width) {
  std::vector<std::string> lines;
  for (const std::string& phrase : phrases) {
    if (widthOf(font, phrase) <= width) {
      append(lines, font, joint, phrase, width);
      continue;
    }
    std::vector<std::string> own;
    for (std::size_t at = 0; at < phrase.size();) {
      const std::size_t end = std::min(phrase.find(' ', at), phrase.size());
      append(own, font, " ", phrase.substr(at, end - at), width);
      at = end + 1;
    }
    lines.insert(lines.end(), own.begin(), own.end());
  }
  return lines;
}

struct Line {
  ImFont* font;
  ImU32 color;
  std::string text;
  glm::vec2 at;  // pixels: the upper left corner
};

// What is written in the upper left corner, and the box that it stands in.
struct Lines {
  std::vector<Line> lines;
  ScreenBox box;
};

Lines headUpLines(const Ui& ui, const ViewerState& state, const ViewSettings& settings,
                  const LabelView& view) {
  const LabelColors& colors = colorsOf(view);
  const glm::vec2 corner{view.freeLeft + kMargin, kMargin - 6};
  glm::vec2 at = corner, high = corner;
  Lines block;
  const float room = isSmall(view) ? kShareWhereSmall * freeWidth(view) : freeWidth(view) - 2 * kMargin;
  const auto add = [&](UiFont font, ImU32 color, const Phrases& phrases, const char* joint, float gap) {
    ImFont* const f = ui.font(font);
    for (const std::string& line : broken(f, phrases, joint, std::max(room, kLeastRoom * view.scale))) {
      block.lines.push_back({f, color, line, at});
      high = glm::max(high, at + glm::vec2(widthOf(f, line), f->FontSize));
      at.y += f->FontSize + gap;
    }
  };
  constexpr const char* kDot = "  ·  ";
  if (!state.lanes.empty()) {
    const UiFont font = isSmall(view) || state.lanes.size() > kManyLanes ? UiFont::small : UiFont::text;
    std::size_t others = 0;
    for (const LaneState& lane : state.lanes) {
      // Of many the first ones, and the one that is meant.
      if (state.lanes.size() > kMostListed && !lane.isSelected && ++others >= kMostListed) continue;
      add(lane.isSelected && font == UiFont::text ? UiFont::textBold : font, lane.color, lanePhrases(lane),
          "   ", 3);
    }
    if (state.lanes.size() > kMostListed)
      add(font, colors.quiet, {fmt::format("and {} more", state.lanes.size() - kMostListed)}, "", 3);
  } else if (isSmall(view))
    add(UiFont::text, colors.bright, stepPhrases(state), "    ", 3);
  else
    add(UiFont::label, colors.bright, stepPhrases(state), "    ", 6);
  add(UiFont::small, colors.quiet, edgePhrases(state, settings), kDot, 4);
  if (const std::string broken = notFiniteText(state.edgesNotFinite); !broken.empty())
    add(UiFont::small, notFiniteColor(view, true), {broken}, kDot, 4);
  if (state.isLive) add(UiFont::small, colors.quiet, pricePhrases(state.price), kDot, 4);
  block.box = withRoom(view, corner, high);
  return block;
}

// ---- the colour bar ----

// What the colours of edges mean, with the numbers at the ends.
struct ColorBar {
  ImFont* font;
  std::string title;
  glm::vec2 at, size;  // pixels: the bar itself
  glm::vec2 stripes;   // where the piece for what is not finite begins, as high as the bar
  ScreenBox box;       // with what is written above and below it
};

constexpr float kStripesWidth = 36, kBeforeStripes = 14;
constexpr const char* kNotFiniteTitle = "NaN, Inf";

ColorBar colorBar(const Ui& ui, const ViewerState& state, const ViewSettings& settings,
                  const LabelView& view) {
  ColorBar bar{};
  bar.font = ui.font(UiFont::small);
  bar.title = fmt::format("{}, {}", displayName(settings.quantity),
                          hasOneScale(settings) ? "all layers" : "first layer");
  bar.size = view.scale * glm::vec2(isSmall(view) ? kBarWidthWhereSmall : kBarWidth, kBarHeight);
  bar.at = {view.freeLeft + kMargin, view.viewport.y - kMargin - 30 * view.scale};
  const glm::vec2 above(0, bar.font->FontSize + 5), below(0, bar.font->FontSize + 4);
  const float atStripes = bar.size.x + kBeforeStripes * view.scale;
  bar.stripes = bar.at + glm::vec2(atStripes, 0);
  const float end = state.edgesNotFinite > 0 ? atStripes + widthOf(bar.font, kNotFiniteTitle) : bar.size.x;
  const float width = std::max(end, widthOf(bar.font, bar.title));
  bar.box = withRoom(view, bar.at - above, bar.at + glm::vec2(width, bar.size.y) + below);
  return bar;
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

void drawColorBar(const ColorBar& bar, const ViewerState& state, const ViewSettings& settings,
                  const LabelView& view) {
  const LabelColors& colors = colorsOf(view);
  ImDrawList* list = ImGui::GetBackgroundDrawList();
  const gpu::ColorScale scale = colorScale(colorMapOf(settings), view.theme != Theme::dark);
  constexpr int kSteps = static_cast<int>(gpu::kColorStops) - 1;
  const auto colorOf = [&](int stop) {
    const gpu::vec3 c = 255.0f * glm::clamp(scale.stops[stop], 0.0f, 1.0f) + 0.5f;
    return IM_COL32(static_cast<int>(c.x), static_cast<int>(c.y), static_cast<int>(c.z), 255);
  };
  const float width = bar.size.x;
  for (int step = 0; step < kSteps; ++step) {
    const ImVec2 low(bar.at.x + width * static_cast<float>(step) / kSteps, bar.at.y);
    const ImVec2 high(bar.at.x + width * static_cast<float>(step + 1) / kSteps, bar.at.y + bar.size.y);
    const ImU32 left = colorOf(step), right = colorOf(step + 1);
    list->AddRectFilledMultiColor(low, high, left, right, right, left);
  }
  const glm::vec2 under(0, bar.size.y + 4);
  if (state.edgesNotFinite > 0) {
    drawStripes(view, bar.stripes, bar.stripes + glm::vec2(kStripesWidth * view.scale, bar.size.y));
    drawText(view, bar.font, bar.stripes + under, colors.quiet, kNotFiniteTitle);
  }
  drawText(view, bar.font, bar.at - glm::vec2(0, bar.font->FontSize + 5), colors.quiet, bar.title);
  if (state.edgeRange.notFinite >= 1) return;  // the scale of no value has no numbers
  const std::string end = state.edgeRange.end > 0 ? fmt::format("{:.2g}", state.edgeRange.end) : "…";
  const glm::vec2 below = bar.at + under;
  drawText(view, bar.font, below, colors.quiet, scale.isSigned ? "-" + end : "0");
  if (scale.isSigned)
    drawText(view, bar.font, below + glm::vec2(width / 2, 0), colors.quiet, "0", TextAlign::center);
  drawText(view, bar.font, below + glm::vec2(width - widthOf(bar.font, "+" + end), 0), colors.quiet,
           "+" + end);
}

}  // namespace

LabelView drawHeadUp(const Ui& ui, const ViewerState& state, const ViewSettings& settings,
                     const LabelView& view) {
  const Lines block = headUpLines(ui, state, settings, view);
  drawBackdrop(view, block.box);
  for (const Line& line : block.lines) drawText(view, line.font, line.at, line.color, line.text);
  const ColorBar bar = colorBar(ui, state, settings, view);
  drawBackdrop(view, bar.box);
  drawColorBar(bar, state, settings, view);
  LabelView beside = view;
  beside.covered.insert(beside.covered.end(), {block.box, bar.box});
  return beside;
}

}  // namespace cajal
