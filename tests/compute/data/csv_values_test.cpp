// What one field of a table says.
#include "compute/data/readers/csv_values.h"

#include <gtest/gtest.h>

#include <clocale>

namespace cajal {
namespace {

double numberIn(const char* field) {
  const FieldValue value = readField(field);
  EXPECT_EQ(value.kind, FieldKind::number) << field;
  return value.number;
}

TEST(CsvField, NumbersAreReadWithSignsExponentsAndBlanks) {
  EXPECT_EQ(numberIn("1.5"), 1.5);
  EXPECT_EQ(numberIn(" -2 "), -2);
  EXPECT_EQ(numberIn("+3"), 3);
  EXPECT_EQ(numberIn("1e-3"), 1e-3);
  EXPECT_EQ(numberIn(".5"), 0.5);
}

TEST(CsvField, WhatIsNotThereHasManyNames) {
  for (const char* field : {"", "  ", "NA", "n/a", "NaN", "nan", "NULL", "?"})
    EXPECT_EQ(readField(field).kind, FieldKind::missing) << field;
}

TEST(CsvField, InfinitiesAndWhatNoFloatHoldsAreTooLarge) {
  for (const char* field : {"inf", "-Infinity", "1e39", "-1e400"})
    EXPECT_EQ(readField(field).kind, FieldKind::tooLarge) << field;
}

TEST(CsvField, NumbersTooSmallForADoubleAreZero) {
  EXPECT_EQ(numberIn("1e-400"), 0.0);
}

TEST(CsvField, HalfANumberIsText) {
  for (const char* field : {"12 m", "1,5", "0x10", "1.2.3", "+-1", "-"})
    EXPECT_EQ(readField(field).kind, FieldKind::text) << field;
}

TEST(CsvField, ADecimalCommaIsNamedInTheAdvice) {
  EXPECT_TRUE(looksLikeDecimalComma("-1.234,5"));
  EXPECT_FALSE(looksLikeDecimalComma("a,b"));
  EXPECT_NE(whyNoNumber("1,5").find("decimal comma"), std::string::npos);
  EXPECT_NE(whyNoNumber("inf").find("infinite"), std::string::npos);
}

// Where no such locale is installed, setlocale() says so and the fact cannot be tried.
TEST(CsvField, NoLocaleChangesWhatANumberIs) {
  const char* set = nullptr;
  for (const char* name : {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE"}) {
    if (!set) set = std::setlocale(LC_ALL, name);
  }
  if (!set) GTEST_SKIP() << "no locale with a decimal comma is installed";
  const FieldValue value = readField("1.5");
  std::setlocale(LC_ALL, "C");
  EXPECT_EQ(value.number, 1.5);
}

}  // namespace
}  // namespace cajal
