// Tables as data sets: which columns become what, and every way a table can be wrong.
#include "compute/data/readers/csv.h"

#include <gtest/gtest.h>

#include <cmath>

#include "compute/data/readers/csv_columns.h"
#include "engine/base/error.h"
#include "tests/engine/base/temporary_folder.h"

namespace cajal {
namespace {

using Floats = std::vector<float>;
using Texts = std::vector<std::string>;

class CsvSet : public ::testing::Test {
 protected:
  DataSet read(const std::string& text, const DataOptions& options = {}) {
    test::writeText(m_folder / "t.csv", text);
    return readCsv(m_folder / "t.csv", options);
  }
  // The message of the error that this table ends in.
  std::string refusal(const std::string& text, const DataOptions& options = {},
                      ExitCode code = ExitCode::badInput) {
    try {
      read(text, options);
    } catch (const Error& error) {
      EXPECT_EQ(error.exitCode(), code) << error.what();
      return error.what();
    }
    ADD_FAILURE() << "no error";
    return "";
  }
  void expectRefusal(const std::string& part, const std::string& text, const DataOptions& options = {},
                     ExitCode code = ExitCode::badInput) {
    const std::string message = refusal(text, options, code);
    EXPECT_NE(message.find(part), std::string::npos) << message;
    EXPECT_NE(message.find("t.csv"), std::string::npos) << message;
  }

