// IDX files: what is right is read to the last byte, what is wrong is an Error that says so, never a crash.
#include "compute/data/readers/idx.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <functional>

#include "compute/core/random.h"
#include "engine/base/error.h"
#include "tests/engine/base/temporary_folder.h"
#include "tests/support/idx_files.h"
#include "tests/support/refusal.h"

namespace cajal {
namespace {

using test::Bytes;
using test::gzip;
using test::makeIdx;
using test::refusalOf;
using test::TemporaryFolder;
using test::writeBytes;

const std::string kName = "some-file";

// The message with which these bytes are refused as bad input.
std::string refusal(const Bytes& bytes) {
  return refusalOf(ExitCode::badInput, [&] { parseIdx(bytes, kName); });
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Idx, ReadsShapeAndValues) {
  const IdxArray array = parseIdx(makeIdx({2, 3, 4}, 256), kName);
  EXPECT_EQ(array.shape, (std::vector<std::uint32_t>{2, 3, 4}));
  ASSERT_EQ(array.values.size(), 24u);
  EXPECT_EQ(array.values.front(), 0);
  EXPECT_EQ(array.values.back(), 23);
}

TEST(Idx, ReadsLengthsBigEndian) {
  EXPECT_EQ(parseIdx(makeIdx({0x0102}, 256), kName).shape[0], 0x0102u);
}

TEST(Idx, ReadsGzipAsPlain) {
  const Bytes plain = makeIdx({100, 7, 9}, 251);
  EXPECT_EQ(parseIdx(gzip(plain), kName).values, parseIdx(plain, kName).values);
}

TEST(Idx, ReadsMoreThanTheFirstPiece) {
  const Bytes plain = makeIdx({3, 1000, 1000}, 253);
  const IdxArray array = parseIdx(gzip(plain), kName);
  ASSERT_EQ(array.values.size(), 3000000u);
  EXPECT_TRUE(std::equal(array.values.begin(), array.values.end(), plain.begin() + 16));
}

TEST(Idx, RefusesEveryPrefix) {
  const Bytes whole = makeIdx({2, 3, 3}, 256);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_NE(refusal(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length))), "")
        << length;
  }
}

TEST(Idx, RefusesEveryPrefixOfGzip) {
  const Bytes whole = gzip(makeIdx({2, 3, 3}, 256));
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_NE(refusal(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length))), "")
        << length;
  }
}

TEST(Idx, RefusesTrailingBytes) {
  Bytes bytes = makeIdx({4}, 256);
  bytes.push_back(0);
  EXPECT_TRUE(contains(refusal(bytes), "more data follows the 4 bytes"));
  EXPECT_TRUE(contains(refusal(gzip(bytes)), "more data follows the 4 bytes"));
}

TEST(Idx, RefusesBytesAfterTheCompressedPart) {
  Bytes bytes = gzip(makeIdx({4}, 256));
  bytes.push_back(0);
  EXPECT_TRUE(contains(refusal(bytes), "more data follows the compressed part"));
}

TEST(Idx, RefusesAWrongBeginning) {
  Bytes bytes = makeIdx({4}, 256);
  bytes[0] = 1;
  EXPECT_TRUE(contains(refusal(bytes), "does not begin like an IDX file"));
}

TEST(Idx, NamesTheTypesItDoesNotRead) {
  EXPECT_TRUE(contains(refusal(makeIdx({4}, 256, 0x0D)), "float32"));
  EXPECT_TRUE(contains(refusal(makeIdx({4}, 256, 0x09)), "int8"));
  EXPECT_TRUE(contains(refusal(makeIdx({4}, 256, 0x42)), "no IDX type 0x42"));
}

TEST(Idx, RefusesNoAndTooManyDimensions) {
  EXPECT_TRUE(contains(refusal(makeIdx({}, 256)), "0 dimensions"));
  EXPECT_TRUE(contains(refusal(makeIdx({1, 1, 1, 1, 1}, 256)), "5 dimensions"));
}

TEST(Idx, RefusesALengthOfZero) {
  EXPECT_TRUE(contains(refusal(makeIdx({3, 0}, 256)), "holds no values"));
}

TEST(Idx, RefusesAProductThatWouldOverflow) {
  // 65536^4 is 2^64, which is 0 in 64 bits: the file would seem complete.
  const Bytes bytes = {0, 0, 8, 4, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0};
  EXPECT_TRUE(contains(refusal(bytes), "more values than"));
}

TEST(Idx, RefusesAGzipHeaderThatPromisesMoreThanDeflateCanHold) {
  Bytes bytes = makeIdx({1}, 256);
  bytes[4] = 0x7F;  // 2 billion values in 30 bytes
  EXPECT_TRUE(contains(refusal(gzip(bytes)), "more values than"));
}

