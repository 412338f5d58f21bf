// Lanes in one world: where they stand, which one is meant, and what a pointer finds of them.
#include "viewer/world/world.h"

#include <gtest/gtest.h>

#include "viewer/shell/stage.h"
#include "viewer/sources/shared_cores.h"
#include "viewer/world/framing.h"
#include "viewer/world/pointer.h"

namespace cajal::test {
namespace {

constexpr glm::vec2 kViewport(1280, 720);
constexpr float kAspect = kViewport.x / kViewport.y;

struct ScreenRectangle {
  glm::vec2 low{1e9f}, high{-1e9f};
};

class Worlds : public testing::Test {
 protected:
  static std::vector<LanePlan> plans(int lanes, const std::string& net) {
    std::vector<std::string> words{"--data", "xor", "--backend", "cpu", "--threads", "1", "--net", net};
    for (int i = 1; i < lanes; ++i) words.insert(words.end(), {"--lane", "lr=0.0" + std::to_string(i)});
    return prepareLanes(*parseOptions(words));
  }
  void make(int lanes, const std::string& net = "2-8-8-2") {
    m_world = std::make_unique<World>(m_stage, plans(lanes, net), m_cores, ViewSettings{});
    m_world->arrange({kAspect});
    m_camera = m_world->framing({kAspect});
  }
  glm::mat4 viewProjection() const { return m_camera.projection(kAspect) * m_camera.view(); }
  // What a lane takes of the picture, with its names.
  ScreenRectangle onScreen(const Lane& lane) const {
    ScreenRectangle rectangle;
    for (const glm::vec3& point : pointsToFrame(lane.layout(), lane.map(lane.layout()))) {
      glm::vec2 pixel;
      EXPECT_TRUE(projectToPixels(viewProjection(), kViewport, lane.inWorld(point), pixel));
      rectangle.low = glm::min(rectangle.low, pixel);
      rectangle.high = glm::max(rectangle.high, pixel);
    }
    EXPECT_LT(rectangle.low.x, rectangle.high.x);
    return rectangle;
  }

  Stage m_stage{StageOptions{}};
  SharedCores m_cores{8, 1};
  std::unique_ptr<World> m_world;
  Camera m_camera;
};

TEST_F(Worlds, OneLaneStandsAtTheOrigin) {
  make(1);
  EXPECT_EQ(m_world->first().placement().matrix(), glm::mat4(1.0f));
  EXPECT_TRUE(m_world->states().empty());
}

TEST_F(Worlds, LanesStandSideBySideAndAllAreSeen) {
  for (const int lanes : {2, 3, 5, 8}) {
    SCOPED_TRACE(lanes);
    make(lanes);
    std::vector<ScreenRectangle> all;
    for (const auto& lane : m_world->lanes()) all.push_back(onScreen(*lane));
    ASSERT_EQ(all.size(), static_cast<std::size_t>(lanes));
    for (std::size_t a = 0; a < all.size(); ++a) {
      EXPECT_GE(all[a].low.x, 0);
      EXPECT_GE(all[a].low.y, 0);
      EXPECT_LE(all[a].high.x, kViewport.x);
      EXPECT_LE(all[a].high.y, kViewport.y);
      for (std::size_t b = 0; b < a; ++b) {
        const bool areApart = all[a].low.x >= all[b].high.x || all[b].low.x >= all[a].high.x ||
                              all[a].low.y >= all[b].high.y || all[b].low.y >= all[a].high.y;
        EXPECT_TRUE(areApart) << a << " and " << b;
      }
    }
  }
}

// Networks are compared: each is seen from where the first one would be seen alone.
TEST_F(Worlds, AllAreSeenFromTheSameSide) {
  make(4);
  const glm::vec3 seenFrom = glm::normalize(m_world->first().layout().seenFrom);
  for (const auto& lane : m_world->lanes()) {
    const glm::vec3 eye = lane->placement().inGroup(m_camera.position);
    const glm::vec3 direction = glm::normalize(eye - lane->layout().box.center());
    EXPECT_GT(glm::dot(direction, seenFrom), 0.999f) << lane->number();
  }
}

TEST_F(Worlds, ALaneIsMeantByItsNumberOrItsName) {
  make(3);
  EXPECT_EQ(m_world->find("2")->name(), "lr=0.01");
  EXPECT_EQ(m_world->find("lr=0.02")->number(), 3U);
  EXPECT_EQ(m_world->find("lr=0.03"), nullptr);
  EXPECT_EQ(m_world->concernedBy({"edges", {}}).size(), 3U);
  EXPECT_EQ(m_world->concernedBy({"lr", 0.5, 2}), std::vector<Lane*>{m_world->find("2")});
  m_world->selectNext();
  EXPECT_EQ(m_world->selected().number(), 2U);
  EXPECT_TRUE(m_world->states()[1].isSelected);
  m_world->select(*m_world->find("3"));
  m_world->selectNext();
  EXPECT_EQ(m_world->selected().number(), 1U) << "behind the last comes the first";
}

TEST_F(Worlds, ThePointerFindsTheNeuronOfTheLaneThatItIsOver) {
  make(2);
  std::vector<PointedScene> scenes;
  for (const auto& lane : m_world->lanes())
    scenes.push_back({lane->number(), lane->groupId(), lane->layout(), nullptr, lane->settings(),
                      lane->viewProjection(viewProjection()), kViewport, m_camera.fieldOfView,
                      m_stage.renderer().readBack()});
  for (const auto& lane : m_world->lanes()) {
    glm::vec2 pixel;
    ASSERT_TRUE(
        projectToPixels(viewProjection(), kViewport, lane->inWorld(lane->layout().node(1, 3)), pixel));
    WindowInput input;
    input.width = static_cast<double>(kViewport.x);
    input.height = static_cast<double>(kViewport.y);
    input.mouseX = static_cast<double>(pixel.x);
    input.mouseY = static_cast<double>(pixel.y);
    Pointer pointer;
    pointer.look(&input, true, scenes);
    ASSERT_TRUE(pointer.hovered().neuron) << lane->number();
    EXPECT_EQ(*pointer.hovered().neuron, (NeuronPlace{1, 3}));
    EXPECT_EQ(pointer.lane(), lane->number());
  }
}

}  // namespace
}  // namespace cajal::test
