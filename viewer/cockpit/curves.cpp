// Loss and accuracy over steps, training and test. A small plot of our own on ImGui's draw list.
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "viewer/cockpit/panels.h"
#include "viewer/scene/labels.h"

namespace cajal {
namespace {

// Read on dark panels and on light ones.
constexpr ImU32 kTraining = IM_COL32(238, 150, 62, 255);
constexpr ImU32 kTest = IM_COL32(74, 152, 240, 255);
constexpr ImU32 kGrid = IM_COL32(120, 128, 148, 60);
constexpr ImU32 kText = IM_COL32(128, 136, 152, 255);

struct Plot {
  ImVec2 low, high;  // pixels: top left, bottom right
  double lastStep = 1;
  double bottom = 0, top = 1;  // values
  bool isLogarithmic = false;

  ImVec2 at(double step, double value) const {
    const double x = step / lastStep;
    const double y = isLogarithmic ? std::log(std::max(value, bottom) / bottom) / std::log(top / bottom)
                                   : (value - bottom) / (top - bottom);
    return {low.x + static_cast<float>(x) * (high.x - low.x),
            high.y - static_cast<float>(std::clamp(y, 0.0, 1.0)) * (high.y - low.y)};
  }
};

// One curve, thinned to about a point a pixel: the mean of the points that share one.
template <typename Value>
void drawCurve(const Plot& plot, const std::vector<Metrics>& points, ImU32 color, Value&& value) {
  std::vector<ImVec2> line;
  double sum = 0, steps = 0;
  int count = 0;
  float column = -1;
  const auto flush = [&] {
    if (count > 0) line.push_back(plot.at(steps / count, sum / count));
    sum = steps = 0;
    count = 0;
  };
  for (const Metrics& point : points) {
    const double y = value(point);
    if (!std::isfinite(y)) continue;
    const float x = std::floor(plot.at(static_cast<double>(point.step), 0).x);
    if (x != column) flush();
    column = x;
    sum += y;
    steps += static_cast<double>(point.step);
    ++count;
  }
  flush();
  ImGui::GetWindowDrawList()->AddPolyline(line.data(), static_cast<int>(line.size()), color, 0, 1.6f);
}

void drawFrame(const Plot& plot, const std::string& title, const std::string& top,
               const std::string& bottom) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRect(plot.low, plot.high, kGrid);
  for (int line = 1; line < 4; ++line) {
    const float y = plot.low.y + 0.25f * static_cast<float>(line) * (plot.high.y - plot.low.y);
    list->AddLine({plot.low.x, y}, {plot.high.x, y}, kGrid);
  }
  const float size = ImGui::GetFontSize();
  list->AddText({plot.low.x, plot.low.y - size - 2}, kText, title.c_str());
  const float topWidth = ImGui::CalcTextSize(top.c_str()).x,
              bottomWidth = ImGui::CalcTextSize(bottom.c_str()).x;
  list->AddText({plot.high.x - topWidth - 3, plot.low.y + 1}, kText, top.c_str());
  list->AddText({plot.high.x - bottomWidth - 3, plot.high.y - size - 1}, kText, bottom.c_str());
}

// Of all networks that are shown: their points.
std::vector<const std::vector<Metrics>*> allCurves(const ViewerState& state) {
  std::vector<const std::vector<Metrics>*> curves;
  for (const LaneState& lane : state.lanes) curves.push_back(lane.curves);
  if (curves.empty()) curves.push_back(&state.curves);
  return curves;
}

// The whole decades between which all losses lie.
std::pair<double, double> lossDecades(const ViewerState& state) {
  double smallest = 1, largest = 1;
  for (const std::vector<Metrics>* points : allCurves(state)) {
    for (const Metrics& point : *points) {
      for (const double loss : {point.trainLoss, point.testLoss}) {
        if (!std::isfinite(loss) || loss <= 0) continue;
        smallest = std::min(smallest, loss);
        largest = std::max(largest, loss);
      }
    }
  }
  return {std::pow(10.0, std::floor(std::log10(smallest) - 1e-9)),
          std::pow(10.0, std::ceil(std::log10(largest)))};
}

// In less than fp32 that is said beside it.
void drawLoss(const ViewerState& state, const Plot& loss) {
  const std::string precision =
      state.fixed.precision == Precision::fp32 ? "" : fmt::format(" in {}", name(state.fixed.precision));
  drawFrame(loss, "loss" + precision, fmt::format("{:g}", loss.top), fmt::format("{:g}", loss.bottom));
  const auto testLoss = [](const Metrics& m) { return m.testLoss; };
  // Beside each other, one curve of each: two would be told apart by nobody.
  for (const LaneState& lane : state.lanes) drawCurve(loss, *lane.curves, lane.color, testLoss);
  if (!state.lanes.empty()) return;
  drawCurve(loss, state.curves, kTraining, [](const Metrics& m) { return m.trainLoss; });
  drawCurve(loss, state.curves, kTest, testLoss);
}

void drawAccuracy(const ViewerState& state, const Plot& accuracy) {
  drawFrame(accuracy, "accuracy", "100 %", "50 %");
  const auto testAccuracy = [](const Metrics& m) { return m.testAccuracy; };
  for (const LaneState& lane : state.lanes) drawCurve(accuracy, *lane.curves, lane.color, testAccuracy);
  if (!state.lanes.empty()) return;
  drawCurve(accuracy, state.curves, kTraining, [](const Metrics& m) { return m.trainAccuracy; });
  drawCurve(accuracy, state.curves, kTest, testAccuracy);
}

std::string newestTest(const ViewerState& state) {
  const std::string& part = state.fixed.curvePart;
  if (state.curves.empty()) return part;
  const Metrics& last = state.curves.back();
  if (state.fixed.predictsNumbers) return fmt::format("{} {:.4g}", part, last.testLoss);
  return fmt::format("{} {:.3f}, {:.1f} %", part, last.testLoss, 100 * last.testAccuracy);
}

}  // namespace

// Where numbers are predicted there is no accuracy: the loss has all the room.
void curvesPanel(const ViewerState& state, glm::vec2 size) {
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float text = ImGui::GetFontSize() + 4, gap = 12, footer = text;
  const bool hasAccuracy = !state.fixed.predictsNumbers;
  const float half = (size.x - gap) / 2, width = hasAccuracy ? half : size.x, right = origin.x + half + gap;
  double last = 1;
  for (const std::vector<Metrics>* points : allCurves(state))
    if (!points->empty()) last = std::max(last, static_cast<double>(points->back().step));
  const float top = origin.y + text, bottom = origin.y + size.y - footer;

  const auto [least, most] = lossDecades(state);
  drawLoss(state, {{origin.x, top}, {origin.x + width, bottom}, last, least, most, true});
  if (hasAccuracy) drawAccuracy(state, {{right, top}, {right + half, bottom}, last, 0.5, 1});

  ImDrawList* list = ImGui::GetWindowDrawList();
  if (!state.lanes.empty()) {
    const std::string note = state.fixed.curvePart + ", all lanes";
    list->AddText({origin.x, bottom + 3}, kText, note.c_str());
    ImGui::Dummy({size.x, size.y});
    return;
  }
  const std::string training =
      state.curves.empty() ? "training" : fmt::format("training {:.3g}", state.curves.back().trainLoss);
  list->AddText({origin.x, bottom + 3}, kTraining, training.c_str());
  list->AddText({right, bottom + 3}, kTest, newestTest(state).c_str());
  ImGui::Dummy({size.x, size.y});
}

}  // namespace cajal
