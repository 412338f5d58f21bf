#include "engine/window/input.h"

namespace cajal {

void WindowInput::beginFrame() {
  keysPressed.reset();
  buttonsPressed.reset();
  buttonsReleased.reset();
  mouseMovedX = mouseMovedY = 0;
  scrolledX = scrolledY = 0;
  droppedFiles.clear();
}

}  // namespace cajal
