// safetensors: what was written comes back, and every file that breaks a rule is refused (reliability rows
// F01-F07).
#include "compute/formats/safetensors.h"

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "tests/engine/base/temporary_folder.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

namespace cajal {
namespace {

using test::readText;
using test::TemporaryFolder;
using test::writeText;

// A file of the given header, without padding, and so many zero bytes of tensors.
std::string fileOf(const std::string& header, std::size_t dataBytes) {
  const std::uint64_t length = header.size();
  std::string bytes(reinterpret_cast<const char*>(&length), 8);
  return bytes + header + std::string(dataBytes, '\0');
}

std::string entry(const std::string& dtype, const std::string& shape, const std::string& offsets) {
  return R"({"dtype":")" + dtype + R"(","shape":[)" + shape + R"(],"data_offsets":[)" + offsets + "]}";
}

class Safetensors : public testing::Test {
 protected:
  SafetensorsFile read(const std::string& bytes) {
    writeText(m_path, bytes);
    return SafetensorsFile(m_path);
  }
  // Why the bytes are refused as bad input; empty if they are not.
  std::string refusal(const std::string& bytes) {
    try {
      read(bytes);
    } catch (const Error& error) {
      EXPECT_EQ(error.exitCode(), ExitCode::badInput);
      EXPECT_NE(std::string(error.what()).find(m_path.string()), std::string::npos);
      return error.what();
    }
    return "";
  }
  TemporaryFolder m_folder;
  std::filesystem::path m_path = m_folder / "file.safetensors";
};

#define EXPECT_REFUSED(bytes, reason)                                       \
  do {                                                                      \
    const std::string said = refusal(bytes);                                \
    EXPECT_NE(said.find(reason), std::string::npos) << "it said: " << said; \
  } while (false)

TEST_F(Safetensors, RoundTripKeepsNamesShapesBitsAndMetadata) {
  const std::vector<float> weights{1.0F,      -0.0F, std::numeric_limits<float>::denorm_min(),
                                   -INFINITY, NAN,   6.5F};
  const std::vector<float> bias{2.0F};
  const std::vector<float> none;
  writeSafetensors(m_path, {{"layer.0/θ", {2, 3}, weights}, {"bias", {}, bias}, {"empty", {0, 4}, none}},
                   {{"step", "12"}, {"quote \" and \n", "ü"}});
  const SafetensorsFile file(m_path);
  ASSERT_EQ(file.entries().size(), 3U);
  const SafetensorsEntry* found = file.find("layer.0/θ");
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->shape, (std::vector<std::uint64_t>{2, 3}));
  const std::vector<float> read = file.copyFloats(*found);
  ASSERT_EQ(read.size(), weights.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    EXPECT_EQ(std::bit_cast<std::uint32_t>(read[i]), std::bit_cast<std::uint32_t>(weights[i]));
  }
  EXPECT_EQ(file.copyFloats(*file.find("bias")), bias);
  EXPECT_TRUE(file.copyFloats(*file.find("empty")).empty());
  EXPECT_EQ(file.find("nothing"), nullptr);
  EXPECT_EQ(file.metadata().at("step"), "12");
  EXPECT_EQ(file.metadata().at("quote \" and \n"), "ü");
}

TEST_F(Safetensors, WritesSortedAlignedAndAlwaysTheSame) {
  const std::vector<float> values{1.0F, 2.0F};
  writeSafetensors(m_path, {{"b", {2}, values}, {"a", {1, 2}, values}}, {{"seed", "1"}});
  const std::string first = readText(m_path);
  const SafetensorsFile file(m_path);
  EXPECT_EQ(file.entries()[0].name, "a");
  EXPECT_EQ(file.entries()[0].begin % 8, 0U);
  writeSafetensors(m_path, {{"a", {1, 2}, values}, {"b", {2}, values}}, {{"seed", "1"}});
  EXPECT_EQ(readText(m_path), first);
}

TEST_F(Safetensors, WrittenNamesMustBeUtf8) {
  const std::vector<float> values{1.0F};
  try {
    writeSafetensors(m_path, {{"\xff", {1}, values}});
    FAIL() << "written";
  } catch (const Error& error) {
    EXPECT_EQ(error.exitCode(), ExitCode::inputOutput);
  }
  EXPECT_EQ(m_folder.count(), 0);
}

TEST_F(Safetensors, LoadsNoTensorsRankZeroAndEmptyDimensions) {
  EXPECT_TRUE(read(fileOf("{}", 0)).entries().empty());
  EXPECT_TRUE(read(fileOf("{}      ", 0)).entries().empty());
  EXPECT_EQ(read(fileOf("{\"a\":" + entry("F32", "", "0,4") + "}", 4)).entries()[0].byteCount(), 4U);
  EXPECT_EQ(read(fileOf("{\"a\":" + entry("F32", "3,0", "0,0") + "}", 0)).entries()[0].byteCount(), 0U);
}

TEST_F(Safetensors, ReadsTensorsInWhateverOrderTheHeaderNamesThem) {
  const std::string header =
      "{\"b\":" + entry("F32", "1", "4,8") + ",\"a\":" + entry("F32", "1", "0,4") + "}";
  EXPECT_EQ(read(fileOf(header, 8)).entries()[0].name, "a");
}

TEST_F(Safetensors, ListsOtherTypesAndRefusesOnlyToReadThem) {
  const std::string header =
      "{\"half\":" + entry("BF16", "2", "0,4") + ",\"new\":" + entry("X9", "7", "4,9") + "}";
  const SafetensorsFile file = read(fileOf(header, 9));
  ASSERT_EQ(file.entries().size(), 2U);
  EXPECT_EQ(file.find("new")->dtype, "X9");
  for (const SafetensorsEntry& other : file.entries()) {
    EXPECT_FALSE(other.isFloat32());
    EXPECT_THROW(file.copyFloats(other), Error);
  }
}

TEST_F(Safetensors, ShowsHostileNamesEscaped) {
  const std::string header = R"({"../a\n/\"b":)" + entry("F32", "", "0,4") + "}";
  EXPECT_EQ(escapedName(read(fileOf(header, 4)).entries()[0].name), "../a\\n/\\\"b");
}

