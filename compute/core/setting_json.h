#pragma once
// Values of settings to and from JSON. Apart from setting.h, because the JSON library is dear to include.

#include <nlohmann/json.hpp>
#include <optional>

#include "compute/core/setting.h"

namespace cajal {

nlohmann::json toJson(const SettingValue& value);
// Nothing for arrays and objects.
std::optional<SettingValue> fromJson(const nlohmann::json& json);

}  // namespace cajal
