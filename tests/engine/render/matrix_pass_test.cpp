#include "engine/render/passes/matrix_pass.h"

#include "engine/vulkan/immediate.h"
#include "tests/support/vulkan/small_scene.h"
#include "tests/support/vulkan/vulkan_test.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>

namespace cajal::test {
namespace {

constexpr VkExtent2D kSize{8, 6};  // so small that even a small matrix is far
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

using Values = std::vector<float>;

// Neither symmetric nor small: signs, several sizes, no two blocks alike.
Values someValues(std::size_t count) {
  Values values(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto x = static_cast<float>(i);
    values[i] = std::sin(x * 0.7f) * (1.0f + std::fmod(x, 17.0f)) - 0.3f;
  }
  return values;
}

// A matrix hung before the eye, so wide and high that the view is full of it.
gpu::Plane matrixOf(std::size_t rows, std::size_t columns, std::size_t firstValue = 0) {
  gpu::Plane plane{};
  plane.origin = {-3, 2, 0};
  plane.across = {6, 0, 0};
  plane.down = {0, -4, 0};
  plane.rows = static_cast<gpu::uint>(rows);
  plane.columns = static_cast<gpu::uint>(columns);
  plane.source = gpu::kPlaneValues;
  plane.firstValue = static_cast<gpu::uint>(firstValue);
  plane.stride = 1;
  return plane;
}

struct Expected {
  float least, most;
  double mean, meanMagnitude, rms;
};

Expected expected(const float* values, std::size_t columns, std::size_t row, std::size_t column,
                  std::size_t rows, std::size_t width) {
  Expected all{kInfinity, -kInfinity, 0, 0, 0};
  for (std::size_t r = row; r < row + rows; ++r) {
    for (std::size_t c = column; c < column + width; ++c) {
      const float value = values[r * columns + c];
      all.least = std::min(all.least, value);
      all.most = std::max(all.most, value);
      all.mean += value;
      all.meanMagnitude += std::abs(value);
      all.rms += double{value} * value;
    }
  }
  const auto count = static_cast<double>(rows * width);
  return {all.least, all.most, all.mean / count, all.meanMagnitude / count, std::sqrt(all.rms / count)};
}

class MatrixPassTest : public VulkanTest {
 protected:
  MatrixPassTest() : m_frames(device()), m_pass(device()) {}

  // A frame of the matrices as they hang; the place of each one's blocks.
  std::vector<gpu::uint> refresh(const std::vector<gpu::Plane>& planes, const Buffer& values) {
    SmallScene small;
    RenderScene scene = small.render(device(), kSize);
    scene.view.viewport = {kSize.width, kSize.height};
    scene.groups[0].planes = planes;
    scene.groups[0].planeValues = wholeOf(values);
    m_reduced = m_pass.refresh(m_frames.begin(), m_frames, groupFramesOf(scene))[0];
    m_frames.submit();
    m_frames.waitForAll();
    std::vector<gpu::PlaneBlocks> places(planes.size());
    std::memcpy(places.data(), m_reduced.planes.host, places.size() * sizeof(gpu::PlaneBlocks));
    std::vector<gpu::uint> firsts;
    for (const gpu::PlaneBlocks& place : places) firsts.push_back(place.first);
    return firsts;
  }

  // All levels of one matrix, after frames enough.
  std::vector<gpu::Block> blocksOf(const gpu::Plane& plane, const Buffer& values, int frames = 1) {
    gpu::uint first = gpu::kNone;
    for (int i = 0; i < frames; ++i) first = refresh({plane}, values)[0];
    const std::size_t count = BlockLevels{plane.rows, plane.columns}.blocks();
    if (first == gpu::kNone) throw std::runtime_error("no blocks");
    std::vector<gpu::Block> blocks(count);
    const Buffer copy(device(), count * sizeof(gpu::Block), VK_BUFFER_USAGE_TRANSFER_DST_BIT,
                      MemoryUse::readback, "copy");
    runNow(device(), [&](VkCommandBuffer commands) {
      memoryBarrier(commands, access::kComputeWrite, access::kCopyRead);
      const VkBufferCopy region{first * sizeof(gpu::Block), 0, copy.size()};
      vkCmdCopyBuffer(commands, m_reduced.blocks.buffer, copy.handle(), 1, &region);
      memoryBarrier(commands, access::kCopyWrite, access::kHostRead);
    });
    std::memcpy(blocks.data(), copy.mapped(), copy.size());
    return blocks;
  }

