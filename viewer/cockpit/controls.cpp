#include "viewer/cockpit/controls.h"

#include <imgui.h>

#include <algorithm>

namespace cajal {
namespace {

ImGuiSliderFlags flagsOf(const SettingRow& row) {
  return row.words.isLogarithmic ? ImGuiSliderFlags_Logarithmic : ImGuiSliderFlags_None;
}

const char* formatOf(const SettingRow& row, const char* usual, bool isZero) {
  if (isZero && row.words.zero) return row.words.zero;
  return row.words.format ? row.words.format : usual;
}

std::optional<SettingValue> choice(const SettingRow& row, const SettingValue& value) {
  const std::string& chosen = std::get<std::string>(value);
  const auto displayed = [&](const KindName& named) { return std::string(named.displayName); };
  std::string shown = chosen;
  for (const KindName& named : row.names)
    if (named.name == chosen) shown = displayed(named);
  if (!ImGui::BeginCombo(row.label().c_str(), shown.c_str())) return std::nullopt;
  std::optional<SettingValue> changed;
  for (const KindName& named : row.names) {
    const bool isChosen = named.name == chosen;
    if (ImGui::Selectable(displayed(named).c_str(), isChosen) && !isChosen) changed = std::string(named.name);
  }
  ImGui::EndCombo();
  return changed;
}

std::optional<SettingValue> number(const SettingRow& row, double value) {
  auto shown = static_cast<float>(value);
  const auto [low, high] = row.slider();
  if (!ImGui::SliderFloat(row.label().c_str(), &shown, static_cast<float>(low), static_cast<float>(high),
                          formatOf(row, "%.3f", value == 0), flagsOf(row)))
    return std::nullopt;
  // Typed numbers may lie outside the slider.
  return row.fitted(setting_detail::shortest(shown));
}

std::optional<SettingValue> whole(const SettingRow& row, std::int64_t value) {
  constexpr double most = 1e9;  // the widget's numbers are 32 bits wide
  int shown = static_cast<int>(std::min(static_cast<double>(value), most));
  const auto [low, high] = row.slider();
  if (!ImGui::SliderInt(row.label().c_str(), &shown, static_cast<int>(low),
                        static_cast<int>(std::min(high, most)), formatOf(row, "%d", value == 0),
                        flagsOf(row)))
    return std::nullopt;
  return row.fitted(
      std::int64_t{std::clamp(shown, static_cast<int>(low), static_cast<int>(std::min(high, most)))});
}

std::optional<SettingValue> widget(const SettingRow& row, const SettingValue& value) {
  if (row.kind == ValueKind::choice) return choice(row, value);
  if (const auto* real = std::get_if<double>(&value)) return number(row, *real);
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return whole(row, *integer);
  if (const auto* flag = std::get_if<bool>(&value)) {
    bool isOn = *flag;
    if (ImGui::Checkbox(row.label().c_str(), &isOn)) return isOn;
  }
  return std::nullopt;
}

}  // namespace

std::optional<SettingValue> control(const SettingRow& row, const SettingValue& value) {
  const std::optional<SettingValue> changed = widget(row, value);
  if (ImGui::IsItemHovered() && !ImGui::IsItemActive() && !row.words.tip.empty())
    ImGui::SetTooltip("%s", std::string(row.words.tip).c_str());
  return changed && *changed != value ? changed : std::nullopt;
}

}  // namespace cajal
