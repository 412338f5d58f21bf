#include "engine/render/passes/range_pass.h"

#include "compute/core/random.h"
#include "engine/render/host/formulas.h"
#include "engine/render/host/host_ranges.h"
#include "engine/render/renderer.h"
#include "engine/vulkan/frame_upload.h"
#include "engine/vulkan/immediate.h"
#include "tests/support/vulkan/small_scene.h"
#include "tests/support/vulkan/vulkan_test.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cajal::test {
namespace {

constexpr double kPow = 1e-5;  // what pow() and a product may add: 16 units in the last place, and then some
constexpr double kBin = 1.0906;  // a bin of the histogram: an eighth of an octave, 2^(1/8) = 1.09051

// With the shader, and on the host.
class RangePassTest : public VulkanTest, public testing::WithParamInterface<DrawnBy> {
 protected:
  RangePassTest()
      : m_pass(device()),
        m_ranges(device(), 64, VK_BUFFER_USAGE_STORAGE_BUFFER_BIT, MemoryUse::mapped, "ranges") {
    for (gpu::Range& range : m_ranges.elements<gpu::Range>()) range = {};
  }

  // Where the first range ends after one frame.
  float measure(SmallScene& small, float adaptation = 1, std::uint32_t frame = 1) {
    RenderScene scene = small.render(device(), {8, 8});
    scene.groups[0].rangeAdaptation = adaptation;
    scene.view.frame = frame;
    const std::vector<GroupFrame> groups = groupFramesOf(scene);
    if (GetParam() == DrawnBy::host) {
      m_host.measure(groups[0]);
      m_ranges.elements<gpu::Range>()[0] = m_host.ranges()[0];
      return m_host.ranges()[0].end;
    }
    FrameUpload upload(device(), 1 << 16);
    const UploadedScene uploaded = cajal::upload(upload, scene, groups, {{wholeOf(m_ranges), {}, {}}});
    runNow(device(), [&](VkCommandBuffer commands) { m_pass.draw(commands, uploaded.groups[0]); });
    return m_ranges.elements<gpu::Range>()[0].end;
  }
  float meanLight() const { return range().meanLight; }
  gpu::Range range() const { return m_ranges.elements<gpu::Range>()[0]; }

  static SmallScene sceneOf(const std::vector<float>& values, float percentile, float floor = 0) {
    SmallScene small;
    small.values = values;
    small.ranges = {
        {gpu::kShownValues, 0, 1, static_cast<gpu::uint>(values.size()), gpu::kNone, percentile, floor, 0}};
    return small;
  }

