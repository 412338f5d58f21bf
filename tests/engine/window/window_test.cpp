#include "engine/window/window.h"

#include "engine/ui/ui.h"
#include "engine/vulkan/device.h"
#include "engine/vulkan/frames.h"
#include "engine/vulkan/instance.h"
#include "engine/vulkan/swapchain.h"
#include "tests/support/refusal.h"
#include "tests/support/vulkan/virtual_display.h"

#include <gtest/gtest.h>
#include <imgui.h>

#include <cstdlib>
#include <memory>

namespace cajal {
namespace {

// A picture that is shown in a window, and nothing else.
struct Show {
  Show()
      : window({.title = "test", .size = {640, 360}}),
        instance({.window = true, .validation = true}),
        surface(window.createSurface(instance)),
        device(instance, chooseDevice(describeDevices(instance, surface.handle()), {.presents = true})),
        frames(device),
        picture(device, {320, 180}, VK_FORMAT_R8G8B8A8_UNORM,
                VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT |
                    VK_IMAGE_USAGE_TRANSFER_DST_BIT,
                VK_IMAGE_ASPECT_COLOR_BIT, "picture"),
        swapchain(device, surface.handle(), window.framebufferSize(), false) {}

  // As the program's loop does it.
  SwapchainState drawFrame(Ui* ui = nullptr) {
    window.pollEvents();
    if (ui) ui->beginFrame(picture.extent(), 1.0 / 60);
    if (ui) ImGui::ShowMetricsWindow();
    Frame& frame = frames.begin();
    picture.transition(frame.commands(), VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, access::kCopyWrite,
                       Contents::discard);
    const VkClearColorValue colour{{0.2F, 0.4F, 0.6F, 1.0F}};
    const VkImageSubresourceRange all{VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1};
    vkCmdClearColorImage(frame.commands(), picture.handle(), picture.layout(), &colour, 1, &all);
    if (ui) ui->draw(frames, frame.commands(), picture);
    const SwapchainImage target = swapchain.acquire();
    if (!target.isReady()) {
      frames.submit();
      return target.state;
    }
    swapchain.copyInto(frame.commands(), picture, target);
    frames.submit({target.acquired}, {target.drawn});
    return swapchain.present(target);
  }

  Window window;
  Instance instance;
  Surface surface;
  Device device;
  Frames frames;
  Image picture;
  Swapchain swapchain;
};

class WindowTest : public testing::Test {
 protected:
  void SetUp() override {
    // Always one of our own: a test must not flash over somebody's screen, and one of them pulls it out.
    m_screen = VirtualDisplay::start();
    if (!m_screen) GTEST_SKIP() << "Xvfb is not installed, so NO WINDOW IS TESTED: install xvfb";
  }

  static void expectSilence(const Instance& instance) {
    const ValidationMessages messages = instance.validationMessages();
    for (const std::string& text : messages.texts) ADD_FAILURE() << text;
  }

  std::unique_ptr<VirtualDisplay> m_screen;
};

TEST_F(WindowTest, ADisplayIsFoundWhereThereIsOne) {
  EXPECT_TRUE(displayAvailable().isAvailable);
}

TEST_F(WindowTest, AMissingDisplayIsAnAnswerWithAReason) {
  m_screen.reset();
  unsetenv("DISPLAY");
  const DisplayAnswer answer = displayAvailable();
  EXPECT_FALSE(answer.isAvailable);
  EXPECT_TRUE(test::says(answer.reason, "DISPLAY"));
}

TEST_F(WindowTest, PicturesAreShown) {
  Show show;
  int shown = 0;
  for (int i = 0; i < 20; ++i) {
    const SwapchainState state = show.drawFrame();
    if (state == SwapchainState::outOfDate) show.swapchain.resize(show.window.framebufferSize());
    shown += state == SwapchainState::ready;
  }
  EXPECT_GE(shown, 18);
  expectSilence(show.instance);
}

TEST_F(WindowTest, AStormOfResizesIsSurvived) {
  Show show;
  int shown = 0;
  for (std::uint32_t i = 0; i < 200; ++i) {
    if (i % 3 == 0) show.window.setSize({1 + (i * 389) % 1500, 1 + (i * 211) % 900});
    const SwapchainState state = show.drawFrame();
    // Now and then minimised for a moment, as a window manager would.
    if (i % 40 == 39) show.swapchain.resize({});
    if (i % 40 == 39) {
      EXPECT_EQ(show.drawFrame(), SwapchainState::minimised);
    }
    if (state == SwapchainState::outOfDate || i % 40 == 39)
      show.swapchain.resize(show.window.framebufferSize());
    shown += state == SwapchainState::ready;
  }
  EXPECT_GT(shown, 50);
  expectSilence(show.instance);
}

TEST_F(WindowTest, FullScreenAndBack) {
  Show show;
  show.window.setFullScreen(true);
  for (int i = 0; i < 5; ++i)
    if (show.drawFrame() == SwapchainState::outOfDate) show.swapchain.resize(show.window.framebufferSize());
  show.window.setFullScreen(false);
  for (int i = 0; i < 5; ++i)
    if (show.drawFrame() == SwapchainState::outOfDate) show.swapchain.resize(show.window.framebufferSize());
  EXPECT_FALSE(show.window.isFullScreen());
  expectSilence(show.instance);
}

TEST_F(WindowTest, PanelsAreDrawnInAWindow) {
  Show show;
  Ui ui(show.instance, show.device, show.frames.inFlight(), &show.window);
  for (int i = 0; i < 5; ++i) show.drawFrame(&ui);
  EXPECT_FALSE(ui.wantsMouse());
  expectSilence(show.instance);
}

TEST_F(WindowTest, TheDisplayMayGoAwayAndTheProgramEndsInOrder) {
  Show show;
  Ui ui(show.instance, show.device, show.frames.inFlight(), &show.window);
  show.drawFrame(&ui);
  m_screen->pullOut();
  bool hasEnded = false;
  for (int i = 0; i < 10 && !hasEnded; ++i) {
    const SwapchainState state = show.drawFrame(&ui);
    hasEnded = state == SwapchainState::surfaceLost || show.window.shouldClose();
    if (state == SwapchainState::outOfDate && !hasEnded) show.swapchain.resize(show.window.framebufferSize());
  }
  EXPECT_TRUE(hasEnded);
  EXPECT_TRUE(show.window.isDisplayLost());
}

}  // namespace
}  // namespace cajal
