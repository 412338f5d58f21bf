// What looking costs: the promise of this program, with numbers.
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>

#include "viewer/panels/panels.h"
#include "viewer/scene/labels.h"

namespace cajal {
namespace {

void row(const char* what, const std::string& value) {
  ImGui::TextDisabled("%s", what);
  ImGui::SameLine(132);
  ImGui::TextUnformatted(value.c_str());
}

}  // namespace

void pricePanel(const ViewerState& state, UserRequests& requests) {
  const Price& price = state.price;
  row("training",
      fmt::format("{} steps/s", withThousands(static_cast<std::uint64_t>(price.stepsPerSecond + 0.5))));
  row("a step", fmt::format("{:.3f} ms", price.stepMilliseconds));
  row("pictures", fmt::format("{:.0f} a second", price.framesPerSecond));
  row("a picture", fmt::format("{:.1f} ms", price.drawMilliseconds));
  row("copied a frame",
      fmt::format("{} bytes", withThousands(static_cast<std::uint64_t>(price.bytesCopiedPerFrame))));

  ImGui::PushItemWidth(-98);
  auto wanted = static_cast<float>(state.framesWanted);
  if (ImGui::SliderFloat("frames/s", &wanted, 1.0f, 144.0f, "%.0f"))
    requests.framesWanted = std::clamp(static_cast<double>(wanted), 1.0, 1000.0);
  int steps = static_cast<int>(std::min<std::uint64_t>(state.stepsPerFrame, 10'000));
  if (ImGui::SliderInt("steps/frame", &steps, 0, 1000, steps == 0 ? "as many as fit" : "%d",
                       ImGuiSliderFlags_Logarithmic)) {
    requests.stepsPerFrame = static_cast<std::uint64_t>(std::max(steps, 0));
  }
  ImGui::PopItemWidth();
  ImGui::PushTextWrapPos();
  ImGui::TextDisabled(
      "%s", fmt::format("{}; drawn on {}; {}", state.fixed.backend, state.fixed.device, state.fixed.bridge)
                .c_str());
  ImGui::PopTextWrapPos();
}

}  // namespace cajal
