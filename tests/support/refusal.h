#pragma once
// What errors and programs say, for tests of everything that is refused.

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <string>

#include "engine/base/error.h"

namespace cajal::test {

// Whether the text has this part; either way the answer quotes both.
inline testing::AssertionResult says(const std::string& text, const std::string& part) {
  const bool isThere = text.find(part) != std::string::npos;
  return (isThere ? testing::AssertionSuccess() : testing::AssertionFailure())
         << "\"" << part << "\" is " << (isThere ? "" : "not ") << "in \"" << text << "\"";
}

// The message of the error that `act` ends in; a failure of the test where there is none, or another code.
inline std::string refusalOf(ExitCode code, const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    EXPECT_EQ(error.exitCode(), code) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "no error";
  return "";
}

inline void expectRefusal(const std::string& part, const std::function<void()>& act,
                          ExitCode code = ExitCode::badInput) {
  EXPECT_TRUE(says(refusalOf(code, act), part));
}

// How `act` ends where no file may grow beyond so many bytes, which is how a full disk answers. It runs in a
// copy of this process, so that the limit stays there.
inline ExitCode onFullDisk(rlim_t bytes, const std::function<void()>& act) {
  const pid_t copy = fork();
  if (copy == 0) {
    const rlimit limit{bytes, bytes};
    setrlimit(RLIMIT_FSIZE, &limit);
    try {
      act();
    } catch (const Error& error) {
      _exit(static_cast<int>(error.exitCode()));
    }
    _exit(static_cast<int>(ExitCode::done));
  }
  int status = 0;
  waitpid(copy, &status, 0);
  return WIFEXITED(status) ? static_cast<ExitCode>(WEXITSTATUS(status)) : ExitCode::bug;
}

// For input that may be right by chance: an answer, or an error that is not a bug of ours.
inline void mustReadOrRefuse(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    EXPECT_NE(error.exitCode(), ExitCode::bug) << error.what();
  }
}

}  // namespace cajal::test
