// Arrays as data sets: which arrays are taken, what becomes of them, and what is refused.
#include "compute/data/sets/array_set.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/engine/base/temporary_folder.h"
#include "tests/support/npy_files.h"
#include "tests/support/refusal.h"

namespace cajal {
namespace {

using namespace test;

using Floats = std::vector<float>;
using Labels = std::vector<Label>;
using Texts = std::vector<std::string>;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

Bytes numbers() {
  return makeNpy<float>("<f4", "(3, 2)", {1, 2, 3, 4, 5, 6});
}
Bytes pictures() {
  return makeNpy("|u1", "(3, 2, 2)", Bytes{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255});
}
Bytes labels() {
  return makeNpy<std::int64_t>("<i8", "(3,)", {7, -2, 7});
}

class ArraySet : public testing::Test {
 protected:
  DataSet readPair(const Bytes& x, const Bytes& y, const DataOptions& options = {}) {
    writeBytes(m_folder / "x.npy", x);
    writeBytes(m_folder / "y.npy", y);
    return readNpySet(pair(), options);
  }
  std::string pair() const { return (m_folder / "x.npy").string() + "," + (m_folder / "y.npy").string(); }
  DataSet readArchive(const std::vector<std::pair<std::string, Bytes>>& arrays,
                      const DataOptions& options = {}) {
    std::vector<ZipMember> members;
    for (const auto& [name, bytes] : arrays) members.push_back({name + ".npy", bytes, true});
    writeBytes(m_folder / "a.npz", makeZip(members));
    return readNpzSet(m_folder / "a.npz", options);
  }

