// NPY: every header NumPy writes, and every way one can be wrong.
#include "compute/data/readers/npy.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <limits>

#include "tests/engine/base/temporary_folder.h"
#include "tests/support/npy_files.h"
#include "tests/support/refusal.h"

namespace cajal {
namespace {

using namespace test;

using Floats = std::vector<float>;
using Shape = std::vector<std::uint64_t>;

constexpr std::uint64_t kAllInMemory = std::numeric_limits<std::uint64_t>::max();

ArrayStream open(const Bytes& bytes) {
  return openNpy(openBytes(bytes, "a.npy"), "a.npy");
}

Floats readAll(ArrayStream array, std::uint64_t mostBytes = kAllInMemory) {
  ArrayRows rows(std::move(array), mostBytes);
  Floats all, some;
  for (auto block = rows.next(); !block.empty(); block = rows.next()) {
    toFloats(rows.array().type, block, some);
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

ArrayStream dictionary(const std::string& text) {
  return parseNpyDictionary(text, "a.npy");
}

void expectRefused(const std::string& part, const std::string& text) {
  expectRefusal(part, [&] { dictionary(text); });
}

std::string described(const std::string& descr) {
  return "{'descr': " + descr + ", 'fortran_order': False, 'shape': (2,), }";
}

std::filesystem::path fixture(const std::string& name) {
  return std::filesystem::path(CAJAL_SOURCE_DIR) / "tests/compute/data/numpy" / name;
}

Floats counted(std::size_t count) {
  Floats values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(static_cast<float>(i));
  return values;
}

// ---- right ones -----------------------------------------------------------------------------------

TEST(Npy, ReadsValuesBehindTheHeader) {
  const ArrayStream array = open(makeNpy<float>("<f4", "(2, 3)", {1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(array.shape, (Shape{2, 3}));
  EXPECT_TRUE(array.type.isPlainFloat());
  EXPECT_EQ(readAll(open(makeNpy<float>("<f4", "(2, 3)", {1, 2, 3, 4, 5, 6}))), (Floats{1, 2, 3, 4, 5, 6}));
}

TEST(Npy, ReadsAllThreeVersions) {
  for (const int version : {1, 2, 3}) {
    const Bytes bytes = makeNpyOf(described("'|u1'"), {7, 8}, version);
    EXPECT_EQ(readAll(open(bytes)), (Floats{7, 8})) << version;
  }
}

TEST(Npy, TheDictionaryMayBeInAnyOrderAndQuoted) {
  const ArrayStream array = dictionary("{\"shape\":(3,4L) ,'fortran_order' : True,'descr':\">i2\"}\n");
  EXPECT_EQ(array.shape, (Shape{3, 4}));
  EXPECT_TRUE(array.isFortranOrder);
  EXPECT_TRUE(array.type.isBigEndian);
}

TEST(Npy, ASingleNumberHasNoDimensions) {
  EXPECT_TRUE(open(makeNpy<double>("<f8", "()", {3})).shape.empty());
  EXPECT_EQ(readAll(open(makeNpy<double>("<f8", "()", {3}))), (Floats{3}));
}

TEST(Npy, FortransOrderIsTurnedRound) {
  // [[1, 2, 3], [4, 5, 6]], column after column
  EXPECT_EQ(readAll(open(makeNpy<float>("<f4", "(2, 3)", {1, 4, 2, 5, 3, 6}, true))),
            (Floats{1, 2, 3, 4, 5, 6}));
}

TEST(Npy, FortransOrderIsTurnedRoundInAFileToo) {
  EXPECT_EQ(readAll(open(makeNpy<float>("<f4", "(2, 3)", {1, 4, 2, 5, 3, 6}, true)), 8),
            (Floats{1, 2, 3, 4, 5, 6}));
}

TEST(Npy, NumPysOwnBigEndianFortranArrayIsReadRight) {
  EXPECT_EQ(readAll(openNpy(fixture("fortran.npy"))), counted(24));
}

TEST(Npy, NumPysOwnHalvesAreReadRight) {
  Floats eighths = counted(24);
  for (float& value : eighths) value /= 8;
  const ArrayStream array = openNpy(fixture("half.npy"));
  EXPECT_EQ(array.shape, (Shape{12, 2}));
  EXPECT_EQ(readAll(openNpy(fixture("half.npy"))), eighths);
}

TEST(Npy, APlainFileKnowsWhereItsValuesStand) {
  const TemporaryFolder folder;
  const Bytes bytes = makeNpy<float>("<f4", "(2,)", {1, 2});
  writeBytes(folder / "a.npy", bytes);
  writeBytes(folder / "a.npy.gz", gzip(bytes));
  EXPECT_EQ(openNpy(folder / "a.npy").place->offset, bytes.size() - 8);
  EXPECT_FALSE(openNpy(folder / "a.npy.gz").place);
  EXPECT_EQ(readAll(openNpy(folder / "a.npy.gz")), (Floats{1, 2}));
}

// ---- wrong ones -----------------------------------------------------------------------------------

TEST(Npy, TypesThatAreNoNumbersAreRefusedWithTheReason) {
  expectRefused("Python objects", described("'|O'"));
  expectRefused("structured", described("[('a', '<f4'), ('b', '<i4')]"));
  expectRefused("texts", described("'<U5'"));
  expectRefused("texts", described("'|S3'"));
  expectRefused("complex", described("'<c8'"));
  expectRefused("times", described("'<M8[ns]'"));
  expectRefused("bfloat16", described("'|V2'"));
  expectRefused("not read", described("'<f16'"));
  expectRefused("not read", described("'<i3'"));
  expectRefused("no type", described("''"));
  expectRefused("no type", described("'<'"));
}

TEST(Npy, WhatIsNotThisDictionaryIsRefused) {
  expectRefused("'{' is expected", "[1, 2]");
  expectRefused("'{' is expected", "");
  expectRefused("more follows", described("'<f4'") + " + 1");
  expectRefused("lacks one of", "{}");
  expectRefused("lacks one of", "{'descr': '<f4', 'shape': (2,)}");
  expectRefused("'descr' twice", "{'descr': '<f4', 'descr': '<f4'}");
  expectRefused("a key 'extra'", "{'extra': '<f4'}");
  expectRefused("not closed", "{'descr");
  expectRefused("True or False", "{'fortran_order': 1}");
  expectRefused("',' is expected", "{'descr': '<f4' 'shape': (2,)}");
  expectRefused("a length is expected", "{'shape': (__import__('os'),)}");
  expectRefused("'(' is expected", "{'shape': [2]}");
}

TEST(Npy, LengthsNoFileCanHaveAreRefused) {
  expectRefused("negative", "{'shape': (-1,)}");
  expectRefused("no file can hold", "{'shape': (18446744073709551616,)}");
  EXPECT_EQ(dictionary("{'descr': '|u1', 'fortran_order': False, 'shape': (18446744073709551615,)}").shape,
            (Shape{18446744073709551615u}));
  std::string many = "{'shape': (";
  for (int i = 0; i < 33; ++i) many += "1,";
  expectRefused("more than 32 dimensions", many + ")}");
}

TEST(Npy, AProductThatOverflowsIsRefused) {
  for (const char* shape :
       {"(4294967296, 4294967296)", "(18446744073709551615,)", "(3, 6148914691236517206)"})
    expectRefusal("more values than", [&] { open(makeNpy("<f8", shape, Bytes(16))); });
}

TEST(Npy, AnEmptyArrayIsRefused) {
  expectRefusal("holds no values", [] { open(makeNpy("<f8", "(0, 4)", Bytes())); });
}

TEST(Npy, TooFewAndTooManyValuesAreRefused) {
  expectRefusal("more values than", [] { open(makeNpy("|u1", "(5,)", Bytes{1, 2, 3, 4})); });
  expectRefusal("more data follows", [] { readAll(open(makeNpy("|u1", "(3,)", Bytes{1, 2, 3, 4}))); });
}

TEST(Npy, AnotherMagicOrVersionIsRefused) {
  Bytes bytes = makeNpy("|u1", "(1,)", Bytes{1});
  bytes[6] = 4;
  expectRefusal("version 4.0", [&] { open(bytes); });
  bytes[1] = 'M';
  expectRefusal("does not begin like", [&] { open(bytes); });
}

TEST(Npy, ALongHeaderIsRefused) {
  const Bytes bytes = makeNpyOf(described("'|u1'") + std::string(kMostNpyHeaderBytes, ' '), {1, 2});
  expectRefusal("at most 10000", [&] { open(bytes); });
}

TEST(Npy, WhatIsNoFileIsRefusedWithoutWaiting) {
  const TemporaryFolder folder;
  expectRefusal("is a folder", [&] { openNpy(folder.path()); });
  ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
  expectRefusal("a pipe", [&] { openNpy(folder / "pipe"); });
  writeBytes(folder / "empty", {});
  expectRefusal("is empty", [&] { openNpy(folder / "empty"); });
  expectRefusal(
      "none.npy", [&] { openNpy(folder / "none.npy"); }, ExitCode::inputOutput);
}

TEST(Npy, EveryPrefixIsRefused) {
  const Bytes whole = makeNpy<std::int16_t>(">i2", "(2, 3)", {1, 2, 3, 4, 5, 6}, true);
  for (std::size_t size = 0; size < whole.size(); ++size)
    expectRefusal("a.npy", [&] { readAll(open({whole.begin(), whole.begin() + static_cast<long>(size)})); });
}

TEST(Npy, NoFlippedBitIsABug) {
  const Bytes whole = makeNpy<std::int16_t>(">i2", "(2, 3)", {1, 2, 3, 4, 5, 6}, true);
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    Bytes flipped = whole;
    flipped[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
    mustReadOrRefuse([&] { readAll(open(flipped)); });
  }
}

}  // namespace
}  // namespace cajal
