#pragma once
// What the user did since the last frame, as plain values.

#include <bitset>
#include <cstddef>

namespace cajal {

// Places on a US keyboard, numbered as GLFW does (window.cpp checks a few).
// clang-format off
enum class Key : int {
  space = 32, comma = 44, minus = 45, period = 46, equal = 61,
  digit0 = 48, digit1, digit2, digit3, digit4, digit5, digit6, digit7, digit8, digit9,
  a = 65, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z,
  leftBracket = 91, rightBracket = 93, graveAccent = 96,
  escape = 256, enter, tab, backspace, insert, remove, right, left, down, up, pageUp, pageDown, home, end,
  f1 = 290, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12,
  leftShift = 340, leftControl, leftAlt, leftSuper, rightShift, rightControl, rightAlt, rightSuper,
};
// clang-format on

enum class MouseButton : int { left, right, middle };

// A place in a picture: pixels from the top left, y down.
struct PixelPlace {
  double x = 0, y = 0;
};

// Positions in screen coordinates, origin at the top left, y down. A screen coordinate is one pixel on X11;
// on Wayland and on macOS a dense screen has several pixels a screen coordinate. mouseIn() gives pixels.
struct WindowInput {
  static constexpr std::size_t kKeys = 352;
  std::bitset<kKeys> keysDown;
  std::bitset<kKeys> keysPressed;  // went down since the last frame; holding a key presses it once
  std::bitset<8> buttonsDown;
  std::bitset<8> buttonsPressed;
  std::bitset<8> buttonsReleased;
  double mouseX = 0, mouseY = 0;
  double width = 0, height = 0;             // of the window
  double mouseMovedX = 0, mouseMovedY = 0;  // since the last frame
  double scrolledX = 0, scrolledY = 0;      // notches; up is positive

  bool isDown(Key key) const { return keysDown[static_cast<std::size_t>(key)]; }
  bool isPressed(Key key) const { return keysPressed[static_cast<std::size_t>(key)]; }
  bool isDown(MouseButton button) const { return buttonsDown[static_cast<std::size_t>(button)]; }
  bool isPressed(MouseButton button) const { return buttonsPressed[static_cast<std::size_t>(button)]; }
  bool isReleased(MouseButton button) const { return buttonsReleased[static_cast<std::size_t>(button)]; }

  // The place under the cursor in a picture of so many pixels that fills the window; what is drawn may have
  // another size than the window's framebuffer while a film is recorded. (0, 0) for a window without a size.
  PixelPlace mouseIn(double pictureWidth, double pictureHeight) const;

  void beginFrame();  // forgets what happened in the last one; what is held stays held
};

}  // namespace cajal
