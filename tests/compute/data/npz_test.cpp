// NPZ: archives as NumPy writes them, and archives that lie.
#include "compute/data/readers/npz.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <limits>

#include "tests/engine/base/temporary_folder.h"
#include "tests/support/npy_files.h"
#include "tests/support/refusal.h"

namespace cajal {
namespace {

using namespace test;

using Texts = std::vector<std::string>;

Bytes valuesOf(const NpzFile& file, const std::string& name) {
  ArrayRows rows(file.open(name), std::numeric_limits<std::uint64_t>::max());
  Bytes all;
  for (auto block = rows.next(); !block.empty(); block = rows.next())
    all.insert(all.end(), block.begin(), block.end());
  return all;
}

void readAll(const std::filesystem::path& path) {
  const NpzFile file(path);
  for (const std::string& name : file.names()) valuesOf(file, name);
}

std::filesystem::path fixture(const std::string& name) {
  return std::filesystem::path(CAJAL_SOURCE_DIR) / "tests/compute/data/numpy" / name;
}

class Npz : public testing::Test {
 protected:
  std::filesystem::path write(const std::vector<ZipMember>& members) const {
    writeBytes(m_folder / "a.npz", makeZip(members));
    return m_folder / "a.npz";
  }
  void expectRefused(const std::string& part, const std::vector<ZipMember>& members) const {
    expectRefusal(part, [&] { readAll(write(members)); });
  }

  const TemporaryFolder m_folder;
  const Bytes m_array = makeNpy("|u1", "(4,)", Bytes{1, 2, 3, 4});
};

TEST_F(Npz, ReadsStoredAndDeflatedMembers) {
  const NpzFile file(write({{"a.npy", m_array}, {"b.npy", m_array, true}, {"readme.txt", {1}}}));
  EXPECT_EQ(file.names(), (Texts{"a", "b"}));
  EXPECT_EQ(valuesOf(file, "a"), (Bytes{1, 2, 3, 4}));
  EXPECT_EQ(valuesOf(file, "b"), (Bytes{1, 2, 3, 4}));
}

TEST_F(Npz, NumPysOwnArchivesAreRead) {
  const NpzFile stored(fixture("stored.npz"));
  EXPECT_EQ(stored.names(), (Texts{"x_train", "y_train", "x_test", "y_test"}));
  EXPECT_EQ(valuesOf(stored, "x_test"), (Bytes{0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110}));
  const NpzFile deflated(fixture("deflated.npz"));
  EXPECT_EQ(valuesOf(deflated, "y"), (Bytes{1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0}));
}

TEST_F(Npz, AnArrayThatIsNotThereIsAnswerdWithWhatIs) {
  const NpzFile file(write({{"a.npy", m_array}, {"b.npy", m_array}}));
  EXPECT_FALSE(file.has("c"));
  expectRefusal(
      "there are a, b", [&] { file.open("c"); }, ExitCode::usage);
}

TEST_F(Npz, NamesThatLeadOutsideAreRefused) {
  for (const char* name : {"/etc/a.npy", "../a.npy", "b/../../a.npy", "..", "b\\a.npy"})
    expectRefused("leads outside", {{name, m_array}});
}

TEST_F(Npz, TwoMembersOfOneNameAreRefused) {
  expectRefused("two members", {{"a.npy", m_array}, {"a.npy", m_array}});
}

TEST_F(Npz, AnEncryptedMemberIsRefused) {
  ZipMember member{"a.npy", m_array};
  member.flags = 1;
  expectRefused("encrypted", {member});
}

TEST_F(Npz, AnUnknownMethodIsRefused) {
  ZipMember member{"a.npy", m_array};
  member.method = 14;  // LZMA
  expectRefused("method 14", {member});
}

TEST_F(Npz, ADeclaredSizeThatCannotBeIsRefused) {
  ZipMember member{"a.npy", m_array, true};
  member.declaredSize = 4'000'000'000;
  expectRefused("which no data set does", {member});
  member.isDeflated = false;
  expectRefused("contradicts itself", {member});
}

TEST_F(Npz, ADeclaredSizeThatIsTooSmallIsRefused) {
  ZipMember member{"a.npy", makeNpy("|u1", "(400,)", Bytes(400)), true};
  member.declaredSize = 200;
  expectRefused("a.npz", {member});
}

TEST_F(Npz, ADamagedMemberIsRefused) {
  ZipMember member{"a.npy", m_array};
  member.checkSum = 7;
  expectRefused("cannot be unpacked", {member});
}

TEST_F(Npz, AMemberThatIsNoArrayIsRefusedByName) {
  expectRefused("array 'a'", {{"a.npy", {1, 2, 3}}});
}

TEST_F(Npz, AnArchiveWithoutArraysIsRefused) {
  expectRefused("holds no array", {{"readme.txt", {1}}});
}

TEST_F(Npz, WhatIsNoArchiveIsRefused) {
  writeBytes(m_folder / "a.npz", m_array);
  expectRefusal("no NPZ archive", [&] { NpzFile file(m_folder / "a.npz"); });
  writeBytes(m_folder / "a.npz", {});
  expectRefusal("is empty", [&] { NpzFile file(m_folder / "a.npz"); });
  expectRefusal(
      "none.npz", [&] { NpzFile file(m_folder / "none.npz"); }, ExitCode::inputOutput);
  ASSERT_EQ(mkfifo((m_folder / "pipe").c_str(), 0600), 0);
  expectRefusal(
      "pipe", [&] { NpzFile file(m_folder / "pipe"); }, ExitCode::inputOutput);
}

TEST_F(Npz, EveryPrefixIsRefused) {
  const Bytes whole = makeZip({{"a.npy", m_array, true}, {"b.npy", m_array}});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    writeBytes(m_folder / "a.npz", {whole.begin(), whole.begin() + static_cast<long>(size)});
    expectRefusal("a.npz", [&] { readAll(m_folder / "a.npz"); });
  }
}

TEST_F(Npz, NoFlippedBitIsABugOrChangesAValueUnseen) {
  const Bytes whole = makeZip({{"a.npy", m_array, true}, {"b.npy", m_array}});
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    Bytes flipped = whole;
    flipped[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
    writeBytes(m_folder / "a.npz", flipped);
    mustReadOrRefuse([&] {
      const NpzFile file(m_folder / "a.npz");
      for (const std::string& name : file.names()) EXPECT_EQ(valuesOf(file, name), (Bytes{1, 2, 3, 4}));
    });
  }
}

}  // namespace
}  // namespace cajal
