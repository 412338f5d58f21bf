#include "viewer/scene/edge_course.h"

#include "viewer/scene/appearance.h"

namespace cajal {

void follow(EdgeCourse course, const NetworkLayout& layout, const MatrixLayout& matrix,
            gpu::EdgeBundle& bundle) {
  const LayerLayout &from = layout.layers[matrix.from], &to = layout.layers[matrix.to];
  const bool takesDetour = matrix.detour != glm::vec3(0.0f);
  const glm::vec3 way = to.center - from.center;
  const float tangent = course == EdgeCourse::straight ? 0.0f : appearance::kTangentShare * glm::length(way);
  const float gather = takesDetour                     ? 1.0f - kOwnCourseOfDetour
                       : course == EdgeCourse::bundled ? appearance::kGather
                                                       : 0.0f;
  const float own = 1.0f - gather;
  bundle.gather = gather;
  bundle.leave =
      glm::vec4(own * tangent * from.normal + gather * (from.center + appearance::kWaist * way), gather);
  bundle.arrive =
      glm::vec4(-own * tangent * to.normal + gather * (to.center - appearance::kWaist * way), gather);
  if (!takesDetour) return;
  // In its middle the curve is 3/4 of the way to its inner control points.
  const glm::vec4 lift(matrix.detour / 0.75f, 0.0f);
  bundle.leave += lift;
  bundle.arrive += lift;
}

}  // namespace cajal
