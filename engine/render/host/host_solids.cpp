#include "engine/render/host/host_solids.h"

#include <algorithm>

#include "engine/render/host/color.h"
#include "engine/render/host/host_nodes.h"
#include "engine/render/host/host_planes.h"

namespace cajal {

void HostSolids::draw(const RenderScene& scene, std::span<const GroupFrame> groups,
                      std::span<const ReducedPlanes> reduced,
                      std::span<const std::span<const gpu::Range>> ranges, std::uint32_t* picture) {
  const gpu::uvec2 size = scene.view.viewport;
  m_depth.assign(std::size_t{size.x} * size.y, 1.0f);
  const host::Canvas canvas{picture, m_depth.data(), size.x, size.y, std::min(scene.view.left, size.x)};
  const std::uint32_t covered =
      host::opaque(scene.coveredColor.r, scene.coveredColor.g, scene.coveredColor.b);
  for (std::uint32_t y = 0; y < size.y; ++y)
    std::fill_n(picture + std::size_t{y} * size.x, canvas.left, covered);
  std::vector<PlanesOfAGroup> planes;
  for (std::size_t i = 0; i < groups.size(); ++i)
    planes.push_back({groups[i], reduced[i], ranges[i], outlinesOf(groups[i].group.planes, groups[i].view)});
  for (const PlanesOfAGroup& each : planes) drawPlanesOnHost(each, scene.tone, PlanePart::inside, canvas);
  for (const NodePart part : {NodePart::halos, NodePart::spheres})
    for (std::size_t i = 0; i < groups.size(); ++i)
      drawNodesOnHost(groups[i], scene.tone, ranges[i], part, canvas);
  for (const PlanesOfAGroup& each : planes) drawPlanesOnHost(each, scene.tone, PlanePart::borders, canvas);
}

}  // namespace cajal
