#include "compute/data/readers/element_type.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include <fmt/format.h>

#include "engine/base/error.h"

namespace cajal {
namespace {

static_assert(std::endian::native == std::endian::little, "elements are read as this machine stores them");

template <typename Word>
Word loadWord(const std::uint8_t* bytes, bool isBigEndian) {
  Word word = 0;
  std::memcpy(&word, bytes, sizeof(Word));
  if (!isBigEndian) return word;
  Word swapped = 0;
  for (std::size_t i = 0; i < sizeof(Word); ++i)
    swapped = static_cast<Word>(swapped | static_cast<Word>((word >> (8 * i)) & 0xFFu)
                                              << (8 * (sizeof(Word) - 1 - i)));
  return swapped;
}

// IEEE 754 half: sign, 5 bits of exponent with bias 15, 10 of fraction.
float halfToFloat(std::uint16_t half) {
  const int exponent = half >> 10 & 0x1F, fraction = half & 0x3FF;
  float magnitude = 0;
  if (exponent == 0x1F) {
    magnitude = fraction ? std::numeric_limits<float>::quiet_NaN() : std::numeric_limits<float>::infinity();
  } else if (exponent == 0) {
    magnitude = std::ldexp(static_cast<float>(fraction), -24);
  } else {
    magnitude = std::ldexp(static_cast<float>(0x400 + fraction), exponent - 25);
  }
  return half & 0x8000 ? -magnitude : magnitude;
}

template <typename Value>
Value narrowed(double number) {
  // Said in words, because the conversion itself would be undefined.
  constexpr double most = static_cast<double>(std::numeric_limits<Value>::max());
  if (std::abs(number) > most)
    return std::copysign(std::numeric_limits<Value>::infinity(), Value(number > 0 ? 1 : -1));
  return static_cast<Value>(number);
}

template <typename Word, typename Value, typename Read>
void convertWords(const ElementType& type, std::span<const std::uint8_t> bytes, std::vector<Value>& values,
                  Read read) {
  const std::size_t count = bytes.size() / sizeof(Word);
  values.resize(count);
  for (std::size_t i = 0; i < count; ++i)
    values[i] = read(loadWord<Word>(bytes.data() + i * sizeof(Word), type.isBigEndian));
}

template <typename Unsigned, typename Value>
void convertIntegers(const ElementType& type, std::span<const std::uint8_t> bytes,
                     std::vector<Value>& values) {
  if (type.kind == ElementKind::boolean) {
    convertWords<Unsigned>(type, bytes, values, [](Unsigned word) { return static_cast<Value>(word != 0); });
  } else if (type.kind == ElementKind::unsignedInteger) {
    convertWords<Unsigned>(type, bytes, values, [](Unsigned word) { return static_cast<Value>(word); });
  } else {
    convertWords<Unsigned>(type, bytes, values, [](Unsigned word) {
      return static_cast<Value>(static_cast<std::make_signed_t<Unsigned>>(word));
    });
  }
}

template <typename Value>
void convertFloats(const ElementType& type, std::span<const std::uint8_t> bytes, std::vector<Value>& values) {
  switch (type.bytes) {
    case 2:
      return convertWords<std::uint16_t>(
          type, bytes, values, [](std::uint16_t word) { return static_cast<Value>(halfToFloat(word)); });
    case 4:
      return convertWords<std::uint32_t>(type, bytes, values, [](std::uint32_t word) {
        return static_cast<Value>(std::bit_cast<float>(word));
      });
    default:
      return convertWords<std::uint64_t>(type, bytes, values, [](std::uint64_t word) {
        return narrowed<Value>(std::bit_cast<double>(word));
      });
  }
}

template <typename Value>
void convert(const ElementType& type, std::span<const std::uint8_t> bytes, std::vector<Value>& values) {
  if constexpr (std::is_floating_point_v<Value>) {
    if (!type.isInteger()) return convertFloats(type, bytes, values);
  } else {
    require(type.isInteger(), "floats are not read as integers");
  }
  switch (type.bytes) {
    case 1: return convertIntegers<std::uint8_t>(type, bytes, values);
    case 2: return convertIntegers<std::uint16_t>(type, bytes, values);
    case 4: return convertIntegers<std::uint32_t>(type, bytes, values);
    default: return convertIntegers<std::uint64_t>(type, bytes, values);
  }
}

}  // namespace

std::string name(const ElementType& type) {
  if (type.kind == ElementKind::boolean) return "bool";
  const char* kind = type.kind == ElementKind::floating        ? "float"
                     : type.kind == ElementKind::signedInteger ? "int"
                                                               : "uint";
  return fmt::format("{}{}{}", type.isBigEndian && type.bytes > 1 ? "big-endian " : "", kind, 8 * type.bytes);
}

void toFloats(const ElementType& type, std::span<const std::uint8_t> bytes, std::vector<float>& values) {
  convert(type, bytes, values);
}

void toDoubles(const ElementType& type, std::span<const std::uint8_t> bytes, std::vector<double>& values) {
  convert(type, bytes, values);
}

void toIntegers(const ElementType& type, std::span<const std::uint8_t> bytes,
                std::vector<std::int64_t>& values) {
  convert(type, bytes, values);
}

}  // namespace cajal