TEST(Idx, UnpacksNoMoreThanTheHeaderPromises) {
  // 64 MiB of zeros behind a header for 4 values: refused without unpacking them.
  Bytes bytes = makeIdx({4}, 256);
  bytes.resize(bytes.size() + (64u << 20));
  EXPECT_TRUE(contains(refusal(gzip(bytes)), "more data follows the 4 bytes"));
}

TEST(Idx, SaysWhichFileAndWhatToDo) {
  Bytes bytes = makeIdx({4}, 256);
  bytes.pop_back();
  const std::string message = refusal(bytes);
  EXPECT_TRUE(contains(message, kName)) << message;
  EXPECT_TRUE(contains(message, "fetch it again")) << message;
}

// Every outcome but an array or an Error(badInput) ends the test program.
void mustReadOrRefuse(const Bytes& bytes) {
  try {
    const IdxArray array = parseIdx(bytes, kName);
    EXPECT_FALSE(array.values.empty());
  } catch (const Error& error) {
    EXPECT_EQ(error.exitCode(), ExitCode::badInput) << error.what();
  }
}

TEST(Idx, SurvivesEveryBitFlip) {
  for (const Bytes& whole : {makeIdx({3, 4, 5}, 256), gzip(makeIdx({3, 4, 5}, 256))}) {
    for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
      Bytes flipped = whole;
      flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1u << (bit % 8)));
      mustReadOrRefuse(flipped);
    }
  }
}

TEST(Idx, NoticesEveryDamagedValueInGzip) {
  // gzip carries a sum: no flip between its header and its end goes unnoticed.
  const Bytes whole = gzip(makeIdx({3, 4, 5}, 256));
  for (std::size_t i = 10; i < whole.size(); ++i) {
    Bytes damaged = whole;
    damaged[i] = static_cast<std::uint8_t>(damaged[i] ^ 0xFF);
    EXPECT_NE(refusal(damaged), "") << i;
  }
}

TEST(Idx, SurvivesRandomBytes) {
  Random random(7, RandomStream::points);
  for (int round = 0; round < 2000; ++round) {
    Bytes bytes(random.index(64));
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random.bits());
    if (round % 2 == 0 && bytes.size() > 4) std::copy_n(Bytes{0, 0, 8, 2}.begin(), 4, bytes.begin());
    mustReadOrRefuse(bytes);
  }
}

TEST(Idx, ReadsAFile) {
  const TemporaryFolder folder;
  writeBytes(folder / "a.idx", makeIdx({5}, 256));
  EXPECT_EQ(readIdx(folder / "a.idx").values, (Bytes{0, 1, 2, 3, 4}));
}

TEST(Idx, TellsGzipByContentNotByName) {
  const TemporaryFolder folder;
  writeBytes(folder / "plain.gz", makeIdx({5}, 256));
  EXPECT_EQ(readIdx(folder / "plain.gz").values.size(), 5u);
}

TEST(Idx, AMissingFileIsInputOutput) {
  const TemporaryFolder folder;
  const std::string message = refusalOf(ExitCode::inputOutput, [&] { readIdx(folder / "none"); });
  EXPECT_TRUE(contains(message, (folder / "none").string())) << message;
}

TEST(Idx, AnUnreadableFileIsInputOutput) {
  if (geteuid() == 0) GTEST_SKIP() << "root reads everything";
  const TemporaryFolder folder;
  writeBytes(folder / "secret", makeIdx({5}, 256));
  std::filesystem::permissions(folder / "secret", std::filesystem::perms::none);
  refusalOf(ExitCode::inputOutput, [&] { readIdx(folder / "secret"); });
}

TEST(Idx, AFolderIsRefused) {
  const TemporaryFolder folder;
  refusalOf(ExitCode::badInput, [&] { readIdx(folder.path()); });
}

TEST(Idx, APipeIsRefusedWithoutWaiting) {
  const TemporaryFolder folder;
  ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
  refusalOf(ExitCode::badInput, [&] { readIdx(folder / "pipe"); });
}

TEST(Idx, AnEmptyFileIsRefused) {
  const TemporaryFolder folder;
  writeBytes(folder / "empty", {});
  const std::string message = refusalOf(ExitCode::badInput, [&] { readIdx(folder / "empty"); });
  EXPECT_TRUE(contains(message, "is empty")) << message;
}

TEST(Idx, AHugeSparseFileIsRefused) {
  const TemporaryFolder folder;
  writeBytes(folder / "huge", makeIdx({5}, 256));
  std::filesystem::resize_file(folder / "huge", (1ull << 31) + 1);
  const std::string message = refusalOf(ExitCode::badInput, [&] { readIdx(folder / "huge"); });
  EXPECT_TRUE(contains(message, "at most")) << message;
}

}  // namespace
}  // namespace cajal
