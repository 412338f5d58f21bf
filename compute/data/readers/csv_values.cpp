#include "compute/data/readers/csv_values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>

#include <fmt/format.h>

#include "engine/base/text.h"

namespace cajal {
namespace {

char lowered(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

bool isMissing(std::string_view field) {
  constexpr std::array<std::string_view, 6> words = {"", "na", "n/a", "nan", "null", "?"};
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return std::equal(field.begin(), field.end(), word.begin(), word.end(),
                      [](char a, char b) { return lowered(a) == b; });
  });
}

bool isDigit(char letter) {
  return letter >= '0' && letter <= '9';
}

FieldValue finite(double number) {
  if (std::isnan(number)) return {};
  if (std::abs(number) > static_cast<double>(std::numeric_limits<float>::max()))
    return {FieldKind::tooLarge, number};
  return {FieldKind::number, number};
}

}  // namespace

std::string_view trimmed(std::string_view field) {
  while (!field.empty() && (field.front() == ' ' || field.front() == '\t')) field.remove_prefix(1);
  while (!field.empty() && (field.back() == ' ' || field.back() == '\t')) field.remove_suffix(1);
  return field;
}

FieldValue readField(std::string_view field) {
  field = trimmed(field);
  if (isMissing(field)) return {};
  std::string_view digits = field;
  if (digits.size() > 1 && digits[0] == '+' && digits[1] != '-') digits.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (end != digits.data() + digits.size() || error == std::errc::invalid_argument)
    return {FieldKind::text, 0};
  if (error == std::errc::result_out_of_range) {
    // 1e-400 is as good as 0; 1e400 is not a number we can train with.
    const bool isTiny = digits.find("e-") != digits.npos || digits.find("E-") != digits.npos;
    return isTiny ? FieldValue{FieldKind::number, 0} : FieldValue{FieldKind::tooLarge, 0};
  }
  return finite(number);
}

bool looksLikeDecimalComma(std::string_view field) {
  field = trimmed(field);
  if (!field.empty() && (field[0] == '-' || field[0] == '+')) field.remove_prefix(1);
  if (std::count(field.begin(), field.end(), ',') != 1) return false;
  const bool isNumeric = std::all_of(field.begin(), field.end(), [](char letter) {
    return isDigit(letter) || letter == ',' || letter == '.';
  });
  return isNumeric && isDigit(field.back()) && field.find('.', field.find(',')) == field.npos;
}

std::string whyNoNumber(std::string_view field) {
  const std::string shown = escapedName(trimmed(field));
  if (looksLikeDecimalComma(field))
    return fmt::format("'{}' is no number: it looks like a decimal comma; write a point instead", shown);
  if (readField(field).kind == FieldKind::tooLarge)
    return fmt::format("'{}' is no number to train with: it is infinite or too large for a float; correct it",
                       shown);
  return fmt::format("'{}' is no number; correct it, or leave the field empty if it is not known", shown);
}

}  // namespace cajal