  const TemporaryFolder m_folder;
};

// ---- what an example is ---------------------------------------------------------------------------

TEST_F(ArraySet, NumbersAreFeaturesAndIntegersClasses) {
  const DataSet set = readPair(numbers(), labels());
  EXPECT_EQ(set.name, "x.npy");
  EXPECT_EQ(set.features, 2u);
  EXPECT_EQ(set.imageRows, 0u);
  EXPECT_EQ(set.training.floats, (Floats{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(set.classNames, (Texts{"-2", "7"}));
  EXPECT_EQ(set.training.labels, (Labels{1, 0, 1}));
  EXPECT_EQ(set.training.count, 3u);
}

TEST_F(ArraySet, BytesOfThreeDimensionsAreGreyPictures) {
  const DataSet set = readPair(pictures(), labels());
  EXPECT_EQ(set.imageRows, 2u);
  EXPECT_EQ(set.imageColumns, 2u);
  EXPECT_EQ(set.imageChannels, 1u);
  EXPECT_EQ(set.features, 4u);
  EXPECT_EQ(set.training.bytes, (Bytes{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255}));
}

TEST_F(ArraySet, BytesOfFourDimensionsAreColouredPictures) {
  const DataSet set = readPair(makeNpy("|u1", "(3, 1, 2, 3)", Bytes(18)), labels());
  EXPECT_EQ(set.imageRows, 1u);
  EXPECT_EQ(set.imageColumns, 2u);
  EXPECT_EQ(set.imageChannels, 3u);
}

TEST_F(ArraySet, OtherChannelsAreNumbersWithoutAPicture) {
  const DataSet set = readPair(makeNpy("|u1", "(3, 1, 2, 2)", Bytes(12)), labels());
  EXPECT_EQ(set.imageRows, 0u);
  EXPECT_EQ(set.training.floats.size(), 12u);
}

TEST_F(ArraySet, BytesOfTwoDimensionsMeanWhatTheyAre) {
  EXPECT_EQ(readPair(makeNpy("|u1", "(3, 1)", Bytes{0, 128, 255}), labels()).training.floats,
            (Floats{0, 128, 255}));
}

TEST_F(ArraySet, FloatsOfThreeDimensionsKeepTheirPicture) {
  const DataSet set = readPair(makeNpy<float>("<f4", "(3, 1, 2)", {1, 2, 3, 4, 5, 6}), labels());
  EXPECT_EQ(set.imageColumns, 2u);
  EXPECT_EQ(set.training.floats, (Floats{1, 2, 3, 4, 5, 6}));
}

TEST_F(ArraySet, OneDimensionIsOneFeature) {
  EXPECT_EQ(readPair(makeNpy<double>("<f8", "(3,)", {1, 2, 3}), labels()).training.floats, (Floats{1, 2, 3}));
}

// ---- what is predicted ----------------------------------------------------------------------------

TEST_F(ArraySet, FloatsArePredictedAsNumbers) {
  const DataSet set = readPair(numbers(), makeNpy<double>("<f8", "(3, 1)", {0.5, 1, 2}));
  EXPECT_EQ(set.outputs, 1u);
  EXPECT_EQ(set.classes, 0u);
  EXPECT_EQ(set.training.targets, (Floats{0.5, 1, 2}));
}

TEST_F(ArraySet, SeveralColumnsAreSeveralNumbers) {
  const DataSet set = readPair(numbers(), makeNpy<std::int32_t>("<i4", "(3, 2)", {1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(set.outputs, 2u);
  EXPECT_EQ(set.training.targets, (Floats{1, 2, 3, 4, 5, 6}));
}

TEST_F(ArraySet, TheKindMayBeSaid) {
  EXPECT_EQ(readPair(numbers(), labels(), {.targetKind = TargetKind::numbers}).training.targets,
            (Floats{7, -2, 7}));
  const DataSet set =
      readPair(numbers(), makeNpy<double>("<f8", "(3,)", {2.5, 1, 2.5}), {.targetKind = TargetKind::classes});
  EXPECT_EQ(set.classNames, (Texts{"1", "2.5"}));
  EXPECT_EQ(set.training.labels, (Labels{1, 0, 1}));
}

TEST_F(ArraySet, OneColumnAClassIsUnderstoodWhenSaid) {
  const DataSet set = readPair(numbers(), makeNpy<float>("<f4", "(3, 3)", {0, 1, 0, 0, 0, 1, 1, 0, 0}),
                               {.targetKind = TargetKind::classes});
  EXPECT_EQ(set.classes, 3u);
  EXPECT_EQ(set.training.labels, (Labels{1, 2, 0}));
  expectRefusal("has not one 1", [&] {
    readPair(numbers(), makeNpy<float>("<f4", "(3, 2)", {0, 1, 1, 1, 1, 0}),
             {.targetKind = TargetKind::classes});
  });
}

TEST_F(ArraySet, BooleansAreTwoClasses) {
  const DataSet set = readPair(numbers(), makeNpy("|b1", "(3,)", Bytes{1, 0, 1}));
  EXPECT_EQ(set.classNames, (Texts{"0", "1"}));
}

TEST_F(ArraySet, TargetsThatCannotBeLearntAreRefused) {
  expectRefusal("all the same", [&] { readPair(numbers(), makeNpy("|u1", "(3,)", Bytes{1, 1, 1})); });
  expectRefusal("3 dimensions", [&] { readPair(numbers(), makeNpy("|u1", "(3, 1, 1)", Bytes{1, 2, 3})); });
  expectRefusal("has 2 rows", [&] { readPair(numbers(), makeNpy("|u1", "(2,)", Bytes{1, 2})); });
  expectRefusal("above 2^63-1", [&] {
    readPair(numbers(), makeNpy<std::uint64_t>("<u8", "(3,)", {1, 2, ~std::uint64_t{0}}));
  });
  std::vector<std::int32_t> many(kMostClasses + 1);
  for (std::size_t i = 0; i < many.size(); ++i) many[i] = static_cast<std::int32_t>(i);
  const std::string shape = "(" + std::to_string(many.size()) + ",)";
  expectRefusal("--target-kind numbers", [&] {
    readPair(makeNpy("|u1", shape, Bytes(many.size())), makeNpy<std::int32_t>("<i4", shape, many));
  });
}

// ---- what is missing ------------------------------------------------------------------------------

TEST_F(ArraySet, AMissingFeatureIsRefusedWithItsPlace) {
  const Bytes x = makeNpy<float>("<f4", "(3, 2)", {1, 2, 3, kNan, 5, 6});
  expectRefusal("example 1, feature 1 (both counted from 0): the value is missing",
                [&] { readPair(x, labels()); });
  EXPECT_TRUE(std::isnan(readPair(x, labels(), {.missing = MissingValues::mean}).training.floats[3]));
}

TEST_F(ArraySet, AnInfiniteFeatureIsAlwaysRefused) {
  const Bytes x = makeNpy<double>("<f8", "(3, 1)", {1, 2, 1e300});
  expectRefusal("infinite or too large", [&] { readPair(x, labels(), {.missing = MissingValues::mean}); });
}

TEST_F(ArraySet, AMissingTargetIsRefusedOrItsExampleDropped) {
  const Bytes y = makeNpy<float>("<f4", "(3,)", {1, kNan, 2});
  expectRefusal("can not be made up", [&] { readPair(numbers(), y, {.missing = MissingValues::mean}); });
  const DataSet set = readPair(numbers(), y, {.missing = MissingValues::drop});
  EXPECT_EQ(set.training.count, 2u);
  EXPECT_EQ(set.training.floats, (Floats{1, 2, 5, 6}));
  EXPECT_EQ(set.training.targets, (Floats{1, 2}));
}

// ---- archives -------------------------------------------------------------------------------------

TEST_F(ArraySet, AnArchiveHasXAndY) {
  const DataSet set = readArchive({{"y", labels()}, {"other", labels()}, {"X", numbers()}});
  EXPECT_EQ(set.name, "a.npz");
  EXPECT_EQ(set.training.floats, (Floats{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(set.classes, 2u);
}

TEST_F(ArraySet, TargetAndWeightsAreNamed) {
  const DataSet set =
      readArchive({{"data", numbers()}, {"t", labels()}, {"w", makeNpy<float>("<f4", "(3,)", {1, 2, 0.5})}},
                  {.target = "t", .weightColumn = "w"});
  EXPECT_EQ(set.training.weights, (Floats{1, 2, 0.5}));
  EXPECT_EQ(set.training.floats, (Floats{1, 2, 3, 4, 5, 6}));
}

TEST_F(ArraySet, TheDividedArchiveOfKerasIsUnderstood) {
  const DataSet set = readArchive({{"x_test", pictures()},
                                   {"x_train", pictures()},
                                   {"y_train", makeNpy("|u1", "(3,)", Bytes{1, 0, 1})},
                                   {"y_test", makeNpy("|u1", "(3,)", Bytes{2, 2, 0})}});
  EXPECT_EQ(set.classes, 3u);
  EXPECT_EQ(set.training.labels, (Labels{1, 0, 1}));
  EXPECT_EQ(set.test.labels, (Labels{2, 2, 0}));
  EXPECT_EQ(set.test.bytes.size(), 12u);
  EXPECT_EQ(set.validation.count, 0u);
}

TEST_F(ArraySet, NumPysOwnArchivesAreUnderstood) {
  const std::filesystem::path folder = std::filesystem::path(CAJAL_SOURCE_DIR) / "tests/compute/data/numpy";
  const DataSet divided = readNpzSet(folder / "stored.npz", {});
  EXPECT_EQ(divided.classNames, (Texts{"3", "5", "7"}));
  EXPECT_EQ(divided.training.labels, (Labels{2, 0, 2, 1}));
  const DataSet plain = readNpzSet(folder / "deflated.npz", {});
  EXPECT_EQ(plain.features, 2u);
  for (std::size_t i = 0; i < 24; ++i) EXPECT_EQ(plain.training.floats[i], static_cast<float>(i));
}

TEST_F(ArraySet, PartsThatDoNotFitAreRefused) {
  const Bytes y = makeNpy("|u1", "(3,)", Bytes{1, 0, 1});
  expectRefusal("same shape and kind", [&] {
    readArchive({{"x_train", pictures()}, {"y_train", y}, {"x_test", numbers()}, {"y_test", y}});
  });
  expectRefusal("not as those", [&] {
    readArchive({{"x_train", numbers()},
                 {"y_train", y},
                 {"x_test", numbers()},
                 {"y_test", makeNpy<float>("<f4", "(3,)", {1, 2, 3})}});
  });
}

TEST_F(ArraySet, UnclearArchivesAreAnsweredWithTheirNames) {
  const auto read = [&](const Texts& names, const DataOptions& options) {
    std::vector<std::pair<std::string, Bytes>> arrays;
    for (const std::string& name : names) arrays.emplace_back(name, labels());
    return [this, arrays, options] { readArchive(arrays, options); };
  };
  expectRefusal("--target NAME; there are a, b", read({"a", "b"}, {}), ExitCode::usage);
  expectRefusal("no array X or x", read({"a", "b", "y"}, {}), ExitCode::usage);
  expectRefusal("no array 'z'", read({"X", "y"}, {.target = "z"}), ExitCode::usage);
  expectRefusal("--weight-column", read({"x_train", "y_train", "w"}, {.weightColumn = "w"}), ExitCode::usage);
  expectRefusal("--ignore-columns", read({"X", "y"}, {.ignored = {"1"}}), ExitCode::usage);
}

TEST_F(ArraySet, WeightsMustFit) {
  expectRefusal("not one weight for each", [&] {
    readArchive({{"X", numbers()}, {"y", labels()}, {"w", makeNpy<float>("<f4", "(2,)", {1, 2})}},
                {.weightColumn = "w"});
  });
}

// ---- two files ------------------------------------------------------------------------------------

TEST_F(ArraySet, TwoFilesAreWanted) {
  expectRefusal(
      "npy:X.npy,Y.npy", [] { readNpySet("x.npy", {}); }, ExitCode::usage);
  expectRefusal(
      "idx:IMAGES,LABELS", [] { readIdxSet("images,", {}); }, ExitCode::usage);
  expectRefusal(
      "nowhere", [] { readNpySet("/nowhere/x.npy,y.npy", {}); }, ExitCode::inputOutput);
  expectRefusal(
      "leave the flag out", [] { readNpySet("x.npy,y.npy", {.target = "y"}); }, ExitCode::usage);
}

TEST_F(ArraySet, NamesMayHaveCommas) {
  writeBytes(m_folder / "a,b.npy", numbers());
  writeBytes(m_folder / "c,d.npy", labels());
  const std::string files = (m_folder / "a,b.npy").string() + "," + (m_folder / "c,d.npy").string();
  EXPECT_EQ(readNpySet(files, {}).training.count, 3u);
}

TEST_F(ArraySet, IdxPairsAreReadPlainAndPacked) {
  writeBytes(m_folder / "images", gzip(makeIdx({4, 2, 3}, 256)));
  writeBytes(m_folder / "labels", makeIdx({4}, 2));
  const std::string files = (m_folder / "images").string() + "," + (m_folder / "labels").string();
  const DataSet set = readIdxSet(files, {});
  EXPECT_EQ(set.imageRows, 2u);
  EXPECT_EQ(set.imageColumns, 3u);
  EXPECT_EQ(set.training.bytes[23], 23u);
  EXPECT_EQ(set.training.labels, (Labels{0, 1, 0, 1}));
}

TEST_F(ArraySet, IdxVectorsMayBeFloatsAndLabelsAnyInteger) {
  Bytes x = makeIdx({2}, 256, 0x0D), y = makeIdx({2}, 256, 0x0B);
  x.resize(8);
  y.resize(8);
  for (const std::uint8_t byte : {0x3F, 0xC0, 0, 0, 0xC0, 0, 0, 0}) x.push_back(byte);
  for (const std::uint8_t byte : {1, 0, 0xFF, 0xFF}) y.push_back(byte);
  writeBytes(m_folder / "x", x);
  writeBytes(m_folder / "y", y);
  const DataSet set = readIdxSet((m_folder / "x").string() + "," + (m_folder / "y").string(), {});
  EXPECT_EQ(set.training.floats, (Floats{1.5, -2}));
  EXPECT_EQ(set.classNames, (Texts{"-1", "256"}));
}

// ---- larger than memory ---------------------------------------------------------------------------

TEST_F(ArraySet, AboveTheLimitValuesAreMappedAndTheSame) {
  const DataOptions options{.streamAbove = 4};
  const DataSet plain = readPair(numbers(), labels(), options);
  EXPECT_TRUE(plain.training.isMapped());
  EXPECT_EQ(Floats(plain.training.floatData(), plain.training.floatData() + 6), (Floats{1, 2, 3, 4, 5, 6}));
  const DataSet grey = readPair(pictures(), labels(), options);
  EXPECT_TRUE(grey.training.isMapped());
  EXPECT_EQ(grey.training.byteData()[11], 255u);
  const DataSet turned =
      readPair(makeNpy<double>("<f8", "(3, 2)", {1, 3, 5, 2, 4, 6}, true), labels(), options);
  EXPECT_TRUE(turned.training.isMapped());
  EXPECT_EQ(Floats(turned.training.floatData(), turned.training.floatData() + 6), (Floats{1, 2, 3, 4, 5, 6}));
}

TEST_F(ArraySet, WhatIsMappedIsCheckedAsWell) {
  const DataOptions options{.streamAbove = 4};
  expectRefusal("is missing", [&] {
    readPair(makeNpy<float>("<f4", "(3,)", {1, kNan, 2}), labels(), options);
  });
  Bytes longer = pictures();
  longer.push_back(1);
  expectRefusal("more data follows", [&] { readPair(longer, labels(), options); });
}

}  // namespace
}  // namespace cajal
