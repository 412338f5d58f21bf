// ImGui's triangles as the device draws them and as the host does, held to each other.
#include "engine/ui/ui_raster.h"

#include "engine/ui/ui.h"
#include "engine/vulkan/frames.h"
#include "engine/vulkan/image.h"
#include "engine/vulkan/immediate.h"
#include "tests/support/vulkan/vulkan_test.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace cajal {
namespace {

constexpr VkExtent2D kSize{320, 200};
constexpr std::uint32_t kGrey = 0xff504030;

class UiRasterTest : public VulkanTest {
 protected:
  UiRasterTest()
      : m_frames(device()),
        m_ui(instance(), device(), m_frames.inFlight()),
        m_picture(device(), kSize, VK_FORMAT_R8G8B8A8_UNORM,
                  VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT |
                      VK_IMAGE_USAGE_TRANSFER_DST_BIT,
                  VK_IMAGE_ASPECT_COLOR_BIT, "picture") {}

  // The same panels, over grey: on the device, and on the host.
  template <typename Panels>
  void draw(Panels panels) {
    for (int frame = 0; frame < 3; ++frame) {  // ImGui shows a new window in its second frame
      m_ui.beginFrame(kSize, 1.0 / 60);
      panels();
      drawOnDevice();
    }
    m_onHost.assign(std::size_t{kSize.width} * kSize.height, kGrey);
    m_ui.draw(HostPicture{m_onHost.data(), kSize.width, kSize.height});
    m_frames.waitForAll();
    const std::vector<std::byte> bytes = downloadNow(device(), m_picture);
    m_onDevice.resize(m_onHost.size());
    std::memcpy(m_onDevice.data(), bytes.data(), bytes.size());
  }

  // Share of the pixels of which a channel differs by more than so many steps.
  double shareBeyond(int steps) const {
    std::size_t beyond = 0;
    for (std::size_t i = 0; i < m_onHost.size(); ++i) {
      bool isBeyond = false;
      for (int shift = 0; shift < 32; shift += 8) {
        const int a = static_cast<int>(m_onHost[i] >> shift & 255u),
                  b = static_cast<int>(m_onDevice[i] >> shift & 255u);
        isBeyond = isBeyond || std::abs(a - b) > steps;
      }
      beyond += isBeyond;
    }
    return static_cast<double>(beyond) / static_cast<double>(m_onHost.size());
  }
  std::uint32_t colorAt(std::uint32_t x, std::uint32_t y) const { return m_onHost[y * kSize.width + x]; }
  std::size_t drawnPixels() const {
    return m_onHost.size() - static_cast<std::size_t>(std::count(m_onHost.begin(), m_onHost.end(), kGrey));
  }

 private:
  void drawOnDevice() {
    const VkCommandBuffer commands = m_frames.begin().commands();
    m_picture.transition(commands, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, access::kCopyWrite,
                         Contents::discard);
    const VkClearColorValue grey{{0x30 / 255.0f, 0x40 / 255.0f, 0x50 / 255.0f, 1}};
    const VkImageSubresourceRange all{VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1};
    vkCmdClearColorImage(commands, m_picture.handle(), m_picture.layout(), &grey, 1, &all);
    m_ui.draw(m_frames, commands, m_picture);
    m_frames.submit();
  }

  Frames m_frames;
  Ui m_ui;
  Image m_picture;
  std::vector<std::uint32_t> m_onHost, m_onDevice;
};

// Both sides blend and filter with rounding of their own, which adds up where things lie over each other: two
// steps. A pixel whose middle lies on the border of a slanted triangle may belong to either side.
constexpr int kSteps = 2;
constexpr double kBorders = 0.001;

TEST_F(UiRasterTest, PanelsWithTextAndSlidersLookTheSame) {
  float value = 0.3f;
  bool isOn = true;
  draw([&] {
    ImGui::SetNextWindowPos({10, 10});
    ImGui::SetNextWindowSize({200, 160});
    ImGui::Begin("Training");
    ImGui::TextUnformatted("loss 0.25 · accuracy 97 %");
    ImGui::SliderFloat("rate", &value, 0, 1);
    ImGui::Checkbox("exact", &isOn);
    ImGui::Button("Play");
    ImGui::End();
  });
  EXPECT_GT(drawnPixels(), 200U * 160U / 2);
  EXPECT_LE(shareBeyond(kSteps), kBorders);
}

TEST_F(UiRasterTest, LinesCirclesAndGradientsLookTheSame) {
  draw([] {
    ImDrawList& list = *ImGui::GetBackgroundDrawList();
    for (int i = 0; i < 12; ++i) {
      const float angle = 0.55f * static_cast<float>(i);
      list.AddLine({160, 100}, {160 + 90 * std::cos(angle), 100 + 90 * std::sin(angle)},
                   IM_COL32(250, 180, 90, 200), 1.0f + 0.4f * static_cast<float>(i));
    }
    list.AddCircleFilled({60.3f, 50.7f}, 31.5f, IM_COL32(90, 160, 250, 140));
    list.AddRectFilledMultiColor({200, 20}, {300, 90}, IM_COL32(255, 0, 0, 255), IM_COL32(0, 255, 0, 128),
                                 IM_COL32(0, 0, 255, 255), IM_COL32(255, 255, 255, 0));
    list.AddRectFilled({20.4f, 120.6f}, {91.2f, 180.3f}, IM_COL32(255, 255, 255, 60), 9.0f);
  });
  EXPECT_GT(drawnPixels(), 10'000U);
  EXPECT_LE(shareBeyond(kSteps), kBorders);
}

TEST_F(UiRasterTest, NothingIsDrawnOutsideOfItsWindowOrOfThePicture) {
  draw([] {
    ImDrawList& list = *ImGui::GetBackgroundDrawList();
    list.PushClipRect({50, 40}, {150, 90});
    list.AddRectFilled({-100, -100}, {1000, 1000}, IM_COL32(255, 255, 255, 255));
    list.AddTriangleFilled({-500, 60}, {900, -300}, {900, 700}, IM_COL32(9, 9, 9, 255));
    list.PopClipRect();
    list.AddText({310, 195}, IM_COL32(255, 255, 255, 255), "beyond the corner");
  });
  EXPECT_GE(drawnPixels(), 100U * 50U);
  EXPECT_LE(drawnPixels(), 100U * 50U + 10U * 5U);
  EXPECT_LE(shareBeyond(kSteps), kBorders);
}

// A fan of translucent triangles: a pixel that two of them drew would be brighter, one that none drew would
// be grey.
TEST_F(UiRasterTest, TrianglesThatShareABorderShareNoPixelAndLeaveNoneOut) {
  draw([] {
    ImDrawList& list = *ImGui::GetBackgroundDrawList();
    list.Flags &= ~ImDrawListFlags_AntiAliasedFill;
    const ImVec2 middle(157.3f, 99.1f);
    for (int i = 0; i < 9; ++i) {
      const auto corner = [&](int index) {
        const float angle = 0.6981317f * static_cast<float>(index % 9);
        return ImVec2(157 + 80 * std::cos(angle), 99 + 80 * std::sin(angle));
      };
      list.AddTriangleFilled(middle, corner(i), corner(i + 1), IM_COL32(255, 255, 255, 100));
    }
  });
  const std::uint32_t inside = colorAt(157, 99);
  for (std::uint32_t y = 60; y < 140; ++y)
    for (std::uint32_t x = 120; x < 195; ++x) ASSERT_EQ(colorAt(x, y), inside) << x << ", " << y;
}

}  // namespace
}  // namespace cajal
