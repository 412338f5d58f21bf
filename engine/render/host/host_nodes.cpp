#include "engine/render/host/host_nodes.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/render/host/color.h"

namespace cajal {
namespace {

using gpu::kDeadInside, gpu::kDeadRim, gpu::kHollow, gpu::kLeastGlow, gpu::kLeastPixels, gpu::kNodeOutline;
const float kLightX = gpu::kSun.x, kLightY = gpu::kSun.y, kLightZ = gpu::kSun.z;

// A square that faces the eye, at one depth.
struct Impostor {
  float x, y;          // its middle, pixels
  float halfX, halfY;  // half its sides, pixels; signed as the camera's axes are
  float depth;
  float margin;          // of the corners' coordinates: those of the sphere's rim are 1
  float pixelsOfRadius;  // for smooth rims
  float level;           // the value as a share of its range; or a state
};

// Of the view, for all nodes.
struct Eye {
  explicit Eye(const gpu::View& v)
      : view(v),
        right(gpu::vec3(v.view[0][0], v.view[1][0], v.view[2][0]) / v.scale),
        up(gpu::vec3(v.view[0][1], v.view[1][1], v.view[2][1]) / v.scale),
        halfSize(0.5f * gpu::vec2(v.viewport)),
        clipRight(v.viewProjection * gpu::vec4(right, 0.0f)),
        clipUp(v.viewProjection * gpu::vec4(up, 0.0f)) {}

