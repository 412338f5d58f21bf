#include "tests/program/program.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace cajal::test {

namespace {

[[noreturn]] void become(const std::vector<std::string>& words, const Surroundings& surroundings,
                         const std::filesystem::path& said) {
  const int in = open("/dev/null", O_RDONLY);
  const int out = open((said / "out").c_str(), O_WRONLY | O_CREAT, 0600);
  const int err = open((said / "err").c_str(), O_WRONLY | O_CREAT, 0600);
  if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0) _exit(127);
  if (chdir(surroundings.folder.c_str()) != 0) _exit(127);
  for (const std::string& name : surroundings.withoutVariables) unsetenv(name.c_str());
  for (const auto& [name, value] : surroundings.environment) setenv(name.c_str(), value.c_str(), 1);
  if (surroundings.largestFile != RLIM_INFINITY) {
    const rlimit limit{surroundings.largestFile, surroundings.largestFile};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  const std::string binary = CAJAL_BINARY_DIR "/cajal";
  std::vector<char*> arguments{const_cast<char*>(binary.c_str())};
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  execv(binary.c_str(), arguments.data());
  _exit(127);
}

}  // namespace

Program::Program(const std::vector<std::string>& words, const Surroundings& surroundings) {
  // Whoever started the tests in the background had them ignore Ctrl-C; the program must not inherit that.
  const auto before = ::signal(SIGINT, SIG_DFL);
  m_process = fork();
  if (m_process != 0) ::signal(SIGINT, before);
  if (m_process < 0) throw std::runtime_error("no process can be started");
  if (m_process == 0) become(words, surroundings, m_said.path());
}

Program::~Program() {
  if (poll()) return;
  kill(m_process, SIGKILL);
  waitpid(m_process, nullptr, 0);
}

void Program::signal(int number) const {
  if (!m_code) kill(m_process, number);
}

std::optional<int> Program::poll() {
  int status = 0;
  if (!m_code && waitpid(m_process, &status, WNOHANG) == m_process)
    m_code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return m_code;
}

std::optional<int> Program::waitFor(double seconds) {
  waitUntil(seconds, [this] { return poll().has_value(); });
  return m_code;
}

bool Program::waitUntilSaid(const std::string& text, double seconds) {
  const auto isSaid = [&] { return errors().find(text) != std::string::npos; };
  return waitUntil(seconds, [&] { return isSaid() || poll(); }) && isSaid();
}

ProgramTest::Result ProgramTest::run(const std::vector<std::string>& words,
                                     const Surroundings& surroundings) {
  Program program(words, surroundings);
  const std::optional<int> code = program.waitFor();
  return {code, program.output(), program.errors()};
}

}  // namespace cajal::test
