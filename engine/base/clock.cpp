#include "engine/base/clock.h"

#include <time.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

namespace cajal {

double secondsNow() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double secondsSinceProcessStart() {
  // Field 22 of /proc/self/stat is the start in clock ticks since boot; the name in field 2 may hold blanks.
  std::ifstream file("/proc/self/stat");
  std::string line;
  std::getline(file, line);
  std::istringstream fields(line.substr(line.rfind(')') == std::string::npos ? 0 : line.rfind(')') + 1));
  std::string word;
  for (int field = 3; field <= 22 && fields >> word; ++field) {
  }
  timespec boot{};
  clock_gettime(CLOCK_BOOTTIME, &boot);
  const double sinceBoot = static_cast<double>(boot.tv_sec) + 1e-9 * static_cast<double>(boot.tv_nsec);
  const double started =
      word.empty() ? sinceBoot : std::stod(word) / static_cast<double>(sysconf(_SC_CLK_TCK));
  return sinceBoot - started;
}

}  // namespace cajal
