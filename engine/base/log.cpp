#include "engine/base/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace cajal {
namespace {

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    auto made =
        std::make_shared<spdlog::logger>("cajal", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
    made->set_pattern("%^%L%$ %v");
    return made;
  }();
  return *instance;
}

spdlog::level::level_enum translated(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warning: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
  }
  return spdlog::level::info;
}

}  // namespace

void setLogLevel(LogLevel level) {
  logger().set_level(translated(level));
}

bool isLogged(LogLevel level) {
  return logger().should_log(translated(level));
}

void logLine(LogLevel level, std::string_view line) {
  logger().log(translated(level), "{}", line);
}

}  // namespace cajal
