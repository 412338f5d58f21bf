#include "engine/base/text.h"

#include <nlohmann/json.hpp>

namespace cajal {

std::string escapedName(std::string_view name) {
  constexpr std::size_t kMostShown = 80;  // bytes
  const bool isCut = name.size() > kMostShown;
  const std::string shown(name.substr(0, kMostShown));
  // `replace`: the cut may have split a letter.
  const std::string quoted =
      nlohmann::json(shown).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return quoted.substr(1, quoted.size() - 2) + (isCut ? "..." : "");
}

}  // namespace cajal
