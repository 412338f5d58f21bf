#include "viewer/scene/picking.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cajal {
namespace {

constexpr float kNever = std::numeric_limits<float>::infinity();
constexpr float kLeastPixels = 1.5f;  // radius of a sphere on the screen (shaders/node.vert), and some mercy

// Where the ray meets the plane through `point` with this normal; kNever where it does not.
float distanceToPlane(const Ray& ray, const glm::vec3& point, const glm::vec3& normal) {
  const float slope = glm::dot(ray.direction, normal);
  if (std::fabs(slope) < 1e-7f) return kNever;
  const float distance = glm::dot(point - ray.origin, normal) / slope;
  return distance > 0 ? distance : kNever;
}

float distanceToSphere(const Ray& ray, const glm::vec3& center, float radius) {
  const glm::vec3 to = center - ray.origin;
  const float along = glm::dot(to, ray.direction);
  const float square = radius * radius - (glm::dot(to, to) - along * along);
  if (square < 0) return kNever;
  const float distance = along - std::sqrt(square);
  return distance > 0 ? distance : kNever;
}

// A place in a layer's plane, in units of its spacing, from the top left: x along a row, y down a column.
glm::vec2 inLayer(const LayerLayout& layer, const glm::vec3& point) {
  const glm::vec3 from = (point - layer.mapOrigin(0)) / layer.spacing;
  return {glm::dot(from, layer.right), glm::dot(from, layer.down)};
}

// ---- layers of spheres ----

class SphereLayer {
 public:
  SphereLayer(const Ray& ray, const LayerLayout& layer, float radius)
      : m_ray(ray), m_layer(layer), m_radius(radius) {}

  // The nearest sphere that the ray meets: along the cells it passes while it is no further than a radius
  // from the plane of the centres.
  void find(float& nearest, std::size_t& index) const {
    float enter = 0, leave = kNever;
    const float start = glm::dot(m_ray.origin - m_layer.center, m_layer.normal),
                slope = glm::dot(m_ray.direction, m_layer.normal);
    if (std::fabs(slope) < 1e-7f) {
      if (std::fabs(start) > m_radius) return;
      leave = glm::length(m_layer.box.center() - m_ray.origin) + glm::length(m_layer.box.size());
    } else {
      const float a = (-m_radius - start) / slope, b = (m_radius - start) / slope;
      enter = std::max(0.0f, std::min(a, b));
      leave = std::max(a, b);
    }
    if (leave <= enter) return;
    walk(at(enter), at(leave), nearest, index);
  }

 private:
  glm::vec2 at(float distance) const { return inLayer(m_layer, m_ray.origin + distance * m_ray.direction); }

  // Every cell within reach of the straight line between two places.
  void walk(glm::vec2 from, glm::vec2 to, float& nearest, std::size_t& index) const {
    const glm::vec2 size(static_cast<float>(m_layer.columns), static_cast<float>(m_layer.rows));
    if (!clip(from, to, size)) return;
    const glm::vec2 way = to - from;
    const int steps = 1 + static_cast<int>(2.0f * std::max(std::fabs(way.x), std::fabs(way.y)));
    for (int step = 0; step <= steps; ++step) {
      const glm::vec2 here = from + way * (static_cast<float>(step) / static_cast<float>(steps));
      tryAround(here, nearest, index);
    }
  }

  // Cuts the line to the layer and a cell around it; false where nothing is left.
  static bool clip(glm::vec2& from, glm::vec2& to, glm::vec2 size) {
    float first = 0, last = 1;
    const glm::vec2 way = to - from;
    for (int axis = 0; axis < 2; ++axis) {
      const float low = -1.0f - from[axis], high = size[axis] + 1.0f - from[axis];
      if (way[axis] == 0.0f) {
        if (low > 0 || high < 0) return false;
        continue;
      }
      const float a = low / way[axis], b = high / way[axis];
      first = std::max(first, std::min(a, b));
      last = std::min(last, std::max(a, b));
    }
    if (first > last) return false;
    const glm::vec2 start = from;
    from = start + way * first;
    to = start + way * last;
    return true;
  }

  void tryAround(glm::vec2 place, float& nearest, std::size_t& index) const {
    const auto column = static_cast<std::ptrdiff_t>(std::floor(place.x)),
               row = static_cast<std::ptrdiff_t>(std::floor(place.y));
    for (std::ptrdiff_t r = row - 1; r <= row + 1; ++r) {
      for (std::ptrdiff_t c = column - 1; c <= column + 1; ++c) tryCell(r, c, nearest, index);
    }
  }

  void tryCell(std::ptrdiff_t row, std::ptrdiff_t column, float& nearest, std::size_t& index) const {
    if (row < 0 || column < 0 || row >= static_cast<std::ptrdiff_t>(m_layer.rows) ||
        column >= static_cast<std::ptrdiff_t>(m_layer.columns))
      return;
    const std::size_t neuron =
        static_cast<std::size_t>(row) * m_layer.columns + static_cast<std::size_t>(column);
    if (neuron >= m_layer.count) return;
    const float distance = distanceToSphere(m_ray, m_layer.place(neuron), m_radius);
    if (distance >= nearest) return;
    nearest = distance;
    index = neuron;
  }

