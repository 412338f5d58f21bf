// Programs beside us: whatever they do, we neither hang nor die (reliability row E04).
#include "engine/base/child_process.h"

#include "tests/engine/base/temporary_folder.h"
#include "tests/support/refusal.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

namespace cajal {
namespace {

using test::readText;
using test::TemporaryFolder;

// Long enough for a loaded machine; a test that waits so long has failed anyway.
constexpr double kLong = 60.0;  // seconds

std::vector<std::string> shell(const std::string& script) {
  return {"sh", "-c", script};
}

std::span<const std::byte> bytesOf(const std::string& text) {
  return std::as_bytes(std::span(text));
}

TEST(ChildProcess, ReadsWhatWeWrite) {
  const TemporaryFolder folder;
  ChildProcess child(shell("cat > '" + (folder / "copy").string() + "'"));
  EXPECT_TRUE(child.write(bytesOf("first ")));
  EXPECT_TRUE(child.write(bytesOf("second")));
  child.closeInput();
  const auto status = child.waitFor(kLong);
  ASSERT_TRUE(status);
  EXPECT_TRUE(status->isSuccess());
  EXPECT_EQ(readText(folder / "copy"), "first second");
}

TEST(ChildProcess, KeepsItsExitCodeAndWhatItSaid) {
  ChildProcess child(shell("echo out; echo err >&2; exit 3"));
  const auto status = child.waitFor(kLong);
  ASSERT_TRUE(status);
  EXPECT_EQ(status->code, 3);
  EXPECT_EQ(describe(*status), "ended with exit code 3");
  EXPECT_EQ(child.outputTail(), "out\nerr\n");
}

TEST(ChildProcess, MissingProgramIsNamed) {
  test::expectRefusal(
      "cajal-no-such-program", [] { ChildProcess child({"cajal-no-such-program"}); }, ExitCode::inputOutput);
}

TEST(ChildProcess, DeathIsAnAnswerToWriteAndNoSignal) {
  ChildProcess child(shell("exit 1"));
  ASSERT_TRUE(child.waitFor(kLong));
  EXPECT_FALSE(child.write(bytesOf("anybody there?")));
}

TEST(ChildProcess, KeepsTheEndOfAFloodAndDoesNotBlockIt) {
  ChildProcess child(shell("yes flood | head -c 96000000 >&2; echo last words >&2"), 1000);
  ASSERT_TRUE(child.waitFor(kLong));
  const std::string tail = child.outputTail();
  EXPECT_EQ(tail.size(), 1000U);
  EXPECT_TRUE(tail.ends_with("flood\nlast words\n")) << tail;
}

TEST(ChildProcess, ThatIgnoresTheRequestToEndIsKilled) {
  ChildProcess child(shell("trap '' TERM; echo ready; while :; do sleep 1; done"));
  while (child.outputTail().empty()) usleep(1000);
  EXPECT_EQ(child.terminate(0.05).signal, SIGKILL);
}

TEST(ChildProcess, ThatListensEndsByItself) {
  ChildProcess child(shell("trap 'echo bye; exit 7' TERM; echo ready; while :; do sleep 0.01; done"));
  while (child.outputTail().empty()) usleep(1000);
  EXPECT_EQ(child.terminate(kLong).code, 7);
  EXPECT_TRUE(child.outputTail().ends_with("bye\n"));
}

TEST(ChildProcess, StoppedOneIsEndedToo) {
  ChildProcess child(shell("kill -STOP $$"));
  EXPECT_FALSE(child.waitFor(0.05));
  EXPECT_NE(child.terminate(kLong).signal, 0);
}

TEST(ChildProcess, BlockedWriteReturnsWhenItIsEnded) {
  ChildProcess child(shell("exec sleep 1000"));
  bool wasRead = true;
  std::thread writer([&] { wasRead = child.write(bytesOf(std::string(1'000'000, 'x'))); });
  child.terminate(0.05);
  writer.join();
  EXPECT_FALSE(wasRead);
}

TEST(ChildProcess, DestructorEndsItAndItsOwnChildren) {
  const TemporaryFolder folder;
  const std::string pidFile = (folder / "pid").string();
  {
    ChildProcess child(shell("sleep 1000 & echo $! > '" + pidFile + "'; echo ready; wait"));
    while (child.outputTail().empty()) usleep(1000);
  }
  const pid_t grandchild = std::stoi(readText(pidFile));
  // Dead, or waiting for whoever collects orphans: either way it runs no more.
  bool isGone = false;
  for (int tries = 0; tries < 2000 && !isGone; ++tries) {
    const std::string stat = readText("/proc/" + std::to_string(grandchild) + "/stat");
    isGone = stat.empty() || stat.find(") Z") != std::string::npos;
    usleep(5000);
  }
  EXPECT_TRUE(isGone);
}

TEST(ChildProcess, StandsInAProcessGroupOfItsOwn) {
  ChildProcess child(shell("cut -d' ' -f5 /proc/self/stat"));
  ASSERT_TRUE(child.waitFor(kLong));
  EXPECT_NE(std::stoi(child.outputTail()), getpgrp());
}

TEST(ChildProcess, InheritsNoneOfOurFiles) {
  const TemporaryFolder folder;
  test::writeText(folder / "ours", "");
  const int leaky = open((folder / "ours").c_str(), O_RDONLY);  // deliberately without O_CLOEXEC
  ChildProcess child(shell("ls -l /proc/self/fd"));
  ASSERT_TRUE(child.waitFor(kLong));
  close(leaky);
  EXPECT_EQ(child.outputTail().find("ours"), std::string::npos) << child.outputTail();
  EXPECT_TRUE(test::says(child.outputTail(), "pipe:"));
}

TEST(ChildProcess, EndsItsWaitThoughAGrandchildKeepsTheOutputOpen) {
  ChildProcess child(shell("sleep 5 & echo started"));
  ASSERT_TRUE(child.waitFor(kLong));
  EXPECT_EQ(child.outputTail(), "started\n");
}

}  // namespace
}  // namespace cajal
