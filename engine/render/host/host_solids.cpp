#include "engine/render/host/host_solids.h"

#include <algorithm>

#include "engine/render/host/color.h"
#include "engine/render/host/host_nodes.h"
#include "engine/render/host/host_planes.h"

namespace cajal {

void HostSolids::draw(const RenderScene& scene, const ReducedPlanes& reduced,
                      std::span<const gpu::Range> ranges, std::uint32_t* picture) {
  const gpu::uvec2 size = scene.view.viewport;
  m_depth.assign(std::size_t{size.x} * size.y, 1.0f);
  const host::Canvas canvas{picture, m_depth.data(), size.x, size.y, std::min(scene.view.left, size.x)};
  const std::uint32_t covered =
      host::opaque(scene.coveredColor.r, scene.coveredColor.g, scene.coveredColor.b);
  for (std::uint32_t y = 0; y < size.y; ++y)
    std::fill_n(picture + std::size_t{y} * size.x, canvas.left, covered);
  const std::vector<gpu::PlaneOutline> outlines = outlinesOf(scene.planes, scene.view);
  drawPlanesOnHost(scene, reduced, ranges, outlines, PlanePart::inside, canvas);
  drawNodesOnHost(scene, ranges, canvas);
  drawPlanesOnHost(scene, reduced, ranges, outlines, PlanePart::borders, canvas);
}

}  // namespace cajal
