// MNIST folders: found under every usual name, checked, split when only the test files are there.
#include "compute/data/sets/mnist.h"

#include <gtest/gtest.h>

#include <functional>
#include <numeric>

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

// Pictures of 3 x 2 pixels; picture i begins with byte 6 i % 251, its label is i % 10.
void writePart(const TemporaryFolder& folder, const std::string& part, std::uint32_t count) {
  writeBytes(folder / (part + "-images-idx3-ubyte"), makeIdx({count, 3, 2}, 251));
  writeBytes(folder / (part + "-labels-idx1-ubyte"), makeIdx({count}, 10));
}

std::string refusal(const TemporaryFolder& folder) {
  return refusalOf(ExitCode::badInput, [&] { loadMnist(folder.path()); });
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Mnist, ReadsBothParts) {
  const TemporaryFolder folder;
  writePart(folder, "train", 30);
  writePart(folder, "t10k", 20);
  const DataSet set = loadMnist(folder.path());
  EXPECT_EQ(set.name, "mnist");
  EXPECT_EQ(set.features, 6u);
  EXPECT_EQ(set.imageRows, 3u);
  EXPECT_EQ(set.imageColumns, 2u);
  EXPECT_EQ(set.classes, 10u);
  EXPECT_EQ(set.classNames.size(), 10u);
  EXPECT_EQ(set.training.count, 30u);
  EXPECT_EQ(set.test.count, 20u);
  EXPECT_EQ(set.test.bytes.size(), 120u);
  EXPECT_EQ(set.test.bytes[119], 119);
  EXPECT_EQ(set.test.labels[13], 3);
  EXPECT_TRUE(set.training.floats.empty());
}

TEST(Mnist, FindsTheOtherSpellingAndGzip) {
  const TemporaryFolder folder;
  writePart(folder, "train", 30);
  writeBytes(folder / "t10k-images.idx3-ubyte", makeIdx({20, 3, 2}, 251));
  writeBytes(folder / "t10k-labels-idx1-ubyte.gz", gzip(makeIdx({20}, 10)));
  EXPECT_EQ(loadMnist(folder.path()).test.count, 20u);
}

TEST(Mnist, SplitsTheTestFilesWhenTheyAreAlone) {
  const TemporaryFolder folder;
  writePart(folder, "t10k", 10000);
  const DataSet set = loadMnist(folder.path());
  EXPECT_EQ(set.training.count, 8500u);
  EXPECT_EQ(set.training.labels.size(), 8500u);
  EXPECT_EQ(set.training.bytes.size(), 8500u * 6);
  EXPECT_EQ(set.test.count, 1500u);
  EXPECT_EQ(set.test.bytes.size(), 1500u * 6);
  EXPECT_EQ(set.test.bytes[0], 8500 * 6 % 251);
  EXPECT_EQ(set.test.labels[7], 7);
}

TEST(Mnist, SaysThatItSplits) {
  const TemporaryFolder folder;
  writePart(folder, "t10k", 100);
  testing::internal::CaptureStderr();
  loadMnist(folder.path());
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_TRUE(contains(log, "the first 85 train, the last 15 test")) << log;
}

TEST(Mnist, OnePictureCannotBeSplit) {
  const TemporaryFolder folder;
  writePart(folder, "t10k", 1);
  EXPECT_TRUE(contains(refusal(folder), "too few"));
}

TEST(Mnist, NamesTheMissingFile) {
  const TemporaryFolder folder;
  writePart(folder, "t10k", 20);
  std::filesystem::remove(folder / "t10k-labels-idx1-ubyte");
  EXPECT_TRUE(contains(refusal(folder), "t10k-labels-idx1-ubyte"));
}

TEST(Mnist, HalfATrainingPartIsNotIgnored) {
  const TemporaryFolder folder;
  writePart(folder, "t10k", 20);
  writeBytes(folder / "train-labels-idx1-ubyte", makeIdx({20}, 10));
  EXPECT_TRUE(contains(refusal(folder), "train-images-idx3-ubyte"));
}

TEST(Mnist, AFolderWithoutThemSaysWhatBelongsThere) {
  const TemporaryFolder folder;
  EXPECT_TRUE(contains(refusal(folder), "t10k-images-idx3-ubyte"));
}

TEST(Mnist, CountsMustAgree) {
  const TemporaryFolder folder;
  writePart(folder, "t10k", 20);
  writeBytes(folder / "t10k-labels-idx1-ubyte", makeIdx({19}, 10));
  EXPECT_TRUE(contains(refusal(folder), "20 pictures"));
}

TEST(Mnist, LabelsEndAtNine) {
  const TemporaryFolder folder;
  writePart(folder, "t10k", 20);
  writeBytes(folder / "t10k-labels-idx1-ubyte", makeIdx({20}, 11));
  EXPECT_TRUE(contains(refusal(folder), "label 10 is 10"));
}

TEST(Mnist, SwappedFilesAreNoticed) {
  const TemporaryFolder folder;
  writeBytes(folder / "t10k-images-idx3-ubyte", makeIdx({20}, 10));
  writeBytes(folder / "t10k-labels-idx1-ubyte", makeIdx({20, 3, 2}, 251));
  EXPECT_TRUE(contains(refusal(folder), "is it the right file"));
}

TEST(Mnist, SizesOfBothPartsMustAgree) {
  const TemporaryFolder folder;
  writePart(folder, "train", 30);
  writePart(folder, "t10k", 20);
  writeBytes(folder / "t10k-images-idx3-ubyte", makeIdx({20, 2, 3}, 251));
  EXPECT_TRUE(contains(refusal(folder), "must agree"));
}

TEST(Mnist, AMissingFolderIsInputOutput) {
  const TemporaryFolder folder;
  refusalOf(ExitCode::inputOutput, [&] { loadMnist(folder / "none"); });
}

TEST(Mnist, AFileIsNoFolder) {
  const TemporaryFolder folder;
  writeBytes(folder / "file", {1, 2, 3});
  refusalOf(ExitCode::badInput, [&] { loadMnist(folder / "file"); });
}

TEST(Mnist, ReadsTheRealFiles) {
  const std::filesystem::path folder = CAJAL_SOURCE_DIR "/../shared/data/mnist";
  if (!std::filesystem::exists(folder / "t10k-images-idx3-ubyte.gz"))
    GTEST_SKIP() << "no MNIST in " << folder;
  const DataSet set = loadMnist(folder);
  EXPECT_EQ(set.features, 784u);
  EXPECT_EQ(set.test.bytes.size(), set.test.count * 784);
  const Bytes firstLabels(set.training.labels.begin(), set.training.labels.begin() + 5);
  const bool hasTraining = set.training.count == 60000;
  EXPECT_EQ(firstLabels, hasTraining ? (Bytes{5, 0, 4, 1, 9}) : (Bytes{7, 2, 1, 0, 4}));
}

}  // namespace
}  // namespace cajal
