#include "engine/base/child_process.h"

#include "engine/base/clock.h"
#include "engine/base/error.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>

namespace cajal {
namespace {

struct Pipe {
  FileDescriptor read;
  FileDescriptor write;
};

Pipe makePipe(const std::string& program) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw Error(ExitCode::inputOutput,
                fmt::format("cannot start '{}': {}; close other programs and try again", program,
                            systemError(errno)));
  }
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

// Owns what posix_spawn wants to be told: descriptors, process group, signals as a fresh program expects
// them.
class SpawnPlan {
 public:
  SpawnPlan(int standardInput, int output) {
    posix_spawn_file_actions_init(&m_files);
    posix_spawn_file_actions_adddup2(&m_files, standardInput, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&m_files, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&m_files, output, STDERR_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&m_files, STDERR_FILENO + 1);

    sigset_t unblocked;
    sigemptyset(&unblocked);
    sigset_t ordinary;
    sigemptyset(&ordinary);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGCHLD}) sigaddset(&ordinary, signal);
    posix_spawnattr_init(&m_attributes);
    posix_spawnattr_setpgroup(&m_attributes, 0);
    posix_spawnattr_setsigmask(&m_attributes, &unblocked);
    posix_spawnattr_setsigdefault(&m_attributes, &ordinary);
    posix_spawnattr_setflags(&m_attributes,
                             POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~SpawnPlan() {
    posix_spawnattr_destroy(&m_attributes);
    posix_spawn_file_actions_destroy(&m_files);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  pid_t start(const std::vector<std::string>& command) const {
    std::vector<char*> arguments;
    for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    pid_t process = -1;
    const int failed =
        posix_spawnp(&process, arguments[0], &m_files, &m_attributes, arguments.data(), environ);
    if (failed == 0) return process;
    throw Error(ExitCode::inputOutput, fmt::format("cannot start '{}': {}; install it or put it on PATH",
                                                   command[0], systemError(failed)));
  }

 private:
  posix_spawn_file_actions_t m_files{};
  posix_spawnattr_t m_attributes{};
};

}  // namespace

std::string describe(ExitStatus status) {
  if (status.signal != 0) return fmt::format("was killed by signal {}", status.signal);
  return fmt::format("ended with exit code {}", status.code);
}

ChildProcess::ChildProcess(const std::vector<std::string>& command, std::size_t tailBytes)
    : m_tailBytes(tailBytes) {
  require(!command.empty(), "a child process has a program");
  Pipe input = makePipe(command[0]);
  Pipe output = makePipe(command[0]);
  fcntl(output.read.get(), F_SETFL, O_NONBLOCK);
  m_wake = FileDescriptor(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!m_wake.isOpen()) {
    throw Error(ExitCode::inputOutput, fmt::format("cannot start '{}': {}", command[0], systemError(errno)));
  }
  m_process = SpawnPlan(input.read.get(), output.write.get()).start(command);
  m_input = std::move(input.write);
  m_output = std::move(output.read);
  m_drainThread = std::thread([this] { drain(); });
}

ChildProcess::~ChildProcess() {
  closeInput();
  signalGroup(SIGKILL);
  while (!pollStatus()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  stopDraining();
}

bool ChildProcess::write(std::span<const std::byte> bytes) {
  return m_input.isOpen() && writeAll(m_input.get(), bytes) == 0;
}

std::optional<ExitStatus> ChildProcess::waitFor(double seconds) {
  // Looking every few milliseconds needs no signal handler, which a library has no right to install.
  const double end = secondsNow() + seconds;
  std::optional<ExitStatus> status = pollStatus();
  while (!status && secondsNow() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    status = pollStatus();
  }
  if (status) stopDraining();
  return status;
}

ExitStatus ChildProcess::terminate(double seconds) {
  signalGroup(SIGTERM);
  signalGroup(SIGCONT);  // one that was stopped can only then hear the other
  std::optional<ExitStatus> status = waitFor(seconds);
  if (!status) signalGroup(SIGKILL);
  while (!status) status = waitFor(1.0);
  return *status;
}

std::string ChildProcess::outputTail() const {
  const std::lock_guard lock(m_tailMutex);
  return m_tail;
}

std::optional<ExitStatus> ChildProcess::pollStatus() {
  const std::lock_guard lock(m_statusMutex);
  if (m_status) return m_status;
  int status = 0;
  const pid_t ended = waitpid(m_process, &status, WNOHANG);
  if (ended == 0 || (ended < 0 && errno == EINTR)) return std::nullopt;
  if (ended < 0)
    return m_status = ExitStatus{.code = -1, .signal = 0};  // another part of the process has collected it
  return m_status = WIFSIGNALED(status) ? ExitStatus{.code = 0, .signal = WTERMSIG(status)}
                                        : ExitStatus{.code = WEXITSTATUS(status), .signal = 0};
}

void ChildProcess::signalGroup(int signal) {
  const std::lock_guard lock(m_statusMutex);
  if (!m_status) kill(-m_process, signal);
}

// Drain thread: reads until the last writer has closed its end, or until told that the child is gone and
// nothing more is waiting (a grandchild may hold the pipe open for ever).
void ChildProcess::drain() {
  constexpr std::size_t kMostAfterTheEnd = std::size_t{1} << 20;  // bytes; a pipe holds no more
  std::array<char, 16 * 1024> buffer{};
  std::array<pollfd, 2> wanted{pollfd{m_output.get(), POLLIN, 0}, pollfd{m_wake.get(), POLLIN, 0}};
  std::size_t afterTheEnd = 0;
  while (afterTheEnd < kMostAfterTheEnd) {
    if (poll(wanted.data(), wanted.size(), -1) < 0 && errno != EINTR) return;
    const bool isLast = (wanted[1].revents & POLLIN) != 0;
    const ssize_t got = read(m_output.get(), buffer.data(), buffer.size());
    if (got == 0 || (got < 0 && isLast && errno != EINTR)) return;
    if (got < 0) continue;
    if (isLast) afterTheEnd += static_cast<std::size_t>(got);
    const std::lock_guard lock(m_tailMutex);
    m_tail.append(buffer.data(), static_cast<std::size_t>(got));
    if (m_tail.size() > m_tailBytes) m_tail.erase(0, m_tail.size() - m_tailBytes);
  }
}

void ChildProcess::stopDraining() {
  std::call_once(m_drainStopped, [this] {
    const std::uint64_t one = 1;
    writeAll(m_wake.get(), std::as_bytes(std::span(&one, 1)));
    m_drainThread.join();
  });
}

}  // namespace cajal
