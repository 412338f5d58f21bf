#include "engine/vulkan/image.h"

#include "engine/vulkan/check.h"
#include "engine/vulkan/immediate.h"
#include "tests/support/vulkan/vulkan_test.h"

#include <algorithm>

namespace cajal {
namespace {

constexpr VkImageUsageFlags kCopies = VK_IMAGE_USAGE_TRANSFER_SRC_BIT | VK_IMAGE_USAGE_TRANSFER_DST_BIT;

class ImageTest : public VulkanTest {
 protected:
  Image colourImage(VkExtent2D extent) const {
    return {device(), extent, VK_FORMAT_R8G8B8A8_UNORM, kCopies, VK_IMAGE_ASPECT_COLOR_BIT, "picture"};
  }
  static void clear(VkCommandBuffer commands, Image& image, VkClearColorValue colour) {
    image.transition(commands, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, access::kCopyWrite, Contents::discard);
    const VkImageSubresourceRange all{VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1};
    vkCmdClearColorImage(commands, image.handle(), image.layout(), &colour, 1, &all);
  }
};

TEST_F(ImageTest, AClearedImageIsReadBack) {
  Image image = colourImage({33, 17});
  runNow(device(), [&](VkCommandBuffer commands) { clear(commands, image, {{1.0F, 0.0F, 1.0F, 0.0F}}); });
  const auto bytes = downloadNow(device(), image);
  ASSERT_EQ(bytes.size(), 33U * 17U * 4U);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    ASSERT_EQ(std::to_integer<int>(bytes[i]), i % 2 == 0 ? 255 : 0) << "byte " << i;
}

TEST_F(ImageTest, OneImageIsCopiedIntoAnother) {
  Image from = colourImage({16, 16});
  Image to = colourImage({16, 16});
  runNow(device(), [&](VkCommandBuffer commands) {
    clear(commands, from, {{0.0F, 1.0F, 0.0F, 1.0F}});
    clear(commands, to, {{0.0F, 0.0F, 0.0F, 0.0F}});
    from.transition(commands, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, access::kCopyRead);
    to.transition(commands, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, access::kCopyWrite);
    VkImageCopy region{};
    region.srcSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1};
    region.dstSubresource = region.srcSubresource;
    region.extent = {16, 16, 1};
    vkCmdCopyImage(commands, from.handle(), from.layout(), to.handle(), to.layout(), 1, &region);
  });
  EXPECT_EQ(downloadNow(device(), to), downloadNow(device(), from));
}

TEST_F(ImageTest, APictureWiderThanTheDeviceDrawsIsAnError) {
  EXPECT_THROW(colourImage({device().limits().imageSide + 1, 1}), Error);
}

}  // namespace
}  // namespace cajal