  Buffer bufferOf(const Values& values) const {
    Buffer buffer(device(), values.size() * sizeof(float), VK_BUFFER_USAGE_STORAGE_BUFFER_BIT,
                  MemoryUse::mapped, "values");
    buffer.write(std::span<const float>(values));
    return buffer;
  }

  Frames m_frames;
  MatrixPass m_pass;
  ReducedPlanes m_reduced;
};

// On so many threads of the host; 0: in shaders.
class MatrixPassTwice : public MatrixPassTest, public testing::WithParamInterface<int> {
 protected:
  MatrixPassTwice() { m_pass.setHostThreads(GetParam()); }
};
INSTANTIATE_TEST_SUITE_P(ByShadersAndByTheHost, MatrixPassTwice, testing::Values(0, 1, 3));

TEST_P(MatrixPassTwice, EveryBlockOfEveryLevelIsWhatItsElementsComeTo) {
  for (const auto& [rows, columns] : {std::pair<std::size_t, std::size_t>{300, 200},
                                      {64, 128},
                                      {129, 1025},
                                      {1, 5000},
                                      {5000, 1},
                                      {777, 255}}) {
    constexpr std::size_t before = 3;  // floats: a matrix need not begin at a multiple of anything
    const Values values = someValues(before + rows * columns);
    const Buffer buffer = bufferOf(values);
    const std::vector<gpu::Block> blocks = blocksOf(matrixOf(rows, columns, before), buffer);
    const BlockLevels levels{rows, columns};
    for (std::size_t level = 0, at = 0; level < levels.count(); ++level) {
      const std::size_t side = BlockLevels::side(level);
      // Sixteen roundings in a block of 8 × 8, a few more a level, each of half a step of the sum of
      // magnitudes.
      const double share =
          (16.0 + 6.0 * static_cast<double>(level)) * std::numeric_limits<float>::epsilon() / 2;
      for (std::size_t row = 0; row < levels.down(level); ++row) {
        for (std::size_t column = 0; column < levels.across(level); ++column, ++at) {
          const Expected wanted =
              expected(values.data() + before, columns, row * side, column * side,
                       std::min(side, rows - row * side), std::min(side, columns - column * side));
          ASSERT_EQ(blocks[at].least, wanted.least) << rows << " x " << columns << ", level " << level;
          ASSERT_EQ(blocks[at].most, wanted.most) << rows << " x " << columns << ", level " << level;
          ASSERT_NEAR(blocks[at].mean, wanted.mean, share * wanted.meanMagnitude);
          ASSERT_NEAR(blocks[at].rms, wanted.rms, share * wanted.rms);
        }
      }
    }
  }
}

TEST_P(MatrixPassTwice, OneElementThatIsNotFiniteMakesItsBlocksSoAndNoOther) {
  for (const float bad : {kNaN, kInfinity, -kInfinity}) {
    Values values(256 * 256, 0.5f);
    values[100 * 256 + 70] = bad;
    const std::vector<gpu::Block> blocks = blocksOf(matrixOf(256, 256), bufferOf(values));
    const BlockLevels levels{256, 256};
    for (std::size_t level = 0; level < levels.count(); ++level) {
      for (std::size_t row = 0; row < levels.down(level); ++row) {
        for (std::size_t column = 0; column < levels.across(level); ++column) {
          const bool isOver =
              row == 100 / BlockLevels::side(level) && column == 70 / BlockLevels::side(level);
          const gpu::Block& block = blocks[levels.start(level) + row * levels.across(level) + column];
          for (const float number : {block.least, block.most, block.mean, block.rms})
            ASSERT_EQ(std::isnan(number), isOver) << "level " << level << ", " << row << ", " << column;
        }
      }
    }
  }
}

TEST_P(MatrixPassTwice, VeryLargeNumbersAreNotTakenForInfinity) {
  const Values values(128 * 128, 2e38f);  // whose squares, and the sum of two of which, no float can hold
  for (const gpu::Block& block : blocksOf(matrixOf(128, 128), bufferOf(values))) {
    ASSERT_EQ(block.least, 2e38f);
    ASSERT_EQ(block.most, 2e38f);
    ASSERT_EQ(block.mean, 2e38f);
    ASSERT_EQ(block.rms, 2e38f);
  }
}

TEST_P(MatrixPassTwice, ASmallBudgetGivesTheSameBlocksInMoreFrames) {
  const Buffer values = bufferOf(someValues(500 * 500));
  const std::vector<gpu::Block> atOnce = blocksOf(matrixOf(500, 500), values);
  m_pass.forget();
  m_pass.setBudget(1);  // a tile row a frame: eight frames
  for (int frame = 0; frame < 7; ++frame) EXPECT_EQ(refresh({matrixOf(500, 500)}, values)[0], gpu::kNone);
  const std::vector<gpu::Block> slowly = blocksOf(matrixOf(500, 500), values);
  EXPECT_EQ(std::memcmp(atOnce.data(), slowly.data(), atOnce.size() * sizeof(gpu::Block)), 0);
}

TEST_P(MatrixPassTwice, WhatHasChangedIsSeenATurnLater) {
  const Buffer values = bufferOf(Values(500 * 500, 0.5f));
  EXPECT_EQ(blocksOf(matrixOf(500, 500), values).back().most, 0.5f);
  values.elements<float>()[77'777] = 2.0f;
  EXPECT_EQ(blocksOf(matrixOf(500, 500), values).back().most, 2.0f);
}

TEST_P(MatrixPassTwice, ManyMatricesHaveTheirTurnOneAfterTheOther) {
  const Buffer values = bufferOf(someValues(3 * 500 * 500));
  std::vector<gpu::Plane> planes;
  for (std::size_t i = 0; i < 3; ++i) planes.push_back(matrixOf(500, 500, i * 500 * 500));
  m_pass.setBudget(8 * 64 * 500);  // one of them a frame
  for (std::size_t frame = 0; frame < 3; ++frame) {
    const std::vector<gpu::uint> firsts = refresh(planes, values);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(firsts[i] != gpu::kNone, i <= frame) << frame << ", " << i;
  }
  m_pass.setBudget(~std::uint64_t{0});
  refresh(planes, values);  // all of them at once: what the validation layer would find fault with
}

TEST_F(MatrixPassTest, OnlyMatricesSeenFromFarAreSummedUp) {
  const Buffer values = bufferOf(someValues(500 * 500));
  gpu::Plane image = matrixOf(500, 500), aside = matrixOf(500, 500), near = matrixOf(20, 20);
  image.isImage = 1;
  aside.origin.x += 100;
  const std::vector<gpu::uint> firsts = refresh({image, near, matrixOf(500, 500), aside}, values);
  EXPECT_EQ(firsts[0], gpu::kNone);
  EXPECT_EQ(firsts[1], gpu::kNone);
  EXPECT_NE(firsts[2], gpu::kNone);
  EXPECT_EQ(firsts[3], gpu::kNone);
}

TEST_F(MatrixPassTest, FarIsMoreElementsUnderAPixelThanItLooksAt) {
  SmallScene small;
  gpu::View view{};
  view.viewProjection = small.viewProjection({64, 48});
  view.viewport = {64, 48};
  // Six world units are some 39 pixels: eight elements a pixel each way are 81 with those at the edges.
  EXPECT_FALSE(isSeenFromFar(view, matrixOf(150, 290)));
  EXPECT_TRUE(isSeenFromFar(view, matrixOf(250, 400)));
  gpu::Plane behind = matrixOf(500, 500);
  behind.origin.z += 50;
  EXPECT_FALSE(isSeenFromFar(view, behind));
  gpu::Plane edgeOn = matrixOf(20, 20);
  edgeOn.origin = {-3, 0, 0};
  edgeOn.down = {0, 0, -4};
  EXPECT_TRUE(isSeenFromFar(view, edgeOn));
}

TEST_F(MatrixPassTest, AMatrixLargerThanAShaderSeesAtOnceIsSummedUpInSlices) {
  constexpr std::size_t side = 6000;  // 144 MB
  if (device().limits().storageRange >= side * side * sizeof(float))
    GTEST_SKIP() << device().facts().name << " lets a shader see all of it";
  Values values(side * side, 0.25f);
  values.front() = -1;
  values.back() = 3;
  m_pass.setHostThreads(0);
  m_pass.setBudget(side * side * 2);
  const gpu::Block all = blocksOf(matrixOf(side, side), bufferOf(values)).back();
  EXPECT_EQ(all.least, -1);
  EXPECT_EQ(all.most, 3);
  EXPECT_NEAR(all.mean, 0.25, 1e-5);
}

}  // namespace
}  // namespace cajal::test
