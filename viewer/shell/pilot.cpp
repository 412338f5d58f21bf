#include "viewer/shell/pilot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "engine/base/error.h"

namespace cajal {
namespace {

constexpr float kArrowPixelsPerSecond = 420.0f;  // as if the mouse were dragged so fast

float axis(const WindowInput& input, Key positive, Key negative) {
  return static_cast<float>(input.isDown(positive)) - static_cast<float>(input.isDown(negative));
}

std::size_t neighbour(std::size_t example, std::size_t count, bool forward) {
  if (count == 0) return 0;
  return (example % count + (forward ? 1 : count - 1)) % count;
}

LayoutKind layoutAfter(LayoutKind kind) {
  return kLayoutKinds[(static_cast<std::size_t>(kind) + 1) % std::size(kLayoutKinds)];
}

// Folds it, or opens it again.
void fold(LayoutChoice& layout, std::size_t layer) {
  if (layout.folded.erase(layer) == 0) layout.folded.insert(layer);
}

}  // namespace

ActionList actionsFromKeys(const WindowInput& input, const ViewerState& state, const ViewSettings& settings) {
  ActionList actions;
  // Where frames are slow, a key may have come and gone since the last one.
  const auto isHeld = [&](Key left, Key right) {
    return input.isDown(left) || input.isDown(right) || input.isPressed(left) || input.isPressed(right);
  };
  if (isHeld(Key::leftControl, Key::rightControl)) {
    const bool isShifted = isHeld(Key::leftShift, Key::rightShift);
    if (input.isPressed(Key::z)) actions.push_back({isShifted ? "redo" : "undo", {}});
    return actions;
  }
  for (const Verb& verb : verbs()) {
    if (!verb.key || !input.isPressed(*verb.key)) continue;
    const bool pauses = verb.name == "play" && state.isRunning;
    actions.push_back({pauses ? "pause" : std::string(verb.name), {}});
  }

  ViewSettings wanted = settings;
  const std::size_t count = state.fixed.examplesOf(settings.part);
  if (input.isPressed(Key::leftBracket)) wanted.example = neighbour(settings.example, count, false);
  if (input.isPressed(Key::rightBracket)) wanted.example = neighbour(settings.example, count, true);
  constexpr Key kDigits[] = {Key::digit1, Key::digit2, Key::digit3, Key::digit4, Key::digit5, Key::digit6};
  for (std::size_t i = 0; i < std::size(kDigits); ++i) {
    if (input.isPressed(kDigits[i])) wanted.quantity = kQuantities[i];
  }
  if (input.isPressed(Key::l)) wanted.layout.kind = layoutAfter(settings.layout.kind);
  const std::optional<NeuronPlace>& pointed = state.hover.pick.neuron;
  if (input.isPressed(Key::o) && pointed) fold(wanted.layout, pointed->layer);
  for (Action& action : actionsBetween(viewSettings(), settings, wanted))
    actions.push_back(std::move(action));
  return actions;
}

Camera cameraFromText(const std::string& text, float fieldOfView) {
  std::istringstream numbers(text);
  float values[5] = {};
  bool isGood = true;
  for (std::size_t i = 0; i < std::size(values); ++i) {
    if (i > 0) isGood = isGood && numbers.get() == ',';
    isGood = isGood && (numbers >> values[i]) && std::isfinite(values[i]);
  }
  if (!isGood || numbers.peek() != std::istringstream::traits_type::eof())
    throw Error(ExitCode::usage, "must be X,Y,Z,YAW,PITCH, as in -40,12,30,0.5,-0.1");
  return {{values[0], values[1], values[2]}, values[3], values[4], fieldOfView};
}

std::string cameraToText(const Camera& camera) {
  return fmt::format("{},{},{},{},{}", camera.position.x, camera.position.y, camera.position.z, camera.yaw,
                     camera.pitch);
}

FlightControls controlsFrom(const WindowInput& input, bool mouseIsFree, bool keysAreFree, double seconds) {
  FlightControls controls;
  if (keysAreFree) {
    controls.thrust = {axis(input, Key::d, Key::a), axis(input, Key::e, Key::q), axis(input, Key::w, Key::s)};
    controls.fast = input.isDown(Key::leftShift) || input.isDown(Key::rightShift);
    controls.look = glm::vec2(axis(input, Key::right, Key::left), axis(input, Key::down, Key::up)) *
                    (kArrowPixelsPerSecond * static_cast<float>(seconds));
  }
  if (mouseIsFree) {
    const glm::vec2 moved(input.mouseMovedX, input.mouseMovedY);
    if (input.isDown(MouseButton::left)) controls.look += moved;
    if (input.isDown(MouseButton::right) || input.isDown(MouseButton::middle)) controls.pan += moved;
    // A trackpad scrolls in both directions: sideways moves the eye.
    controls.wheel = static_cast<float>(input.scrolledY);
    controls.pan.x += static_cast<float>(input.scrolledX) * 12.0f;
  }
  return controls;
}

}  // namespace cajal
