#pragma once
// What one field of a table says: a number, nothing, or text. No locale has a say in it.

#include <cstdint>
#include <string>
#include <string_view>

namespace cajal {

enum class FieldKind { number, missing, text, tooLarge };

struct FieldValue {
  FieldKind kind = FieldKind::missing;
  double number = 0;  // where kind is number
};

// Blanks around it do not count. Missing: empty, NA, N/A, NaN, null, ?, in capitals or not. Too large: an
// infinity, or a number that a float cannot hold.
FieldValue readField(std::string_view field);

std::string_view trimmed(std::string_view field);

// "1,5", "-1.234,5": digits and one comma where a point is expected.
bool looksLikeDecimalComma(std::string_view field);

// For messages: "'abc' is no number", with the advice that fits.
std::string whyNoNumber(std::string_view field);

}  // namespace cajal
