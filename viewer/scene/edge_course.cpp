#include "viewer/scene/edge_course.h"

#include "viewer/scene/appearance.h"

namespace cajal {

void follow(EdgeCourse course, const LayerLayout& from, const LayerLayout& to, gpu::EdgeBundle& bundle) {
  const glm::vec3 way = to.center - from.center;
  const float tangent = course == EdgeCourse::straight ? 0.0f : appearance::kTangentShare * glm::length(way);
  const float gather = course == EdgeCourse::bundled ? appearance::kGather : 0.0f;
  const float own = 1.0f - gather;
  bundle.gather = gather;
  bundle.leave =
      glm::vec4(own * tangent * from.normal + gather * (from.center + appearance::kWaist * way), gather);
  bundle.arrive =
      glm::vec4(-own * tangent * to.normal + gather * (to.center - appearance::kWaist * way), gather);
}

}  // namespace cajal
