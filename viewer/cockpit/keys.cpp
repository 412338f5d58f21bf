// The keys, as README lists them.
#include <imgui.h>

#include "viewer/cockpit/panels.h"

namespace cajal {

void keysHelp() {
  const auto row = [](const char* keys, const char* what) {
    ImGui::TextUnformatted(keys);
    ImGui::SameLine(104);
    ImGui::TextDisabled("%s", what);
  };
  row("W A S D  Q E", "fly; shift: fast");
  row("drag", "look; in orbit: turn");
  row("point, click", "a neuron's numbers; its edges");
  row("right drag", "move sideways");
  row("wheel", "speed; in orbit: distance");
  row("arrows", "look");
  row("[ ]", "example before, after");
  row("1 to 6", "what edges show");
  row("L", "next layout");
  row("O", "fold or open the layer");
  for (const Verb& verb : verbs())
    if (!verb.keyName.empty()) row(std::string(verb.keyName).c_str(), std::string(verb.help).c_str());
}

}  // namespace cajal
