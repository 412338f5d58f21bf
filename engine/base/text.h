#pragma once
// Text that comes from files, shown to people.

#include <string>
#include <string_view>

namespace cajal {

// `name` for a message or a table: control characters, quotes and backslashes as in JSON, invalid UTF-8
// replaced, cut after 80 bytes.
std::string escapedName(std::string_view name);

}  // namespace cajal
