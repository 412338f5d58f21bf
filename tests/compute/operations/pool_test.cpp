// Pools against plain loops in double.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <ostream>

#include "tests/support/double_layers.h"
#include "tests/support/tested_backend.h"

namespace cajal {
namespace {

using namespace test;

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

struct PoolCase {
  const char* name;
  std::size_t images;
  SlidingWindow window;  // {input, size, stride, padding, dilation}
};
void PrintTo(const PoolCase& c, std::ostream* out) {
  *out << c.name;
}

// Channels fill no, one and several vectors with and without a rest; windows that overlap, leave pixels out,
// and reach over the border.
const PoolCase kPoolCases[] = {
    {"OnePixel", 1, {{1, 1, 1}, 1, 1, 0, 1}},
    {"Halves", 5, {{6, 8, 3}, 2, 2, 0, 1}},
    {"OddSizesLeaveARowAndAColumn", 3, {{7, 5, 16}, 2, 2, 0, 1}},
    {"Overlapping", 3, {{7, 6, 17}, 3, 1, 1, 1}},
    {"Strides", 4, {{9, 11, 37}, 3, 2, 1, 1}},
    {"LeavingPixelsOut", 2, {{9, 9, 2}, 2, 3, 0, 1}},
    {"Dilated", 2, {{9, 8, 5}, 3, 1, 1, 2}},
    {"OneRow", 4, {{1, 9, 8}, 1, 2, 0, 1}},
    {"TheWholeImage", 20, {{5, 5, 33}, 5, 5, 0, 1}},
    {"PaddingWiderThanTheStride", 5, {{6, 6, 2}, 3, 1, 2, 1}},
    {"DilatedInThePadding", 5, {{9, 9, 70}, 2, 1, 1, 3}},
};

class PoolOperation : public OnTestedBackend<testing::TestWithParam<PoolCase>> {
 protected:
  Pooling pooling(PoolKind kind) const { return {kind, GetParam().window}; }
  std::size_t images() const { return GetParam().images; }
  std::size_t outputs() const { return pooling(PoolKind::maximum).output().count(); }

  HostMatrix m_input = randomMatrix(images(), GetParam().window.input.count(), 1);
  HostMatrix m_delta = randomMatrix(images(), outputs(), 2);

  HostMatrix forward(PoolKind kind) const {
    Backend& backend = *m_backend;
    const Placed x(backend, m_input), y(backend, HostMatrix(images(), outputs(), kNan));
    backend.run(PoolForward{pooling(kind), x.matrix(), y.matrix()});
    return y.read();
  }
  HostMatrix backward(PoolKind kind) const {
    Backend& backend = *m_backend;
    const Placed x(backend, m_input), d(backend, m_delta);
    const Placed result(backend, HostMatrix(images(), m_input.columns, kNan));
    backend.run(PoolBackward{pooling(kind), x.matrix(), d.matrix(), result.matrix()});
    return result.read();
  }
  // Windows that a pixel may lie under.
  std::size_t most() const { return GetParam().window.size * GetParam().window.size; }
};

TEST_P(PoolOperation, MaximumIsExactlyThePlainLoops) {
  const Values expected = pool(pooling(PoolKind::maximum), images(), inDouble(m_input));
  EXPECT_EQ(inDouble(forward(PoolKind::maximum)), expected);
}

TEST_P(PoolOperation, AverageIsThePlainLoops) {
  const Pooling average = pooling(PoolKind::average);
  const Values x = inDouble(m_input), expected = pool(average, images(), x);
  const Values magnitude = pool(average, images(), absolute(x));
  const HostMatrix output = forward(PoolKind::average);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    // The sum, the share's own rounding and the product with it.
    ASSERT_NEAR(output.values[i], expected[i], gammaOf(most() + 2) * magnitude[i]) << i;
  }
}

TEST_P(PoolOperation, GradientsAreThePlainLoops) {
  for (const PoolKind kind : {PoolKind::maximum, PoolKind::average}) {
    const Values x = inDouble(m_input), d = inDouble(m_delta);
    const Values expected = poolGradient(pooling(kind), images(), x, d);
    const Values magnitude = poolGradient(pooling(kind), images(), x, absolute(d));
    const HostMatrix result = backward(kind);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      ASSERT_NEAR(result.values[i], expected[i], gammaOf(most() + 2) * magnitude[i]) << i;
    }
  }
}