 private:
  RangePass m_pass;
  HostRanges m_host;
  Buffer m_ranges;
};

INSTANTIATE_TEST_SUITE_P(Drawn, RangePassTest, kByBoth, nameOfDrawing);

std::vector<float> normalValues(std::size_t count) {
  std::vector<float> values(count);
  Random random(3, RandomStream::points);
  for (float& value : values) value = 0.01f * random.normal();
  return values;
}

// The element of |values| other than zero that has this share of them below it.
float percentileOf(std::vector<float> values, double share) {
  std::erase(values, 0.0f);
  for (float& value : values) value = std::abs(value);
  std::sort(values.begin(), values.end());
  const double place = std::clamp(share, 0.0, 1.0) * static_cast<double>(values.size() - 1);
  return values[static_cast<std::size_t>(place)];
}

TEST_P(RangePassTest, IsThePercentileOfTheMagnitudesWithinABin) {
  const std::vector<float> values = normalValues(5000);
  for (const float percentile : {0.5f, 0.97f, 0.995f}) {
    SmallScene small = sceneOf(values, percentile);
    const float wanted = percentileOf(values, percentile), range = measure(small);
    EXPECT_LT(range, wanted * kBin) << percentile;
    EXPECT_GT(range, wanted / kBin) << percentile;
  }
}

TEST_P(RangePassTest, OfALargeMatrixASampleIsEnough) {
  const std::vector<float> values = normalValues(200'000);
  SmallScene small = sceneOf(values, 0.995f);
  // 16,384 are looked at: the rank of the percentile then has a deviation of √(p (1 - p) / 16384) = 0.00055.
  const double rank = 5 * 0.00055;
  const float range = measure(small);
  EXPECT_LT(range, percentileOf(values, 0.995 + rank) * kBin);
  EXPECT_GT(range, percentileOf(values, 0.995 - rank) / kBin);
}

// A float tells only every 64th of a billion elements apart: in rows of 64 it would look at one column alone.
TEST(RangeLooks, ReachEveryColumnOfAVeryLargeMatrix) {
  constexpr std::uint32_t elements = 1'000'000'000, columns = 64, looks = gpu::kMostLooks;
  std::vector<int> seen(columns);
  for (std::uint32_t look = 0; look < looks; ++look) {
    const std::uint32_t element = host::lookedAt(look, looks, elements, host::hash(look));
    EXPECT_GE(element, host::stratumStart(look, looks, elements));
    EXPECT_LT(element, host::stratumStart(look + 1, looks, elements));
    ++seen[element % columns];
  }
  // 256 each are expected: six deviations of 16.
  for (const int count : seen) EXPECT_NEAR(count, 256, 6 * 16);
  EXPECT_EQ(host::stratumStart(0, looks, elements), 0U);
  EXPECT_EQ(host::stratumStart(looks, looks, elements), elements);
  EXPECT_EQ(host::stratumStart(looks, looks, 0xffffffffu), 0xffffffffu);
  EXPECT_EQ(host::lookedAt(5, 7, 7, 1234), 5U) << "a small matrix is looked at as a whole";
}

TEST_P(RangePassTest, ZerosDoNotCount) {
  std::vector<float> values = normalValues(1000);
  SmallScene dense = sceneOf(values, 0.9f);
  values.resize(4000, 0.0f);
  SmallScene sparse = sceneOf(values, 0.9f);
  const float wanted = measure(dense);
  EXPECT_NEAR(measure(sparse) / wanted, 1, kPow);
}

TEST_P(RangePassTest, WhatIsNotFiniteDoesNotCount) {
  std::vector<float> values = normalValues(1000);
  SmallScene finite = sceneOf(values, 0.9f);
  for (int i = 0; i < 100; ++i) values.push_back(std::numeric_limits<float>::quiet_NaN());
  for (int i = 0; i < 100; ++i) values.push_back(-std::numeric_limits<float>::infinity());
  SmallScene diverged = sceneOf(values, 0.9f);
  const float wanted = measure(finite);
  EXPECT_NEAR(measure(diverged) / wanted, 1, kPow);
}

TEST_P(RangePassTest, TellsWhichShareIsNotFinite) {
  std::vector<float> values = normalValues(1000);
  SmallScene finite = sceneOf(values, 0.9f);
  measure(finite);
  EXPECT_EQ(range().notFinite, 0);
  EXPECT_EQ(range().notFiniteHeld, gpu::kLeastNotFinite);
  for (int i = 0; i < 100; ++i) values.push_back(std::numeric_limits<float>::quiet_NaN());
  for (int i = 0; i < 100; ++i) values.push_back(-std::numeric_limits<float>::infinity());
  SmallScene diverged = sceneOf(values, 0.9f);
  measure(diverged);
  EXPECT_FLOAT_EQ(range().notFinite, 200.0f / 1200);
  EXPECT_FLOAT_EQ(range().notFiniteHeld, 200.0f / 1200);
  SmallScene all = sceneOf(std::vector<float>(50'000, std::numeric_limits<float>::quiet_NaN()), 0.9f, 1e-12f);
  measure(all);
  EXPECT_EQ(range().notFinite, 1);
}

TEST_P(RangePassTest, WhatMarksAreSampledByStandsStillInALargeMatrix) {
  // One in fifty of a matrix of which not all is looked at: what is counted changes from frame to frame.
  std::vector<float> values = normalValues(200'000);
  for (std::size_t i = 0; i < values.size(); i += 50) values[i * 7919 % values.size()] = std::nanf("");
  SmallScene small = sceneOf(values, 0.9f);
  measure(small, 1, 1);
  const gpu::Range first = range();
  bool isCountTheSame = true;
  for (std::uint32_t frame = 2; frame < 12; ++frame) {
    measure(small, 1, frame);
    isCountTheSame &= range().notFinite == first.notFinite;
    EXPECT_EQ(range().notFiniteHeld, first.notFiniteHeld) << frame;
  }
  EXPECT_FALSE(isCountTheSame);
  // Three times as many are another picture.
  for (std::size_t i = 0; i < values.size(); i += 20) values[i * 7919 % values.size()] = std::nanf("");
  SmallScene worse = sceneOf(values, 0.9f);
  measure(worse, 1, 12);
  EXPECT_EQ(range().notFiniteHeld, range().notFinite);
}

TEST_P(RangePassTest, IsNeverBelowItsFloor) {
  SmallScene small = sceneOf(normalValues(1000), 0.9f, 3.0f);
  EXPECT_FLOAT_EQ(measure(small), 3.0f);
}

TEST_P(RangePassTest, OfNothingButZerosIsItsFloor) {
  SmallScene small = sceneOf(std::vector<float>(100, 0.0f), 0.9f, 1e-12f);
  EXPECT_FLOAT_EQ(measure(small), 1e-12f);
}

TEST_P(RangePassTest, SquaresOfSmallGradientsHaveARangeToo) {
  SmallScene small = sceneOf(std::vector<float>(100, 1e-11f), 0.9f);
  const float range = measure(small);
  EXPECT_LT(range, 1e-11 * kBin);
  EXPECT_GT(range, 1e-11 / kBin);
}

TEST_P(RangePassTest, EveryElementOfASmallMatrixIsSeen) {
  for (const std::size_t count : {3, 7, 49, 83, 97}) {
    for (std::size_t largest = 0; largest < count; ++largest) {
      std::vector<float> values(count, 1.0f);
      values[largest] = 100;
      SmallScene small = sceneOf(values, 1);
      EXPECT_GT(measure(small), 90) << largest << " of " << count;
    }
  }
}

TEST_P(RangePassTest, ValuesBeyondTheHistogramStayAtItsEnds) {
  SmallScene tiny = sceneOf(std::vector<float>(100, 1e-30f), 0.9f);
  EXPECT_LT(measure(tiny), 1e-14f);
  SmallScene huge = sceneOf(std::vector<float>(100, 1e30f), 0.9f);
  EXPECT_TRUE(std::isfinite(measure(huge)));
}

TEST_P(RangePassTest, ActivationsMultiplyAlongColumns) {
  SmallScene small = sceneOf({1, 100, 1, 100}, 1);
  small.activations = {7, 8, 0};
  small.ranges[0].rows = small.ranges[0].columns = 2;
  small.ranges[0].firstActivation = 1;  // 8 and 0: the hundreds are silent
  const float range = measure(small);
  EXPECT_LT(range, 8 * kBin);
  EXPECT_GT(range, 8 / kBin);
}

TEST_P(RangePassTest, TheMeanLightIsThatOfAllElementsZerosIncluded) {
  std::vector<float> values = normalValues(3000);
  values.resize(4000, 0.0f);
  SmallScene small = sceneOf(values, 0.97f);
  small.ranges[0].gamma = 2;
  const float end = measure(small);
  double wanted = 0;
  for (const float value : values) wanted += std::pow(std::min(std::abs(value) / end, 1.5f), 2) / 4000;
  // Values are known to half a bin, 4.5 %; squared, that is a bin, if all err to one side.
  EXPECT_LT(meanLight(), wanted * kBin);
  EXPECT_GT(meanLight(), wanted / kBin);
}

TEST_P(RangePassTest, LooksWhereItIsTold) {
  SmallScene small = sceneOf({1, 1, 64, 64}, 1);
  small.activations = {1, 4096};
  small.ranges = {{gpu::kPlaneValues, 2, 1, 2, gpu::kNone, 1, 0, 0}};
  EXPECT_NEAR(std::log2(measure(small)), 6, std::log2(kBin));
  small.ranges = {{gpu::kActivations, 1, 1, 1, gpu::kNone, 1, 0, 0}};
  EXPECT_NEAR(std::log2(measure(small)), 12, std::log2(kBin));
}

TEST_P(RangePassTest, FollowsSlowlyAndInTheLogarithm) {
  SmallScene before = sceneOf({1}, 1, 1), after = sceneOf({16}, 1, 16);
  measure(before);
  // A quarter of the way from 1 to 16, in octaves: one of four. log2, pow: a few units in the last place.
  const float first = measure(after, 0.25f);
  EXPECT_LT(first, 2 * kBin);
  EXPECT_GT(first, 2 / kBin);
  float range = first;
  for (int frame = 0; frame < 100; ++frame) range = measure(after, 0.25f);
  EXPECT_LT(range, 16 * kBin);
  EXPECT_GT(range, 16 / kBin);
}

// Of a convolution: rows of two taps of three channels each, of which every other row is read.
TEST_P(RangePassTest, AWindowIsLookedAtWithWhatItReads) {
  SmallScene small = sceneOf({}, 1);
  constexpr std::uint32_t kOutputs = 5, kStride = 24;
  std::vector<float> plain;
  small.activations.clear();
  for (std::uint32_t i = 0; i < 40; ++i) small.activations.push_back(0.5f + 0.1f * static_cast<float>(i));
  for (std::uint32_t i = 0; i < kOutputs * kStride; ++i) small.values.push_back(1e3f);  // not to be read
  for (std::uint32_t output = 0; output < kOutputs; ++output) {
    for (std::uint32_t tap = 0; tap < 4; ++tap) {
      for (std::uint32_t channel = 0; channel < 3; ++channel) {
        const float weight = 0.01f * static_cast<float>(1 + output * 7 + tap * 3 + channel);
        small.values[output * kStride + tap / 2 * 12 + tap % 2 * 3 + channel] = weight;
        plain.push_back(weight * small.activations[2 + tap / 2 * 20 + tap % 2 * 6 + channel]);
      }
    }
  }
  gpu::RangeRequest& request = small.ranges[0];
  request.rows = kOutputs;
  request.columns = 12;
  request.firstActivation = 2;
  request.stride = kStride;
  request.window = {3, 2, 6, 20, 12, 0};
  const float end = measure(small), light = meanLight();
  SmallScene same = sceneOf(plain, 1);
  EXPECT_NEAR(end / measure(same), 1, kPow);
  EXPECT_NEAR(light / meanLight(), 1, kPow);
}

}  // namespace
}  // namespace cajal::test
