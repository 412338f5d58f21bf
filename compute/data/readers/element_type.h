#pragma once
// The numbers in an array file as its format stores them, and what we make of them.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace cajal {

enum class ElementKind : std::uint8_t { boolean, signedInteger, unsignedInteger, floating };

struct ElementType {
  ElementKind kind = ElementKind::unsignedInteger;
  std::size_t bytes = 1;  // 1, 2, 4, 8; a boolean has 1, a float 2, 4 or 8
  bool isBigEndian = false;

  bool isInteger() const { return kind != ElementKind::floating; }  // booleans count: 0 and 1
  bool isByte() const { return kind == ElementKind::unsignedInteger && bytes == 1; }
  // Stands in a file as this machine stores a float.
  bool isPlainFloat() const { return kind == ElementKind::floating && bytes == 4 && !isBigEndian; }
};

// "uint8", "float32", "big-endian int16": as NumPy says it.
std::string name(const ElementType& type);

// `bytes` holds whole elements; `values` is overwritten. A float64 beyond a float becomes infinite.
void toFloats(const ElementType& type, std::span<const std::uint8_t> bytes, std::vector<float>& values);
void toDoubles(const ElementType& type, std::span<const std::uint8_t> bytes, std::vector<double>& values);
// Integers alone; an unsigned one beyond 2⁶³-1 comes out below 0.
void toIntegers(const ElementType& type, std::span<const std::uint8_t> bytes,
                std::vector<std::int64_t>& values);

}  // namespace cajal
