#pragma once
// The rules every source obeys, as pure functions on a file's path and text, so that a planted breach can be
// tried.

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace cajal::test {

// One file of the repository: "engine/base/file.h" and its text.
struct SourceFile {
  std::string path;
  std::string text;
};

inline bool startsWithAny(std::string_view text, const std::vector<std::string_view>& beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(), [&](auto b) { return text.starts_with(b); });
}

// ---- the map: who may include whom ------------------------------------------------------------------------

// What begins like one of `included` may be included only by files below one of `allowed`.
struct Arrow {
  std::vector<std::string_view> included;
  std::vector<std::string_view> allowed;
  const char* reason;
};

inline const std::vector<Arrow>& arrows() {
  static const std::vector<Arrow> map{
      {{"engine/base/"}, {"engine/", "compute/", "viewer/"}, "the shaders stand alone"},
      {{"engine/"}, {"engine/", "viewer/"}, "compute stands on engine/base only"},
      {{"compute/"}, {"compute/", "viewer/"}, "the engine can be described without the word network"},
      {{"viewer/"}, {"viewer/"}, "only the viewer knows both halves"},
      {{"tests/"}, {}, "the program does not stand on its tests"},
      {{"shaders/shared/", "shared/"}, {"engine/", "viewer/", "shaders/"}, "compute does not draw"},
      {{"include/"}, {"shaders/"}, "these are the shaders' own"},
      {{"cuda", "cublas", "curand", "nvrtc", "cooperative_groups"},
       {"compute/cuda/", "viewer/sources/"},
       "CUDA stays in compute/cuda and at the seam"},
      {{"vulkan/"}, {"engine/", "viewer/sources/"}, "Vulkan stays in the engine and at the seam"},
      {{"GLFW/", "imgui_impl_"}, {"engine/"}, "windows stay in the engine"},
      {{"imgui"}, {"engine/ui/", "viewer/cockpit/", "viewer/scene/"}, "panels are drawn by panels"},
      {{"glm/"}, {"engine/", "viewer/", "shaders/shared/"}, "compute does not draw"},
  };
  return map;
}

// Why a file at `path` may not include `included`; nothing if it may.
inline std::optional<std::string> forbidden(std::string_view path, const std::string& included,
                                            bool isQuoted) {
  const bool isBareName = isQuoted && included.find('/') == std::string::npos;
  if (isBareName && path.starts_with("shaders/")) return std::nullopt;  // its neighbour in the same folder
  if (isBareName) return "name it from the repository's root";
  if (included.find("..") != std::string::npos) return "name it from the repository's root";
  const bool isOurs = startsWithAny(included, {"engine/", "compute/", "viewer/"});
  if (path.starts_with("engine/base/") && isOurs && !included.starts_with("engine/base/")) {
    return "engine/base is the floor and stands on nothing of ours";
  }
  if (path.starts_with("engine/base/") && included.starts_with("glm/")) return "engine/base does not draw";
  for (const Arrow& arrow : arrows()) {
    if (!startsWithAny(included, arrow.included)) continue;
    if (startsWithAny(path, arrow.allowed)) return std::nullopt;  // the first that fits decides
    return arrow.reason;
  }
  if (path.starts_with("shaders/") && isQuoted) return "the shaders stand alone";
  return std::nullopt;
}

// Every #include of `file` that the map does not allow, as "path:line: includes X: why".
inline std::vector<std::string> brokenArrows(const SourceFile& file) {
  static const std::regex kInclude("^\\s*#\\s*include\\s*([<\"])([^>\"]+)[>\"].*");
  std::vector<std::string> broken;
  std::istringstream lines(file.text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    std::smatch match;
    if (!std::regex_match(line, match, kInclude)) continue;
    const std::string included = match[2];
    if (const auto why = forbidden(file.path, included, match[1] == "\"")) {
      broken.push_back(fmt::format("{}:{}: includes {}: {}", file.path, number, included, *why));
    }
  }
  return broken;
}

// ---- habits -----------------------------------------------------------------------------------------------

// Files that still call what throwingFileCall() finds; to be emptied.
inline bool mayThrowFileErrors(std::string_view path) {
  return path.starts_with("tests/");
}

// The first call on `line` of a function of std::filesystem that throws std::filesystem_error, which is no
// Error and ends the program as a fault of ours: one without a std::error_code as its last argument, or a
// range-for over a folder. Nothing if there is none. A call is expected to fit on one line up to its last
// argument's name.
inline std::optional<std::string> throwingFileCall(const std::string& line) {
  if (line.find("fs::") == std::string::npos && line.find("filesystem::") == std::string::npos)
    return std::nullopt;
  static const std::regex kRange(R"(for \(.*: *(std::filesystem|fs)::(recursive_)?directory_iterator)");
  if (std::regex_search(line, kRange)) return "a range-for over a folder";
  static const std::regex kCall(
      R"((std::filesystem|fs)::(absolute|canonical|copy\w*|create_\w+|equivalent|exists|file_size|is_\w+|)"
      R"(last_write_time|permissions|read_symlink|relative|remove\w*|rename|resize_file|space|status|)"
      R"(symlink_status|temp_directory_path|weakly_canonical)\()");
  static const std::regex kCode(R"(\b(ignored|failed|error|gone|none|status)\))");
  std::smatch call;
  if (!std::regex_search(line, call, kCall) || std::regex_search(line, kCode)) return std::nullopt;
  return call[2];
}

// What else is wrong with `file`, as "path:line: what".
inline std::vector<std::string> brokenHabits(const SourceFile& file) {
  std::vector<std::string> broken;
  std::istringstream lines(file.text);
  std::string line;
  int number = 0;
  while (std::getline(lines, line)) {
    ++number;
    const auto say = [&](const char* what) {
      broken.push_back(fmt::format("{}:{}: {}", file.path, number, what));
    };
    if (line.find('\t') != std::string::npos) say("a tab");
    if (line.ends_with(' ') || line.ends_with('\r')) say("a blank at the end of the line");
    if (const auto call = mayThrowFileErrors(file.path) ? std::nullopt : throwingFileCall(line))
      say((*call + " throws what is no Error; see engine/base/file.h, or give it an error code").c_str());
    const bool isGlsl = file.path.starts_with("shaders/") && !line.starts_with("//");
    if (isGlsl && (line.find("isnan(") != std::string::npos || line.find("isinf(") != std::string::npos))
      say("an implementation may assume that this is false: shaders/include/finite.glsl");
  }
  const bool isHeader = file.path.ends_with(".h") || file.path.ends_with(".cuh");
  const bool isShader = file.path.starts_with("shaders/");  // GLSL knows no #pragma once; these have guards
  if (isHeader && !isShader && file.text.find("#pragma once") == std::string::npos) {
    broken.push_back(file.path + ": no #pragma once");
  }
  if (isHeader && isShader && file.text.find("#ifndef") == std::string::npos &&
      file.text.find("#pragma once") == std::string::npos) {
    broken.push_back(file.path + ": no include guard");
  }
  return broken;
}

}  // namespace cajal::test
