// The keys, as README lists them.
#include <imgui.h>

#include "viewer/panels/panels.h"

namespace cajal {

void keysHelp() {
  constexpr const char* kRows[][2] = {{"W A S D  Q E", "fly; shift: fast"},
                                      {"drag", "look; in orbit: turn"},
                                      {"point, click", "a neuron's numbers; its edges"},
                                      {"right drag", "move sideways"},
                                      {"wheel", "speed; in orbit: distance"},
                                      {"arrows", "look"},
                                      {"F", "see the whole network"},
                                      {"Tab", "orbit or fly"},
                                      {"space", "play or pause"},
                                      {".", "one step"},
                                      {"[ ]", "example before, after"},
                                      {"1 to 6", "what edges show"},
                                      {"L", "next layout"},
                                      {"O", "fold or open the layer"},
                                      {"H", "hide the panels"},
                                      {"R", "record"},
                                      {"P", "picture"},
                                      {"F11", "full screen"},
                                      {"Esc", "quit"}};
  for (const auto& row : kRows) {
    ImGui::TextUnformatted(row[0]);
    ImGui::SameLine(104);
    ImGui::TextDisabled("%s", row[1]);
  }
}

}  // namespace cajal
