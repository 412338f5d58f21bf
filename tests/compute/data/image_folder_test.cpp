// Folders of pictures as data sets: parts, classes, order, and every way such a folder can be wrong.
#include "compute/data/sets/image_folder.h"

#include <gtest/gtest.h>

#include "tests/engine/base/temporary_folder.h"
#include "tests/support/png_files.h"
#include "tests/support/refusal.h"

namespace cajal {
namespace {

using namespace test;

using Labels = std::vector<Label>;
using Texts = std::vector<std::string>;

class ImageFolderSet : public testing::Test {
 protected:
  // A grey picture of one row.
  void add(const std::string& file, const Bytes& values) {
    writePicture(m_folder / file, makePng(1, values.size(), values));
  }
  void addColoured(const std::string& file, const Bytes& values) {
    writePicture(m_folder / file, makePng(1, values.size() / 3, values, {.kind = PNG_COLOR_TYPE_RGB}));
  }
  DataSet read(const DataOptions& options = {}, unsigned threads = 0) {
    return readImageFolder(m_folder.path(), options, threads);
  }
  void expectRefused(const std::string& part) {
    expectRefusal(part, [&] { read(); });
  }

  const TemporaryFolder m_folder;
};

TEST_F(ImageFolderSet, SubFoldersAreClassesInTheOrderOfBytes) {
  add("dog/1.png", {5, 6});
  add("cat/b.PNG", {3, 4});
  add("cat/a.png", {1, 2});
  add("Zebra/1.png", {7, 8});
  const DataSet set = read();
  EXPECT_EQ(set.classNames, (Texts{"Zebra", "cat", "dog"}));
  EXPECT_EQ(set.training.labels, (Labels{0, 1, 1, 2}));
  EXPECT_EQ(set.training.bytes, (Bytes{7, 8, 1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(set.training.count, 4u);
  EXPECT_EQ(set.imageRows, 1u);
  EXPECT_EQ(set.imageColumns, 2u);
  EXPECT_EQ(set.imageChannels, 1u);
  EXPECT_EQ(set.features, 2u);
  EXPECT_EQ(set.name, m_folder.path().filename().string());
}

TEST_F(ImageFolderSet, OneColouredPictureMakesAllColoured) {
  add("a/1.png", {9});
  addColoured("b/1.png", {1, 2, 3});
  const DataSet set = read();
  EXPECT_EQ(set.imageChannels, 3u);
  EXPECT_EQ(set.training.bytes, (Bytes{9, 9, 9, 1, 2, 3}));
}

TEST_F(ImageFolderSet, AColouredPictureInThePartForTestsCountsAsWell) {
  add("train/a/1.png", {9});
  add("train/b/1.png", {8});
  addColoured("test/b/1.png", {1, 2, 3});
  const DataSet set = read();
  EXPECT_EQ(set.training.bytes, (Bytes{9, 9, 9, 8, 8, 8}));
  EXPECT_EQ(set.test.labels, (Labels{1}));
}

TEST_F(ImageFolderSet, PartsAreKeptApart) {
  add("train/a/1.png", {1});
  add("train/b/1.png", {2});
  add("validation/a/1.png", {3});
  add("test/b/1.png", {4});
  const DataSet set = read();
  EXPECT_EQ(set.training.bytes, (Bytes{1, 2}));
  EXPECT_EQ(set.validation.bytes, (Bytes{3}));
  EXPECT_EQ(set.test.bytes, (Bytes{4}));
  EXPECT_EQ(set.test.labels, (Labels{1}));
}

TEST_F(ImageFolderSet, ThePartForValidationHasAShortNameToo) {
  add("train/a/1.png", {1});
  add("train/b/1.png", {2});
  add("val/b/1.png", {3});
  EXPECT_EQ(read().validation.bytes, (Bytes{3}));
  add("validation/b/1.png", {4});
  expectRefused("keep one of them");
}

TEST_F(ImageFolderSet, AClassMayBeCalledTrain) {
  add("train/1.png", {1});
  add("car/1.png", {2});
  EXPECT_EQ(read().classNames, (Texts{"car", "train"}));
}

TEST_F(ImageFolderSet, OtherFilesArePassedOver) {
  add("a/1.png", {1});
  add("b/1.png", {2});
  add("b/deeper/1.png", {2, 3});
  writeText(m_folder / "a/notes.txt", "x");
  writeText(m_folder / ".hidden", "x");
  writeText(m_folder / "readme.md", "x");
  EXPECT_EQ(read().training.count, 2u);
}

TEST_F(ImageFolderSet, TheResultDoesNotDependOnTheThreads) {
  for (int i = 0; i < 100; ++i) {
    const auto value = static_cast<std::uint8_t>(2 * i);
    add("a/" + std::to_string(i) + ".png", {value});
    add("b/" + std::to_string(i) + ".png", {static_cast<std::uint8_t>(value + 1)});
  }
  const DataSet one = read({}, 1), many = read({}, 7);
  EXPECT_EQ(one.training.bytes, many.training.bytes);
  EXPECT_EQ(one.training.labels, many.training.labels);
}

TEST_F(ImageFolderSet, TheFirstOfSeveralBadPicturesIsNamedWhateverTheThreads) {
  for (int i = 100; i < 200; ++i) add("a/" + std::to_string(i) + ".png", {1});
  for (const char* bad : {"b/1.png", "b/2.png", "b/3.png"}) {
    add(bad, {1});
    std::filesystem::resize_file(m_folder / bad, 40);
  }
  for (int round = 0; round < 20; ++round) expectRefusal("b/1.png", [&] { read({}, 7); });
}

TEST_F(ImageFolderSet, AboveTheLimitPicturesStandInAMappedFile) {
  add("a/1.png", {1, 2});
  add("b/1.png", {3, 4});
  const DataSet set = read({.streamAbove = 3});
  EXPECT_TRUE(set.training.isMapped());
  EXPECT_EQ(set.training.byteData()[3], 4u);
}

TEST_F(ImageFolderSet, APictureOfAnotherSizeIsNamed) {
  add("a/1.png", {1, 2});
  add("b/other.png", {1, 2, 3});
  expectRefused("b/other.png: has 3 x 1 pixels");
  expectRefused("mogrify -resize 2x1!");
}

TEST_F(ImageFolderSet, AFileThatIsNoPictureIsNamed) {
  add("a/1.png", {1});
  add("b/1.png", {1});
  writeText(m_folder / "b/2.png", "GIF89a");
  expectRefused("b/2.png: is not a PNG picture");
}

TEST_F(ImageFolderSet, WithoutClassesThereIsNothingToLearn) {
  expectRefused("holds no sub-folder");
  add("a/1.png", {1});
  expectRefused("one class alone ('a')");
  std::filesystem::create_directory(m_folder / "b");
  expectRefused("b: is a class without a PNG picture");
}

TEST_F(ImageFolderSet, ATestClassThatIsNotTrainedIsRefused) {
  add("train/a/1.png", {1});
  add("train/b/1.png", {2});
  add("test/c/1.png", {4});
  expectRefused("test/c: is a class that no training picture has");
}

TEST_F(ImageFolderSet, APartWithoutClassesIsRefused) {
  add("train/1.png", {1});
  expectRefused("train: holds no sub-folder");
}

TEST_F(ImageFolderSet, WhatIsNoFolderIsRefused) {
  writeText(m_folder / "file", "x");
  expectRefusal("is no folder", [&] { readImageFolder(m_folder / "file", {}); });
  expectRefusal(
      "none", [&] { readImageFolder(m_folder / "none", {}); }, ExitCode::inputOutput);
}

}  // namespace
}  // namespace cajal
