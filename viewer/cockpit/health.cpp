// How well each layer learns: what is dead, flat, too fast, too slow, or not a number.
#include <fmt/format.h>
#include <imgui.h>

#include <cmath>

#include "viewer/cockpit/panels.h"

namespace cajal {
namespace {

// Read on dark panels and on light ones.
const ImVec4 kGood{0.33f, 0.66f, 0.42f, 1}, kDoubtful{0.82f, 0.56f, 0.10f, 1}, kBad{0.93f, 0.32f, 0.30f, 1};

ImVec4 plain() {
  return ImGui::GetStyleColorVec4(ImGuiCol_Text);
}

constexpr double kDoubtfulShare = 0.2, kBadShare = 0.5;  // of neurons that pass nothing back
// Weights that change by a thousandth a step learn; by a tenth they are thrown about, by a millionth they
// rest.
constexpr double kFastChange = 3e-2, kTooFastChange = 0.3, kSlowChange = 1e-5;

ImVec4 colorOfDead(double share) {
  return share >= kBadShare ? kBad : share >= kDoubtfulShare ? kDoubtful : plain();
}

ImVec4 colorOfChange(double ratio) {
  if (!(ratio < kTooFastChange)) return kBad;
  return ratio > kFastChange || ratio < kSlowChange ? kDoubtful : kGood;
}

void cell(const ImVec4& color, const std::string& text) {
  ImGui::TableNextColumn();
  ImGui::TextColored(color, "%s", text.c_str());
}

std::string percent(double share) {
  return fmt::format("{:.0f} %", 100 * share);
}

// "3.1e-4" in as few letters as possible.
std::string brief(double value) {
  return value == 0 ? "0" : fmt::format("{:.1e}", value);
}

void summaryRow(const char* what, const Summary& summary) {
  ImGui::TableNextRow();
  cell(plain(), what);
  cell(plain(), fmt::format("{:.3g} ± {:.2g}", summary.mean(), summary.deviation()));
  cell(plain(),
       summary.finite() == 0 ? "-" : fmt::format("{:.3g} … {:.3g}", summary.minimum, summary.maximum));
  cell(plain(), brief(summary.norm()));
  cell(plain(), percent(summary.zeroShare()));
  const std::uint64_t wrong = summary.nans + summary.infinities;
  cell(wrong ? kBad : plain(), wrong ? fmt::format("{} NaN, {} inf", summary.nans, summary.infinities) : "-");
}

// Everything about a layer's numbers, beside the panel, while the mouse is on it.
void details(const Health& health, int layer) {
  const ImVec2 panel = ImGui::GetWindowPos();
  ImGui::SetNextWindowPos({panel.x + ImGui::GetWindowWidth() + 8, ImGui::GetItemRectMin().y},
                          ImGuiCond_Always, {0, 0.5f});
  ImGui::BeginTooltip();
  ImGui::BeginTable("numbers", 6, ImGuiTableFlags_SizingFixedFit);
  for (const char* title : {"", "mean ± deviation", "range", "norm", "zeros", "not finite"})
    ImGui::TableSetupColumn(title);
  ImGui::TableHeadersRow();
  summaryRow("outputs", health.layers[static_cast<std::size_t>(layer - 1)].outputs);
  for (const TensorHealth& tensor : health.tensors) {
    if (tensor.layer != layer) continue;
    summaryRow(tensor.name.c_str(), tensor.values);
    summaryRow("    gradient", tensor.gradient);
    summaryRow("    change", tensor.change);
  }
  ImGui::EndTable();
  ImGui::EndTooltip();
}

bool hasWeights(const Health& health, int layer) {
  for (const TensorHealth& tensor : health.tensors) {
    if (tensor.layer == layer) return true;
  }
  return false;
}

void layerRow(const StaticState& fixed, const Health& health, int layer) {
  const UnitSummary& units = health.layers[static_cast<std::size_t>(layer - 1)];
  ImGui::TableNextRow();
  ImGui::TableNextColumn();
  ImGui::Selectable(fixed.layerNames[static_cast<std::size_t>(layer)].c_str(), false,
                    ImGuiSelectableFlags_SpanAllColumns);
  if (ImGui::IsItemHovered()) details(health, layer);
  cell(colorOfDead(units.deadShare()), percent(units.deadShare()));
  cell(plain(), percent(units.flatShare()));
  if (!hasWeights(health, layer)) return;
  const double norm = gradientNorm(health, layer), ratio = changeRatio(health, layer);
  cell(plain(), brief(norm));
  cell(colorOfChange(ratio), brief(ratio));
}

}  // namespace

void healthPanel(const ViewerState& state) {
  if (!state.facts.health) {
    ImGui::TextDisabled("known after the next step");
    return;
  }
  const Health& health = *state.facts.health;
  if (const std::uint64_t wrong = health.notFinite(); wrong > 0) {
    ImGui::TextColored(kBad, "%s", fmt::format("{} numbers are NaN or infinite", wrong).c_str());
  }
  if (!ImGui::BeginTable("health", 5, ImGuiTableFlags_SizingStretchProp)) return;
  ImGui::TableSetupColumn("layer", ImGuiTableColumnFlags_WidthStretch, 1.6f);
  for (const char* title : {"dead", "flat", "|grad|", "change"}) ImGui::TableSetupColumn(title);
  ImGui::TableHeadersRow();
  for (int layer = 1; layer <= static_cast<int>(health.layers.size()); ++layer)
    layerRow(state.fixed, health, layer);
  ImGui::EndTable();
  ImGui::TextDisabled("step %s; point at a layer for its numbers", fmt::format("{}", health.step).c_str());
}

}  // namespace cajal
