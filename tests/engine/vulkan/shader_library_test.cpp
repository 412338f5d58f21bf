#include "engine/vulkan/shader_library.h"

#include "tests/support/refusal.h"

#include <gtest/gtest.h>

namespace cajal {
namespace {

TEST(ShaderLibraryTest, EveryShaderIsSpirv) {
  EXPECT_FALSE(shaderTable().empty());
  for (const ShaderEntry& entry : shaderTable()) {
    ASSERT_GT(entry.words.size(), 5U) << entry.name;
    EXPECT_EQ(entry.words[0], 0x07230203U) << entry.name;
  }
}

TEST(ShaderLibraryTest, AShaderIsFoundByItsFileName) {
  EXPECT_FALSE(shaderWords("fill.comp").empty());
}

TEST(ShaderLibraryTest, AShaderThatIsNotThereIsABug) {
  test::expectRefusal(
      "nothing.comp", [] { shaderWords("nothing.comp"); }, ExitCode::bug);
}

}  // namespace
}  // namespace cajal
