#include "engine/base/error.h"

#include <system_error>

namespace cajal {

Error::Error(ExitCode exitCode, const std::string& message, std::source_location where)
    : std::runtime_error(message), m_exitCode(exitCode), m_where(where) {}

void require(bool holds, const char* words, std::source_location where) {
  if (!holds) throw Error(ExitCode::bug, words, where);
}

std::string describe(const Error& error) {
  const bool forDevelopers = error.exitCode() == ExitCode::gpu || error.exitCode() == ExitCode::bug;
  if (!forDevelopers) return fmt::format("cajal: {}", error.what());
  return fmt::format("cajal: {} ({}:{})", error.what(), error.where().file_name(), error.where().line());
}

std::string systemError(int errorNumber) {
  return std::generic_category().message(errorNumber);
}

}  // namespace cajal
