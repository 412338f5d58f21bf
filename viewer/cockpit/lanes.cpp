// All networks beside each other: which one panels and keys concern, and each one's own play and pause.
#include <fmt/format.h>
#include <imgui.h>

#include "viewer/cockpit/panels.h"

namespace cajal {
namespace {

std::string newest(const LaneState& lane) {
  if (lane.curves->empty()) return "";
  const Metrics& last = lane.curves->back();
  return lane.predictsNumbers ? fmt::format("{:.4g}", last.testLoss)
                              : fmt::format("{:.1f} %", 100 * last.testAccuracy);
}

void row(const LaneState& lane, ActionList& actions) {
  ImGui::PushID(static_cast<int>(lane.number));
  ImGui::TableNextRow();
  ImGui::TableNextColumn();
  ImGui::PushStyleColor(ImGuiCol_Text, lane.color);
  if (ImGui::Selectable(lane.name.c_str(), lane.isSelected) && !lane.isSelected)
    actions.push_back({"lane", std::to_string(lane.number)});
  ImGui::PopStyleColor();
  if (ImGui::IsItemHovered()) ImGui::SetTooltip("%s", fmt::format("{}: {}", lane.number, lane.name).c_str());
  ImGui::TableNextColumn();
  ImGui::TextUnformatted(newest(lane).c_str());
  ImGui::TableNextColumn();
  if (!lane.isTrained) {
    ImGui::TextDisabled("file");
    if (ImGui::IsItemHovered()) ImGui::SetTooltip("Weights from a file, which stand still");
  } else if (!lane.problem.empty()) {
    ImGui::TextColored({1.0f, 0.45f, 0.4f, 1.0f}, "halted");
    if (ImGui::IsItemHovered()) ImGui::SetTooltip("%s", lane.problem.c_str());
  } else if (ImGui::SmallButton(lane.isRunning ? "pause" : "play")) {
    actions.push_back({lane.isRunning ? "pause" : "play", {}, lane.number});
  }
  ImGui::PopID();
}

}  // namespace

void lanesPanel(const ViewerState& state, ActionList& actions) {
  constexpr ImGuiTableFlags flags = ImGuiTableFlags_SizingFixedFit | ImGuiTableFlags_NoHostExtendX;
  if (!ImGui::BeginTable("lanes", 3, flags, {ImGui::GetContentRegionAvail().x, 0})) return;
  ImGui::TableSetupColumn("name", ImGuiTableColumnFlags_WidthStretch);
  for (const char* column : {"newest", "state"}) ImGui::TableSetupColumn(column);
  for (const LaneState& lane : state.lanes) row(lane, actions);
  ImGui::EndTable();
}

}  // namespace cajal
