#pragma once
// Dear ImGui on our device, drawn over our finished picture; with a window or without.

#include "engine/ui/fonts.h"
#include "engine/ui/style.h"
#include "engine/ui/ui_raster.h"
#include "engine/vulkan/owned.h"
#include "engine/vulkan/vulkan.h"

#include <optional>
#include <string>

struct ImFont;

namespace cajal {

class Device;
class Frames;
class Image;
class Instance;
class Window;

struct UiOptions {
  std::optional<float> contentScale{};  // empty: the window's, or 1
  std::string moreText{};               // UTF-8 whose characters must be drawable too (UiFonts)
};

// Owner of the one ImGui context. Use: beginFrame(), any ImGui calls, draw(). Coordinates are pixels of the
// picture.
class Ui {
 public:
  // Without a window the caller may write ImGui::GetIO()'s mouse itself, after beginFrame() of the frame
  // before.
  Ui(const Instance& instance, const Device& device, std::size_t framesInFlight, Window* window = nullptr,
     const UiOptions& options = {});
  ~Ui();
  Ui(const Ui&) = delete;
  Ui& operator=(const Ui&) = delete;

  void beginFrame(VkExtent2D picture, double deltaSeconds);
  // Over `picture`: sRGB-encoded R8G8B8A8_UNORM with usage COLOR_ATTACHMENT. Once in each frame that was
  // begun here.
  void draw(Frames& frames, VkCommandBuffer commands, Image& picture);
  // The same over a picture that the host draws.
  void draw(const HostPicture& picture);

  bool wantsMouse() const;     // the pointer is over a panel, or holds something of it
  bool wantsKeyboard() const;  // something is being typed; a slider that is only dragged leaves the keys free
  // Closes the lists that are open; false where none is.
  bool closePopups();
  ImFont* font(UiFont font) const { return m_fonts->operator[](font); }
  // From the next frame on.
  void setTheme(UiTheme theme) { applyUiStyle(m_contentScale, theme); }
  float contentScale() const { return m_contentScale; }

 private:
  struct Context {  // ImGui's own, made first and gone last
    Context();
    ~Context();
  };
  struct WindowBackend {  // nothing without a window
    explicit WindowBackend(Window* window);
    ~WindowBackend();
    Window* window;
  };
  struct DeviceBackend {
    DeviceBackend(const Instance& instance, const Device& device, VkRenderPass pass,
                  std::size_t framesInFlight);
    ~DeviceBackend();
    const Device& device;
    OwnedDescriptorPool pool;
  };

  const Device* m_device;
  float m_contentScale;
  Context m_context;
  std::optional<UiFonts> m_fonts;
  WindowBackend m_windowBackend;
  OwnedRenderPass m_pass;
  DeviceBackend m_deviceBackend;
};

}  // namespace cajal
