// Files: whole or not at all, and never a hang or a signal (reliability rows E01, E02, E06, F01).
#include "engine/base/file.h"

#include "engine/base/error.h"
#include "tests/engine/base/temporary_folder.h"
#include "tests/support/refusal.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <functional>

namespace cajal {
namespace {

using test::readText;
using test::TemporaryFolder;
using test::writeText;

void writeAtomically(const std::filesystem::path& path, const std::string& text) {
  AtomicFile file(path);
  file.write(text);
  file.commit();
}

// `act` ends in an Error(inputOutput) that says this.
void expectRefused(const std::string& part, const std::function<void()>& act) {
  test::expectRefusal(part, act, ExitCode::inputOutput);
}

TEST(AtomicFile, AppearsOnlyAtCommit) {
  const TemporaryFolder folder;
  AtomicFile file(folder / "weights");
  file.write("all of it");
  EXPECT_FALSE(std::filesystem::exists(folder / "weights"));
  file.commit();
  EXPECT_EQ(readText(folder / "weights"), "all of it");
  EXPECT_EQ(folder.count(), 1);
}

TEST(AtomicFile, ReplacesAnOldFile) {
  const TemporaryFolder folder;
  writeText(folder / "weights", "old and longer");
  writeAtomically(folder / "weights", "new");
  EXPECT_EQ(readText(folder / "weights"), "new");
}

TEST(AtomicFile, WithoutCommitKeepsTheOldFileAndLeavesNoTemporary) {
  const TemporaryFolder folder;
  writeText(folder / "weights", "old");
  { AtomicFile(folder / "weights").write("half"); }
  EXPECT_EQ(readText(folder / "weights"), "old");
  EXPECT_EQ(folder.count(), 1);
}

TEST(AtomicFile, TemporaryStandsInTheSameFolderAndNamesTheProcess) {
  const TemporaryFolder folder;
  const AtomicFile file(folder / "weights");
  EXPECT_TRUE(std::filesystem::exists(folder / ("weights.tmp-" + std::to_string(getpid()))));
}

TEST(AtomicFile, RefusesALinkAndLeavesWhatItPointsAt) {
  const TemporaryFolder folder;
  writeText(folder / "elsewhere", "mine");
  std::filesystem::create_symlink(folder / "elsewhere", folder / "link");
  std::filesystem::create_symlink(folder / "nowhere", folder / "dangling");
  expectRefused("", [&] { AtomicFile file(folder / "link"); });
  expectRefused("", [&] { AtomicFile file(folder / "dangling"); });
  EXPECT_EQ(readText(folder / "elsewhere"), "mine");
  EXPECT_FALSE(std::filesystem::exists(folder / "nowhere"));
}

TEST(AtomicFile, DoesNotWriteThroughALinkPlantedAtTheTemporaryName) {
  const TemporaryFolder folder;
  writeText(folder / "elsewhere", "mine");
  std::filesystem::create_symlink(folder / "elsewhere", folder / ("weights.tmp-" + std::to_string(getpid())));
  writeAtomically(folder / "weights", "ours");
  EXPECT_EQ(readText(folder / "elsewhere"), "mine");
  EXPECT_EQ(readText(folder / "weights"), "ours");
}

TEST(AtomicFile, RefusesAFolderAFifoAndADeviceAndNamesThem) {
  const TemporaryFolder folder;
  mkfifo((folder / "fifo").c_str(), 0600);
  for (const std::filesystem::path& path :
       {folder.path(), folder / "fifo", std::filesystem::path("/dev/full")}) {
    expectRefused(path.string(), [&] { AtomicFile file(path); });
  }
}

TEST(AtomicFile, MissingFolderSaysToMakeIt) {
  const TemporaryFolder folder;
  expectRefused("make the folder first", [&] { AtomicFile file(folder / "no/weights"); });
}

TEST(AtomicFile, ReadOnlyFolderIsRefused) {
  if (geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  const TemporaryFolder folder;
  std::filesystem::permissions(folder.path(),
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  expectRefused("", [&] { AtomicFile file(folder / "weights"); });
}

TEST(AtomicFile, FullDiskIsAnErrorThatKeepsTheOldFile) {
  const TemporaryFolder folder;
  writeText(folder / "weights", "old");
  EXPECT_EQ(test::onFullDisk(4096, [&] { writeAtomically(folder / "weights", std::string(100'000, 'x')); }),
            ExitCode::inputOutput);
  EXPECT_EQ(readText(folder / "weights"), "old");
  EXPECT_EQ(folder.count(), 1);
}

// A writer killed at any moment leaves the old text or a new one, never a mixture.
TEST(AtomicFile, KilledWriterLeavesAWholeFile) {
  const TemporaryFolder folder;
  writeText(folder / "weights", std::string(50'000, 'a'));
  for (int round = 0; round < 30; ++round) {
    const pid_t writer = fork();
    if (writer == 0) {
      for (char letter = 'a';; letter = letter == 'z' ? 'a' : static_cast<char>(letter + 1)) {
        writeAtomically(folder / "weights", std::string(50'000, letter));
      }
    }
    usleep(static_cast<useconds_t>(500 + 300 * round));
    kill(writer, SIGKILL);
    waitpid(writer, nullptr, 0);
    const std::string text = readText(folder / "weights");
    ASSERT_EQ(text, std::string(50'000, text.at(0)));
  }
  removeStaleTemporaries(folder.path());
  EXPECT_EQ(folder.count(), 1);
}

TEST(RemoveStaleTemporaries, TakesThoseOfTheDeadOnly) {
  const TemporaryFolder folder;
  const pid_t dead = fork();
  if (dead == 0) _exit(0);
  waitpid(dead, nullptr, 0);
  writeText(folder / ("a.tmp-" + std::to_string(dead)), "");
  writeText(folder / ("b.tmp-" + std::to_string(getpid())), "");
  writeText(folder / "c.tmp-", "");
  writeText(folder / "d.tmp-12x", "");
  EXPECT_EQ(removeStaleTemporaries(folder.path()), 1);
  EXPECT_EQ(folder.count(), 3);
}

TEST(IsFolder, FollowsLinksAndNeverThrows) {
  const TemporaryFolder folder;
  writeText(folder / "file", "");
  std::filesystem::create_symlink(folder.path(), folder / "link");
  std::filesystem::create_symlink(folder / "loop", folder / "loop");
  EXPECT_TRUE(isFolder(folder.path()));
  EXPECT_TRUE(isFolder(folder / "link"));
  for (const std::string& name : {std::string("file"), std::string("none"), std::string("file/x"),
                                  std::string("loop"), std::string(300, 'a')})
    EXPECT_FALSE(isFolder(folder / name)) << name;
}

TEST(IsThere, SeesLinksThatLeadNowhereAndNeverThrows) {
  const TemporaryFolder folder;
  writeText(folder / "file", "");
  std::filesystem::create_symlink(folder / "none", folder / "link");
  for (const char* name : {"file", "link", "."}) EXPECT_TRUE(isThere(folder / name)) << name;
  for (const std::string& name : {std::string("none"), std::string("file/x"), std::string(300, 'a')})
    EXPECT_FALSE(isThere(folder / name)) << name;
}

TEST(FilesIn, AreListedByNameWithSizeAndTime) {
  const TemporaryFolder folder;
  writeText(folder / "b", "12");
  writeText(folder / "a", "123");
  std::filesystem::create_directory(folder / "c");
  std::filesystem::create_symlink(folder / "b", folder / "d");
  std::filesystem::create_symlink(folder / "none", folder / "e");
  const auto files = filesIn(folder.path());
  ASSERT_EQ(files.size(), 3U);
  EXPECT_EQ(files[0].path, folder / "a");
  EXPECT_EQ(files[0].bytes, 3U);
  EXPECT_EQ(files[1].path, folder / "b");
  EXPECT_EQ(files[1].modified, std::filesystem::last_write_time(folder / "b"));
  EXPECT_EQ(files[2].path, folder / "d");
}

TEST(FilesIn, AFolderThatCannotBeReadIsNamed) {
  const TemporaryFolder folder;
  writeText(folder / "file", "");
  for (const char* name : {"none", "file"}) {
    expectRefused(name, [&] { filesIn(folder / name); });
  }
}

TEST(RenameFile, ReplacesAndNamesWhatItCannot) {
  const TemporaryFolder folder;
  writeText(folder / "a", "new");
  writeText(folder / "b", "old");
  renameFile(folder / "a", folder / "b");
  EXPECT_EQ(readText(folder / "b"), "new");
  expectRefused("none/c", [&] { renameFile(folder / "b", folder / "none/c"); });
}

TEST(RequireWritableFolder, NamesWhatIsNoFolder) {
  const TemporaryFolder folder;
  writeText(folder / "file", "");
  EXPECT_NO_THROW(requireWritableFolder(folder.path()));
  expectRefused("file", [&] { requireWritableFolder(folder / "file"); });
  expectRefused("none", [&] { requireWritableFolder(folder / "none"); });
}

TEST(ReadWholeFile, ReadsUpToTheCap) {
  const TemporaryFolder folder;
  writeText(folder / "five", std::string("a\0b\nc", 5));
  EXPECT_EQ(readWholeFile(folder / "five", 5), std::string("a\0b\nc", 5));
  expectRefused("5 bytes", [&] { readWholeFile(folder / "five", 4); });
}

TEST(ReadWholeFile, RefusesWhatIsNoFileWithoutHanging) {
  const TemporaryFolder folder;
  mkfifo((folder / "fifo").c_str(), 0600);
  std::filesystem::create_symlink(folder / "loop", folder / "loop");
  for (const std::filesystem::path& path : {folder.path(), folder / "fifo", folder / "loop",
                                            folder / "missing", std::filesystem::path("/dev/zero")}) {
    expectRefused(path.string(), [&] { readWholeFile(path, 1000); });
  }
}

TEST(InputFile, ThatShrankIsAnErrorAndNoCrash) {
  const TemporaryFolder folder;
  writeText(folder / "file", std::string(10'000, 'x'));
  const InputFile file(folder / "file");
  std::filesystem::resize_file(folder / "file", 5000);
  std::array<std::byte, 10'000> bytes{};
  expectRefused("byte 5000", [&] { file.readAt(0, bytes); });
}

TEST(WriteAll, AnswersABrokenPipeWithoutASignal) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  close(ends[0]);
  const FileDescriptor end(ends[1]);
  EXPECT_EQ(writeAll(end.get(), std::as_bytes(std::span("x", 1))), EPIPE);
}

TEST(LineFile, AppendsWholeLinesToWhatIsThere) {
  const TemporaryFolder folder;
  writeText(folder / "metrics", "old\n");
  LineFile(folder / "metrics").append("one");
  LineFile file(folder / "metrics");
  file.append("two");
  file.append("");
  EXPECT_EQ(readText(folder / "metrics"), "old\none\ntwo\n\n");
}

TEST(LineFile, FullDeviceIsReportedOnceAndTheRunGoesOn) {
  LineFile file("/dev/full");
  testing::internal::CaptureStderr();
  file.append("one");
  file.append("two");
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_TRUE(file.hasFailed());
  EXPECT_TRUE(test::says(said, "/dev/full"));
  EXPECT_EQ(said.find("/dev/full"), said.rfind("/dev/full")) << said;
}

TEST(LineFile, RefusesALinkAFolderAndAFifoWithoutReader) {
  const TemporaryFolder folder;
  std::filesystem::create_symlink(folder / "elsewhere", folder / "link");
  mkfifo((folder / "fifo").c_str(), 0600);
  for (const std::filesystem::path& path : {folder / "link", folder.path(), folder / "fifo"}) {
    expectRefused("", [&] { LineFile file(path); });
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "elsewhere"));
}

}  // namespace
}  // namespace cajal
