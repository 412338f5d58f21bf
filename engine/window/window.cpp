#include "engine/window/window.h"

#include "engine/base/error.h"
#include "engine/vulkan/check.h"
#include "engine/vulkan/instance.h"

#include <GLFW/glfw3.h>

#include <algorithm>

namespace cajal {

static_assert(static_cast<int>(Key::z) == GLFW_KEY_Z && static_cast<int>(Key::end) == GLFW_KEY_END);
static_assert(static_cast<int>(Key::f12) == GLFW_KEY_F12 && static_cast<int>(Key::up) == GLFW_KEY_UP);
static_assert(static_cast<int>(Key::rightSuper) == GLFW_KEY_RIGHT_SUPER &&
              GLFW_KEY_LAST < WindowInput::kKeys);

// ---- what GLFW tells

struct Window::Callbacks {
  static Window& of(GLFWwindow* handle) { return *static_cast<Window*>(glfwGetWindowUserPointer(handle)); }

  static void key(GLFWwindow* handle, int key, int, int action, int) {
    if (key < 0 || action == GLFW_REPEAT) return;
    WindowInput& input = of(handle).m_input;
    input.keysDown[static_cast<std::size_t>(key)] = action == GLFW_PRESS;
    if (action == GLFW_PRESS) input.keysPressed.set(static_cast<std::size_t>(key));
  }

  static void button(GLFWwindow* handle, int button, int action, int) {
    WindowInput& input = of(handle).m_input;
    const auto index = static_cast<std::size_t>(button);
    input.buttonsDown[index] = action == GLFW_PRESS;
    (action == GLFW_PRESS ? input.buttonsPressed : input.buttonsReleased).set(index);
  }

  static void cursor(GLFWwindow* handle, double x, double y) {
    Window& window = of(handle);
    WindowInput& input = window.m_input;
    if (window.m_isCursorKnown) {
      input.mouseMovedX += x - input.mouseX;
      input.mouseMovedY += y - input.mouseY;
    }
    input.mouseX = x;
    input.mouseY = y;
    window.m_isCursorKnown = true;
  }

  static void scroll(GLFWwindow* handle, double x, double y) {
    of(handle).m_input.scrolledX += x;
    of(handle).m_input.scrolledY += y;
  }
};

// ---- its life

Window::Window(const WindowOptions& options) {
  glfwWindowHint(GLFW_CLIENT_API, GLFW_NO_API);
  m_handle = glfwCreateWindow(static_cast<int>(options.size.width), static_cast<int>(options.size.height),
                              options.title.c_str(), nullptr, nullptr);
  if (!m_handle) {
    const char* text = nullptr;
    glfwGetError(&text);
    throw Error(ExitCode::gpu, fmt::format("the window could not be opened: {}; use --headless to go without",
                                           text ? text : "no reason given"));
  }
  glfwSetWindowUserPointer(m_handle, this);
  glfwSetKeyCallback(m_handle, Callbacks::key);
  glfwSetMouseButtonCallback(m_handle, Callbacks::button);
  glfwSetCursorPosCallback(m_handle, Callbacks::cursor);
  glfwSetScrollCallback(m_handle, Callbacks::scroll);
  if (options.isFullScreen) setFullScreen(true);
}

Window::~Window() {
  glfwDestroyWindow(m_handle);
}

Surface Window::createSurface(const Instance& instance) const {
  VkSurfaceKHR surface = VK_NULL_HANDLE;
  check(glfwCreateWindowSurface(instance.handle(), m_handle, nullptr, &surface),
        "connecting the window with Vulkan");
  return {instance.handle(), surface};
}

// ---- events

void Window::pollEvents() {
  m_input.beginFrame();
  if (!isDisplayLost()) glfwPollEvents();
  noteSize();
}

void Window::waitEvents(double timeoutSeconds) {
  m_input.beginFrame();
  if (!isDisplayLost()) glfwWaitEventsTimeout(timeoutSeconds);
  noteSize();
}

void Window::noteSize() {
  const VkExtent2D now = size();
  m_input.width = now.width;
  m_input.height = now.height;
}

void Window::keepOpen() {
  glfwSetWindowShouldClose(m_handle, GLFW_FALSE);
}

bool Window::shouldClose() const {
  return glfwWindowShouldClose(m_handle) || isDisplayLost();
}

// ---- size

// Once the display is lost, Xlib must not be asked anything: it would write a request into no buffer.
VkExtent2D Window::size() const {
  if (isDisplayLost()) return {};
  int width = 0, height = 0;
  glfwGetWindowSize(m_handle, &width, &height);
  return {static_cast<std::uint32_t>(std::max(width, 0)), static_cast<std::uint32_t>(std::max(height, 0))};
}

VkExtent2D Window::framebufferSize() const {
  if (isDisplayLost() || isMinimised()) return {};
  int width = 0, height = 0;
  glfwGetFramebufferSize(m_handle, &width, &height);
  return {static_cast<std::uint32_t>(std::max(width, 0)), static_cast<std::uint32_t>(std::max(height, 0))};
}

float Window::contentScale() const {
  float x = 1, y = 1;
  glfwGetWindowContentScale(m_handle, &x, &y);
  return std::max({x, y, 0.5F});
}

bool Window::isMinimised() const {
  return !isDisplayLost() && glfwGetWindowAttrib(m_handle, GLFW_ICONIFIED) == GLFW_TRUE;
}

void Window::setSize(VkExtent2D size) {
  glfwSetWindowSize(m_handle, static_cast<int>(size.width), static_cast<int>(size.height));
}

void Window::setFullScreen(bool isFullScreen) {
  if (isFullScreen == m_isFullScreen) return;
  GLFWmonitor* monitor = glfwGetPrimaryMonitor();
  const GLFWvidmode* mode = monitor ? glfwGetVideoMode(monitor) : nullptr;
  if (isFullScreen && !mode) return;  // a display without a monitor
  Place& place = m_windowedPlace;
  if (isFullScreen) {
    glfwGetWindowPos(m_handle, &place.x, &place.y);
    glfwGetWindowSize(m_handle, &place.width, &place.height);
    glfwSetWindowMonitor(m_handle, monitor, 0, 0, mode->width, mode->height, mode->refreshRate);
  } else {
    glfwSetWindowMonitor(m_handle, nullptr, place.x, place.y, place.width, place.height, GLFW_DONT_CARE);
  }
  m_isFullScreen = isFullScreen;
}

}  // namespace cajal
