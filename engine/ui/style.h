#pragma once
// How panels look: quiet, a little transparent, so that the network stays the subject.

namespace cajal {

enum class UiTheme { dark, light };

// Sets the current ImGui context's style. Colours are sRGB, as the picture below them is.
void applyUiStyle(float contentScale, UiTheme theme = UiTheme::dark);

}  // namespace cajal
