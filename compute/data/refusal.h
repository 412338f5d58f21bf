#pragma once
// How a file with data is refused.

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "engine/base/error.h"

namespace cajal {

// Throws Error(badInput): "NAME: WHAT". `name` is the file, or a part of it ("a.npz, array 'x'"); the rest is
// a format and its values, and says what is wrong and what to do.
template <typename... Values>
[[noreturn]] void refuse(std::string_view name, fmt::format_string<Values...> what, Values&&... values) {
  throw Error(ExitCode::badInput,
              fmt::format("{}: {}", name, fmt::format(what, std::forward<Values>(values)...)));
}

}  // namespace cajal
