// The map of the folders (README), held against every #include of the program.
#include "tests/repository/repository_files.h"

#include <gtest/gtest.h>

namespace cajal::test {
namespace {

TEST(IncludeArrows, OfTheProgramFollowTheMap) {
  const auto sources = sourcesBelow({"engine", "compute", "viewer", "shaders"},
                                    {".h", ".cpp", ".cu", ".cuh", ".glsl", ".comp", ".vert", ".frag"});
  ASSERT_GT(sources.size(), 20U);
  for (const SourceFile& file : sources) {
    for (const std::string& line : brokenArrows(file)) ADD_FAILURE() << line;
  }
}

struct Planted {
  const char* path;
  const char* include;
  bool isAllowed;
};

class IncludeArrow : public testing::TestWithParam<Planted> {};

TEST_P(IncludeArrow, IsSeen) {
  const auto& [path, include, isAllowed] = GetParam();
  const auto broken = brokenArrows({path, std::string("// one\n#include ") + include + "  // two\n"});
  EXPECT_EQ(broken.empty(), isAllowed) << path << " includes " << include;
  for (const std::string& line : broken) EXPECT_TRUE(line.starts_with(std::string(path) + ":2: ")) << line;
}

INSTANTIATE_TEST_SUITE_P(Planted, IncludeArrow,
                         testing::Values(Planted{"engine/render/a.cpp", "\"compute/core/shape.h\"", false},
                                         Planted{"engine/render/a.cpp", "\"viewer/world/state.h\"", false},
                                         Planted{"engine/render/a.cpp", "\"engine/vulkan/device.h\"", true},
                                         Planted{"engine/render/a.cpp", "\"shaders/shared/scene.h\"", true},
                                         Planted{"engine/base/a.cpp", "\"engine/vulkan/device.h\"", false},
                                         Planted{"engine/base/a.cpp", "<glm/glm.hpp>", false},
                                         Planted{"compute/core/a.h", "\"engine/base/error.h\"", true},
                                         Planted{"compute/core/a.h", "\"engine/camera/camera.h\"", false},
                                         Planted{"compute/core/a.h", "\"viewer/world/state.h\"", false},
                                         Planted{"compute/core/a.h", "\"shaders/shared/scene.h\"", false},
                                         Planted{"compute/core/a.h", "<glm/glm.hpp>", false},
                                         Planted{"compute/core/a.h", "<vulkan/vulkan.h>", false},
                                         Planted{"compute/core/a.h", "<cuda_runtime.h>", false},
                                         Planted{"compute/cuda/a.cu", "<cuda_runtime.h>", true},
                                         Planted{"compute/cuda/a.cu", "<cublas_v2.h>", true},
                                         Planted{"viewer/sources/a.cpp", "<cuda_runtime.h>", true},
                                         Planted{"viewer/sources/a.cpp", "<vulkan/vulkan.h>", true},
                                         Planted{"viewer/scene/a.cpp", "<vulkan/vulkan.h>", false},
                                         Planted{"viewer/scene/a.cpp", "\"engine/vulkan/device.h\"", true},
                                         Planted{"viewer/shell/app.cpp", "<GLFW/glfw3.h>", false},
                                         Planted{"viewer/cockpit/a.cpp", "<imgui.h>", true},
                                         Planted{"viewer/cockpit/a.cpp", "<imgui_impl_vulkan.h>", false},
                                         Planted{"viewer/shell/app.cpp", "<imgui.h>", false},
                                         Planted{"engine/ui/a.cpp", "<imgui_impl_vulkan.h>", true},
                                         Planted{"viewer/shell/app.cpp", "\"tests/support/rounding.h\"",
                                                 false},
                                         Planted{"viewer/shell/app.cpp", "\"state.h\"", false},
                                         Planted{"compute/core/a.h", "\"../engine/camera/camera.h\"", false},
                                         Planted{"shaders/shared/a.h", "\"shared/scene.h\"", true},
                                         Planted{"shaders/shared/a.h", "<glm/glm.hpp>", true},
                                         Planted{"shaders/shared/a.h", "\"engine/base/error.h\"", false},
                                         Planted{"shaders/edges.vert", "\"include/light.glsl\"", true}));

TEST(IncludeArrows, AreSeenWithBlanksAndNotInComments) {
  EXPECT_EQ(brokenArrows({"compute/a.h", "  #  include   <vulkan/vulkan.h>\n"}).size(), 1U);
  EXPECT_TRUE(brokenArrows({"compute/a.h", "// #include <vulkan/vulkan.h>\n"}).empty());
}

}  // namespace
}  // namespace cajal::test
