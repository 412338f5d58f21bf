// What edges show, and how.
#include <imgui.h>

#include <algorithm>
#include <string>

#include "viewer/panels/panels.h"

namespace cajal {
namespace {

// One of a few, by name.
template <typename Kind, typename Kinds, typename Name>
void combo(const char* label, const Kinds& kinds, Kind& chosen, Name&& nameOf) {
  if (!ImGui::BeginCombo(label, std::string(nameOf(chosen)).c_str())) return;
  for (const Kind kind : kinds) {
    if (ImGui::Selectable(std::string(nameOf(kind)).c_str(), kind == chosen)) chosen = kind;
  }
  ImGui::EndCombo();
}

constexpr auto kDisplayName = [](auto kind) { return displayName(kind); };
constexpr auto kName = [](auto kind) { return name(kind); };

void edgesInDetail(const ViewSettings& settings, ViewSettings& wanted) {
  combo("course", kCourses, wanted.course, kName);
  ImGui::SliderFloat("threshold", &wanted.edgeThreshold, 0.0f, 1.0f, "%.2f of range");
  ImGui::SliderFloat("contrast", &wanted.edgeGamma, 0.5f, 4.0f, "|v|^%.1f");
  ImGui::SliderFloat("width", &wanted.edgeWidth, 1.0f, 8.0f, "%.1f pixels");
  ImGui::SliderFloat("depth cue", &wanted.depthCue, 0.0f, 1.0f, "%.2f");
  ImGui::SliderFloat("bloom", &wanted.bloom, 0.0f, 1.0f, "%.2f");
  combo("far matrices", kReductions, wanted.reduction, kDisplayName);
  if (ImGui::IsItemHovered())
    ImGui::SetTooltip("What a pixel shows of the weights that it covers, where they are many");
  ImGui::Checkbox("one scale", &wanted.oneScale);
  if (ImGui::IsItemHovered())
    ImGui::SetTooltip("All layers on one scale of colour, so that they can be compared");
  ImGui::SameLine();
  bool isExact = settings.sampling == EdgeSampling::exact;
  if (ImGui::Checkbox("exact", &isExact))
    wanted.sampling = isExact ? EdgeSampling::exact : EdgeSampling::sampled;
  if (ImGui::IsItemHovered())
    ImGui::SetTooltip("Walk every pixel of every edge, instead of a few points a frame");
}

}  // namespace

void picturePanel(const ViewerState& state, const ViewSettings& settings, UserRequests& requests) {
  ViewSettings wanted = settings;
  ImGui::PushItemWidth(-98);
  combo("edges show", kQuantities, wanted.quantity, kDisplayName);
  combo("neurons show", kNodeQuantities, wanted.nodes, kDisplayName);
  ColorMap& colors = isSigned(settings.quantity) ? wanted.signedColors : wanted.unsignedColors;
  combo("colours", isSigned(settings.quantity) ? signedColorMaps() : unsignedColorMaps(), colors, kName);
  combo("layout", kLayoutKinds, wanted.layout.kind, kName);
  combo("theme", kThemes, wanted.theme, kName);
  ImGui::SliderFloat("strength", &wanted.edgeStrength, 0.05f, 20.0f, "%.2f", ImGuiSliderFlags_Logarithmic);
  int most = static_cast<int>(wanted.edgesPerNeuron);
  if (ImGui::SliderInt("strongest", &most, 0, 100, most == 0 ? "all edges" : "%d a neuron"))
    wanted.edgesPerNeuron = static_cast<std::uint32_t>(std::max(most, 0));
  ImGui::Checkbox("matrices", &wanted.showMatrices);
  ImGui::SameLine();
  ImGui::Checkbox("labels", &wanted.showLabels);
  ImGui::SameLine();
  ImGui::Checkbox("pulses", &wanted.pulses);
  ImGui::Checkbox("tiles", &wanted.tiles);
  if (ImGui::IsItemHovered())
    ImGui::SetTooltip(
        "Neurons as what they answer to: their weights as an image, or the plane of two inputs");
  if (state.fixed.shapes.front().count() == 2) {
    ImGui::SameLine();
    ImGui::Checkbox("map", &wanted.showMap);
  }
  combo("below", kBelow, wanted.below, kDisplayName);
  if (ImGui::TreeNode("more##picture")) {
    edgesInDetail(settings, wanted);
    ImGui::TreePop();
  }
  ImGui::PopItemWidth();
  if (!(wanted == settings)) requests.view = wanted;
}

}  // namespace cajal
