#pragma once
// A screen for the window's tests where there is none.

#include <sys/types.h>

#include <memory>
#include <string>

namespace cajal {

// Owner of an Xvfb of our own on a free display number, named in DISPLAY while it lives.
class VirtualDisplay {
 public:
  static std::unique_ptr<VirtualDisplay> start();  // null if Xvfb is not installed
  VirtualDisplay(const VirtualDisplay&) = delete;
  VirtualDisplay& operator=(const VirtualDisplay&) = delete;
  ~VirtualDisplay();

  void pullOut();  // ends it at once, as if somebody had cut the cable

 private:
  VirtualDisplay(pid_t process, const std::string& number);
  void end(int signal);

  pid_t m_process;
  std::string m_displayBefore;
};

}  // namespace cajal
