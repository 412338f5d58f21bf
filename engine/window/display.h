#pragma once
// The connection to the screen: whether there is one, and whether it still stands.

#include <atomic>
#include <functional>
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
// in order. Xlib must not be asked anything from then on, not even to close the window: it has no room left
// to write a request into, and GLFW does not know.
class DisplayConnection {
 public:
  DisplayConnection();  // throws Error(usage) with the reason where there is no display
  ~DisplayConnection();
  DisplayConnection(const DisplayConnection&) = delete;
  DisplayConnection& operator=(const DisplayConnection&) = delete;

  bool isLost() const { return m_loss->isLost; }
  // Called at the moment of the loss, inside the call that asked Xlib last. It must save the run and end the
  // process: if it returned, the next call of Xlib might end the process without saving.
  void whenLost(std::function<void()> saveAndEnd) { m_loss->saveAndEnd = std::move(saveAndEnd); }

  struct Loss {
    std::atomic<bool> isLost{false};
    std::function<void()> saveAndEnd;
  };

 private:
  std::unique_ptr<Loss> m_loss;  // on the heap, since Xlib holds its address
};

}  // namespace cajal
