#include "compute/core/setting.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>

#include "compute/core/setting_json.h"
#include "engine/base/error.h"

namespace cajal {
namespace {

// Whole numbers above are none that a user means; what does not fit is read as the largest there is.
constexpr double kLargestWhole = 1e18;

Error wrong(const std::string& what) {
  return Error(ExitCode::usage, what);
}

Error wrongNumber(const SettingRow& row) {
  return wrong(fmt::format("must be a {} from {} to {}",
                           row.kind == ValueKind::whole ? "whole number" : "number", row.words.range.low,
                           row.words.range.high));
}

Error wrongChoice(const SettingRow& row) {
  return wrong(fmt::format("no such choice; there are {}", row.choices()));
}

double inRange(const SettingRow& row, double value) {
  if (!std::isfinite(value) || value < row.words.range.low || value > row.words.range.high)
    throw wrongNumber(row);
  return value;
}

std::int64_t asWhole(const SettingRow& row, double value) {
  if (value != std::floor(value) || std::abs(value) > kLargestWhole) throw wrongNumber(row);
  return static_cast<std::int64_t>(value);
}

}  // namespace

nlohmann::json toJson(const SettingValue& value) {
  return std::visit(
      [](const auto& held) -> nlohmann::json {
        if constexpr (std::is_same_v<std::decay_t<decltype(held)>, std::monostate>)
          return nullptr;
        else
          return held;
      },
      value);
}

std::optional<SettingValue> fromJson(const nlohmann::json& json) {
  if (json.is_null()) return SettingValue{};
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number_unsigned() && json.get<std::uint64_t>() > INT64_MAX) return json.get<double>();
  if (json.is_number_integer()) return json.get<std::int64_t>();
  if (json.is_number()) return json.get<double>();
  if (json.is_string()) return json.get<std::string>();
  return std::nullopt;
}

std::string toJsonText(const SettingValue& value) {
  return toJson(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string toText(const SettingValue& value) {
  if (std::holds_alternative<std::monostate>(value)) return "";
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* number = std::get_if<double>(&value)) return fmt::format("{}", *number);
  return toJsonText(value);
}

std::string SettingRow::label() const {
  if (!words.label.empty()) return std::string(words.label);
  std::string text(words.key);
  std::replace(text.begin(), text.end(), '-', ' ');
  return text;
}

std::string SettingRow::choices() const {
  if (kind == ValueKind::flag) return "";
  if (kind != ValueKind::choice) return std::string(words.choices);
  std::string list;
  for (const KindName& named : names) list += (list.empty() ? "" : ", ") + std::string(named.name);
  return list;
}

SettingValue SettingRow::fromText(const std::string& text) const {
  if (kind == ValueKind::text) return text;
  if (isOptional && (text.empty() || text == "auto")) return {};
  switch (kind) {
    case ValueKind::flag:
      if (text == "true" || text == "yes") return true;
      if (text == "false" || text == "no") return false;
      throw wrong("must be yes or no");
    case ValueKind::choice: return checked(text);
    default: break;
  }
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error == std::errc::invalid_argument || rest != end) throw wrongNumber(*this);
  if (kind == ValueKind::number) return checked(error == std::errc() ? value : INFINITY);
  // Whole numbers beyond 2^53 are read as such: a double would round them.
  std::int64_t whole = 0;
  const auto [wholeRest, wholeError] = std::from_chars(text.data(), end, whole);
  if (wholeError == std::errc() && wholeRest == end) return checked(whole);
  return checked(error == std::errc() ? value : INFINITY);
}

SettingValue SettingRow::checked(const SettingValue& value) const {
  if (isOptional && std::holds_alternative<std::monostate>(value)) return value;
  const auto* whole = std::get_if<std::int64_t>(&value);
  const auto* number = std::get_if<double>(&value);
  switch (kind) {
    case ValueKind::flag:
      if (!std::holds_alternative<bool>(value)) throw wrong("must be true or false");
      return value;
    case ValueKind::whole:
      if (!whole && !number) throw wrongNumber(*this);
      if (whole) return inRange(*this, static_cast<double>(*whole)), *whole;
      return asWhole(*this, inRange(*this, *number));
    case ValueKind::number:
      if (!whole && !number) throw wrongNumber(*this);
      return inRange(*this, whole ? static_cast<double>(*whole) : *number);
    case ValueKind::choice: {
      const auto* text = std::get_if<std::string>(&value);
      const auto found = std::find_if(names.begin(), names.end(),
                                      [&](const KindName& named) { return text && named.isCalled(*text); });
      if (found == names.end()) throw wrongChoice(*this);
      return std::string(found->name);
    }
    case ValueKind::text: break;
  }
  if (!std::holds_alternative<std::string>(value)) throw wrong("must be a text");
  return value;
}

SettingValue SettingRow::fitted(const SettingValue& value) const {
  double number = 0;
  if (const auto* whole = std::get_if<std::int64_t>(&value))
    number = static_cast<double>(*whole);
  else if (const auto* real = std::get_if<double>(&value))
    number = *real;
  else
    return value;
  const auto [low, high] = words.range;
  const double fit = std::isfinite(number) ? std::clamp(number, low, high) : low;
  if (kind == ValueKind::whole) return static_cast<std::int64_t>(std::floor(fit));
  return kind == ValueKind::number ? SettingValue(fit) : value;
}

double setting_detail::shortest(float value) {
  const double decimal = std::strtod(fmt::format("{}", value).c_str(), nullptr);
  return static_cast<float>(decimal) == value ? decimal : static_cast<double>(value);
}

}  // namespace cajal
