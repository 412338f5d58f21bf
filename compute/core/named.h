#pragma once
// Enumerations with names: what the command line, files and the screen call their values.
//
// An enumeration takes part by a function beside it, found by its argument: std::span<const KindName>
// namesOf(Kind), whose entry i names the value i. The functions below then serve all of them.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

namespace cajal {

struct KindName {
  std::string_view name;         // in flags and files: "leaky-relu"
  std::string_view displayName;  // on screen: "leaky ReLU"
  std::string_view alias = {};   // also taken in flags and files

  bool isCalled(std::string_view word) const { return word == name || (!alias.empty() && word == alias); }
};

template <typename Kind>
concept NamedKind = std::is_enum_v<Kind> && requires(Kind kind) {
  namesOf(kind);
};

template <NamedKind Kind>
const KindName& namedEntry(Kind kind) {
  const std::span<const KindName> names = namesOf(kind);
  return names[std::min(static_cast<std::size_t>(kind), names.size() - 1)];
}

template <NamedKind Kind>
std::string_view name(Kind kind) {
  return namedEntry(kind).name;
}

template <NamedKind Kind>
std::string_view displayName(Kind kind) {
  return namedEntry(kind).displayName;
}

template <NamedKind Kind>
std::optional<Kind> fromName(std::string_view wanted) {
  const std::span<const KindName> names = namesOf(Kind{});
  const auto found =
      std::find_if(names.begin(), names.end(), [&](const KindName& entry) { return entry.isCalled(wanted); });
  if (found == names.end()) return std::nullopt;
  return static_cast<Kind>(found - names.begin());
}

}  // namespace cajal
