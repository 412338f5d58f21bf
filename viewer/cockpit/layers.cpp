// Which layers are folded into one block each.
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>

#include "viewer/cockpit/panels.h"

namespace cajal {
namespace {

constexpr std::size_t kMostRows = 8;  // of a list that is seen at once; the rest is scrolled to

}  // namespace

void layersPanel(const ViewerState& state, const ViewSettings& settings, ActionList& actions) {
  const std::vector<std::string>& names = state.fixed.layerNames;
  ViewSettings wanted = settings;
  std::set<std::size_t>& folded = wanted.layout.folded;
  const float width = (ImGui::GetContentRegionAvail().x - ImGui::GetStyle().ItemSpacing.x) / 2;
  if (ImGui::Button("Fold hidden", {width, 0})) {
    for (std::size_t l = 1; l + 1 < names.size(); ++l) folded.insert(l);
  }
  ImGui::SameLine();
  if (ImGui::Button("Open all", {width, 0})) folded.clear();
  const auto rows = static_cast<float>(std::min(names.size(), kMostRows));
  ImGui::BeginChild("layers", {0, rows * ImGui::GetFrameHeightWithSpacing()});
  for (std::size_t l = 0; l < names.size(); ++l) {
    bool isFolded = folded.contains(l);
    if (!ImGui::Checkbox(fmt::format("{}  {}", l, names[l]).c_str(), &isFolded)) continue;
    if (isFolded) {
      folded.insert(l);
    } else {
      folded.erase(l);
    }
  }
  ImGui::EndChild();
  for (Action& action : actionsBetween(viewSettings(), settings, wanted))
    actions.push_back(std::move(action));
}

}  // namespace cajal
