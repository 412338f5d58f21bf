#pragma once
// What an error says, for tests of everything that is refused.

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "engine/base/error.h"

namespace cajal::test {

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
  const std::string message = refusalOf(code, act);
  EXPECT_NE(message.find(part), std::string::npos) << message;
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
