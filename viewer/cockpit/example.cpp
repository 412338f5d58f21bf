// Which example is run through the network for the picture.
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>

#include "viewer/cockpit/panels.h"

namespace cajal {

void examplePanel(const ViewerState& state, const ViewSettings& settings, ActionList& actions) {
  ViewSettings wanted = settings;
  const auto choosePart = [&](const char* label, Part part) {
    if (part == Part::validation && state.fixed.examplesOf(part) == 0) return;
    if (part != Part::test) ImGui::SameLine();
    if (!ImGui::RadioButton(label, settings.part == part) || settings.part == part) return;
    wanted.part = part;
    const std::size_t count = state.fixed.examplesOf(part);
    wanted.example = count > 0 ? std::min(settings.example, count - 1) : 0;
  };
  choosePart("test", Part::test);
  choosePart("training", Part::training);
  choosePart("validation", Part::validation);
  const std::size_t count = state.fixed.examplesOf(settings.part);
  ImGui::SameLine();
  if (ImGui::ArrowButton("previous", ImGuiDir_Left))
    wanted.example = (settings.example + count - 1) % std::max<std::size_t>(count, 1);
  ImGui::SameLine();
  if (ImGui::ArrowButton("next", ImGuiDir_Right))
    wanted.example = (settings.example + 1) % std::max<std::size_t>(count, 1);

  int example = static_cast<int>(settings.example);
  ImGui::PushItemWidth(-98);
  if (ImGui::SliderInt("number", &example, 0, std::max(static_cast<int>(count) - 1, 0))) {
    wanted.example =
        static_cast<std::size_t>(std::clamp(example, 0, std::max(static_cast<int>(count) - 1, 0)));
  }
  ImGui::PopItemWidth();
  if (state.outputs.size() == state.fixed.shapes.back().count() && !state.outputs.empty()) {
    const auto winner = static_cast<std::size_t>(
        std::max_element(state.outputs.begin(), state.outputs.end()) - state.outputs.begin());
    const auto className = [&](std::size_t index) {
      return index < state.fixed.classNames.size() ? state.fixed.classNames[index] : std::to_string(index);
    };
    ImGui::TextDisabled(
        "%s", fmt::format("is {}, read as {}", className(state.facts.label), className(winner)).c_str());
  }
  for (Action& action : actionsBetween(viewSettings(), settings, wanted))
    actions.push_back(std::move(action));
}

}  // namespace cajal
