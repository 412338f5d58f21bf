#pragma once
// The window: its size and its events. Main thread only.

#include "engine/vulkan/surface.h"
#include "engine/vulkan/vulkan.h"
#include "engine/window/display.h"
#include "engine/window/input.h"

#include <string>

struct GLFWwindow;

namespace cajal {

class Instance;

struct WindowOptions {
  std::string title = "Cajal";
  VkExtent2D size{1600, 900};  // screen coordinates
  bool isFullScreen = false;
};

// Owner of the window and of the connection to the screen. Stays where it was made. One at a time.
class Window {
 public:
  explicit Window(const WindowOptions& options);
  ~Window();
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

  Surface createSurface(const Instance& instance) const;

  // Once a frame: collects what happened. waitEvents sleeps until something does, for a minimised window.
  void pollEvents();
  void waitEvents(double timeoutSeconds);
  const WindowInput& input() const { return m_input; }

  bool shouldClose() const;
  void keepOpen();  // shouldClose() is false again
  // The X server went away. End in order: nothing can be shown any more.
  bool isDisplayLost() const { return m_display.isLost(); }
  void whenDisplayIsLost(std::function<void()> saveAndEnd) { m_display.whenLost(std::move(saveAndEnd)); }

  VkExtent2D size() const;             // screen coordinates, as the mouse has them
  VkExtent2D framebufferSize() const;  // pixels; 0×0 while minimised
  float contentScale() const;          // 1 on ordinary screens, 2 on dense ones
  bool isMinimised() const;

  void setSize(VkExtent2D size);
  bool isFullScreen() const { return m_isFullScreen; }
  void setFullScreen(bool isFullScreen);

  GLFWwindow* handle() const { return m_handle; }

 private:
  struct Callbacks;  // from GLFW into m_input
  struct Place {
    int x = 0, y = 0, width = 0, height = 0;
  };

  void noteSize();

  DisplayConnection m_display;
  GLFWwindow* m_handle = nullptr;
  WindowInput m_input;
  bool m_isCursorKnown = false;  // whether mouseX, mouseY can be subtracted from
  bool m_isFullScreen = false;
  Place m_windowedPlace;  // to return to from full screen
};

}  // namespace cajal
