#pragma once
// Text in the picture, readable over whatever is behind it. For viewer/scene/*label*.cpp alone.

#include <imgui.h>

#include <glm/glm.hpp>
#include <string>

#include "viewer/scene/labels.h"

namespace cajal {

struct LabelColors {
  ImU32 bright, quiet, barBack, barFill, wrong, shadow;
};
const LabelColors& colorsOf(const LabelView& view);
// Of what is not finite, as the picture has it: the bright stripes and the dark ones.
ImU32 notFiniteColor(const LabelView& view, bool isBright);

enum class TextAlign { left, center };

// With a soft shadow. `at`: the upper left corner, or the middle of the upper edge; pixels.
void drawText(const LabelView& view, ImFont* font, glm::vec2 at, ImU32 color, const std::string& text,
              TextAlign align = TextAlign::left);

// Quiet ground for text, where edges run behind it: the background, as it is at that height.
void drawBackdrop(const LabelView& view, const ScreenBox& box);

ImU32 faded(ImU32 color, float alpha);
// How large a world unit is on the screen, there; 0 behind the eye.
float pixelsPerUnit(const LabelView& view, glm::vec3 at);

}  // namespace cajal
