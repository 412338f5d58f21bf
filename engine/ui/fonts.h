#pragma once
// The letters: DejaVu from the system, in the sizes that panels and labels use.

#include <array>
#include <string>

struct ImFont;

namespace cajal {

// Sizes in pixels, before content scale. `text` is the panels' own.
enum class UiFont {
  text,       // 15
  textBold,   // 15
  small,      // 13
  label,      // 18
  labelBold,  // 18
};
inline constexpr std::size_t kUiFonts = 5;

// Fonts of the current ImGui context. Where no font file is found they are all ImGui's own, and the log says
// so.
class UiFonts {
 public:
  // Adds them to the atlas, which is not drawn yet. `moreText`: UTF-8 whose characters must be drawable too
  // beyond Latin, Greek and the signs of mathematics, such as Chinese; taken from the Noto fonts, where
  // installed.
  UiFonts(float contentScale, const std::string& moreText);

  ImFont* operator[](UiFont font) const { return m_fonts[static_cast<std::size_t>(font)]; }

 private:
  std::array<ImFont*, kUiFonts> m_fonts{};
};

}  // namespace cajal
