#include "engine/vulkan/pipeline_cache.h"

#include "engine/vulkan/pipeline.h"
#include "tests/support/vulkan/vulkan_test.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace cajal {
namespace {

namespace fs = std::filesystem;

class PipelineCacheTest : public VulkanTest {
 protected:
  PipelineCacheTest() : m_folder(fs::temp_directory_path() / ("cajal-cache-" + std::to_string(getpid()))) {
    fs::remove_all(m_folder);
  }
  ~PipelineCacheTest() override { fs::remove_all(m_folder); }

  // Opens and closes a cache; answers whether the file was taken.
  bool wasWarm() const { return PipelineCache(device().physical(), device().handle(), file()).isWarm(); }
  fs::path file() const { return m_folder / "pipelines.bin"; }

  std::string content() const {
    std::ifstream stream(file(), std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  void setContent(const std::string& bytes) const { std::ofstream(file(), std::ios::binary) << bytes; }

  fs::path m_folder;
};

TEST_F(PipelineCacheTest, IsWrittenAndTakenAgain) {
  EXPECT_FALSE(wasWarm());
  EXPECT_TRUE(fs::exists(file()));
  EXPECT_TRUE(wasWarm());
}

TEST_F(PipelineCacheTest, LeavesNoTemporaryFile) {
  wasWarm();
  EXPECT_EQ(std::distance(fs::directory_iterator(m_folder), fs::directory_iterator()), 1);
}

TEST_F(PipelineCacheTest, ADamagedFileIsIgnoredAndReplaced) {
  wasWarm();
  const std::string good = content();
  ASSERT_GE(good.size(), sizeof(VkPipelineCacheHeaderVersionOne));
  for (const std::size_t byte : {0UL, 4UL, 8UL, 12UL, 16UL}) {  // size, version, vendor, device, UUID
    std::string bad = good;
    bad[byte] = static_cast<char>(bad[byte] ^ 0x55);
    setContent(bad);
    EXPECT_FALSE(wasWarm()) << "byte " << byte;
    EXPECT_EQ(content(), good);
  }
}

TEST_F(PipelineCacheTest, ATruncatedFileIsIgnored) {
  wasWarm();
  setContent(content().substr(0, 10));
  EXPECT_FALSE(wasWarm());
}

TEST_F(PipelineCacheTest, AFolderThatCannotBeWrittenIsNoError) {
  std::ofstream(m_folder.string()) << "a file where the folder should be";
  EXPECT_FALSE(wasWarm());
  EXPECT_FALSE(wasWarm());
}

}  // namespace
}  // namespace cajal
