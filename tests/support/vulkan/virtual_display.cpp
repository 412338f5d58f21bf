#include "tests/support/vulkan/virtual_display.h"

#include "engine/base/error.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

namespace cajal {

namespace {

// The number Xvfb writes when it is ready; empty if it ended instead or took too long.
std::string readNumber(int fd) {
  std::string number;
  for (;;) {
    pollfd waiting{fd, POLLIN, 0};
    if (poll(&waiting, 1, 15'000) <= 0) return {};
    char c = 0;
    if (read(fd, &c, 1) != 1) return {};
    if (c == '\n') return number;
    number += c;
  }
}

// A number of its own for every process: left to choose, two that start while a third ends may take the same,
// and the one that ends removes the other's socket.
[[noreturn]] void becomeXvfb(int numberFd) {
  const std::string fd = std::to_string(numberFd), number = ":" + std::to_string(100 + getpid() % 50'000);
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  dup2(nowhere, STDOUT_FILENO);
  dup2(nowhere, STDERR_FILENO);
  execlp("Xvfb", "Xvfb", number.c_str(), "-displayfd", fd.c_str(), "-screen", "0", "1920x1080x24",
         "-nolisten", "tcp", static_cast<char*>(nullptr));
  _exit(127);
}

}  // namespace

std::unique_ptr<VirtualDisplay> VirtualDisplay::start() {
  int fds[2];
  require(pipe(fds) == 0, "a pipe can be opened");
  const pid_t process = fork();
  require(process >= 0, "a process can be started");
  if (process == 0) {
    close(fds[0]);
    becomeXvfb(fds[1]);
  }
  close(fds[1]);
  const std::string number = readNumber(fds[0]);
  close(fds[0]);
  if (number.empty()) {
    kill(process, SIGKILL);
    waitpid(process, nullptr, 0);
    return nullptr;
  }
  return std::unique_ptr<VirtualDisplay>(new VirtualDisplay(process, number));
}

VirtualDisplay::VirtualDisplay(pid_t process, const std::string& number) : m_process(process) {
  const char* before = std::getenv("DISPLAY");
  m_displayBefore = before ? before : "";
  setenv("DISPLAY", (":" + number).c_str(), 1);
}

VirtualDisplay::~VirtualDisplay() {
  end(SIGTERM);  // gently, so that it removes its lock file
  if (m_displayBefore.empty())
    unsetenv("DISPLAY");
  else
    setenv("DISPLAY", m_displayBefore.c_str(), 1);
}

void VirtualDisplay::pullOut() {
  end(SIGKILL);
}

void VirtualDisplay::end(int signal) {
  if (m_process < 0) return;
  kill(m_process, signal);
  waitpid(m_process, nullptr, 0);
  m_process = -1;
}

}  // namespace cajal
