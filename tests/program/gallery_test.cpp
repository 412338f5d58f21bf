// The gallery: every scene is drawn, by shaders and by the host, and nothing complains.
#include <set>
#include <string>

#include "tests/program/program.h"
#include "tests/support/png_reading.h"

namespace cajal::test {
namespace {

class Gallery : public ProgramTest, public testing::WithParamInterface<const char*> {};

TEST_P(Gallery, EverySceneIsDrawnWithoutAValidationMessage) {
  const std::string command =
      "CAJAL=" CAJAL_BINARY_DIR "/cajal CAJAL_SIZE=320x180 CAJAL_VALIDATION=1 CAJAL_DRAWN_BY=" +
      std::string(GetParam()) +
      " env -u DISPLAY -u WAYLAND_DISPLAY " CAJAL_SOURCE_DIR "/tests/images/gallery/draw '" +
      (m_folder / "drawn").string() + "' > '" + (m_folder / "said").string() + "' 2>&1";
  ASSERT_EQ(std::system(command.c_str()), 0) << readText(m_folder / "said");
  expectNoComplaint(readText(m_folder / "said"));
  std::set<std::string> pictures;
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(m_folder / "drawn")) {
    const PngPicture picture = readPng(entry.path());
    EXPECT_EQ(picture.width, 320) << entry.path();
    pictures.insert({reinterpret_cast<const char*>(picture.pixels.data()), picture.pixels.size()});
    ++count;
  }
  EXPECT_EQ(count, 14);
  EXPECT_EQ(pictures.size(), 14U) << "two scenes are the same picture";
}

INSTANTIATE_TEST_SUITE_P(Drawn, Gallery, testing::Values("shaders", "host"),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace cajal::test