  const test::TemporaryFolder m_folder;
};

TEST_F(CsvSet, TheLastColumnIsPredictedFromTheOthers) {
  const DataSet set = read("a,b,kind\n1,2,x\n3,4,y\n5,6,x\n");
  EXPECT_EQ(set.features, 2u);
  EXPECT_EQ(set.featureNames, (Texts{"a", "b"}));
  EXPECT_EQ(set.classNames, (Texts{"x", "y"}));
  EXPECT_EQ(set.training.floats, (Floats{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(set.training.labels, (std::vector<Label>{0, 1, 0}));
  EXPECT_EQ(set.outputs, 0u);
}

TEST_F(CsvSet, WithoutAHeaderColumnsAreCounted) {
  const DataSet set = read("1.5,2,x\n3,4,y\n");
  EXPECT_EQ(set.training.count, 2u);
  EXPECT_EQ(set.featureNames, (Texts{"column 0", "column 1"}));
}

TEST_F(CsvSet, TheTargetIsChosenByName) {
  const DataSet set = read("kind,a\nx,1.5\ny,2.5\n", {.target = "kind"});
  EXPECT_EQ(set.classes, 2u);
  EXPECT_EQ(set.training.floats, (Floats{1.5f, 2.5f}));
}

TEST_F(CsvSet, TheTargetIsChosenByNumberFromZero) {
  EXPECT_EQ(read("kind,a\nx,1.5\ny,2.5\n", {.target = "0"}).classNames, (Texts{"x", "y"}));
}

TEST_F(CsvSet, ANameWinsOverANumber) {
  EXPECT_EQ(read("a,0\n1.5,x\n2.5,y\n", {.target = "0", .hasHeader = true}).featureNames, (Texts{"a"}));
}

TEST_F(CsvSet, FractionsAreNumbersToPredict) {
  const DataSet set = read("a,price\n1,10.5\n2,20\n");
  EXPECT_EQ(set.outputs, 1u);
  EXPECT_EQ(set.classes, 0u);
  EXPECT_EQ(set.targetNames, (Texts{"price"}));
  EXPECT_EQ(set.training.targets, (Floats{10.5f, 20}));
  EXPECT_TRUE(set.training.labels.empty());
}

TEST_F(CsvSet, FewWholeNumbersAreClassesInTheOrderOfNumbers) {
  const DataSet set = read("a,n\n1,10\n2,9\n3,10.0\n");
  EXPECT_EQ(set.classNames, (Texts{"9", "10"}));
  EXPECT_EQ(set.training.labels, (std::vector<Label>{1, 0, 1}));
}

TEST_F(CsvSet, ManyWholeNumbersAreNumbersToPredict) {
  std::string text = "a,n\n";
  for (std::size_t i = 0; i <= kFewWholeNumbers; ++i) text += "1," + std::to_string(i) + "\n";
  EXPECT_EQ(read(text).outputs, 1u);
}

TEST_F(CsvSet, WholeNumbersArePredictedAsNumbersWhenToldSo) {
  const DataSet set = read("a,n\n1,10\n2,9\n", {.targetKind = TargetKind::numbers});
  EXPECT_EQ(set.training.targets, (Floats{10, 9}));
}

TEST_F(CsvSet, SeveralColumnsAreSeveralNumbersToPredict) {
  const DataSet set = read("a,u,v\n1,2,3\n4,5,6\n", {.target = "v,u"});
  EXPECT_EQ(set.outputs, 2u);
  EXPECT_EQ(set.training.targets, (Floats{2, 3, 5, 6}));  // in the order of the columns
  EXPECT_EQ(set.targetNames.size(), 2u);
}

TEST_F(CsvSet, ATextColumnIsOneFeatureACategory) {
  const DataSet set = read("colour,a,kind\nred,1,x\nblue,2,y\nred,3,x\n");
  EXPECT_EQ(set.featureNames, (Texts{"colour=blue", "colour=red", "a"}));
  EXPECT_EQ(set.training.floats, (Floats{0, 1, 1, 1, 0, 2, 0, 1, 3}));
}

TEST_F(CsvSet, IgnoredColumnsMayHoldAnything) {
  const DataSet set = read("id,a,kind\nq7,1,x\n,2,y\n", {.ignored = {"id"}});
  EXPECT_EQ(set.featureNames, (Texts{"a"}));
}

TEST_F(CsvSet, AColumnOfWeightsIsNoFeature) {
  const DataSet set = read("a,w,kind\n1,0.5,x\n2,2,y\n", {.weightColumn = "w"});
  EXPECT_EQ(set.training.weights, (Floats{0.5f, 2}));
  EXPECT_EQ(set.featureNames, (Texts{"a"}));
}

// ---- what is missing ----

TEST_F(CsvSet, MissingValuesAreRefusedWithTheirPlace) {
  expectRefusal("line 3, column 'b': the value is missing", "a,b,kind\n1,2,x\n3,NA,y\n");
}

TEST_F(CsvSet, MissingFeaturesAreLeftToBeFilledIn) {
  const DataSet set = read("a,b,kind\n1,2,x\n3,,y\n", {.missing = MissingValues::mean});
  EXPECT_TRUE(std::isnan(set.training.floats[3]));
}

TEST_F(CsvSet, MissingTargetsCannotBeFilledIn) {
  expectRefusal("line 3, column 'kind'", "a,kind\n1,x\n3,\n4,y\n", {.missing = MissingValues::mean});
}

TEST_F(CsvSet, LinesWithMissingValuesAreDropped) {
  const DataSet set = read("a,b,kind\n1,2,x\n3,,y\n5,6,\n7,8,y\n", {.missing = MissingValues::drop});
  EXPECT_EQ(set.training.floats, (Floats{1, 2, 7, 8}));
  EXPECT_EQ(set.training.labels, (std::vector<Label>{0, 1}));
}

// ---- what is refused ----

TEST_F(CsvSet, RaggedLinesAreRefused) {
  expectRefusal("line 3: has 3 fields where the first line has 2", "a,kind\n1,x\n2,y,z\n");
}

TEST_F(CsvSet, DecimalCommasBetweenSemicolonsAreNamed) {
  expectRefusal("decimal comma", "a;b;kind\n1,5;2;x\n2,5;3;y\n");
}

TEST_F(CsvSet, AWordAmongNumbersIsNoCategory) {
  expectRefusal("line 4, column 'a': 'oops' is no number", "a,kind\n1,x\n2,y\noops,x\n4,y\n5,x\n");
}

TEST_F(CsvSet, AnInfinityAmongNumbersIsRefusedHoweverFewThereAre) {
  expectRefusal("line 3, column 'a': 'inf' is no number to train with", "a,kind\n1,x\ninf,y\n");
}

TEST_F(CsvSet, AWordInANumericTargetIsRefused) {
  expectRefusal("line 5, column 'price'", "a,price\n1,1.5\n2,2.5\n3,3.5\n4,much\n");
}

TEST_F(CsvSet, AnUnknownTargetListsTheColumns) {
  expectRefusal("there are 0 to 1: a, kind", "a,kind\n1,x\n2,y\n", {.target = "nope"}, ExitCode::usage);
}

TEST_F(CsvSet, ATargetNumberBehindTheLastColumnIsUnknown) {
  expectRefusal("--target 2", "a,kind\n1,x\n2,y\n", {.target = "2"}, ExitCode::usage);
}

TEST_F(CsvSet, AnAmbiguousNameAsksForTheNumber) {
  expectRefusal("two columns of this name (0 and 1", "a,a,kind\n1,2,x\n2,3,y\n", {.target = "a"});
}

TEST_F(CsvSet, AColumnHasOneUse) {
  expectRefusal("asked for twice", "a,w,kind\n1,1,x\n2,2,y\n", {.weightColumn = "w", .ignored = {"w"}},
                ExitCode::usage);
}

TEST_F(CsvSet, NegativeWeightsAreRefused) {
  expectRefusal("line 3, column 'w'", "a,w,kind\n1,1,x\n2,-2,y\n", {.weightColumn = "w"});
}

TEST_F(CsvSet, OneClassIsNothingToLearn) {
  expectRefusal("says 'x' everywhere", "a,kind\n1,x\n2,x\n");
}

TEST_F(CsvSet, AHeaderAloneIsNoTable) {
  expectRefusal("holds no line of values", "a,kind\n", {.hasHeader = true});
}

TEST_F(CsvSet, ATargetAloneCannotBePredicted) {
  expectRefusal("no column to predict it from", "kind\nx\ny\nx\n", {.hasHeader = true});
}

TEST_F(CsvSet, ATextColumnOfNamesIsRefused) {
  std::string text = "name,kind\n";
  for (int i = 0; i < 300; ++i) text += "n" + std::to_string(i) + (i % 2 ? ",x\n" : ",y\n");
  expectRefusal("300 different values, at most 256 are read; leave it out with --ignore-columns name", text);
}

TEST_F(CsvSet, AMissingFileIsNamed) {
  EXPECT_THROW(readCsv(m_folder / "none.csv", {}), Error);
}

// ---- larger than memory ----

TEST_F(CsvSet, AboveTheLimitValuesStandInAMappedFile) {
  const std::string text = "a,b,kind\n1,2,x\n3,4,y\n";
  const DataSet set = read(text, {.streamAbove = 8});
  EXPECT_TRUE(set.training.isMapped());
  EXPECT_EQ(Floats(set.training.floatData(), set.training.floatData() + 4), read(text).training.floats);
}

}  // namespace
}  // namespace cajal