TEST_F(Safetensors, RefusesLengthsThatCannotBe) {
  EXPECT_REFUSED("", "only 0 bytes");
  EXPECT_REFUSED("x", "only 1 bytes");
  for (const std::uint64_t length : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{3},
                                     std::uint64_t{100'000'001}, std::uint64_t{1} << 63, ~std::uint64_t{0}}) {
    EXPECT_REFUSED(std::string(reinterpret_cast<const char*>(&length), 8) + "{}", std::to_string(length));
  }
}

TEST_F(Safetensors, RefusesHolesOverlapsAndWrongSizes) {
  const auto two = [](const std::string& first, const std::string& second) {
    return "{\"a\":" + entry("F32", "1", first) + ",\"b\":" + entry("F32", "1", second) + "}";
  };
  EXPECT_EQ(refusal(fileOf(two("0,4", "4,8"), 8)), "");
  EXPECT_REFUSED(fileOf(two("0,4", "8,12"), 12), "must begin at 4");     // hole
  EXPECT_REFUSED(fileOf(two("0,4", "2,6"), 8), "must begin at 4");       // overlap
  EXPECT_REFUSED(fileOf(two("0,4", "0,4"), 4), "must begin at 4");       // the same bytes twice
  EXPECT_REFUSED(fileOf(two("4,8", "8,12"), 12), "must begin at 0");     // does not start at 0
  EXPECT_REFUSED(fileOf(two("0,4", "4,0"), 8), "lies at bytes 4 to 0");  // end before begin
  EXPECT_REFUSED(fileOf(two("0,4", "4,8"), 9), "end at byte 8 of 9");    // trailing bytes
  EXPECT_REFUSED(fileOf(two("0,4", "4,8"), 7), "of 7");                  // bytes missing
  EXPECT_REFUSED(fileOf("{}", 1), "end at byte 0 of 1");
  EXPECT_REFUSED(fileOf("{\"a\":" + entry("F32", "2", "0,4") + "}", 4), "need 8");
  EXPECT_REFUSED(fileOf("{\"a\":" + entry("F4", "3", "0,2") + "}", 2), "whole bytes");
}

