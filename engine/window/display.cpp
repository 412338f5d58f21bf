#include "engine/window/display.h"

#include "engine/base/error.h"
#include "engine/base/log.h"

#include <GLFW/glfw3.h>
#include <dlfcn.h>

#include <chrono>
#include <thread>

namespace cajal {

namespace {

constexpr int kAttempts = 25;  // half a second in all

std::string glfwReason() {
  const char* text = nullptr;
  glfwGetError(&text);
  return text ? text : "GLFW does not say why";
}

// ---- Xlib's fatal handler
//
// Found at run time, since GLFW has Xlib loaded but need not on every system. The types are those of
// <X11/Xlib.h>.

using XDisplay = void;
using IoErrorHandler = int (*)(XDisplay*);
using IoErrorExitHandler = void (*)(XDisplay*, void*);

template <typename Function>
Function loaded(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_DEFAULT, name));
}

int sayNothing(XDisplay*) {
  return 0;
}  // Xlib's own prints and exits

void noteLoss(XDisplay*, void* pointer) {
  auto& loss = *static_cast<DisplayConnection::Loss*>(pointer);
  if (loss.isLost.exchange(true)) return;
  logError("the display is gone; the window with it");
  if (loss.saveAndEnd) loss.saveAndEnd();
}

void surviveLossOfDisplay(DisplayConnection::Loss& loss) {
  const auto display = loaded<XDisplay* (*)()>("glfwGetX11Display");
  const auto setHandler = loaded<IoErrorHandler (*)(IoErrorHandler)>("XSetIOErrorHandler");
  const auto setExitHandler =
      loaded<void (*)(XDisplay*, IoErrorExitHandler, void*)>("XSetIOErrorExitHandler");  // libX11 1.7
  if (!display || !setHandler || !setExitHandler || !display()) return;
  setHandler(sayNothing);
  setExitHandler(display(), noteLoss, &loss);
}

}  // namespace

DisplayAnswer displayAvailable() {
  if (glfwInit() != GLFW_TRUE) return {false, glfwReason()};
  glfwTerminate();
  return {true, ""};
}

DisplayConnection::DisplayConnection() : m_loss(std::make_unique<Loss>()) {
  // An X server without other clients restarts when displayAvailable() disconnects. While it restarts, it
  // refuses connections: try again for a while.
  for (int attempt = 1; glfwInit() != GLFW_TRUE; ++attempt) {
    if (attempt == kAttempts)
      throw Error(ExitCode::usage,
                  fmt::format("no window can be opened: {}; use --headless, or set DISPLAY", glfwReason()));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  surviveLossOfDisplay(*m_loss);
}

DisplayConnection::~DisplayConnection() {
  glfwTerminate();
}

}  // namespace cajal