  const Ray& m_ray;
  const LayerLayout& m_layer;
  float m_radius;
};

// ---- layers of pictures ----

// The neuron whose pixel lies at this place; nothing between two pictures or beside them.
std::optional<std::size_t> pixelAt(const LayerLayout& layer, glm::vec2 place) {
  const auto pitchDown = static_cast<float>(layer.rows + 1),
             pitchAcross = static_cast<float>(layer.columns + 1);
  const glm::vec2 map = glm::floor(place / glm::vec2(pitchAcross, pitchDown));
  const glm::vec2 inside = place - map * glm::vec2(pitchAcross, pitchDown);
  if (map.x < 0 || map.y < 0 || map.x >= static_cast<float>(layer.mapColumns) ||
      inside.x >= static_cast<float>(layer.columns) || inside.y >= static_cast<float>(layer.rows))
    return std::nullopt;
  const std::size_t channel =
      static_cast<std::size_t>(map.y) * layer.mapColumns + static_cast<std::size_t>(map.x);
  if (channel >= layer.channels) return std::nullopt;
  const std::size_t pixel =
      static_cast<std::size_t>(inside.y) * layer.columns + static_cast<std::size_t>(inside.x);
  const std::size_t neuron = pixel * layer.channels + channel;
  return neuron < layer.count ? std::optional(neuron) : std::nullopt;
}

// ---- neurons that stand in no order ----

void findScattered(const Ray& ray, const NetworkLayout& layout, std::size_t l, float radius, float& nearest,
                   std::size_t& index) {
  for (std::size_t i = 0; i < layout.layers[l].count; ++i) {
    const float distance = distanceToSphere(ray, layout.node(l, i), radius);
    if (distance >= nearest) continue;
    nearest = distance;
    index = i;
  }
}

void pickNeuron(const Ray& ray, const NetworkLayout& layout, std::size_t l, float unitsPerPixel, Pick& pick) {
  const LayerLayout& layer = layout.layers[l];
  float nearest = pick.isNothing() ? kNever : pick.distance;
  std::optional<std::size_t> found;
  if (layer.isFlat()) {
    const float distance = distanceToPlane(ray, layer.center, layer.normal);
    if (distance >= nearest) return;
    found = pixelAt(layer, inLayer(layer, ray.origin + distance * ray.direction));
    if (found) nearest = distance;
  } else {
    const float least = kLeastPixels * unitsPerPixel * glm::length(layer.center - ray.origin);
    const float radius = std::min(std::max(layer.radius, least), 0.5f * layer.spacing);
    const float before = nearest;
    std::size_t index = 0;
    if (layer.isScattered) {
      findScattered(ray, layout, l, radius, nearest, index);
    } else {
      SphereLayer(ray, layer, radius).find(nearest, index);
    }
    if (nearest < before) found = index;
  }
  if (!found) return;
  pick = {};
  pick.neuron = NeuronPlace{l, *found};
  pick.distance = nearest;
}

void pickCell(const Ray& ray, const NetworkLayout& layout, std::size_t m, Pick& pick) {
  const MatrixLayout& matrix = layout.matrices[m];
  const float distance = distanceToPlane(ray, matrix.origin, glm::cross(matrix.across, matrix.down));
  if (distance >= (pick.isNothing() ? kNever : pick.distance)) return;
  const glm::vec3 from = ray.origin + distance * ray.direction - matrix.origin;
  // `across` and `down` stand at right angles.
  const float x = glm::dot(from, matrix.across) / glm::dot(matrix.across, matrix.across),
              y = glm::dot(from, matrix.down) / glm::dot(matrix.down, matrix.down);
  const auto cell = matrix.cellAt({x, y});
  if (!cell) return;
  pick = {};
  pick.cell = CellPlace{m, cell->first, cell->second};
  pick.distance = distance;
}

}  // namespace

Ray rayThrough(const glm::mat4& viewProjection, glm::vec2 viewport, glm::vec2 pixel) {
  const glm::mat4 back = glm::inverse(viewProjection);
  const glm::vec2 place = 2.0f * pixel / viewport - 1.0f;
  const auto at = [&](float depth) {
    const glm::vec4 point = back * glm::vec4(place, depth, 1.0f);
    return glm::vec3(point) / point.w;
  };
  const glm::vec3 near = at(0.0f);
  return {near, glm::normalize(at(0.99f) - near)};  // 0.99: some units away, where depth still has bits
}

Pick pickUnder(const Ray& ray, const NetworkLayout& layout, float unitsPerPixel, bool showsMatrices) {
  Pick pick;
  for (std::size_t l = 0; l < layout.layers.size(); ++l) pickNeuron(ray, layout, l, unitsPerPixel, pick);
  for (std::size_t m = 0; showsMatrices && m < layout.matrices.size(); ++m) {
    if (layout.matrices[m].isShown) pickCell(ray, layout, m, pick);
  }
  return pick;
}

}  // namespace cajal
