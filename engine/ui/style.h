#pragma once
// How panels look: dark, quiet, a little transparent, so that the network stays the subject.

namespace cajal {

// Sets the current ImGui context's style. Colours are sRGB, as the picture below them is.
void applyUiStyle(float contentScale);

}  // namespace cajal
