// What looking costs: the promise of this program, with numbers.
#include <fmt/format.h>
#include <imgui.h>

#include "viewer/cockpit/controls.h"
#include "viewer/cockpit/panels.h"
#include "viewer/scene/labels.h"

namespace cajal {
namespace {

void row(const char* what, const std::string& value) {
  ImGui::TextDisabled("%s", what);
  ImGui::SameLine(132);
  ImGui::TextUnformatted(value.c_str());
}

}  // namespace

void pricePanel(const ViewerState& state, ActionList& actions) {
  const Price& price = state.price;
  row("training",
      fmt::format("{} steps/s", withThousands(static_cast<std::uint64_t>(price.stepsPerSecond + 0.5))));
  row("a step", fmt::format("{:.3f} ms", price.stepMilliseconds));
  row("pictures", fmt::format("{:.0f} a second", price.framesPerSecond));
  row("a picture", fmt::format("{:.1f} ms", price.drawMilliseconds));
  row("copied a frame",
      fmt::format("{} bytes", withThousands(static_cast<std::uint64_t>(price.bytesCopiedPerFrame))));

  ImGui::PushItemWidth(-98);
  Pace wanted = state.pace;
  edit(paceSettings(), "fps", wanted);
  edit(paceSettings(), "steps-per-frame", wanted);
  for (Action& action : actionsBetween(paceSettings(), state.pace, wanted))
    actions.push_back(std::move(action));
  ImGui::PopItemWidth();
  ImGui::PushTextWrapPos();
  ImGui::TextDisabled(
      "%s", fmt::format("{}; drawn on {}; {}", state.fixed.backend, state.fixed.device, state.fixed.bridge)
                .c_str());
  ImGui::PopTextWrapPos();
}

}  // namespace cajal
