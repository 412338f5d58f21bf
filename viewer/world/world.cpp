#define GLM_ENABLE_EXPERIMENTAL  // glm/gtx/quaternion.hpp
#include "viewer/world/world.h"

#include <algorithm>
#include <glm/gtx/quaternion.hpp>
#include <limits>

#include "engine/base/error.h"
#include "viewer/world/framing.h"

namespace cajal {
namespace {

constexpr float kGapAcross = 14.0f, kGapDown = 20.0f;  // world units between two lanes; above is a name

// The axes of a picture that is taken from there: to the right and up.
struct PictureAxes {
  explicit PictureAxes(const glm::vec3& seenFrom)
      : right(glm::normalize(glm::cross(glm::vec3(0.0f, 1.0f, 0.0f), seenFrom))),
        up(glm::normalize(glm::cross(seenFrom, right))) {}
  glm::vec3 right, up;
};

// What the largest lane takes of a picture.
glm::vec2 extentOf(const std::vector<std::unique_ptr<Lane>>& lanes, const PictureAxes& axes) {
  glm::vec2 extent(0.0f);
  for (const auto& lane : lanes) {
    glm::vec2 low(std::numeric_limits<float>::max()), high = -low;
    for (const glm::vec3& point : pointsToFrame(lane->layout(), lane->map(lane->layout()))) {
      const glm::vec2 place(glm::dot(point, axes.right), glm::dot(point, axes.up));
      low = glm::min(low, place);
      high = glm::max(high, place);
    }
    extent = glm::max(extent, high - low);
  }
  return extent;
}

// Lanes in so many columns, all as far from the eye: their places, the first one at the origin.
std::vector<glm::vec3> inColumns(std::size_t lanes, std::size_t columns, glm::vec2 extent,
                                 const PictureAxes& axes) {
  const glm::vec2 pitch = extent + glm::vec2(kGapAcross, kGapDown);
  std::vector<glm::vec3> places;
  for (std::size_t i = 0; i < lanes; ++i)
    places.push_back(pitch.x * static_cast<float>(i % columns) * axes.right -
                     pitch.y * static_cast<float>(i / columns) * axes.up);
  return places;
}

void give(const std::vector<std::unique_ptr<Lane>>& lanes, const std::vector<glm::vec3>& places) {
  for (std::size_t i = 0; i < lanes.size(); ++i) lanes[i]->place({.translation = places[i]});
}

// Turns a lane round its own middle, so that the eye sees it from there.
void turn(Lane& lane, const glm::vec3& seenFrom, const glm::vec3& eye) {
  const glm::vec3 middle = lane.layout().box.center(), place = lane.inWorld(middle);
  Placement placement;
  placement.rotation = glm::mat3_cast(glm::rotation(glm::normalize(seenFrom), glm::normalize(eye - place)));
  placement.translation = place - placement.rotation * middle;
  lane.place(placement);
}

// Places above and below that must be seen, too, so that nothing stands where there is no room for it.
void addMargins(std::vector<glm::vec3>& points, const FreeView& free, const PictureAxes& axes) {
  const auto height = [&](const glm::vec3& point) { return glm::dot(point, axes.up); };
  const auto isLower = [&](const glm::vec3& a, const glm::vec3& b) { return height(a) < height(b); };
  const auto [lowest, highest] = std::minmax_element(points.begin(), points.end(), isLower);
  const float whole = (height(*highest) - height(*lowest)) / (1 - free.above - free.below);
  const glm::vec3 above = *highest + whole * free.above * axes.up,
                  below = *lowest - whole * free.below * axes.up;
  points.push_back(above);
  points.push_back(below);
}

}  // namespace

World::World(Stage& stage, std::vector<LanePlan> plans, SharedCores& cores, const ViewSettings& view) {
  for (LanePlan& plan : plans) {
    const LaneNumber number = plan.number;
    const std::string name = plan.name;
    try {
      // What is selected, held and folded is the first lane's.
      ViewSettings own = view;
      if (number > 1) {
        own.selected.reset();
        own.heldLayer.reset();
        own.heldFrom.reset();
        if (plan.setup.configuration.network.spec.layers.size() != m_lanes.front()->fixed().shapes.size() - 1)
          own.layout.folded.clear();
      }
      m_lanes.push_back(std::make_unique<Lane>(stage, std::move(plan), cores, own));
    } catch (const Error& error) {
      if (number == 1) throw;
      throw Error(error.exitCode(), "--lane " + name + ": " + error.what());
    }
  }
}

Lane* World::find(LaneNumber number) const {
  for (const auto& lane : m_lanes)
    if (lane->number() == number) return lane.get();
  return nullptr;
}

Lane* World::find(const std::string& numberOrName) const {
  for (const auto& lane : m_lanes)
    if (lane->name() == numberOrName || std::to_string(lane->number()) == numberOrName) return lane.get();
  return nullptr;
}

void World::select(const Lane& lane) {
  for (std::size_t i = 0; i < m_lanes.size(); ++i)
    if (m_lanes[i].get() == &lane) m_selected = i;
}

void World::selectNext() {
  m_selected = (m_selected + 1) % m_lanes.size();
}

std::vector<Lane*> World::concernedBy(const Action& action) const {
  std::vector<Lane*> concerned;
  for (const auto& lane : m_lanes)
    if (!action.lane || *action.lane == lane->number()) concerned.push_back(lane.get());
  return concerned;
}

void World::arrange(const FreeView& free) {
  if (!hasSeveral()) return;
  const auto farness = [&](const std::vector<glm::vec3>& places) {
    give(m_lanes, places);
    return glm::distance(framing(free).position, box().center());
  };
  const PictureAxes axes(first().layout().seenFrom);
  const glm::vec2 extent = extentOf(m_lanes, axes);
  std::vector<glm::vec3> best = inColumns(m_lanes.size(), 1, extent, axes);
  float least = farness(best);
  for (std::size_t columns = 2; columns <= m_lanes.size(); ++columns) {
    std::vector<glm::vec3> places = inColumns(m_lanes.size(), columns, extent, axes);
    const float far = farness(places);
    if (far >= least) continue;
    least = far;
    best = std::move(places);
  }
  give(m_lanes, best);
  // As pictures hang on a round wall: all are seen from the same side, and can be compared.
  // Turned lanes take other room, so that the eye stands elsewhere: a few rounds settle it.
  for (int round = 0; round < 4; ++round) {
    const glm::vec3 eye = framing(free).position;
    for (const auto& lane : m_lanes) turn(*lane, first().layout().seenFrom, eye);
  }
}

Camera World::framing(const FreeView& free) const {
  std::vector<glm::vec3> points;
  for (const auto& lane : m_lanes)
    for (const glm::vec3& point : pointsToFrame(lane->layout(), lane->map(lane->layout())))
      points.push_back(lane->inWorld(point));
  const glm::vec3& seenFrom = first().layout().seenFrom;
  if (hasSeveral()) addMargins(points, free, PictureAxes(seenFrom));
  return framingOf(points, seenFrom, free.aspect);
}

CameraPath World::flight(const Camera& framing) const {
  if (!hasSeveral()) return flightRound(first().layout(), framing);
  return flightRound(box(), first().layout().seenFrom, framing);
}

Box World::box() const {
  Box all = first().layout().box;
  for (const auto& lane : m_lanes) {
    for (const glm::vec3& corner : cornersOf(lane->layout().box)) {
      all.low = glm::min(all.low, lane->inWorld(corner));
      all.high = glm::max(all.high, lane->inWorld(corner));
    }
  }
  return all;
}

std::vector<LaneState> World::states() const {
  std::vector<LaneState> states;
  for (const auto& lane : m_lanes) {
    states.push_back(lane->state());
    states.back().isSelected = lane.get() == &selected();
  }
  return hasSeveral() ? states : std::vector<LaneState>{};
}

}  // namespace cajal
