#include "engine/ui/fonts.h"

#include "engine/base/log.h"

#include <imgui.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <vector>

namespace cajal {

namespace {

// ---- where fonts are

enum class Face { regular, bold };

std::string firstThatExists(std::initializer_list<const char*> paths) {
  std::error_code ignored;
  for (const char* path : paths)
    if (std::filesystem::is_regular_file(path, ignored)) return path;
  return {};
}

std::string fileOf(Face face) {
  switch (face) {
    case Face::regular:
      return firstThatExists({"/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
                              "/usr/share/fonts/TTF/DejaVuSans.ttf",
                              "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf"});
    case Face::bold:
      return firstThatExists({"/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf",
                              "/usr/share/fonts/TTF/DejaVuSans-Bold.ttf",
                              "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans-Bold.ttf"});
  }
  return {};
}

std::string fileOfChinese() {
  return firstThatExists({"/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
                          "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
                          "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc"});
}

// ---- which letters

// First and last of each range. ImGui reads it while the atlas is built, so it lives for ever.
constexpr ImWchar kSigns[] = {
    0x0020, 0x00FF,  // Latin with accents; × · ² µ
    0x0391, 0x03C9,  // Greek
    0x2013, 0x2014,  // dashes
    0x2018, 0x201D,  // quotation marks
    0x2022, 0x2022,  // bullet
    0x2026, 0x2026,  // ellipsis
    0x207B, 0x207B,  // superscript minus
    0x2070, 0x2079,  // superscript digits
    0x2080, 0x2089,  // subscript digits
    0x2190, 0x2195,  // arrows
    0x2202, 0x2202,  // ∂
    0x2206, 0x2207,  // ∆ ∇
    0x2211, 0x2212,  // ∑ −
    0x221A, 0x221E,  // √ … ∞
    0x2248, 0x2248,  // ≈
    0x2260, 0x2265,  // ≠ ≤ ≥
    0x25A0, 0x25A1,  // ■ □
    0x25B2, 0x25BD,  // triangles
    0x25C0, 0x25CF,  // ◀ ● ○
    0,
};

struct Cut {
  Face face;
  float pixels;
};

constexpr std::array<Cut, kUiFonts> kCuts{
    {{Face::regular, 15}, {Face::bold, 15}, {Face::regular, 13}, {Face::regular, 18}, {Face::bold, 18}}};

ImFont* addFont(const std::string& file, float pixels) {
  ImFontConfig config;
  // Large letters are smooth anyway; sampling them twice would double the atlas.
  config.OversampleH = pixels < 20 ? 2 : 1;
  config.OversampleV = 1;
  config.PixelSnapH = true;
  return ImGui::GetIO().Fonts->AddFontFromFileTTF(file.c_str(), pixels, &config, kSigns);
}

ImFont* addDefaultFont(float pixels) {
  ImFontConfig config;
  config.SizePixels = std::round(pixels);
  return ImGui::GetIO().Fonts->AddFontDefault(&config);
}

// ---- letters of another script, merged into each font

class MoreLetters {
 public:
  explicit MoreLetters(const std::string& text) {
    const std::string file = text.empty() ? std::string() : fileOfChinese();
    if (file.empty()) return;
    std::ifstream stream(file, std::ios::binary | std::ios::ate);
    m_font.resize(stream ? static_cast<std::size_t>(stream.tellg()) : 0);
    stream.seekg(0);
    stream.read(m_font.data(), static_cast<std::streamsize>(m_font.size()));
    if (!stream) m_font.clear();
    ImFontGlyphRangesBuilder builder;
    builder.AddText(text.c_str());
    builder.BuildRanges(&m_ranges);
  }

  // Into the font that was added last.
  void mergeAt(float pixels) {
    constexpr float kSameHeight = 1.3F;  // Noto's line is higher than DejaVu's, and ImGui scales by the line
    if (m_font.empty()) return;
    ImFontConfig config;
    config.MergeMode = true;
    config.FontDataOwnedByAtlas = false;
    config.OversampleH = 1;
    config.PixelSnapH = true;
    ImGui::GetIO().Fonts->AddFontFromMemoryTTF(m_font.data(), static_cast<int>(m_font.size()),
                                               pixels * kSameHeight, &config, m_ranges.Data);
  }

 private:
  std::vector<char> m_font;  // 20 MB, read once for all sizes
  ImVector<ImWchar> m_ranges;
};

}  // namespace

UiFonts::UiFonts(float contentScale, const std::string& moreText) {
  MoreLetters more(moreText);
  bool isAnyMissing = false;
  for (std::size_t i = 0; i < kUiFonts; ++i) {
    const std::string file = fileOf(kCuts[i].face);
    const float pixels = std::round(kCuts[i].pixels * contentScale);
    m_fonts[i] = file.empty() ? addDefaultFont(pixels) : addFont(file, pixels);
    isAnyMissing = isAnyMissing || file.empty();
    more.mergeAt(pixels);
  }
  if (isAnyMissing) logWarning("the DejaVu fonts are not installed (fonts-dejavu-core); letters look plain");
  ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
  ImGui::GetIO().FontDefault = m_fonts[0];
  atlas.Build();
  atlas.ClearInputData();  // the files' bytes, some of which are ours and go now
}

}  // namespace cajal
