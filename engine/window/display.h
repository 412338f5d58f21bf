#pragma once
// The connection to the screen: whether there is one, and whether it still stands.

#include <atomic>
#include <memory>
#include <string>

namespace cajal {

struct DisplayAnswer {
  bool isAvailable = false;
  std::string reason;  // why not, for people
};

// Whether a window could be opened now. Opens none; to be asked before there is one.
DisplayAnswer displayAvailable();

// Owner of GLFW's connection. One at a time, on the main thread. When the X server goes away, Xlib would end
// the process; while this lives, it raises isLost() instead, and the program can save what it holds and end
// in order.
class DisplayConnection {
 public:
  DisplayConnection();  // throws Error(usage) with the reason where there is no display
  ~DisplayConnection();
  DisplayConnection(const DisplayConnection&) = delete;
  DisplayConnection& operator=(const DisplayConnection&) = delete;

  bool isLost() const { return *m_isLost; }

 private:
  // On the heap, since Xlib holds its address.
  std::unique_ptr<std::atomic<bool>> m_isLost;
};

}  // namespace cajal
