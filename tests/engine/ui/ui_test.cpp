#include "engine/ui/ui.h"

#include "engine/vulkan/frames.h"
#include "engine/vulkan/image.h"
#include "engine/vulkan/immediate.h"
#include "tests/support/vulkan/vulkan_test.h"

#include <imgui.h>

#include <algorithm>
#include <filesystem>

namespace cajal {
namespace {

constexpr VkExtent2D kSize{320, 200};

class UiTest : public VulkanTest {
 protected:
  UiTest()
      : m_frames(device()),
        m_picture(device(), kSize, VK_FORMAT_R8G8B8A8_UNORM,
                  VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT |
                      VK_IMAGE_USAGE_TRANSFER_DST_BIT,
                  VK_IMAGE_ASPECT_COLOR_BIT, "picture") {}

  // Clears the picture to opaque black and draws what `panels` asks for over it.
  template <typename Panels>
  void draw(Ui& ui, Panels panels) {
    ui.beginFrame(kSize, 1.0 / 60);
    panels();
    const VkCommandBuffer commands = m_frames.begin().commands();
    m_picture.transition(commands, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, access::kCopyWrite,
                         Contents::discard);
    const VkClearColorValue black{{0, 0, 0, 1}};
    const VkImageSubresourceRange all{VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1};
    vkCmdClearColorImage(commands, m_picture.handle(), m_picture.layout(), &black, 1, &all);
    ui.draw(m_frames, commands, m_picture);
    m_frames.submit();
  }

  // Pixels that are not black.
  std::size_t drawnPixels() {
    m_frames.waitForAll();
    const auto bytes = downloadNow(device(), m_picture);
    std::size_t count = 0;
    for (std::size_t i = 0; i < bytes.size(); i += 4)
      count += std::any_of(bytes.begin() + i, bytes.begin() + i + 3,
                           [](std::byte b) { return b != std::byte{0}; });
    return count;
  }

  Frames m_frames;
  Image m_picture;
};

void textPanel() {
  ImGui::SetNextWindowPos({10, 10});
  ImGui::SetNextWindowSize({150, 80});
  ImGui::Begin("Training");
  ImGui::TextUnformatted("loss 0.25");
  ImGui::End();
}

TEST_F(UiTest, APanelIsDrawnWithoutAWindow) {
  Ui ui(instance(), device(), m_frames.inFlight());
  for (int frame = 0; frame < 3; ++frame)
    draw(ui, textPanel);  // ImGui shows a new window in its second frame
  EXPECT_GT(drawnPixels(), 150U * 80U / 2);
  EXPECT_LT(drawnPixels(), 160U * 90U);
}

TEST_F(UiTest, WithoutPanelsThePictureStaysAsItWas) {
  Ui ui(instance(), device(), m_frames.inFlight());
  for (int frame = 0; frame < 3; ++frame) draw(ui, [] {});
  EXPECT_EQ(drawnPixels(), 0U);
}

TEST_F(UiTest, ThePointerOverAPanelIsThePanels) {
  Ui ui(instance(), device(), m_frames.inFlight());
  ImGui::GetIO().MousePos = {50, 50};
  for (int frame = 0; frame < 3; ++frame) draw(ui, textPanel);
  EXPECT_TRUE(ui.wantsMouse());
  ImGui::GetIO().MousePos = {300, 190};
  for (int frame = 0; frame < 2; ++frame) draw(ui, textPanel);
  EXPECT_FALSE(ui.wantsMouse());
}

TEST_F(UiTest, TheLettersOfLabelsAreThere) {
  Ui ui(instance(), device(), m_frames.inFlight());
  for (const UiFont name :
       {UiFont::text, UiFont::textBold, UiFont::small, UiFont::label, UiFont::labelBold}) {
    ASSERT_NE(ui.font(name), nullptr);
    for (const ImWchar letter : {u'×', u'·', u'→', u'≥', u'∂', u'σ', u'Δ', u'µ', u'²', u'é'})
      EXPECT_NE(ui.font(name)->FindGlyphNoFallback(letter), nullptr) << "U+" << std::hex << letter;
  }
}

TEST_F(UiTest, ChineseIsDrawnWhereItsFontIsInstalled) {
  if (!std::filesystem::exists("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"))
    GTEST_SKIP() << "the Noto fonts are not installed: fonts-noto-cjk";
  Ui ui(instance(), device(), m_frames.inFlight(), nullptr, {.moreText = "神经网络"});
  EXPECT_NE(ui.font(UiFont::text)->FindGlyphNoFallback(u'神'), nullptr);
}

TEST_F(UiTest, DenseScreensGetLargerLetters) {
  float usual = 0;
  {
    Ui ui(instance(), device(), m_frames.inFlight());
    usual = ui.font(UiFont::text)->FontSize;
  }
  Ui ui(instance(), device(), m_frames.inFlight(), nullptr, {.contentScale = 2.0F});
  EXPECT_FLOAT_EQ(ui.font(UiFont::text)->FontSize, 2 * usual);
}

TEST_F(UiTest, NoFileIsLeftBehind) {
  {
    Ui ui(instance(), device(), m_frames.inFlight());
    draw(ui, textPanel);
    m_frames.waitForAll();
  }
  EXPECT_FALSE(std::filesystem::exists("imgui.ini"));
}

}  // namespace
}  // namespace cajal
