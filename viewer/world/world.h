#pragma once
// The world: all lanes, where each stands, and which of them is selected. Render thread only.

#include <memory>
#include <vector>

#include "engine/camera/camera_path.h"
#include "viewer/world/lane.h"

namespace cajal {

// What panels and texts leave of a picture.
struct FreeView {
  float aspect = 16.0f / 9;    // width over height, without what panels cover at the sides
  float above = 0, below = 0;  // shares of its height that networks keep out of, where there are several
};

class World {
 public:
  // Lanes in the order of their plans; the first one is selected. Throws Error for whatever cannot be had.
  World(Stage& stage, std::vector<LanePlan> plans, SharedCores& cores, const ViewSettings& view);

  const std::vector<std::unique_ptr<Lane>>& lanes() const { return m_lanes; }
  bool hasSeveral() const { return m_lanes.size() > 1; }
  Lane& first() const { return *m_lanes.front(); }
  Lane& selected() const { return *m_lanes[m_selected]; }
  // By its number or its name; null where there is none.
  Lane* find(const std::string& numberOrName) const;
  Lane* find(LaneNumber number) const;
  // Of a group that was drawn.
  Lane* ofGroup(std::uint32_t group) const { return find(group + 1); }
  void select(const Lane& lane);
  void selectNext();
  // Those that an action is meant for.
  std::vector<Lane*> concernedBy(const Action& action) const;

  // Gives each lane its place: rows and columns, so that a camera sees all of them as large as can be.
  void arrange(const FreeView& free);
  // A camera that sees everything, from where the first lane is seen well.
  Camera framing(const FreeView& free) const;
  // A slow flight round everything, for films whose maker has no path.
  CameraPath flight(const Camera& framing) const;
  Box box() const;

  // Of all lanes, where there are several; else empty.
  std::vector<LaneState> states() const;

 private:
  std::vector<std::unique_ptr<Lane>> m_lanes;
  std::size_t m_selected = 0;
};

}  // namespace cajal
