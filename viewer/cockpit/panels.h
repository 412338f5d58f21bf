#pragma once
// The cockpit: panels that read the state and submit actions. Each is one free function in a file of its own
// and runs in a test with neither window nor GPU. No slider ever resets the network.

#include <glm/glm.hpp>

#include "viewer/actions/history.h"
#include "viewer/world/state.h"

namespace cajal {

struct PanelPlace {
  glm::vec2 position{0.0f}, size{0.0f};  // pixels
};

// Where the panels stand in a picture of this size, and what they leave free.
struct PanelLayout {
  PanelPlace controls, curves;
  float coveredLeft = 0, coveredRight = 0;  // pixels
};
PanelLayout placePanels(glm::vec2 viewport, float contentScale);

// All of them, in their places.
void drawPanels(const ViewerState& state, const ViewSettings& settings, const PanelLayout& layout,
                ActionList& actions);

void lanesPanel(const ViewerState& state, ActionList& actions);      // lanes.cpp
void transportPanel(const ViewerState& state, ActionList& actions);  // transport.cpp
void trainingPanel(const ViewerState& state, ActionList& actions);   // training.cpp
void picturePanel(const ViewerState& state, const ViewSettings& settings,
                  ActionList& actions);                                                         // picture.cpp
void layersPanel(const ViewerState& state, const ViewSettings& settings, ActionList& actions);  // layers.cpp
void examplePanel(const ViewerState& state, const ViewSettings& settings,
                  ActionList& actions);                            // example.cpp
void healthPanel(const ViewerState& state);                        // health.cpp
void historyPanel(const ViewerState& state, ActionList& actions);  // history.cpp
void pricePanel(const ViewerState& state, ActionList& actions);    // price.cpp
void curvesPanel(const ViewerState& state, glm::vec2 size);        // curves.cpp
// In the middle of the picture, whether a run whose weights are not kept is to end (quit.cpp).
enum class QuitAnswer { none, leave, stay };
QuitAnswer quitQuestion(std::uint64_t step);
void keysHelp();  // keys.cpp

}  // namespace cajal
