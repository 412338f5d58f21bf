#pragma once
// Errors: one exception type for everything a user may meet, and the exit code that goes with it.

#include <fmt/format.h>

#include <source_location>
#include <stdexcept>
#include <string>

namespace cajal {

// What the process returns to the shell; the same numbers are in README.
enum class ExitCode : int {
  done = 0,
  usage = 2,        // unknown flag or value
  badInput = 3,     // a file or a network that does not fit
  inputOutput = 4,  // cannot read, cannot write, disk full, encoder died
  gpu = 5,          // no device, device lost, out of device memory
  bug = 70,         // our own reasoning was wrong
};

// Says what is wrong, with which file or flag, and what the user can do. Caught in main and nowhere that
// could go on without it.
class Error : public std::runtime_error {
 public:
  Error(ExitCode exitCode, const std::string& message,
        std::source_location where = std::source_location::current());

  ExitCode exitCode() const { return m_exitCode; }
  // The line of ours that noticed it; shown for `gpu` and `bug` only, where a developer needs it.
  const std::source_location& where() const { return m_where; }

 private:
  ExitCode m_exitCode;
  std::source_location m_where;
};

// For our own reasoning about the outside world, in release builds too: throws Error(bug) unless `holds`.
void require(bool holds, const char* words, std::source_location where = std::source_location::current());

// The text main prints: "cajal: <message>", and for gpu and bug the place in the source.
std::string describe(const Error& error);

// strerror as a string, thread safe: "No such file or directory".
std::string systemError(int errorNumber);

}  // namespace cajal