  const gpu::View& view;
  gpu::vec3 right, up;
  gpu::vec2 halfSize;           // of the viewport, pixels
  gpu::vec4 clipRight, clipUp;  // a unit of the group along them, in clip space
};

// False where it is not in front of the eye.
bool place(const Eye& eye, const gpu::Node& node, float level, bool isHalo, Impostor& impostor) {
  const gpu::vec3 position = glm::mix(node.position, node.before, eye.view.remaining);
  const float worldRadius = glm::mix(node.radius, node.radiusBefore, eye.view.remaining);
  if (worldRadius <= 0.0f) return false;
  const gpu::vec4 center = eye.view.view * gpu::vec4(position, 1.0f);
  const gpu::vec4 clip = eye.view.viewProjection * gpu::vec4(position, 1.0f);
  if (clip.w <= 0.0f || clip.z < 0.0f || clip.z > clip.w) return false;
  const float pixelsPerUnit = eye.halfSize.y * std::abs(eye.clipUp.y) / std::max(-center.z, 1e-3f);
  impostor.pixelsOfRadius = std::max(worldRadius * pixelsPerUnit, kLeastPixels);
  impostor.margin = isHalo ? 1.0f : 1.0f + 1.0f / impostor.pixelsOfRadius;  // room for the smooth rim
  const float radius = impostor.pixelsOfRadius / pixelsPerUnit;
  const float reach = radius * (isHalo ? gpu::kHaloRadius : impostor.margin);
  impostor.x = (clip.x / clip.w + 1.0f) * eye.halfSize.x;
  impostor.y = (clip.y / clip.w + 1.0f) * eye.halfSize.y;
  impostor.halfX = eye.clipRight.x * reach / clip.w * eye.halfSize.x;
  impostor.halfY = -eye.clipUp.y * reach / clip.w * eye.halfSize.y;
  impostor.depth = clip.z / clip.w;
  impostor.level = level;
  return true;
}

// How all nodes of a group are coloured.
struct Paint {
  const gpu::ToneStyle& tone;
  gpu::uint show;  // kNodesShow…
};

// Pixels of one row whose middles lie in a square.
struct Row {
  std::uint32_t* __restrict__ pixels;
  float* __restrict__ depth;
  std::uint32_t first, count, y;
  float cornerX, cornerY;  // of the first one's middle
  float step;              // from one to the next
};

host::Color colorOf(const gpu::vec3& color) {
  return {color.x, color.y, color.z};
}

host::Color baseOf(float level, const Paint& paint) {
  const gpu::ToneStyle& tone = paint.tone;
  if (paint.show != gpu::kNodesShowStates) return host::nodeColor(level, tone);
  return level == gpu::kSaturated ? colorOf(gpu::kSaturatedColor)
                                  : host::mix(tone.silent, tone.firing, gpu::kAliveShare);
}

// Over what is there, where nothing stands before it.
[[gnu::always_inline]] inline void put(const Row& row, std::uint32_t i, float depth,
                                       const host::Color& encoded, float coverage) {
  const std::uint32_t before = row.pixels[i];
  const bool isSeen = (coverage > 0.0f ? depth : 2.0f) <= row.depth[i];
  const host::Color color{encoded.red * coverage, encoded.green * coverage, encoded.blue * coverage};
  const std::uint32_t after = host::over(color, 1.0f - coverage, before);
  row.pixels[i] = isSeen ? after : before;
  row.depth[i] = isSeen ? depth : row.depth[i];
}

// A dead neuron is hollow: it sends nothing on.
void shadeDead(const Row row, const Impostor node, bool isInk) {
  for (std::uint32_t i = 0; i < row.count; ++i) {
    const float x = row.cornerX + static_cast<float>(static_cast<std::int32_t>(i)) * row.step;
    const float distance = std::sqrt(x * x + row.cornerY * row.cornerY);
    const float hollow = host::smoothstep(kHollow - 1.0f / node.pixelsOfRadius, kHollow, distance);
    put(row, i, node.depth,
        {host::encode(host::mix(kDeadInside.x, kDeadRim.x, hollow), isInk),
         host::encode(host::mix(kDeadInside.y, kDeadRim.y, hollow), isInk),
         host::encode(host::mix(kDeadInside.z, kDeadRim.z, hollow), isInk)},
        host::sphereCoverage(distance, node.pixelsOfRadius));
  }
}

// On paper a sphere is drawn as by hand: hardly shaded, with an outline.
void shadeInked(const Row row, const Impostor node, const Paint& paint) {
  const bool isFinite = host::isFinite(node.level);
  const host::Color known = baseOf(isFinite ? node.level : 0.0f, paint);
  const gpu::vec3 rim = paint.tone.rim;
  for (std::uint32_t i = 0; i < row.count; ++i) {
    const float x = row.cornerX + static_cast<float>(static_cast<std::int32_t>(i)) * row.step,
                y = row.cornerY;
    const float distance2 = x * x + y * y, distance = std::sqrt(distance2);
    const float z = std::sqrt(distance2 < 1.0f ? 1.0f - distance2 : 0.0f);
    const host::Color base = isFinite ? known : host::notFiniteAt(row.first + i, row.y);
    const float diffuse = 0.5f + 0.5f * (x * kLightX - y * kLightY + z * kLightZ);
    const float light = host::inkedLight(diffuse);
    const float fromRim = (1.0f - distance) * node.pixelsOfRadius;
    const float outline = 1.0f - host::smoothstep(kNodeOutline - 0.5f, kNodeOutline + 0.5f, fromRim);
    put(row, i, node.depth,
        {host::encodePlain(host::mix(base.red * light, rim.x, outline)),
         host::encodePlain(host::mix(base.green * light, rim.y, outline)),
         host::encodePlain(host::mix(base.blue * light, rim.z, outline))},
        host::sphereCoverage(distance, node.pixelsOfRadius));
  }
}

void shadeSphere(const Row row, const Impostor node, const Paint& paint) {
  const bool isFinite = host::isFinite(node.level);
  const host::Color known = baseOf(isFinite ? node.level : 0.0f, paint);
  const gpu::vec3 rimColor = paint.tone.rim;
  const float striped = isFinite ? 0.0f : 1.0f;
  const host::Color own{known.red * (1.0f - striped), known.green * (1.0f - striped),
                        known.blue * (1.0f - striped)};
  // Halfway between the light and the eye.
  const float inverse =
      1.0f / std::sqrt(kLightX * kLightX + kLightY * kLightY + (kLightZ + 1.0f) * (kLightZ + 1.0f));
  const float halfwayX = kLightX * inverse, halfwayY = kLightY * inverse,
              halfwayZ = (kLightZ + 1.0f) * inverse;
  for (std::uint32_t i = 0; i < row.count; ++i) {
    const float x = row.cornerX + static_cast<float>(static_cast<std::int32_t>(i)) * row.step,
                y = row.cornerY;
    const float distance2 = x * x + y * y;
    const float coverage = host::sphereCoverage(std::sqrt(distance2), node.pixelsOfRadius);
    const float z = std::sqrt(distance2 < 1.0f ? 1.0f - distance2 : 0.0f);

    const host::Color stripes = host::notFiniteAt(row.first + i, row.y);
    const float diffuse = 0.5f + 0.5f * (x * kLightX - y * kLightY + z * kLightZ);
    const float light = host::sphereLight(diffuse);
    const float shade = 1.0f - z, rim = shade * shade * shade;
    const float along = x * halfwayX - y * halfwayY + z * halfwayZ, facing = along > 0.0f ? along : 0.0f;
    const float facing2 = facing * facing, facing4 = facing2 * facing2, facing8 = facing4 * facing4,
                facing16 = facing8 * facing8, gloss = facing16 * facing16 * facing8;  // to the 40th
    const float sheen = host::sphereSheen(rim, gloss);
    const float red = (own.red + striped * stripes.red) * light + rimColor.x * sheen,
                green = (own.green + striped * stripes.green) * light + rimColor.y * sheen,
                blue = (own.blue + striped * stripes.blue) * light + rimColor.z * sheen;
    put(row, i, node.depth, {host::encodeFilmic(red), host::encodeFilmic(green), host::encodeFilmic(blue)},
        coverage);
  }
}

void shadeHalo(const Row row, const Impostor node, const Paint& paint) {
  const float strength = host::clamp(std::abs(node.level), 0.0f, 1.0f);
  const host::Color own =
      host::isFinite(node.level) ? host::nodeColor(node.level, paint.tone) : colorOf(gpu::kNotFiniteColor);
  for (std::uint32_t i = 0; i < row.count; ++i) {
    const float x = row.cornerX + static_cast<float>(static_cast<std::int32_t>(i)) * row.step,
                y = row.cornerY;
    const float light = host::haloLight(x * x + y * y, strength);
    const std::uint32_t before = row.pixels[i];
    const std::uint32_t after =
        host::over({own.red * light, own.green * light, own.blue * light}, 1.0f, before);
    row.pixels[i] = node.depth <= row.depth[i] ? after : before;
  }
}

// The pixels, of `size` and from `first`, whose middles are less than `half` from `middle`: first and end.
std::pair<std::uint32_t, std::uint32_t> between(float middle, float half, std::uint32_t first,
                                                std::uint32_t size) {
  const auto low = static_cast<float>(first), high = static_cast<float>(size);
  const float reach = std::abs(half);
  return {static_cast<std::uint32_t>(std::clamp(std::ceil(middle - reach - 0.5f), low, high)),
          static_cast<std::uint32_t>(std::clamp(std::ceil(middle + reach - 0.5f), low, high))};
}

void draw(const Impostor& node, bool isHalo, const Paint& paint, const host::Canvas& canvas) {
  if (canvas.left >= canvas.width) return;
  const auto [firstX, endX] = between(node.x, node.halfX, canvas.left, canvas.width);
  const auto [firstY, endY] = between(node.y, node.halfY, 0, canvas.height);
  if (firstX >= endX) return;
  for (std::uint32_t y = firstY; y < endY; ++y) {
    const std::size_t place = std::size_t{y} * canvas.width + firstX;
    const float cornerX = (static_cast<float>(firstX) + 0.5f - node.x) / node.halfX * node.margin;
    const float cornerY = (static_cast<float>(y) + 0.5f - node.y) / node.halfY * node.margin;
    const Row row{canvas.pixels + place,   canvas.depth + place, firstX, endX - firstX, y, cornerX, cornerY,
                  node.margin / node.halfX};
    if (isHalo)
      shadeHalo(row, node, paint);
    else if (paint.show == gpu::kNodesShowStates && node.level == gpu::kDead)
      shadeDead(row, node, paint.tone.isInk == 1);
    else if (paint.tone.isInk == 1)
      shadeInked(row, node, paint);
    else
      shadeSphere(row, node, paint);
  }
}

float levelOf(gpu::uint show, std::span<const float> values, std::span<const gpu::Range> ranges,
              const gpu::Node& node, std::size_t index) {
  switch (show) {
    case gpu::kNodesShowStates: return values[index];
    case gpu::kNodesShowActivations: return values[node.activation] / ranges[node.range].end;
    default: return node.bias == gpu::kNone ? 0.0f : values[node.bias] / ranges[node.biasRange].end;
  }
}

}  // namespace

void drawNodesOnHost(const GroupFrame& frame, const gpu::ToneStyle& tone, std::span<const gpu::Range> ranges,
                     NodePart part, const host::Canvas& canvas) {
  const RenderGroup& group = frame.group;
  const bool isHalo = part == NodePart::halos;
  // Paper does not glow, and a state is no light.
  if (isHalo && (tone.isInk == 1 || showsStates(group))) return;
  const auto nodes = hostElements<gpu::Node>(group.nodes);
  const auto values = hostElements<float>(frame.nodeValues);
  const Eye eye(frame.view);
  const Paint paint{tone, group.nodeStyle.show};
  for (const NodeSpan& span : shownNodes(group)) {
    for (std::size_t i = span.first; i < span.first + span.count; ++i) {
      const float level = levelOf(paint.show, values, ranges, nodes[i], i);
      if (isHalo && !(std::abs(level) > kLeastGlow)) continue;
      Impostor impostor;
      if (place(eye, nodes[i], level, isHalo, impostor)) draw(impostor, isHalo, paint, canvas);
    }
  }
}

}  // namespace cajal
