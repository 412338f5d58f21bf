// The question before a run ends whose weights nobody keeps.
#include <fmt/format.h>
#include <imgui.h>

#include "viewer/cockpit/panels.h"
#include "viewer/scene/labels.h"

namespace cajal {

QuitAnswer quitQuestion(std::uint64_t step) {
  QuitAnswer answer = QuitAnswer::none;
  const ImVec2 size = ImGui::GetIO().DisplaySize;
  ImGui::SetNextWindowPos({0.5f * size.x, 0.5f * size.y}, ImGuiCond_Always, {0.5f, 0.5f});
  constexpr ImGuiWindowFlags flags = ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_AlwaysAutoResize |
                                     ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings;
  if (ImGui::Begin("quit", nullptr, flags)) {
    ImGui::Text("Quit? The weights of %s steps are not kept.", withThousands(step).c_str());
    ImGui::TextDisabled("%s", "Start with --out FOLDER to keep a run.");
    ImGui::Spacing();
    if (ImGui::Button("Quit (Enter)")) answer = QuitAnswer::leave;
    ImGui::SameLine();
    if (ImGui::Button("Stay (Esc)")) answer = QuitAnswer::stay;
  }
  ImGui::End();
  return answer;
}

}  // namespace cajal
