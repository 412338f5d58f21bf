// Numbers of every type and byte order that array files have.
#include "compute/data/readers/element_type.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace cajal {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Floats = std::vector<float>;
using Integers = std::vector<std::int64_t>;

constexpr ElementType half{ElementKind::floating, 2, false};
constexpr ElementType single{ElementKind::floating, 4, false};
constexpr ElementType both{ElementKind::floating, 8, false};

ElementType integer(bool isSigned, std::size_t bytes, bool isBigEndian) {
  return {isSigned ? ElementKind::signedInteger : ElementKind::unsignedInteger, bytes, isBigEndian};
}

Floats floats(const ElementType& type, const Bytes& bytes) {
  Floats values;
  toFloats(type, bytes, values);
  return values;
}

Integers integers(const ElementType& type, const Bytes& bytes) {
  Integers values;
  toIntegers(type, bytes, values);
  return values;
}

TEST(ElementType, SaysItsNameAsNumPyDoes) {
  EXPECT_EQ(name(half), "float16");
  EXPECT_EQ(name(integer(true, 4, true)), "big-endian int32");
  EXPECT_EQ(name(integer(false, 1, true)), "uint8");
  EXPECT_EQ(name({ElementKind::boolean, 1, false}), "bool");
}

TEST(ElementType, IntegersOfBothByteOrders) {
  EXPECT_EQ(integers(integer(true, 2, false), {0xFE, 0xFF, 1, 0}), (Integers{-2, 1}));
  EXPECT_EQ(integers(integer(true, 2, true), {0xFF, 0xFE, 0, 1}), (Integers{-2, 1}));
  EXPECT_EQ(integers(integer(false, 2, true), {0xFF, 0xFE}), (Integers{65534}));
  EXPECT_EQ(integers(integer(true, 1, false), {0xFF, 0x7F}), (Integers{-1, 127}));
  EXPECT_EQ(integers(integer(true, 4, true), {0xFF, 0xFF, 0xFF, 0xFD}), (Integers{-3}));
  EXPECT_EQ(integers(integer(false, 4, false), {0xFF, 0xFF, 0xFF, 0xFF}), (Integers{4294967295}));
  EXPECT_EQ(integers(integer(true, 8, true), {0, 0, 0, 1, 0, 0, 0, 2}), (Integers{4294967298}));
  EXPECT_EQ(integers({ElementKind::boolean, 1, false}, {0, 1, 2}), (Integers{0, 1, 1}));
}

TEST(ElementType, FloatsOfBothByteOrders) {
  EXPECT_EQ(floats(single, {0, 0, 0xC0, 0x3F}), (Floats{1.5f}));
  EXPECT_EQ(floats({ElementKind::floating, 4, true}, {0x3F, 0xC0, 0, 0}), (Floats{1.5f}));
  EXPECT_EQ(floats(both, {0, 0, 0, 0, 0, 0, 0xF8, 0xBF}), (Floats{-1.5f}));
}

TEST(ElementType, HalvesAreExact) {
  const Floats values = floats(half, {0, 0x3C, 0, 0xC0, 1, 0, 0xFF, 0x7B, 0, 0x80, 0x00, 0x04});
  EXPECT_EQ(values, (Floats{1, -2, std::ldexp(1.0f, -24), 65504, -0.0f, std::ldexp(1.0f, -14)}));
  EXPECT_TRUE(std::signbit(values[4]));
  const Floats special = floats(half, {0, 0x7C, 0, 0xFC, 1, 0x7C});
  EXPECT_EQ(special[0], std::numeric_limits<float>::infinity());
  EXPECT_EQ(special[1], -std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(special[2]));
}

TEST(ElementType, WhatNoFloatHoldsIsInfinite) {
  // 1e300 and the largest double, and a NaN
  const Floats values = floats(both, {0x9C, 0x75, 0x00, 0x88, 0x3C, 0xE4, 0x37, 0x7E,  //
                                      0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xEF, 0xFF,  //
                                      0,    0,    0,    0,    0,    0,    0xF8, 0x7F});
  EXPECT_EQ(values[0], std::numeric_limits<float>::infinity());
  EXPECT_EQ(values[1], -std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(values[2]));
}

}  // namespace
}  // namespace cajal
