#include "viewer/pilot.h"

#include <algorithm>

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

void requestsFromKeys(const WindowInput& input, const ViewerState& state, const ViewSettings& settings,
                      UserRequests& requests) {
  if (input.isPressed(Key::space)) requests.run = !state.isRunning;
  if (input.isPressed(Key::period)) requests.stepOnce = true;
  if (input.isPressed(Key::f)) requests.frameNetwork = true;
  if (input.isPressed(Key::tab)) requests.toggleOrbit = true;
  if (input.isPressed(Key::h)) requests.togglePanels = true;
  if (input.isPressed(Key::r)) requests.toggleRecording = true;
  if (input.isPressed(Key::p)) requests.takeScreenshot = true;
  if (input.isPressed(Key::f11)) requests.toggleFullScreen = true;
  if (input.isPressed(Key::escape)) requests.quit = true;

  ViewSettings wanted = requests.view.value_or(settings);
  const std::size_t count =
      settings.part == Part::test ? state.fixed.testExamples : state.fixed.trainingExamples;
  if (input.isPressed(Key::leftBracket)) wanted.example = neighbour(settings.example, count, false);
  if (input.isPressed(Key::rightBracket)) wanted.example = neighbour(settings.example, count, true);
  constexpr Key kDigits[] = {Key::digit1, Key::digit2, Key::digit3, Key::digit4, Key::digit5, Key::digit6};
  for (std::size_t i = 0; i < std::size(kDigits); ++i) {
    if (input.isPressed(kDigits[i])) wanted.quantity = kQuantities[i];
  }
  if (input.isPressed(Key::l)) wanted.layout.kind = layoutAfter(settings.layout.kind);
  const std::optional<NeuronPlace>& pointed = state.hover.pick.neuron;
  if (input.isPressed(Key::o) && pointed) fold(wanted.layout, pointed->layer);
  if (!(wanted == settings)) requests.view = wanted;
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
