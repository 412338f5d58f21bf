// Data sets by name: the ready ones load, the others are answered with what there is.
#include "compute/data/dataset.h"

#include <gtest/gtest.h>

#include "engine/base/error.h"
#include "tests/engine/base/temporary_folder.h"
#include "tests/support/idx_files.h"

namespace cajal {
namespace {

// The message of the usage error that this name earns.
std::string usageError(const std::string& name) {
  try {
    loadDataSet(name, {.noise = 0.1f});
  } catch (const Error& error) {
    EXPECT_EQ(error.exitCode(), ExitCode::usage) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "no error for " << name;
  return "";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(DataSet, LoadsThePlaygroundSetsByName) {
  for (const char* name : {"xor", "circle", "gauss", "spiral"})
    EXPECT_EQ(loadDataSet(name, {.noise = 0.1f}).name, name);
}

TEST(DataSet, LoadsDigits) {
  const DataSet set = loadDataSet("digits");
  EXPECT_EQ(set.name, "digits");
  EXPECT_EQ(set.features, 784u);
  EXPECT_EQ(set.imageRows, 28u);
  EXPECT_EQ(set.imageColumns, 28u);
  EXPECT_EQ(set.classes, 10u);
  EXPECT_EQ(set.classNames, (std::vector<std::string>{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}));
  EXPECT_EQ(set.training.count, 60000u);
  EXPECT_EQ(set.training.bytes.size(), 60000u * 784);
  EXPECT_EQ(set.test.count, 10000u);
  EXPECT_TRUE(set.training.floats.empty());
}

TEST(DataSet, LoadsMnistFromTheFolderAfterTheColon) {
  const test::TemporaryFolder folder;
  test::writeBytes(folder / "t10k-images-idx3-ubyte", test::makeIdx({100, 2, 2}, 256));
  test::writeBytes(folder / "t10k-labels-idx1-ubyte", test::makeIdx({100}, 10));
  EXPECT_EQ(loadDataSet("mnist:" + folder.path().string()).features, 4u);
}

TEST(DataSet, AnUnknownNameListsTheKnownOnes) {
  const std::string message = usageError("cifar");
  for (const char* known :
       {"cifar", "digits", "xor", "circle", "gauss", "spiral", "mnist:FOLDER", "idx:IMAGES,LABELS",
        "csv:FILE", "npz:FILE", "npy:X.npy,Y.npy", "images:FOLDER"}) {
    EXPECT_TRUE(contains(message, known)) << message;
  }
}

TEST(DataSet, NoNameIsUnknown) {
  usageError("");
}

TEST(DataSet, MnistWithoutAFolderAsksForOne) {
  EXPECT_TRUE(contains(usageError("mnist"), "mnist:FOLDER"));
  EXPECT_TRUE(contains(usageError("mnist:"), "mnist:FOLDER"));
}

}  // namespace
}  // namespace cajal
