#pragma once
// A program run beside us: we write to its standard input, and keep the end of what it says.

#include "engine/base/file.h"

#include <sys/types.h>

#include <cstddef>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace cajal {

// How a program ended: by itself with `code`, or by a signal.
struct ExitStatus {
  int code = 0;
  int signal = 0;  // 0: it ended by itself

  bool isSuccess() const { return code == 0 && signal == 0; }
};
std::string describe(ExitStatus status);  // "ended with exit code 1", "was killed by signal 9"

// Stands in a process group of its own, so that Ctrl-C in the terminal reaches us and not the child: we
// decide when its input ends. Inherits none of our open files. Its output (stdout and stderr together) is
// read all the time by a thread of ours, so it never blocks on us; only the last `tailBytes` are kept.
//
// write() and closeInput() belong to one thread; everything else may be called from any.
class ChildProcess {
 public:
  // `command` is the program, looked up in PATH, and its arguments. Throws Error(inputOutput) if it cannot
  // start.
  explicit ChildProcess(const std::vector<std::string>& command, std::size_t tailBytes = 16 * 1024);
  // Closes the input; a child that still runs is killed.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // Waits while the pipe is full. False when the child no longer reads (it died, or closed its input).
  bool write(std::span<const std::byte> bytes);
  void closeInput() { m_input.close(); }

  // The status once it has ended, or nothing after so many seconds.
  std::optional<ExitStatus> waitFor(double seconds);
  // Asks it to end (SIGTERM), and kills it and its own children if it has not after `seconds`.
  ExitStatus terminate(double seconds);

  // The last bytes it said; complete once it has ended.
  std::string outputTail() const;

 private:
  std::optional<ExitStatus> pollStatus();
  void signalGroup(int signal);
  void drain();
  void stopDraining();

  std::size_t m_tailBytes;
  FileDescriptor m_input;   // we write, it reads
  FileDescriptor m_output;  // it writes, the drain thread reads
  FileDescriptor m_wake;    // an eventfd: the child has ended, read what is left and go
  pid_t m_process = -1;

  std::mutex m_statusMutex;  // guards m_status, and that no signal is sent once the number is free again
  std::optional<ExitStatus> m_status;

  mutable std::mutex m_tailMutex;  // guards m_tail
  std::string m_tail;
  std::once_flag m_drainStopped;
  std::thread m_drainThread;
};

}  // namespace cajal
