// Dead and saturated neurons, by shaders and by the host.
#include "tests/engine/render/renderer_fixture.h"

#include <limits>

namespace cajal::test {
namespace {

constexpr VkExtent2D kSize{160, 60};
constexpr std::uint32_t kRows = 20;

class StatePassTest : public RendererTest {
 protected:
  // Three nodes in a row, of which these outputs are known; flat are outputs of 0 and less, and of 0.99 and
  // more.
  StatePassTest() {
    m_small.addUnitRange();
    for (std::uint32_t i = 0; i < 3; ++i) m_small.addNode({3 * static_cast<float>(i) - 3, 0, 0}, 1.2f, i);
    m_small.activations.assign(3 * kRows, 0.5f);
  }
  void set(std::uint32_t neuron, std::uint32_t row, float output) {
    m_small.activations[3 * row + neuron] = output;
  }

  Picture drawn(bool isBounded = true) {
    RenderScene scene = m_small.render(device(), kSize);
    RenderGroup& group = scene.groups[0];
    group.looks = group.activations;
    group.nodeStyle.show = gpu::kNodesShowStates;
    group.states = {
        {0, 3, 0, kRows, -std::numeric_limits<float>::infinity(), 0, 0.99f, isBounded ? 19u : kRows + 1}};
    return Easel(device(), kSize, GetParam()).draw(scene, 2);
  }
  Picture::Color middleOf(const Picture& picture, std::uint32_t neuron) const {
    return picture.at(pixelOf(m_small, kSize, m_small.nodes[neuron].position));
  }
  // Between the middle and the rim.
  Picture::Color ringOf(const Picture& picture, std::uint32_t neuron) const {
    return picture.at(pixelOf(m_small, kSize, m_small.nodes[neuron].position + glm::vec3(0, 1.0f, 0)));
  }

  SmallScene m_small;
};

INSTANTIATE_TEST_SUITE_P(Drawn, StatePassTest, kByBoth, nameOfDrawing);

TEST_P(StatePassTest, WhatIsAlwaysFlatIsDeadAndHollow) {
  for (std::uint32_t row = 0; row < kRows; ++row) set(1, row, row % 2 ? 0.0f : -1.0f);
  const Picture picture = drawn();
  EXPECT_LT(middleOf(picture, 1).sum(), 120);
  EXPECT_GT(ringOf(picture, 1).red, 3 * ringOf(picture, 1).blue);
  EXPECT_GT(middleOf(picture, 0).sum(), 200) << "its neighbour lives";
}

TEST_P(StatePassTest, OneOutputThatIsNotFlatIsALife) {
  for (std::uint32_t row = 0; row + 1 < kRows; ++row) set(1, row, 0);
  EXPECT_GT(middleOf(drawn(false), 1).sum(), 200);
}

TEST_P(StatePassTest, NearlyAlwaysFlatIsSaturatedWhereThereAreBounds) {
  for (std::uint32_t row = 0; row + 1 < kRows; ++row) set(2, row, row % 2 ? 1.0f : 0.0f);  // 19 of 20
  const auto amber = [](const Picture::Color& color) {
    return color.red > 150 && color.blue < color.green / 2;
  };
  EXPECT_TRUE(amber(middleOf(drawn(true), 2)));
  EXPECT_FALSE(amber(middleOf(drawn(false), 2)));
  set(2, 0, 0.5f);  // 18
  EXPECT_FALSE(amber(middleOf(drawn(true), 2)));
}

}  // namespace
}  // namespace cajal::test
