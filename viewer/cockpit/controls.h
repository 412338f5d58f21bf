#pragma once
// Widgets made from rows of the settings tables: a slider, a checkbox or a list of choices.

#include <optional>

#include "compute/core/setting.h"

namespace cajal {

// Draws the row's widget with this value; the new one where the user has changed it.
std::optional<SettingValue> control(const SettingRow& row, const SettingValue& value);

// The widget of one setting of `wanted`, which takes the change. `shown`: the row as the panel wants it, with
// another label or range.
template <typename S>
void edit(const Setting<S>& row, const SettingRow& shown, S& wanted) {
  if (const std::optional<SettingValue> changed = control(shown, row.read(wanted)))
    row.assign(wanted, *changed);
}

template <typename S>
void edit(const SettingTable<S>& table, std::string_view key, S& wanted) {
  const Setting<S>& row = *findSetting(table, key);
  edit(row, row, wanted);
}

}  // namespace cajal
