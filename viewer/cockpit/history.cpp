// What was changed last, and the way back.
#include <fmt/format.h>
#include <imgui.h>

#include "viewer/cockpit/panels.h"
#include "viewer/scene/labels.h"

namespace cajal {
namespace {

constexpr std::size_t kRows = 6;

std::string shown(const SettingValue& value) {
  const std::string text = toText(value);
  return text.empty() ? "none" : text;
}

// "lr=0.01: ", where there are several lanes and the change concerned one.
std::string whose(const History::Entry& entry, const ViewerState& state) {
  for (const LaneState& lane : state.lanes)
    if (lane.number == entry.lane) return lane.name + ": ";
  return "";
}

void row(const History::Entry& entry, const ViewerState& state, bool isDone) {
  const SettingRow* const setting = settingTables().find(entry.name);
  const std::string text =
      fmt::format("{}{} {} → {}, step {}", whose(entry, state), setting ? setting->label() : entry.name,
                  shown(entry.before), shown(entry.after), withThousands(entry.step));
  isDone ? ImGui::TextUnformatted(text.c_str()) : ImGui::TextDisabled("%s (undone)", text.c_str());
}

}  // namespace

void historyPanel(const ViewerState& state, ActionList& actions) {
  if (!state.history || state.history->entries().empty()) {
    ImGui::TextDisabled("nothing was changed yet");
    return;
  }
  const auto& entries = state.history->entries();
  const float width = (ImGui::GetContentRegionAvail().x - ImGui::GetStyle().ItemSpacing.x) / 2;
  if (ImGui::Button("Undo", {width, 0})) actions.push_back({"undo", {}});
  ImGui::SameLine();
  if (ImGui::Button("Redo", {width, 0})) actions.push_back({"redo", {}});
  ImGui::PushTextWrapPos();
  for (std::size_t i = entries.size(); i > 0 && i + kRows > entries.size(); --i)
    row(entries[i - 1], state, i <= state.history->done());
  ImGui::PopTextWrapPos();
}

}  // namespace cajal
