// Play, pause, step once, reset, record, screenshot.
#include <fmt/format.h>
#include <imgui.h>

#include "viewer/cockpit/panels.h"

namespace cajal {

void transportPanel(const ViewerState& state, ActionList& actions) {
  const float width = (ImGui::GetContentRegionAvail().x - 2 * ImGui::GetStyle().ItemSpacing.x) / 3;
  const auto button = [&](const char* label, const char* action) {
    if (ImGui::Button(label, {width, 0})) actions.push_back({action, {}});
  };
  state.isRunning ? button("Pause", "pause") : button("Play", "play");
  ImGui::SameLine();
  button("Step", "step");
  ImGui::SameLine();
  button("Reset", "reset");
  if (ImGui::IsItemHovered()) ImGui::SetTooltip("Back to step 0 with the same seed; the settings stay");

  button(state.recording.isRecording ? "Stop" : "Record", "record");
  ImGui::SameLine();
  button("Picture", "screenshot");
  ImGui::SameLine();
  button("Frame", "frame");
  if (ImGui::IsItemHovered()) ImGui::SetTooltip("See the whole network");
  const auto warn = [](const std::string& text) {
    ImGui::PushStyleColor(ImGuiCol_Text, ImVec4(1.0f, 0.45f, 0.4f, 1.0f));
    ImGui::TextWrapped("%s", text.c_str());
    ImGui::PopStyleColor();
  };
  if (!state.haltedReason.empty()) warn("Stopped at " + state.haltedReason);
  if (!state.notice.empty()) warn(state.notice);
  if (state.recording.isRecording) {
    ImGui::TextColored({1.0f, 0.45f, 0.4f, 1.0f}, "%s",
                       fmt::format("recording {}: {} frames, {} dropped", state.recording.path,
                                   state.recording.frames, state.recording.dropped)
                           .c_str());
  }
  ImGui::Spacing();
}

}  // namespace cajal
