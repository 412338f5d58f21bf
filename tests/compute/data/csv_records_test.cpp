// The records of a CSV file: fields, quotes, line ends, delimiters, and what is refused.
#include "compute/data/readers/csv_records.h"

#include <gtest/gtest.h>

#include "engine/base/error.h"
#include "tests/engine/base/temporary_folder.h"
#include "tests/support/idx_files.h"

namespace cajal {
namespace {

using Fields = std::vector<std::string>;

class Csv : public ::testing::Test {
 protected:
  std::filesystem::path write(const std::string& text) {
    test::writeText(m_folder / "t.csv", text);
    return m_folder / "t.csv";
  }
  std::vector<Fields> read(const std::string& text) {
    CsvRecords records(write(text));
    std::vector<Fields> all;
    while (records.next()) all.emplace_back(records.fields().begin(), records.fields().end());
    return all;
  }
  // The message of the error that reading this text ends in.
  std::string refusal(const std::string& text, std::size_t mostRecordBytes = kMostRecordBytes) {
    try {
      CsvRecords records(write(text), mostRecordBytes);
      while (records.next()) {
      }
    } catch (const Error& error) {
      EXPECT_EQ(error.exitCode(), ExitCode::badInput) << error.what();
      return error.what();
    }
    ADD_FAILURE() << "no error";
    return "";
  }

  const test::TemporaryFolder m_folder;
};

TEST_F(Csv, FieldsStandBetweenCommas) {
  EXPECT_EQ(read("a,b\n1,\n,2\n"), (std::vector<Fields>{{"a", "b"}, {"1", ""}, {"", "2"}}));
}

TEST_F(Csv, QuotedFieldsHoldDelimitersQuotesAndLineEnds) {
  EXPECT_EQ(read("\"a,b\",\"say \"\"hi\"\"\"\n\"two\nlines\",x\n"),
            (std::vector<Fields>{{"a,b", "say \"hi\""}, {"two\nlines", "x"}}));
}

TEST_F(Csv, EveryKindOfLineEndEndsALine) {
  const std::vector<Fields> two = {{"1", "2"}, {"3", "4"}};
  EXPECT_EQ(read("1,2\n3,4\n"), two);
  EXPECT_EQ(read("1,2\r\n3,4\r\n"), two);
  EXPECT_EQ(read("1,2\r3,4"), two);
}

TEST_F(Csv, TheMarkOfUtf8IsNoPartOfTheFirstField) {
  EXPECT_EQ(read("\xEF\xBB\xBF"
                 "a,b\n"),
            (std::vector<Fields>{{"a", "b"}}));
}

TEST_F(Csv, BlankLinesArePassedOver) {
  EXPECT_EQ(read("1,2\n\n\n3,4\n\n"), (std::vector<Fields>{{"1", "2"}, {"3", "4"}}));
}

TEST_F(Csv, SemicolonsAndTabsAreFoundOut) {
  EXPECT_EQ(read("1,5;2\n3;4\n"), (std::vector<Fields>{{"1,5", "2"}, {"3", "4"}}));
  EXPECT_EQ(read("a b\tc\n1\t2\n"), (std::vector<Fields>{{"a b", "c"}, {"1", "2"}}));
}

TEST_F(Csv, GzipIsReadAsThePlainFile) {
  const std::string text = "a,b\n1,2\n";
  test::writeBytes(m_folder / "t.csv.gz", test::gzip({text.begin(), text.end()}));
  CsvRecords records(m_folder / "t.csv.gz");
  ASSERT_TRUE(records.next());
  ASSERT_TRUE(records.next());
  EXPECT_EQ(records.fields()[1], "2");
  EXPECT_FALSE(records.next());
}

TEST_F(Csv, CutOffGzipIsRefused) {
  std::string text = "a,b\n";
  for (int i = 0; i < 5000; ++i) text += std::to_string(i * 7919) + ",1\n";
  test::Bytes packed = test::gzip({text.begin(), text.end()});
  packed.resize(packed.size() / 2);
  test::writeBytes(m_folder / "t.csv", packed);
  try {
    CsvRecords records(m_folder / "t.csv");
    while (records.next()) {
    }
    FAIL() << "half a file was read as a whole one";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("cut off"), std::string::npos) << error.what();
  }
}

TEST_F(Csv, ALineLongerThanTheLimitIsRefusedWithItsNumber) {
  const std::string message = refusal("a,b\n1,2\n3," + std::string(200, '4') + "\n", 100);
  EXPECT_NE(message.find("line 3: is longer than 100 bytes"), std::string::npos) << message;
}

TEST_F(Csv, ALineAsLongAsTheLimitIsRead) {
  CsvRecords records(write(std::string(60, 'a') + "," + std::string(40, 'b') + "\n"), 100);
  EXPECT_TRUE(records.next());
}

TEST_F(Csv, AnOpenQuoteIsRefusedWhereItWasOpened) {
  const std::string message = refusal("a,b\n1,\"2\n3,4\n5,6\n");
  EXPECT_NE(message.find("line 2: a quote is opened and not closed"), std::string::npos) << message;
}

TEST_F(Csv, TextBehindAClosingQuoteIsRefused) {
  const std::string message = refusal("a,b\n\"1\"x,2\n");
  EXPECT_NE(message.find("line 2: field 0 goes on behind its closing quote"), std::string::npos) << message;
}

TEST_F(Csv, ZeroBytesAreNoText) {
  EXPECT_NE(refusal(std::string("a,b\n1\0,2\n", 9)).find("zero byte"), std::string::npos);
}

TEST_F(Csv, Utf16IsRefusedByName) {
  EXPECT_NE(refusal("\xFF\xFE"
                    "a")
                .find("UTF-16"),
            std::string::npos);
}

TEST_F(Csv, AnEmptyFileIsRefused) {
  EXPECT_NE(refusal("").find("empty"), std::string::npos);
}

TEST_F(Csv, LinesAreCountedThroughQuotedLineEnds) {
  CsvRecords records(write("\"a\nb\nc\",1\n2,3\n"));
  ASSERT_TRUE(records.next());
  EXPECT_EQ(records.line(), 1u);
  ASSERT_TRUE(records.next());
  EXPECT_EQ(records.line(), 4u);
}

TEST(CsvDelimiter, TheSteadyOneWinsOverTheFrequentOne) {
  EXPECT_EQ(sniffDelimiter("1,5;2,5,0\n3;4\n"), ';');
  EXPECT_EQ(sniffDelimiter("a\n1\n"), ',');
}

}  // namespace
}  // namespace cajal
