// What is written at the edge of the picture, over pictures of one colour.
#include "engine/ui/ui.h"
#include "engine/vulkan/immediate.h"
#include "tests/engine/render/renderer_fixture.h"
#include "viewer/scene/labels.h"

#include <algorithm>

namespace cajal::test {
namespace {

class HeadUpTest : public VulkanTest {
 protected:
  HeadUpTest() {
    m_fixed.layerNames = {"input", "dense 3"};
    m_fixed.curvePart = "test";
    m_fixed.metricsExamples = 1000;
  }

  ViewerState state() const {
    ViewerState state{.fixed = m_fixed,
                      .facts = {},
                      .isRunning = true,
                      .haltedReason = {},
                      .curves = m_curves,
                      .price = {},
                      .edges = {},
                      .edgeRange = 1,
                      .outputs = m_outputs,
                      .recording = {}};
    state.edges.total = state.edges.shown = 109'184;
    return state;
  }

  static LabelView viewOf(VkExtent2D size, Theme theme = Theme::dark) {
    LabelView view;
    view.viewport = {size.width, size.height};
    view.theme = theme;
    return view;
  }

  // Over a picture of this colour; its boxes.
  Picture draw(VkExtent2D size, const LabelView& view, VkClearColorValue color,
               std::vector<ScreenBox>& boxes) {
    Frames frames(device());
    Ui ui(instance(), device(), frames.inFlight());
    Image picture(device(), size, VK_FORMAT_R8G8B8A8_UNORM,
                  VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT |
                      VK_IMAGE_USAGE_TRANSFER_DST_BIT,
                  VK_IMAGE_ASPECT_COLOR_BIT, "picture");
    ui.beginFrame(size, 1.0 / 60);
    boxes = drawHeadUp(ui, state(), {}, view).covered;
    const VkCommandBuffer commands = frames.begin().commands();
    picture.transition(commands, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, access::kCopyWrite, Contents::discard);
    const VkImageSubresourceRange all{VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1};
    vkCmdClearColorImage(commands, picture.handle(), picture.layout(), &color, 1, &all);
    ui.draw(frames, commands, picture);
    frames.submit();
    frames.waitForAll();
    return {size, downloadNow(device(), picture)};
  }

 private:
  StaticState m_fixed;
  std::vector<Metrics> m_curves{{50, 2.0, 0.1, 2.1, 0.799}};
  std::vector<float> m_outputs;
};

constexpr VkClearColorValue kWhite{{1, 1, 1, 1}};

TEST_F(HeadUpTest, NothingIsDrawnBesideTheBoxesWhereOtherLabelsKeepAway) {
  for (const VkExtent2D size : {VkExtent2D{1280, 720}, {640, 360}, {300, 600}}) {
    std::vector<ScreenBox> boxes;
    LabelView view = viewOf(size);
    const Picture picture = draw(size, view, kWhite, boxes);
    ASSERT_EQ(boxes.size(), 2U);
    view.covered = boxes;
    int inside = 0, outside = 0;
    for (std::size_t y = 0; y < size.height; ++y) {
      for (std::size_t x = 0; x < size.width; ++x) {
        const bool isDrawn = picture.at(x, y).sum() < 3 * 255;
        (view.isCovered({{x, y}, {x + 1, y + 1}}) ? inside : outside) += isDrawn;
      }
    }
    EXPECT_EQ(outside, 0) << size.width;
    EXPECT_GT(inside, 10'000) << size.width;
  }
}

TEST_F(HeadUpTest, BehindTheTextWhatIsBrightIsDimmed) {
  std::vector<ScreenBox> boxes;
  const Picture picture = draw({1280, 720}, viewOf({1280, 720}), kWhite, boxes);
  for (const ScreenBox& box : boxes)  // left of the text
    EXPECT_NEAR(picture.at(glm::vec2(box.low.x + 4, 0.5f * (box.low.y + box.high.y))).green, 95, 15);
}

TEST_F(HeadUpTest, OnTheEmptyBackgroundNothingIsSeenOfTheBackdrop) {
  constexpr VkExtent2D size{1280, 720};
  for (const Theme theme : {Theme::dark, Theme::light, Theme::print}) {
    SmallScene empty;
    empty.tone = appearance::toneOf(appearance::paletteOf(theme));
    const Picture background = Easel(device(), size).draw(empty);
    std::vector<ScreenBox> boxes;
    for (const float height : {0.0f, 1.0f}) {
      const Picture::Color wanted = background.at(5, height == 0.0f ? 40 : 680);
      const VkClearColorValue color{{static_cast<float>(wanted.red) / 255,
                                     static_cast<float>(wanted.green) / 255,
                                     static_cast<float>(wanted.blue) / 255, 1}};
      const Picture picture = draw(size, viewOf(size, theme), color, boxes);
      const ScreenBox& box = boxes[height == 0.0f ? 0 : 1];
      const Picture::Color seen = picture.at(glm::vec2(box.low.x + 4, 0.5f * (box.low.y + box.high.y)));
      EXPECT_NEAR(seen.red, wanted.red, 1);
      EXPECT_NEAR(seen.green, wanted.green, 1);
      EXPECT_NEAR(seen.blue, wanted.blue, 1);
    }
  }
}

TEST_F(HeadUpTest, InASmallPictureItLeavesRoomForTheNamesOfLayers) {
  std::vector<ScreenBox> large, small;
  draw({1280, 720}, viewOf({1280, 720}), kWhite, large);
  draw({640, 360}, viewOf({640, 360}), kWhite, small);
  EXPECT_LT(small[0].high.x, 250);
  EXPECT_GT(large[0].high.x, 350);
}

}  // namespace
}  // namespace cajal::test