TEST_F(Safetensors, RefusesShapesThatOverflow) {
  EXPECT_REFUSED(fileOf("{\"a\":" + entry("F32", "4294967296,4294967296", "0,0") + "}", 0), "can be counted");
  EXPECT_REFUSED(fileOf("{\"a\":" + entry("U8", "9223372036854775808", "0,0") + "}", 0), "can be counted");
  EXPECT_REFUSED(fileOf("{\"a\":" + entry("F32", "18446744073709551616", "0,4") + "}", 4), "64-bit count");
  EXPECT_REFUSED(fileOf("{\"a\":" + entry("F32", "-1", "0,4") + "}", 4), "negative");
  EXPECT_REFUSED(fileOf("{\"a\":" + entry("F32", "1.0", "0,4") + "}", 4), "64-bit count");
}

TEST_F(Safetensors, RefusesMoreThan32Dimensions) {
  std::string ones = "1";
  for (int i = 1; i < 32; ++i) ones += ",1";
  EXPECT_EQ(refusal(fileOf("{\"a\":" + entry("F32", ones, "0,4") + "}", 4)), "");
  EXPECT_REFUSED(fileOf("{\"a\":" + entry("F32", ones + ",1", "0,4") + "}", 4), "32 dimensions");
}

TEST_F(Safetensors, RefusesAKeyGivenTwice) {
  const std::string one = entry("F32", "", "0,4");
  EXPECT_REFUSED(fileOf("{\"a\":" + one + ",\"a\":" + one + "}", 4), "\"a\" twice");
  EXPECT_REFUSED(fileOf("{\"a\":" + one + ",\"\\u0061\":" + one + "}", 4), "\"a\" twice");
  EXPECT_REFUSED(fileOf(R"({"__metadata__":{"k":"1","k":"2"}})", 0), "\"k\" twice");
  EXPECT_REFUSED(fileOf(R"({"__metadata__":{},"__metadata__":{}})", 0), "twice");
  EXPECT_REFUSED(fileOf(R"({"a":{"dtype":"F32","dtype":"F32","shape":[],"data_offsets":[0,4]}})", 4),
                 "twice");
}

TEST_F(Safetensors, RefusesWhatTheGrammarDoesNotKnow) {
  for (const char* header : {
           R"({"__metadata__":{"k":1}})",
           R"({"__metadata__":{"k":null}})",
           R"({"__metadata__":{"k":{}}})",
           R"({"__metadata__":[]})",
           R"({"__metadata__":"x"})",
           R"({"a":1})",
           R"({"a":null})",
           R"({"a":[]})",
           R"({"a":true})",
           R"({"a":{}})",
           R"({"a":{"dtype":"F32","shape":[],"data_offsets":[0]}})",
           R"({"a":{"dtype":"F32","shape":[],"data_offsets":[0,4,4]}})",
           R"({"a":{"dtype":"F32","shape":[[]],"data_offsets":[0,4]}})",
           R"({"a":{"dtype":["F32"],"shape":[],"data_offsets":[0,4]}})",
           R"({"a":{"dtype":32,"shape":[],"data_offsets":[0,4]}})",
           R"({"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}})",
           R"({"a":{"dtype":"F32","shape":"1","data_offsets":[0,4]}})",
           R"({"a":{"dtype":"F32","shape":{},"data_offsets":[0,4]}})",
           R"({"a":{"shape":[],"data_offsets":[0,4]}})",
           R"({"a":{"dtype":"F32","data_offsets":[0,4]}})",
           R"({"a":{"dtype":"F32","shape":[]}})",
           R"({"a":{"dtype":"F32","shape":[],"data_offsets":[0,4],"more":1}})",
       }) {
    EXPECT_NE(refusal(fileOf(header, 4)), "") << header;
  }
}

