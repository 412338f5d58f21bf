#pragma once
// The stage: device, window if there is one, renderer and UI, and one frame after the other. What is drawn is
// the caller's; how a frame gets onto the screen, into a film or into a file is settled here. Render thread
// only.

#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "engine/camera/camera.h"
#include "engine/render/renderer.h"
#include "engine/ui/ui.h"
#include "engine/vulkan/device.h"
#include "engine/vulkan/frames.h"
#include "engine/vulkan/gpu_timer.h"
#include "engine/vulkan/instance.h"
#include "engine/vulkan/swapchain.h"
#include "engine/window/window.h"

namespace cajal {

struct StageOptions {
  bool window = false;
  VkExtent2D size{1280, 720};  // of the picture; the window may change it
  std::string device;          // index or part of the name; empty: the best
  std::string title = "Cajal";
  bool validation = false;
  std::string moreText{};  // UTF-8 that must be readable, too, besides Latin and Greek (UiOptions)
};

// What happened to a frame.
enum class FrameOutcome { drawn, windowGone };

class Stage {
 public:
  explicit Stage(const StageOptions& options);
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  bool isWindowed() const { return m_window != nullptr; }
  Window* window() { return m_window.get(); }  // null when headless
  const Instance& instance() const { return *m_instance; }
  const Device& device() const { return *m_device; }
  bool isSoftware() const { return m_device->facts().type == VK_PHYSICAL_DEVICE_TYPE_CPU; }
  Frames& frames() { return *m_frames; }
  Renderer& renderer() { return *m_renderer; }
  const Renderer& renderer() const { return *m_renderer; }
  Ui& ui() { return *m_ui; }
  const Ui& ui() const { return *m_ui; }
  VkExtent2D extent() const { return m_renderer->extent(); }
  // Before anything goes that a frame may still read; a lost device is logged.
  void waitUntilDrawn() noexcept;
  // Milliseconds of the last known frame on the device, all passes.
  double drawMilliseconds() const;
  std::span<const GpuSpan> spans() const { return m_timer->results(); }

  // Once before each frame: takes over the window's new size.
  void followWindow();
  // A frame of this size from now on, when headless.
  // One without pixels is none, as of a window that is minimised: the picture stays as it is.
  void resize(VkExtent2D extent) {
    if (extent.width > 0 && extent.height > 0) m_renderer->resize(extent);
  }

  struct FrameWork {
    RenderScene* scene = nullptr;
    std::function<void()> drawUi;  // ImGui calls
    double secondsSinceLast = 1.0 / 60;
    std::vector<SemaphoreAt> waits, signals;  // the bridge's
    // Memory that another API writes: taken over before it is read, handed back after.
    std::function<void(VkCommandBuffer)> acquire, release;
    bool capture = false;  // the picture is wanted on the host: onCapture
  };
  // Draws, shows, and, where asked for, sends the picture on its way to the host.
  FrameOutcome draw(FrameWork work);

  // Captured pictures that have arrived, oldest first, RGBA rows from the top. `wait`: all that are on their
  // way.
  using PictureTaker =
      std::function<void(std::span<const std::byte> rgba, VkExtent2D extent, std::uint64_t frame)>;
  void takeCaptures(const PictureTaker& take, bool wait);

 private:
  struct Capture {
    std::shared_ptr<Buffer> pixels;
    VkExtent2D extent{};
    std::uint64_t frame = 0;
  };

  void rebuildSurface();
  Capture capture(VkCommandBuffer commands, std::uint64_t frame);

  std::unique_ptr<Window> m_window;
  std::unique_ptr<Instance> m_instance;
  std::optional<Surface> m_surface;
  std::unique_ptr<Device> m_device;
  std::unique_ptr<Frames> m_frames;
  std::unique_ptr<GpuTimer> m_timer;
  std::unique_ptr<Swapchain> m_swapchain;
  std::unique_ptr<Renderer> m_renderer;
  std::unique_ptr<Ui> m_ui;
  std::vector<Capture> m_captures;                      // on their way
  std::vector<std::shared_ptr<Buffer>> m_spareBuffers;  // to capture into again
};

}  // namespace cajal
