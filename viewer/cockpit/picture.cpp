// What edges show, and how.
#include <imgui.h>

#include "viewer/cockpit/controls.h"
#include "viewer/cockpit/panels.h"

namespace cajal {
namespace {

void edit(std::string_view key, ViewSettings& wanted) {
  edit(viewSettings(), key, wanted);
}

// Of the quantity that is shown: one map for signed values, one for others.
void editColors(ViewSettings& wanted) {
  ColorMap& colors = isSigned(wanted.quantity) ? wanted.signedColors : wanted.unsignedColors;
  if (!ImGui::BeginCombo("colours", std::string(name(colors)).c_str())) return;
  for (const ColorMap map : isSigned(wanted.quantity) ? signedColorMaps() : unsignedColorMaps())
    if (ImGui::Selectable(std::string(name(map)).c_str(), map == colors)) colors = map;
  ImGui::EndCombo();
}

}  // namespace

void picturePanel(const ViewerState& state, const ViewSettings& settings, ActionList& actions) {
  ViewSettings wanted = settings;
  ImGui::PushItemWidth(-98);
  edit("edges", wanted);
  edit("nodes", wanted);
  editColors(wanted);
  for (const char* key : {"layout", "theme", "strength", "top", "matrices"}) edit(key, wanted);
  ImGui::SameLine();
  edit("labels", wanted);
  ImGui::SameLine();
  edit("pulses", wanted);
  edit("tiles", wanted);
  if (state.fixed.shapes.front().count() == 2) {
    ImGui::SameLine();
    edit("map", wanted);
  }
  edit("below", wanted);
  if (ImGui::TreeNode("more##picture")) {
    for (const char* key : {"course", "threshold", "contrast", "width", "depth-cue", "bloom", "reduction",
                            "sampling", "one-scale"})
      edit(key, wanted);
    ImGui::TreePop();
  }
  ImGui::PopItemWidth();
  for (Action& action : actionsBetween(viewSettings(), settings, wanted))
    actions.push_back(std::move(action));
}

}  // namespace cajal
