#pragma once
// Text that belongs to the picture: names of layers and matrices, the outputs as bars, the head-up display.
// Drawn with ImGui's background list, so that it is as sharp as the panels and costs as little.

#include <algorithm>
#include <glm/glm.hpp>
#include <vector>

#include "engine/ui/ui.h"
#include "viewer/layout/network_layout.h"
#include "viewer/scene/looks_scene.h"
#include "viewer/world/state.h"

namespace cajal {

// Pixels, from the upper left corner to before the lower right one.
struct ScreenBox {
  glm::vec2 low{0.0f}, high{0.0f};

  bool meets(const ScreenBox& other) const {
    return glm::all(glm::lessThan(low, other.high)) && glm::all(glm::lessThan(other.low, high));
  }
};

struct LabelView {
  glm::mat4 viewProjection{1.0f};
  glm::vec3 eye{0.0f};       // world
  glm::vec2 viewport{0.0f};  // pixels
  float freeLeft = 0;        // pixels from the left that panels cover
  float freeRight = 0;       // and from the right
  Theme theme = Theme::dark;
  float scale = 1;                 // of text and of what stands beside it (Ui::contentScale())
  bool isOneOfSeveral = false;     // other networks stand beside this one
  std::vector<ScreenBox> covered;  // where nothing is written

  bool isCovered(const ScreenBox& box) const {
    return std::any_of(covered.begin(), covered.end(),
                       [&](const ScreenBox& other) { return other.meets(box); });
  }
};

// Names of layers and matrices, and a bar a class beside the outputs.
void drawNetworkLabels(const Ui& ui, const NetworkLayout& layout, const ViewerState& state,
                       const ViewSettings& settings, const LabelView& view);

// The name of a lane above its network, where there are several (lane_label.cpp).
void drawLaneName(const Ui& ui, const NetworkLayout& layout, const LaneState& lane, bool isSelected,
                  const LabelView& view);

// Step, accuracy, what edges show and how many of them; the colour bar with its numbers (head_up.cpp).
// Returns the view as all other labels have it: where this stands they would be read through each other.
LabelView drawHeadUp(const Ui& ui, const ViewerState& state, const ViewSettings& settings,
                     const LabelView& view);

// The examples on the decision map, and what the map is (map_label.cpp).
void drawMapLabel(const Ui& ui, const MapPlace& map, const ViewerState& state, const LabelView& view);

// What is under the pointer: marked where it stands, named, with its numbers (hover_label.cpp).
void drawHover(const Ui& ui, const NetworkLayout& layout, const ViewerState& state,
               const ViewSettings& settings, const LabelView& view);

// "dense 128", or nothing where the layer has no name.
std::string layerTitle(const ViewerState& state, std::size_t layer);
// The layer whose neurons are the classes of the data: the last output layer, which a trainer compares with
// its labels.
std::size_t classLayer(const NetworkLayout& layout);
// "dense 128, neuron 17"; "input, row 14, column 10"; of an output the name of its class.
std::string neuronName(const NetworkLayout& layout, const ViewerState& state, const NeuronPlace& place);

// "W3": the weights that lead to layer 3; "W3 from 1" where other weights lead there, too.
std::string weightName(const NetworkLayout& layout, const MatrixLayout& matrix);

// "3 % not finite", "all not finite"; empty where the share is 0.
std::string notFiniteText(float share);

// "109,184"
std::string withThousands(std::uint64_t number);

}  // namespace cajal
