#include "engine/base/text.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace cajal {
namespace {

TEST(EscapedName, ShowsWhatATerminalWouldObey) {
  EXPECT_EQ(escapedName("a\n\x1b\"\\b"), R"(a\n\u001b\"\\b)");
}

TEST(EscapedName, CutsLongNamesAndHalfLetters) {
  EXPECT_EQ(escapedName(std::string(200, 'x')), fmt::format("{:x<80}...", ""));
  EXPECT_EQ(escapedName(fmt::format("{:x<79}\u00e9", "")), fmt::format("{:x<79}\ufffd...", ""));
}

}  // namespace
}  // namespace cajal
