// Play, pause, step once, reset, record, screenshot.
#include <fmt/format.h>
#include <imgui.h>

#include "viewer/panels/panels.h"

namespace cajal {

void transportPanel(const ViewerState& state, UserRequests& requests) {
  const float width = (ImGui::GetContentRegionAvail().x - 2 * ImGui::GetStyle().ItemSpacing.x) / 3;
  if (ImGui::Button(state.isRunning ? "Pause" : "Play", {width, 0})) requests.run = !state.isRunning;
  ImGui::SameLine();
  if (ImGui::Button("Step", {width, 0})) requests.stepOnce = true;
  ImGui::SameLine();
  if (ImGui::Button("Reset", {width, 0})) requests.training.push_back({CommandKind::reset, 0});
  if (ImGui::IsItemHovered()) ImGui::SetTooltip("Back to step 0 with the same seed; the settings stay");

  if (ImGui::Button(state.recording.isRecording ? "Stop" : "Record", {width, 0}))
    requests.toggleRecording = true;
  ImGui::SameLine();
  if (ImGui::Button("Picture", {width, 0})) requests.takeScreenshot = true;
  ImGui::SameLine();
  if (ImGui::Button("Frame", {width, 0})) requests.frameNetwork = true;
  if (ImGui::IsItemHovered()) ImGui::SetTooltip("See the whole network");
  if (!state.haltedReason.empty()) {
    ImGui::PushStyleColor(ImGuiCol_Text, ImVec4(1.0f, 0.45f, 0.4f, 1.0f));
    ImGui::TextWrapped("%s", ("Stopped at " + state.haltedReason).c_str());
    ImGui::PopStyleColor();
  }
  if (state.recording.isRecording) {
    ImGui::TextColored({1.0f, 0.45f, 0.4f, 1.0f}, "%s",
                       fmt::format("recording {}: {} frames, {} dropped", state.recording.path,
                                   state.recording.frames, state.recording.dropped)
                           .c_str());
  }
  ImGui::Spacing();
}

}  // namespace cajal