TEST_F(Safetensors, RefusesHeadersThatAreNoJson) {
  EXPECT_REFUSED(fileOf(" {}", 0), "begin with {");
  EXPECT_REFUSED(fileOf("[]", 0), "begin with {");
  EXPECT_REFUSED(fileOf("\xef\xbb\xbf{}", 0), "begin with {");
  EXPECT_REFUSED(fileOf("{}x", 0), "not valid JSON");
  EXPECT_REFUSED(fileOf(std::string("{}\0", 3), 0), "not valid JSON");
  EXPECT_REFUSED(fileOf(std::string("{}\0garbage", 10), 0), "not valid JSON");
  EXPECT_REFUSED(fileOf("{} {}", 0), "not valid JSON");
  EXPECT_REFUSED(fileOf("{\"a\":", 0), "not valid JSON");
  EXPECT_REFUSED(fileOf("{\"\xff\":" + entry("F32", "", "0,4") + "}", 4), "UTF-8");
  EXPECT_REFUSED(fileOf("{\"\xed\xa0\x80\":" + entry("F32", "", "0,4") + "}", 4), "UTF-8");
}

TEST_F(Safetensors, RefusesDepthAtTheFirstStep) {
  const std::string deep(1'000'000, '[');
  EXPECT_REFUSED(fileOf("{\"a\":" + deep, 0), "a list where none belongs");
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  EXPECT_NE(refusal(fileOf(objects, 0)), "");
}

TEST_F(Safetensors, RefusesNamesLongerThan4096Bytes) {
  EXPECT_EQ(refusal(fileOf("{\"" + std::string(4096, 'n') + "\":" + entry("F32", "", "0,4") + "}", 4)), "");
  EXPECT_REFUSED(fileOf("{\"" + std::string(4097, 'n') + "\":" + entry("F32", "", "0,4") + "}", 4), "4096");
  EXPECT_REFUSED(fileOf("{\"" + std::string(1'000'000, 'n') + "\":" + entry("F32", "", "0,4") + "}", 4),
                 "4096");
}

TEST_F(Safetensors, RefusesEveryPrefix) {
  const std::vector<float> values{1.0F, 2.0F, 3.0F};
  writeSafetensors(m_path, {{"a", {3}, values}, {"b", {1, 3}, values}}, {{"step", "1"}});
  const std::string whole = readText(m_path);
  EXPECT_EQ(refusal(whole), "");
  for (std::size_t size = 0; size < whole.size(); ++size)
    ASSERT_NE(refusal(whole.substr(0, size)), "") << size;
}

// A flipped bit gives a refusal or another valid file, and in no case anything else.
TEST_F(Safetensors, SurvivesEveryFlippedBit) {
  const std::vector<float> values{1.0F, 2.0F};
  writeSafetensors(m_path, {{"a", {2}, values}, {"b", {2, 1}, values}}, {{"k", "v"}});
  const std::string whole = readText(m_path);
  int refused = 0;
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    std::string flipped = whole;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    try {
      const SafetensorsFile file = read(flipped);
      for (const SafetensorsEntry& tensor : file.entries()) {
        if (!tensor.isFloat32()) continue;
        EXPECT_EQ(file.copyFloats(tensor).size() * 4, tensor.byteCount());
      }
    } catch (const Error& error) {
      EXPECT_EQ(error.exitCode(), ExitCode::badInput);
      ++refused;
    }
  }
  EXPECT_GT(refused, 500);  // most of the header's bits matter
}

TEST_F(Safetensors, ThatShrinksWhileOpenIsAnErrorAndNoCrash) {
  const std::vector<float> values(5000, 1.0F);
  writeSafetensors(m_path, {{"a", {5000}, values}});
  const SafetensorsFile file(m_path);
  std::filesystem::resize_file(m_path, 4096);
  EXPECT_THROW(file.copyFloats(file.entries()[0]), Error);
}

}  // namespace
}  // namespace cajal
