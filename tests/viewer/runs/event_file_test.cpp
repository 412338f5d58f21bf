#include "viewer/runs/event_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <sstream>

namespace cajal {
namespace {

struct Folder {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("cajal-events-" + std::to_string(getpid()));
  Folder() { std::filesystem::create_directories(path); }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
};

std::string onlyFileIn(const Folder& folder) {
  std::ostringstream text;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path))
    text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
  return text.str();
}

template <typename Value>
Value at(const std::string& bytes, std::size_t place) {
  Value value;
  std::memcpy(&value, bytes.data() + place, sizeof value);
  return value;
}

// The data of each record, both checksums of which hold.
std::vector<std::string> records(const std::string& file) {
  std::vector<std::string> found;
  for (std::size_t place = 0; place < file.size();) {
    const auto length = at<std::uint64_t>(file, place);
    EXPECT_EQ(at<std::uint32_t>(file, place + 8), maskedCrc32c(file.substr(place, 8)));
    found.push_back(file.substr(place + 12, length));
    EXPECT_EQ(at<std::uint32_t>(file, place + 12 + length), maskedCrc32c(found.back()));
    place += 16 + length;
  }
  return found;
}

}  // namespace

TEST(Crc32c, IsThatOfRfc3720) {
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAu);
  EXPECT_EQ(crc32c(std::string(32, '\xFF')), 0x62A8AB43u);
}

TEST(Crc32c, IsMaskedAsTfRecordsAre) {
  EXPECT_EQ(maskedCrc32c("\x1a\x11"
                         "CRC test, one two"),
            0x5794D08Au);
}

TEST(EventFile, BeginsWithItsVersion) {
  const Folder folder;
  { const EventFile file(folder.path); }
  const auto found = records(onlyFileIn(folder));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NE(found[0].find("\x1a\x0d"
                          "brain.Event:2"),
            std::string::npos);
}

TEST(EventFile, KeepsTagStepAndValue) {
  const Folder folder;
  {
    EventFile file(folder.path);
    const Scalar scalars[] = {{"loss/train", 0.5}, {"loss/test", std::nan("")}};
    file.append(300, scalars);
  }
  const auto found = records(onlyFileIn(folder));
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[1].substr(9, 3), "\x10\xac\x02");  // step 300 as a varint
  const std::size_t tag = found[1].find("loss/train");
  ASSERT_NE(tag, std::string::npos);
  EXPECT_EQ(found[1][tag + 10], '\x15');
  EXPECT_EQ(at<float>(found[1], tag + 11), 0.5f);
  const std::size_t second = found[1].find("loss/test");
  ASSERT_NE(second, std::string::npos);
  EXPECT_TRUE(std::isnan(at<float>(found[1], second + 10)));
}

TEST(EventFile, ANameThatTensorBoardLooksFor) {
  const Folder folder;
  const EventFile file(folder.path);
  const std::string name = std::filesystem::directory_iterator(folder.path)->path().filename().string();
  EXPECT_TRUE(name.starts_with("events.out.tfevents.")) << name;
}

}  // namespace cajal
