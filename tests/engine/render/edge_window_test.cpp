// Edges whose sources a window over an image covers, against the same edges whose sources stand side by side.
#include "engine/render/edge_window.h"
#include "engine/render/passes/pick_pass.h"

#include "compute/core/random.h"
#include "tests/engine/render/edge_pass_fixture.h"

namespace cajal::test {
namespace {

// An image of 5 × 6 pixels with 4 channels, of which a window of 3 × 2 taps is read; 4 targets, two of which
// read the first two channels, the others the last two.
constexpr std::uint32_t kRows = 5, kColumns = 6, kChannels = 4, kTapRows = 3, kTapColumns = 2;
constexpr std::uint32_t kTargets = 4, kFirst = (1 * kColumns + 2) * kChannels;

gpu::EdgeWindow windowOf(bool hasGroups) {
  const std::uint32_t inputs = hasGroups ? kChannels / 2 : kChannels;
  gpu::EdgeWindow window{};
  window.run = hasGroups ? inputs : inputs * kTapColumns;
  window.runs = hasGroups ? kTapColumns : 1;
  window.nextRun = kChannels;
  window.nextRow = kColumns * kChannels;
  window.nextValueRow = inputs * (kTapColumns + 1);  // a tap of each row is not drawn
  window.targetsAGroup = hasGroups ? kTargets / 2 : 0;
  return window;
}

class EdgeWindow : public EdgePassFixture, public testing::WithParamInterface<std::tuple<DrawnBy, bool>> {
 protected:
  EdgeWindow() : EdgePassFixture(std::get<0>(GetParam())) {
    Random random(11, RandomStream::points);
    const auto place = [&](float x) {
      return glm::vec3(x, 4 * random.uniform() - 2, 4 * random.uniform() - 2);
    };
    for (std::uint32_t i = 0; i < kRows * kColumns * kChannels; ++i) m_image.push_back(place(-3));
    for (std::uint32_t i = 0; i < kTargets; ++i) m_targetsAt.push_back(place(3));
    for (int i = 0; i < 400; ++i) m_numbers.push_back(2 * random.uniform() - 1);
  }

  // As a network has it: an image, and one bundle that reads a window of it.
  SmallScene throughTheWindow() const {
    SmallScene small;
    for (const glm::vec3& at : m_image) small.addNode(at);
    for (const glm::vec3& at : m_targetsAt) small.addNode(at);
    gpu::EdgeBundle& bundle = small.addBundle(0, kTargets);
    bundle.window = m_window;
    bundle.source = kFirst;
    bundle.sources = m_window.run * m_window.runs * kTapRows;
    bundle.stride = m_window.nextValueRow * kTapRows;
    bundle.firstActivation = kFirst;
    small.values.assign(m_numbers.begin(), m_numbers.begin() + bundle.stride * kTargets);
    small.activations.assign(m_numbers.end() - static_cast<std::ptrdiff_t>(m_image.size()), m_numbers.end());
    return small;
  }
  // The same edges, each target alone with copies of the nodes that it reads, and one value after the other:
  // written out in loops over rows, taps and channels.
  SmallScene writtenOut(std::uint32_t target) const {
    SmallScene small;
    const bool hasGroups = m_window.targetsAGroup > 0;
    const std::uint32_t inputs = hasGroups ? kChannels / 2 : kChannels, group = hasGroups ? target / 2 : 0;
    const SmallScene window = throughTheWindow();
    std::uint32_t count = 0;
    small.activations.clear();
    for (std::uint32_t i = 0; i < kTapRows; ++i) {
      for (std::uint32_t j = 0; j < kTapColumns; ++j) {
        for (std::uint32_t k = 0; k < inputs; ++k, ++count) {
          const std::uint32_t node = ((1 + i) * kColumns + 2 + j) * kChannels + group * inputs + k;
          small.addNode(m_image[node]);
          small.activations.push_back(window.activations[node]);
          small.values.push_back(
              window.values[target * window.bundles[0].stride + (i * (kTapColumns + 1) + j) * inputs + k]);
        }
      }
    }
    small.addNode(m_targetsAt[target]);
    gpu::EdgeBundle& bundle = small.addBundle(count, 1);
    bundle.firstValue = bundle.firstActivation = 0;
    return small;
  }

  const gpu::EdgeWindow m_window = windowOf(std::get<1>(GetParam()));
  std::vector<glm::vec3> m_image, m_targetsAt;
  std::vector<float> m_numbers;
};

INSTANTIATE_TEST_SUITE_P(Drawn, EdgeWindow, testing::Combine(kByBoth, testing::Bool()));

// An edge's random numbers come from its number in the bundle: those to the first target have the same ones.
TEST_P(EdgeWindow, OfTheFirstTargetIsTheSameBitForBit) {
  for (const std::uint32_t most : {0u, 5u}) {
    SmallScene window = throughTheWindow(), written = writtenOut(0);
    window.bundles[0].targets = 1;
    window.bundles[0].most = written.bundles[0].most = most;
    const Light light = draw(window);
    EXPECT_GT(light.total(), 10 * kUnit);
    EXPECT_TRUE(light == draw(written)) << most;
  }
}

TEST_P(EdgeWindow, OfAllTargetsHasTheLightOfEachOfThem) {
  SmallScene window = throughTheWindow();
  double sum = 0;
  for (std::uint32_t target = 0; target < kTargets; ++target) {
    SmallScene written = writtenOut(target);
    sum += draw(written).total();
  }
  // Other random numbers: each sum is right to 1/n² of some fifty samples an edge, and to what is rounded.
  EXPECT_NEAR(draw(window).total() / sum, 1, 2 * (1.0 / (50 * 50) + 1.2 / kUnit));
}

TEST_P(EdgeWindow, IsPickedBetweenTheNodesItJoins) {
  SmallScene window = throughTheWindow();
  const gpu::EdgeBundle& bundle = window.bundles[0];
  const std::vector<PickPass::Bundle> bundles{{0, bundle}};
  for (std::uint32_t target = 0; target < kTargets; ++target) {
    for (std::uint32_t source = 0; source < bundle.sources; ++source) {
      std::vector<std::uint32_t> words{0, target * bundle.sources + source};
      const std::optional<PickedEdge> edge = PickPass::edgeIn(words, bundles);
      ASSERT_TRUE(edge);
      const SmallScene written = writtenOut(target);
      EXPECT_EQ(window.nodes[edge->source].position, written.nodes[source].position);
      EXPECT_EQ(window.nodes[edge->target].position, m_targetsAt[target]);
    }
  }
}

}  // namespace
}  // namespace cajal::test
