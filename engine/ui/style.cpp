#include "engine/ui/style.h"

#include <imgui.h>

namespace cajal {

namespace {

struct UiColors {
  ImVec4 ink, faintInk, panel, popup, line, accent, field;
};
const UiColors kDark{{0.88F, 0.91F, 0.95F, 1.00F},    {0.50F, 0.55F, 0.62F, 1.00F},
                     {0.035F, 0.045F, 0.065F, 0.86F}, {0.045F, 0.055F, 0.080F, 0.96F},
                     {0.45F, 0.55F, 0.70F, 0.16F},    {0.36F, 0.62F, 0.92F, 1.00F},
                     {0.42F, 0.52F, 0.68F, 1.00F}};
const UiColors kLight{{0.09F, 0.10F, 0.13F, 1.00F},    {0.40F, 0.43F, 0.49F, 1.00F},
                      {0.975F, 0.978F, 0.982F, 0.90F}, {0.985F, 0.987F, 0.990F, 0.98F},
                      {0.20F, 0.25F, 0.35F, 0.22F},    {0.16F, 0.42F, 0.78F, 1.00F},
                      {0.36F, 0.44F, 0.58F, 1.00F}};
const ImVec4 kClear{0, 0, 0, 0};

ImVec4 faded(ImVec4 color, float alpha) {
  return {color.x, color.y, color.z, alpha};
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

void setColours(ImVec4* colours, const UiColors& of) {
  const auto accent = [&of](float alpha) { return faded(of.accent, alpha); };
  const auto field = [&of](float alpha) { return faded(of.field, alpha); };
  colours[ImGuiCol_Text] = of.ink;
  colours[ImGuiCol_TextDisabled] = of.faintInk;
  colours[ImGuiCol_WindowBg] = of.panel;
  colours[ImGuiCol_ChildBg] = kClear;
  colours[ImGuiCol_PopupBg] = of.popup;
  colours[ImGuiCol_Border] = of.line;
  colours[ImGuiCol_BorderShadow] = kClear;
  colours[ImGuiCol_FrameBg] = field(0.14F);
  colours[ImGuiCol_FrameBgHovered] = field(0.22F);
  colours[ImGuiCol_FrameBgActive] = field(0.30F);
  colours[ImGuiCol_TitleBg] = of.panel;
  colours[ImGuiCol_TitleBgActive] = of.popup;
  colours[ImGuiCol_TitleBgCollapsed] = of.panel;
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
  colours[ImGuiCol_Separator] = of.line;
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
  colours[ImGuiCol_PlotLinesHovered] = of.ink;
  colours[ImGuiCol_PlotHistogram] = accent(0.80F);
  colours[ImGuiCol_PlotHistogramHovered] = of.ink;
  colours[ImGuiCol_TableHeaderBg] = field(0.14F);
  colours[ImGuiCol_TableBorderStrong] = of.line;
  colours[ImGuiCol_TableBorderLight] = of.line;
  colours[ImGuiCol_TextSelectedBg] = accent(0.40F);
  colours[ImGuiCol_NavHighlight] = accent(0.80F);
  colours[ImGuiCol_ModalWindowDimBg] = {0, 0, 0, 0.45F};
}

}  // namespace

void applyUiStyle(float contentScale, UiTheme theme) {
  ImGuiStyle& style = ImGui::GetStyle();
  style = ImGuiStyle();
  theme == UiTheme::dark ? ImGui::StyleColorsDark(&style) : ImGui::StyleColorsLight(&style);
  setShapes(style);
  setColours(style.Colors, theme == UiTheme::dark ? kDark : kLight);
  style.ScaleAllSizes(contentScale);
}

}  // namespace cajal
