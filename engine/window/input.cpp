#include "engine/window/input.h"

namespace cajal {

PixelPlace WindowInput::mouseIn(double pictureWidth, double pictureHeight) const {
  if (!(width > 0 && height > 0)) return {};
  return {mouseX * pictureWidth / width, mouseY * pictureHeight / height};
}

void WindowInput::beginFrame() {
  keysPressed.reset();
  buttonsPressed.reset();
  buttonsReleased.reset();
  mouseMovedX = mouseMovedY = 0;
  scrolledX = scrolledY = 0;
}

}  // namespace cajal
