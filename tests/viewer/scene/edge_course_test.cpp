#include "viewer/scene/edge_course.h"

#include "tests/viewer/layout/networks.h"

#include <gtest/gtest.h>

#include <cmath>

namespace cajal::test {
namespace {

NetworkLayout twoLayers() {
  return layOut(inARow({{{1, 1, 20}}, {{1, 1, 30}, 30, 20, {}}}));
}

gpu::EdgeBundle bundleOf(EdgeCourse course, const NetworkLayout& layout) {
  gpu::EdgeBundle bundle{};
  follow(course, layout, layout.matrices[0], bundle);
  return bundle;
}

// The curve's inner control points, of an edge between these two places.
std::pair<glm::vec4, glm::vec4> inner(const gpu::EdgeBundle& bundle, glm::vec3 source, glm::vec3 target) {
  const float own = 1.0f - bundle.gather;
  return {own * glm::vec4(source, 1) + bundle.leave, own * glm::vec4(target, 1) + bundle.arrive};
}

TEST(EdgeCourses, HaveControlPointsOfWeightOne) {
  const NetworkLayout layout = twoLayers();
  for (const EdgeCourse course : kCourses) {
    const auto [p1, p2] = inner(bundleOf(course, layout), layout.node(0, 3), layout.node(1, 4));
    EXPECT_FLOAT_EQ(p1.w, 1) << name(course);
    EXPECT_FLOAT_EQ(p2.w, 1) << name(course);
  }
}

TEST(EdgeCourses, AStraightOneIsAsStraightAsItsEnds) {
  const NetworkLayout layout = twoLayers();
  const auto [p1, p2] = inner(bundleOf(EdgeCourse::straight, layout), layout.node(0, 3), layout.node(1, 4));
  EXPECT_EQ(glm::vec3(p1), layout.node(0, 3));
  EXPECT_EQ(glm::vec3(p2), layout.node(1, 4));
}

TEST(EdgeCourses, ACurvedOneLeavesAndArrivesAlongTheLayersNormals) {
  const NetworkLayout layout = twoLayers();
  const auto [p1, p2] = inner(bundleOf(EdgeCourse::curved, layout), layout.node(0, 3), layout.node(1, 4));
  const glm::vec3 leaves = glm::normalize(glm::vec3(p1) - layout.node(0, 3)),
                  arrives = glm::normalize(layout.node(1, 4) - glm::vec3(p2));
  EXPECT_NEAR(glm::dot(leaves, layout.layers[0].normal), 1, 1e-5);
  EXPECT_NEAR(glm::dot(arrives, layout.layers[1].normal), 1, 1e-5);
}

TEST(EdgeCourses, BundledOnesComeCloserTogether) {
  const NetworkLayout layout = twoLayers();
  const auto apart = [&](EdgeCourse course) {
    const gpu::EdgeBundle bundle = bundleOf(course, layout);
    return glm::distance(glm::vec3(inner(bundle, layout.node(0, 0), layout.node(1, 0)).first),
                         glm::vec3(inner(bundle, layout.node(0, 19), layout.node(1, 0)).first));
  };
  EXPECT_LT(apart(EdgeCourse::bundled), 0.3f * apart(EdgeCourse::curved));
}

// Whatever the course: the edges of a skip do not run through the neurons of the layers that they skip.
TEST(EdgeCourses, OfASkipPassBesideTheLayersBetween) {
  for (const LayoutKind kind : kLayoutKinds) {
    const NetworkLayout layout = layOut(skips(), {kind, {}});
    for (const MatrixLayout& matrix : layout.matrices) {
      for (const EdgeCourse course : kCourses) {
        gpu::EdgeBundle bundle{};
        follow(course, layout, matrix, bundle);
        for (std::size_t i = 0; i < matrix.rows; ++i) {
          const glm::vec4 p0(layout.node(matrix.from, i % matrix.columns), 1),
              p3(layout.node(matrix.to, i), 1);
          const auto [p1, p2] = inner(bundle, p0, p3);
          for (float t = 0; t <= 1; t += 1.0f / 512) {
            const float u = 1 - t;
            const glm::vec3 at = u * u * u * p0 + 3 * u * u * t * p1 + 3 * u * t * t * p2 + t * t * t * p3;
            for (std::size_t l = matrix.from + 1; l < matrix.to; ++l) {
              const LayerLayout& layer = layout.layers[l];
              const glm::vec3 way = glm::vec3(at) - layer.center;
              ASSERT_FALSE(std::fabs(glm::dot(way, layer.right)) < 0.5f * layer.width() &&
                           std::fabs(glm::dot(way, layer.down)) < 0.5f * layer.height() &&
                           std::fabs(glm::dot(way, layer.normal)) < layer.radius)
                  << name(kind) << ", " << name(course) << ": from " << matrix.from << " to " << matrix.to
                  << " through " << l;
            }
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace cajal::test
