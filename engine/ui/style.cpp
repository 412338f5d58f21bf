#include "engine/ui/style.h"

#include <imgui.h>

namespace cajal {

namespace {

const ImVec4 kInk{0.88F, 0.91F, 0.95F, 1.00F};
const ImVec4 kFaintInk{0.50F, 0.55F, 0.62F, 1.00F};
const ImVec4 kPanel{0.035F, 0.045F, 0.065F, 0.86F};
const ImVec4 kPopup{0.045F, 0.055F, 0.080F, 0.96F};
const ImVec4 kLine{0.45F, 0.55F, 0.70F, 0.16F};
const ImVec4 kClear{0, 0, 0, 0};

ImVec4 accent(float alpha) {
  return {0.36F, 0.62F, 0.92F, alpha};
}
ImVec4 field(float alpha) {
  return {0.42F, 0.52F, 0.68F, alpha};
}

void setShapes(ImGuiStyle& style) {
  style.WindowPadding = {14, 12};
  style.FramePadding = {8, 4};
  style.ItemSpacing = {8, 7};
  style.ItemInnerSpacing = {7, 4};
  style.IndentSpacing = 16;
  style.ScrollbarSize = 11;
  style.GrabMinSize = 10;
  style.WindowBorderSize = 1;
  style.PopupBorderSize = 1;
  style.FrameBorderSize = 0;
  style.WindowRounding = 9;
  style.ChildRounding = 7;
  style.FrameRounding = 5;
  style.PopupRounding = 7;
  style.ScrollbarRounding = 6;
  style.GrabRounding = 5;
  style.TabRounding = 5;
  style.WindowTitleAlign = {0.0F, 0.5F};
  style.WindowMenuButtonPosition = ImGuiDir_None;
}

void setColours(ImVec4* colours) {
  colours[ImGuiCol_Text] = kInk;
  colours[ImGuiCol_TextDisabled] = kFaintInk;
  colours[ImGuiCol_WindowBg] = kPanel;
  colours[ImGuiCol_ChildBg] = kClear;
  colours[ImGuiCol_PopupBg] = kPopup;
  colours[ImGuiCol_Border] = kLine;
  colours[ImGuiCol_BorderShadow] = kClear;
  colours[ImGuiCol_FrameBg] = field(0.14F);
  colours[ImGuiCol_FrameBgHovered] = field(0.22F);
  colours[ImGuiCol_FrameBgActive] = field(0.30F);
  colours[ImGuiCol_TitleBg] = kPanel;
  colours[ImGuiCol_TitleBgActive] = kPopup;
  colours[ImGuiCol_TitleBgCollapsed] = kPanel;
  colours[ImGuiCol_MenuBarBg] = kClear;
  colours[ImGuiCol_ScrollbarBg] = kClear;
  colours[ImGuiCol_ScrollbarGrab] = field(0.25F);
  colours[ImGuiCol_ScrollbarGrabHovered] = field(0.40F);
  colours[ImGuiCol_ScrollbarGrabActive] = field(0.55F);
  colours[ImGuiCol_CheckMark] = accent(1.0F);
  colours[ImGuiCol_SliderGrab] = accent(0.80F);
  colours[ImGuiCol_SliderGrabActive] = accent(1.0F);
  colours[ImGuiCol_Button] = field(0.18F);
  colours[ImGuiCol_ButtonHovered] = accent(0.35F);
  colours[ImGuiCol_ButtonActive] = accent(0.55F);
  colours[ImGuiCol_Header] = field(0.16F);
  colours[ImGuiCol_HeaderHovered] = accent(0.28F);
  colours[ImGuiCol_HeaderActive] = accent(0.42F);
  colours[ImGuiCol_Separator] = kLine;
  colours[ImGuiCol_SeparatorHovered] = accent(0.45F);
  colours[ImGuiCol_SeparatorActive] = accent(0.70F);
  colours[ImGuiCol_ResizeGrip] = kClear;
  colours[ImGuiCol_ResizeGripHovered] = accent(0.40F);
  colours[ImGuiCol_ResizeGripActive] = accent(0.70F);
  colours[ImGuiCol_Tab] = field(0.10F);
  colours[ImGuiCol_TabHovered] = accent(0.35F);
  colours[ImGuiCol_TabActive] = accent(0.28F);
  colours[ImGuiCol_TabUnfocused] = field(0.10F);
  colours[ImGuiCol_TabUnfocusedActive] = accent(0.20F);
  colours[ImGuiCol_PlotLines] = accent(0.95F);
  colours[ImGuiCol_PlotLinesHovered] = kInk;
  colours[ImGuiCol_PlotHistogram] = accent(0.80F);
  colours[ImGuiCol_PlotHistogramHovered] = kInk;
  colours[ImGuiCol_TableHeaderBg] = field(0.14F);
  colours[ImGuiCol_TableBorderStrong] = kLine;
  colours[ImGuiCol_TableBorderLight] = kLine;
  colours[ImGuiCol_TextSelectedBg] = accent(0.40F);
  colours[ImGuiCol_NavHighlight] = accent(0.80F);
  colours[ImGuiCol_ModalWindowDimBg] = {0, 0, 0, 0.45F};
}

}  // namespace

void applyUiStyle(float contentScale) {
  ImGuiStyle& style = ImGui::GetStyle();
  style = ImGuiStyle();
  ImGui::StyleColorsDark(&style);
  setShapes(style);
  setColours(style.Colors);
  style.ScaleAllSizes(contentScale);
}

}  // namespace cajal
