// What edges show, and how.
#include <imgui.h>

#include "viewer/panels/panels.h"

namespace cajal {

void picturePanel(const ViewerState&, const ViewSettings& settings, UserRequests& requests) {
  ViewSettings wanted = settings;
  ImGui::PushItemWidth(-98);
  if (ImGui::BeginCombo("edges show", std::string(displayName(settings.quantity)).c_str())) {
    for (const Quantity quantity : kQuantities) {
      if (ImGui::Selectable(std::string(displayName(quantity)).c_str(), quantity == settings.quantity))
        wanted.quantity = quantity;
    }
    ImGui::EndCombo();
  }
  ColorMap& colors = isSigned(settings.quantity) ? wanted.signedColors : wanted.unsignedColors;
  if (ImGui::BeginCombo("colours", std::string(name(colors)).c_str())) {
    for (const ColorMap map : isSigned(settings.quantity) ? signedColorMaps() : unsignedColorMaps()) {
      if (ImGui::Selectable(std::string(name(map)).c_str(), map == colors)) colors = map;
    }
    ImGui::EndCombo();
  }
  if (ImGui::BeginCombo("far matrices", std::string(displayName(settings.reduction)).c_str())) {
    for (const Reduction reduction : kReductions) {
      if (ImGui::Selectable(std::string(displayName(reduction)).c_str(), reduction == settings.reduction))
        wanted.reduction = reduction;
    }
    ImGui::EndCombo();
  }
  if (ImGui::IsItemHovered())
    ImGui::SetTooltip("What a pixel shows of the weights that it covers, where they are many");
  ImGui::SliderFloat("strength", &wanted.edgeStrength, 0.05f, 20.0f, "%.2f", ImGuiSliderFlags_Logarithmic);
  ImGui::SliderFloat("threshold", &wanted.edgeThreshold, 0.0f, 1.0f, "%.2f of range");
  ImGui::SliderFloat("contrast", &wanted.edgeGamma, 0.5f, 4.0f, "|v|^%.1f");
  ImGui::SliderFloat("bloom", &wanted.bloom, 0.0f, 1.0f, "%.2f");
  bool isExact = settings.sampling == EdgeSampling::exact;
  if (ImGui::Checkbox("exact", &isExact))
    wanted.sampling = isExact ? EdgeSampling::exact : EdgeSampling::sampled;
  if (ImGui::IsItemHovered())
    ImGui::SetTooltip("Walk every pixel of every edge, instead of a few points a frame");
  ImGui::SameLine();
  ImGui::Checkbox("matrices", &wanted.showMatrices);
  ImGui::SameLine();
  ImGui::Checkbox("labels", &wanted.showLabels);
  ImGui::PopItemWidth();
  if (!(wanted == settings)) requests.view = wanted;
}

}  // namespace cajal
