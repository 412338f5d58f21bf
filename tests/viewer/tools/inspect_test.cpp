// What `cajal inspect` says of files of examples.
#include "viewer/tools/inspect.h"

#include <gtest/gtest.h>

#include "tests/engine/base/temporary_folder.h"
#include "tests/support/npy_files.h"
#include "tests/support/refusal.h"

namespace cajal {
namespace {

using namespace test;

class Inspect : public testing::Test {
 protected:
  std::string said(const std::string& file) const {
    testing::internal::CaptureStdout();
    inspectFile(m_folder / file);
    return testing::internal::GetCapturedStdout();
  }
  void expectSaid(const std::string& part, const std::string& file) const {
    const std::string text = said(file);
    EXPECT_NE(text.find(part), std::string::npos) << text;
  }

  const TemporaryFolder m_folder;
};

TEST_F(Inspect, AnArrayHasATypeAndAShape) {
  writeBytes(m_folder / "a.npy", makeNpy<double>("<f8", "(3, 2)", {1, 2, 3, 4, 5, 6}, true));
  expectSaid("NPY, float64  3 × 2, in Fortran's order", "a.npy");
  writeBytes(m_folder / "a.npy.gz", gzip(makeNpy("|u1", "()", Bytes{1})));
  expectSaid("NPY, uint8    a single number", "a.npy.gz");
}

TEST_F(Inspect, AnArchiveListsWhatIsNotReadWithTheReason) {
  writeBytes(m_folder / "a.npz", makeZip({{"x.npy", makeNpy("|u1", "(2, 2)", Bytes(4))},
                                          {"names.npy", makeNpy("<U2", "(1,)", Bytes(8))}}));
  expectSaid("NPZ, 2 arrays", "a.npz");
  expectSaid("uint8    2 × 2", "a.npz");
  expectSaid("not read: ", "a.npz");
}

TEST_F(Inspect, ATableSaysWhatWasGuessed) {
  writeText(m_folder / "a.csv", "size,colour,kind\n1.5,red,x\n,blue,y\n2,red,x\n");
  expectSaid("3 lines of 3 columns, with a header", "a.csv");
  expectSaid("numbers, 1 missing", "a.csv");
  expectSaid("texts, 2 different", "a.csv");
  expectSaid("predicts 'kind': 2 classes, x, y", "a.csv");
  expectSaid("from 3 features", "a.csv");
}

TEST_F(Inspect, ATableThatCannotBeTrainedSaysWhy) {
  writeText(m_folder / "a.csv", "a,b\n1,x\n2,x\n");
  expectSaid("cannot be trained", "a.csv");
}

// What stands at the path cannot be found out: a link that leads to itself, a name that is too long.
TEST_F(Inspect, APathThatCannotBeFollowedIsNoFaultOfOurs) {
  std::filesystem::create_symlink(m_folder / "a", m_folder / "a");
  for (const std::string& name : {std::string("a"), std::string(300, 'b')})
    expectRefusal(
        "cannot read", [&] { inspectFile(m_folder / name); }, ExitCode::inputOutput);
}

TEST_F(Inspect, LabelsAreCounted) {
  writeBytes(m_folder / "labels", gzip(makeIdx({5}, 2)));
  expectSaid("IDX, uint8    5", "labels");
  expectSaid("  0: 3 times", "labels");
}

TEST_F(Inspect, OtherFilesAreRefused) {
  writeText(m_folder / "a.txt", "hello");
  expectRefusal("neither safetensors", [&] { inspectFile(m_folder / "a.txt"); });
}

}  // namespace
}  // namespace cajal
