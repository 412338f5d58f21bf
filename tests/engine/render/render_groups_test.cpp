// Several groups in one scene: the picture of all of them drawn as one, and nothing shared that should not
// be.
#include "engine/base/error.h"
#include "tests/engine/render/renderer_fixture.h"

#include <cmath>

namespace cajal::test {
namespace {

constexpr VkExtent2D kSize{160, 96};

// Nodes, edges of both signs, a matrix and a picture, round a place of the world. Everything but the place
// depends on `seed`.
void addNetwork(SmallScene& small, glm::vec3 place, float seed) {
  const auto firstNode = static_cast<std::uint32_t>(small.nodes.size()),
             firstActivation = static_cast<std::uint32_t>(small.activations.size());
  for (std::uint32_t i = 0; i < 8; ++i) {
    small.activations.push_back(std::sin(seed + static_cast<float>(i)));
    const float x = i < 5 ? -1.5f : 1.5f, y = 1.2f - 0.6f * static_cast<float>(i < 5 ? i : i - 5);
    small.addNode(place + glm::vec3(x, y, 0.1f * static_cast<float>(i % 3)), 0.15f, firstActivation + i);
  }
  SmallScene::bend(small.addBundle(5, 3), 1.2f);
  small.bundles.back().source = firstNode;
  small.bundles.back().target = firstNode + 5;
  for (int i = 0; i < 15; ++i) small.values.push_back(1.2f * std::sin(seed + static_cast<float>(i * i)));
  const auto matrix = static_cast<std::uint32_t>(small.values.size());
  for (int i = 0; i < 12; ++i) small.values.push_back(std::cos(seed + static_cast<float>(i)));
  small.planes.push_back({place + glm::vec3(-0.6f, -1.4f, 0.4f),
                          3,
                          {1.2f, 0, 0},
                          4,
                          {0, -0.8f, 0},
                          gpu::kPlaneValues,
                          matrix,
                          0,
                          0,
                          0.9f,
                          1,
                          0});
}

SmallScene networkAt(glm::vec3 place, float seed) {
  SmallScene small;
  small.activations.clear();
  small.addUnitRange();
  addNetwork(small, place, seed);
  return small;
}

constexpr glm::vec3 kLeft(-2.5f, 0.5f, 0), kMiddle(0, -0.5f, -1), kRight(2.5f, 0.3f, 0.5f);

int differentBytes(const Picture& a, const Picture& b) {
  int different = 0;
  for (std::size_t i = 0; i < a.rgba.size(); ++i) different += a.rgba[i] != b.rgba[i];
  return different;
}

class RenderGroups : public RendererTest {
 protected:
  // A scene of these, with ids 10, 11, 12 ...
  RenderScene sceneOf(std::vector<SmallScene*> smalls) const {
    RenderScene scene = smalls.front()->render(device(), kSize);
    scene.groups.clear();
    for (SmallScene* const small : smalls) {
      scene.groups.push_back(small->group(device()));
      scene.groups.back().id = 9 + static_cast<std::uint32_t>(scene.groups.size());
    }
    return scene;
  }
  Picture pictureOf(RenderScene scene, int frames = 6) const {
    return Easel(device(), kSize, GetParam()).draw(scene, frames);
  }
};

INSTANTIATE_TEST_SUITE_P(Drawn, RenderGroups, kByBoth, nameOfDrawing);

TEST_P(RenderGroups, ThreeAreDrawnAsOneOfAllOfThem) {
  SmallScene left = networkAt(kLeft, 1), middle = networkAt(kMiddle, 2), right = networkAt(kRight, 3);
  SmallScene all = networkAt(kLeft, 1);
  addNetwork(all, kMiddle, 2);
  addNetwork(all, kRight, 3);
  for (const bool isInk : {false, true}) {
    for (SmallScene* const small : {&left, &all}) small->tone.isInk = isInk ? 1 : 0;
    const Picture groups = pictureOf(sceneOf({&left, &middle, &right})), one = pictureOf(sceneOf({&all}));
    EXPECT_EQ(groups.rgba, one.rgba) << (isInk ? "on paper" : "in the dark");
  }
}

TEST_P(RenderGroups, AGroupStandsWhereItIsPlaced) {
  const glm::vec3 place(1.5f, -0.5f, 1);
  SmallScene there = networkAt(place, 4), moved = networkAt({0, 0, 0}, 4);
  RenderScene scene = sceneOf({&moved});
  scene.groups[0].placement.translation = place;
  const Picture wanted = pictureOf(sceneOf({&there})), placed = pictureOf(scene);
  // Positions are rounded in another order: here and there a sample falls on the neighbouring pixel, and a
  // node's rim is a step of rounding lighter.
  EXPECT_LT(differentBytes(wanted, placed), static_cast<int>(wanted.rgba.size()) / 20);
  EXPECT_GT(differentBytes(wanted, pictureOf(sceneOf({&moved}))), static_cast<int>(wanted.rgba.size()) / 10);
}

// Turned by a quarter and twice as large, seen by a camera that is turned and moved away by as much.
TEST_P(RenderGroups, AGroupIsTurnedAndScaledWithEverythingInIt) {
  SmallScene small = networkAt({0.4f, 0.2f, 0}, 5);
  const Picture wanted = pictureOf(sceneOf({&small}));
  Placement placement;
  placement.rotation = glm::mat3(glm::vec3(0, 0, -1), glm::vec3(0, 1, 0), glm::vec3(1, 0, 0));
  placement.scale = 2;
  placement.translation = {3, -2, 1};
  small.camera = lookAt(glm::vec3(placement.matrix() * glm::vec4(0, 0, 10, 1)), placement.translation, 0.7f);
  const auto differenceAt = [&](const Placement& where) {
    RenderScene scene = sceneOf({&small});
    scene.groups[0].placement = where;
    return differentBytes(wanted, pictureOf(scene));
  };
  // The depth range of the camera is of the world, so that distances are those of a scene twice as large.
  const int most = static_cast<int>(wanted.rgba.size()) / 20;
  EXPECT_LT(differenceAt(placement), most);
  // Without its turn, its size or its place, or without all of them, it is another picture.
  const Placement notTurned{glm::mat3(1.0f), placement.scale, placement.translation},
      notScaled{placement.rotation, 1, placement.translation},
      notMoved{placement.rotation, placement.scale, {}};
  for (const Placement& wrong : {notTurned, notScaled, notMoved, Placement{}})
    EXPECT_GT(differenceAt(wrong), most);
}

TEST_P(RenderGroups, TheViewOfAGroupLeadsToTheSamePixels) {
  SmallScene small = networkAt({0, 0, 0}, 1);
  RenderScene scene = sceneOf({&small});
  RenderGroup& group = scene.groups[0];
  group.placement.rotation = glm::mat3(glm::vec3(0, 1, 0), glm::vec3(-1, 0, 0), glm::vec3(0, 0, 1));
  group.placement.scale = 3;
  group.placement.translation = {1, 2, 3};
  const glm::vec3 point(0.5f, -0.25f, 2);
  const glm::vec3 world = glm::vec3(group.placement.matrix() * glm::vec4(point, 1));
  EXPECT_NEAR(glm::distance(world, glm::vec3(1.75f, 3.5f, 9)), 0, 1e-6);
  EXPECT_NEAR(glm::distance(group.placement.inGroup(world), point), 0, 1e-6);
  const gpu::View view = viewOf(group, scene.view);
  const glm::vec4 clip = view.viewProjection * glm::vec4(point, 1),
                  wanted = scene.view.viewProjection * glm::vec4(world, 1);
  EXPECT_NEAR(glm::distance(clip, wanted), 0, 1e-4);
  EXPECT_EQ(view.scale, 3);
}

TEST_P(RenderGroups, APickAnswersWithTheGroupOfTheEdge) {
  SmallScene left, right;
  for (SmallScene* const small : {&left, &right}) {
    small->addUnitRange();
    small->addEdge({-2, 0, 0}, {2, 0, 0}, 0.5f);
  }
  right.addEdge({-2, 1, 0}, {2, 1, 0}, 0.25f);
  RenderScene scene = sceneOf({&left, &right});
  scene.groups[1].placement.translation = {0, -2, 0};
  const auto edgeAt = [&](glm::vec3 world) {
    scene.watch.edgePick = pixelOf(left, kSize, world);
    Easel easel(device(), kSize, GetParam());
    easel.draw(scene, 3);
    return easel.renderer().readBack().edge() ? easel.renderer().readBack().edge()->edge : std::nullopt;
  };
  EXPECT_EQ(edgeAt({0, 0, 0}), (PickedEdge{10, 0, 1}));
  EXPECT_EQ(edgeAt({0, -2, 0}), (PickedEdge{11, 0, 1}));
  EXPECT_EQ(edgeAt({0, -1, 0}), (PickedEdge{11, 2, 3}));
  EXPECT_EQ(edgeAt({0, 1.5f, 0}), std::nullopt);
  // Of two that are under the pointer the stronger, whichever group it is of.
  scene.groups[1].placement.translation = {0, 0, 0};
  EXPECT_EQ(edgeAt({0, 0, 0}), (PickedEdge{10, 0, 1})) << "of those equally strong the first";
  right.values[0] = 0.75f;
  scene.groups[1] = right.group(device());
  scene.groups[1].id = 11;
  EXPECT_EQ(edgeAt({0, 0, 0}), (PickedEdge{11, 0, 1}));
}

TEST_P(RenderGroups, RangesAreEachGroupsOwn) {
  SmallScene weak = networkAt(kLeft, 1), strong = networkAt(kRight, 1);
  for (SmallScene* const small : {&weak, &strong}) {
    small->ranges = {{gpu::kShownValues, 0, 1, SmallScene::kAllValues, gpu::kNone, 1, 0, 1}};
    small->values.assign(small->values.size(), small == &weak ? 0.001f : 1000.0f);
  }
  RenderScene scene = sceneOf({&weak, &strong});
  Easel easel(device(), kSize, GetParam());
  easel.draw(scene, 4);
  const ReadBack& readBack = easel.renderer().readBack();
  ASSERT_EQ(readBack.ranges(10).size(), 1U);
  ASSERT_EQ(readBack.ranges(11).size(), 1U);
  EXPECT_NEAR(std::log2(readBack.ranges(10)[0].end), std::log2(0.001), 0.2);
  EXPECT_NEAR(std::log2(readBack.ranges(11)[0].end), std::log2(1000.0), 0.2);
  EXPECT_TRUE(readBack.ranges(12).empty());
  EXPECT_EQ(readBack.watched(11).size(), strong.activations.size());
}

TEST_P(RenderGroups, OneMayComeAndGoWhileTheOthersStay) {
  SmallScene left = networkAt(kLeft, 1), right = networkAt(kRight, 3);
  right.ranges = {{gpu::kShownValues, 0, 1, SmallScene::kAllValues, gpu::kNone, 1, 0, 1}};
  RenderScene two = sceneOf({&left, &right}), one = two;
  one.groups.pop_back();
  Easel easel(device(), kSize, GetParam());
  const Picture before = easel.draw(one, 5), with = easel.draw(two, 5);
  EXPECT_EQ(easel.renderer().readBack().ranges(11).size(), 1U);
  const Picture after = easel.draw(one, 5);
  EXPECT_TRUE(easel.renderer().readBack().ranges(11).empty());
  // Half way along an edge of the second group: lit while it is there, and dark at once when it has gone.
  const glm::vec2 there = pixelOf(left, kSize, 0.5f * (right.nodes[2].position + right.nodes[6].position));
  EXPECT_GT(with.at(there).sum(), before.at(there).sum() + 20);
  EXPECT_EQ(after.at(there).sum(), before.at(there).sum());
  // With other ranges than it had before: nothing is left of them.
  right.values.assign(right.values.size(), 1e4f);
  two.groups[1] = right.group(device());
  two.groups[1].id = 11;
  two.groups[1].rangeAdaptation = 0.01f;
  easel.draw(two, 3);
  EXPECT_NEAR(std::log2(easel.renderer().readBack().ranges(11)[0].end), std::log2(1e4), 0.2);
}

TEST_P(RenderGroups, ASceneWithoutGroupsIsItsBackground) {
  SmallScene left = networkAt(kLeft, 1);
  RenderScene empty = sceneOf({&left});
  empty.groups.clear();
  const Picture picture = pictureOf(empty);
  SmallScene nothing;
  nothing.addUnitRange();
  EXPECT_EQ(picture.rgba, pictureOf(sceneOf({&nothing})).rgba);
}

TEST_P(RenderGroups, NoTwoHaveTheSameId) {
  SmallScene left = networkAt(kLeft, 1), right = networkAt(kRight, 3);
  RenderScene scene = sceneOf({&left, &right});
  scene.groups[1].id = scene.groups[0].id;
  EXPECT_THROW(pictureOf(scene, 1), Error);
}

TEST_P(RenderGroups, StatesAreJudgedInTheGroupsThatShowThem) {
  SmallScene plain = networkAt(kLeft, 1), judged = networkAt(kRight, 1);
  judged.activations.assign(judged.activations.size(), 0);
  RenderScene scene = sceneOf({&plain, &judged});
  const Picture before = pictureOf(scene);
  RenderGroup& group = scene.groups[1];
  group.looks = group.activations;
  group.nodeStyle.show = gpu::kNodesShowStates;
  group.states = {{0, 8, 0, 1, 0, 0, 1, 2}};
  const Picture after = pictureOf(scene);
  const glm::vec2 here = pixelOf(plain, kSize, plain.nodes[2].position),
                  there = pixelOf(judged, kSize, judged.nodes[2].position);
  EXPECT_EQ(before.at(here).sum(), after.at(here).sum());
  EXPECT_NE(before.at(there).sum(), after.at(there).sum()) << "a dead neuron is hollow";
}

// Matrices of several groups share the budget of a frame, and each keeps its blocks when another group goes.
TEST_P(RenderGroups, MatricesSeenFromFarHaveTheirTurnsInAllGroups) {
  SmallScene left = onePlane(500, 500, std::vector<float>(500 * 500, 0.8f)),
             right = onePlane(500, 500, std::vector<float>(500 * 500, -0.8f));
  RenderScene both = sceneOf({&left, &right});
  both.groups[0].placement = {glm::mat3(1.0f), 0.4f, {-2, 0, 0}};
  both.groups[1].placement = {glm::mat3(1.0f), 0.4f, {2, 0, 0}};
  Easel easel(device(), kSize, GetParam());
  easel.renderer().matrixPass().setBudget(8 * 64 * 500);  // one of the two a frame
  const Picture picture = easel.draw(both, 4);
  const Picture::Color warm = picture.at(pixelOf(left, kSize, {-2, 0, 0})),
                       cold = picture.at(pixelOf(left, kSize, {2, 0, 0}));
  EXPECT_GT(warm.red, warm.blue + 50);
  EXPECT_GT(cold.blue, cold.red + 50);
  RenderScene one = both;
  one.groups.erase(one.groups.begin());
  const Picture::Color still = easel.draw(one, 3).at(pixelOf(left, kSize, {2, 0, 0}));
  EXPECT_EQ(still.sum(), cold.sum());
}

}  // namespace
}  // namespace cajal::test