TEST_P(PoolOperation, GivesTheSameBits) {
  for (const PoolKind kind : {PoolKind::maximum, PoolKind::average})
    expectSameBits([&](Backend&) { return std::pair(forward(kind).values, backward(kind).values); });
}

INSTANTIATE_TEST_SUITE_P(Windows, PoolOperation, testing::ValuesIn(kPoolCases),
                         [](const auto& each) { return std::string(each.param.name); });

// 4 x 4 pixels in windows of 2 x 2.
class MaxPoolOf16 : public OperationTest {
 protected:
  Pooling m_pooling{PoolKind::maximum, {{4, 4, 1}, 2, 2, 0, 1}};

  std::vector<float> forward(const std::vector<float>& image) {
    const Placed x(*m_backend, HostMatrix(1, 16, image)), y(*m_backend, HostMatrix(1, 4));
    m_backend->run(PoolForward{m_pooling, x.matrix(), y.matrix()});
    return y.read().values;
  }
  std::vector<float> backward(const std::vector<float>& image) {
    const Placed x(*m_backend, HostMatrix(1, 16, image)), d(*m_backend, HostMatrix(1, 4, {1, 2, 3, 4}));
    const Placed result(*m_backend, HostMatrix(1, 16));
    m_backend->run(PoolBackward{m_pooling, x.matrix(), d.matrix(), result.matrix()});
    return result.read().values;
  }
};

TEST_F(MaxPoolOf16, GivesTheGradientToTheFirstOfEquals) {
  EXPECT_EQ(backward(std::vector<float>(16, 5)),
            (std::vector<float>{1, 0, 2, 0, 0, 0, 0, 0, 3, 0, 4, 0, 0, 0, 0, 0}));
  EXPECT_EQ(backward({0, 7, 1, 1, 7, 7, 2, 2, 1, 1, 1, 1, 1, 3, 3, 1}),
            (std::vector<float>{0, 1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 3, 4, 0}));
}

TEST_F(MaxPoolOf16, ShowsANanWhereverInItsWindowItStands) {
  for (const std::size_t at : {0, 1, 4, 5}) {
    for (const float around : {1.0f, kInfinity}) {
      std::vector<float> image(16, around);
      image[at] = kNan;
      const std::vector<float> output = forward(image);
      EXPECT_TRUE(std::isnan(output[0])) << at;
      EXPECT_EQ(output[3], around);
    }
  }
}

TEST_F(MaxPoolOf16, GivesTheGradientOfANanToIt) {
  std::vector<float> image(16, 1);
  image[4] = kNan;
  EXPECT_EQ(backward(image)[4], 1);
  EXPECT_EQ(backward(image)[0], 0);
}

TEST_F(MaxPoolOf16, KeepsGradientsInTheirWindowsWhereAllIsMinusInfinity) {
  EXPECT_EQ(backward(std::vector<float>(16, -kInfinity)),
            (std::vector<float>{1, 0, 2, 0, 0, 0, 0, 0, 3, 0, 4, 0, 0, 0, 0, 0}));
}

class AveragePool : public OperationTest {};

TEST_F(AveragePool, CountsTheZerosOfThePadding) {
  const Pooling pooling = {PoolKind::average, {{2, 2, 1}, 2, 2, 1, 1}};
  const Placed x(*m_backend, HostMatrix(1, 4, {4, 8, 12, 16})), y(*m_backend, HostMatrix(1, 4));
  m_backend->run(PoolForward{pooling, x.matrix(), y.matrix()});
  EXPECT_EQ(y.read().values, (std::vector<float>{1, 2, 3, 4}));
}

}  // namespace
}  // namespace cajal
