#pragma once
// The log: lines for people, on stderr, so that stdout stays free for what was asked for (tables, JSON).

#include <fmt/format.h>

#include <string_view>

namespace cajal {

enum class LogLevel { debug, info, warning, error };

// Any thread. Below the current level nothing is formatted by the templates below.
void setLogLevel(LogLevel level);
bool isLogged(LogLevel level);
void logLine(LogLevel level, std::string_view line);

template <typename... Args>
void logDebug(fmt::format_string<Args...> format, Args&&... args) {
  if (isLogged(LogLevel::debug)) logLine(LogLevel::debug, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void logInfo(fmt::format_string<Args...> format, Args&&... args) {
  if (isLogged(LogLevel::info)) logLine(LogLevel::info, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void logWarning(fmt::format_string<Args...> format, Args&&... args) {
  if (isLogged(LogLevel::warning))
    logLine(LogLevel::warning, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void logError(fmt::format_string<Args...> format, Args&&... args) {
  if (isLogged(LogLevel::error)) logLine(LogLevel::error, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace cajal
