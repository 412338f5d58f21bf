#include "engine/render/host/host_edges.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include "engine/render/edge_window.h"
#include "engine/render/host/light.h"

namespace cajal {
namespace {

using gpu::kNear;

constexpr std::uint32_t kRun =
    256;  // edges prepared together: what is known of them stays in the nearest cache
constexpr std::uint32_t kLengths = 64;       // edges of so many samples and more are not told apart
constexpr float kLargestWhole = 2147483520;  // the last float before 2^31

}  // namespace

// What all edges of a bundle have in common.
struct HostEdges::Bundle {
  const gpu::EdgeBundle& edges;
  const gpu::EdgeStyle& style;
  const gpu::View& view;
  const float* values;
  const float* activations;  // of the sources; null: the value stands alone
  gpu::Range range;
  std::uint32_t seed;
  float width, height;          // of the viewport, pixels
  float halfWidth, halfHeight;  // pixels
  float lineWidth;
  float own;
  gpu::vec4 leave, arrive;  // clip space
  const Group& nodes;
  const GroupFrame& frame;
  std::uint32_t index;  // of the bundle in its group
};

// What is known of each of a run of edges to one target.
struct HostEdges::Run {
  std::uint32_t edge;        // number of the first of them
  std::uint32_t firstValue;  // floats from the target's first
  std::uint32_t offset;      // nodes, or activations, from the bundle's first source
  std::uint32_t count;
  alignas(64) float value[kRun], light01[kRun];
  alignas(64) float unit[kRun];            // light of a sample, for a pixel of the curve
  alignas(64) std::uint32_t random[kRun];  // the state from which the samples go on
  alignas(64) std::int32_t samples[kRun];
};

void HostEdges::draw(const gpu::View& view, std::span<const GroupFrame> groups,
                     std::span<const std::span<const gpu::Range>> ranges) {
  leak(view);
  m_marks.clear(view);
  m_groups.resize(groups.size());
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const std::vector<gpu::EdgeBundle>& bundles = groups[g].group.bundles;
    if (bundles.empty()) continue;
    m_groups[g].project(groups[g]);
    m_groups[g].cutoffs.select(groups[g].group);
    for (std::uint32_t index = 0; index < bundles.size(); ++index)
      drawBundle(groups[g], m_groups[g], index, ranges[g][bundles[index].range]);
  }
  add({});  // adds the last samples, which are still held back
}

void HostEdges::leak(const gpu::View& view) {
  const std::size_t size = std::size_t{2} * view.viewport.x * view.viewport.y;
  const float keep = 1.0f - view.blend;
  if (size != m_light.size() || keep <= 0.0f) {
    m_light.assign(size, 0);
    return;
  }
  for (std::uint32_t& light : m_light) light = static_cast<std::uint32_t>(static_cast<float>(light) * keep);
}

void HostEdges::Group::project(const GroupFrame& frame) {
  const std::uint32_t count = frame.group.nodeCount;
  const auto nodes = hostElements<gpu::Node>(frame.group.nodes);
  for (std::vector<float>* plane : {&x, &y, &w, &screenX, &screenY}) plane->resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    const gpu::vec3 place = glm::mix(nodes[i].position, nodes[i].before, frame.view.remaining);
    const gpu::vec4 clip = frame.view.viewProjection * gpu::vec4(place, 1.0f);
    x[i] = clip.x;
    y[i] = clip.y;
    w[i] = clip.w;
    screenX[i] = clip.x / clip.w;
    screenY[i] = clip.y / clip.w;
  }
}

void HostEdges::drawBundle(const GroupFrame& frame, const Group& nodes, std::uint32_t index,
                           const gpu::Range& range) {
  const RenderGroup& group = frame.group;
  const gpu::EdgeBundle& edges = group.bundles[index];
  const float* const activations = hostElements<float>(group.activations).data();
  const auto width = static_cast<float>(frame.view.viewport.x),
             height = static_cast<float>(frame.view.viewport.y);
  const Bundle bundle{edges,
                      group.edges,
                      frame.view,
                      firstValueOf(edges, hostElements<float>(group.shownValues).data()),
                      edges.firstActivation == gpu::kNone ? nullptr : activations + edges.firstActivation,
                      range,
                      host::hash(frame.view.frame + 0x9e3779b9u * (frame.firstBundle + index)),
                      width,
                      height,
                      0.5f * width,
                      0.5f * height,
                      std::max(group.edges.width, 1.0f),
                      1.0f - edges.gather,
                      frame.view.viewProjection * edges.leave,
                      frame.view.viewProjection * edges.arrive,
                      nodes,
                      frame,
                      index};
  for (std::uint32_t target = 0; target < edges.targets; ++target) drawTarget(bundle, target);
}

void HostEdges::drawTarget(const Bundle& bundle, std::uint32_t target) {
  Run run;
  std::array<std::uint32_t, kRun> order;
  const std::uint32_t sources = bundle.edges.sources;
  for (std::uint32_t first = 0; first < sources; first += run.count) {
    run.edge = target * sources + first;
    run.firstValue = valueOffset(bundle.edges.window, first);
    run.offset = sourceOffset(bundle.edges.window, target, first);
    run.count = std::min(sourcesInRun(bundle.edges, first), kRun);
    const std::uint32_t count = run.count;
    if (!prepare(bundle, target, run)) markNotFinite(bundle, target, run);

    // Those with the most samples first, so that those that walk together arrive together.
    std::array<std::uint32_t, kLengths + 1> starts{};
    const auto lengthOf = [&](std::uint32_t i) {
      return kLengths - 1 - std::min(static_cast<std::uint32_t>(run.samples[i]), kLengths - 1);
    };
    for (std::uint32_t i = 0; i < count; ++i) ++starts[lengthOf(i) + 1];
    for (std::uint32_t length = 0; length < kLengths; ++length) starts[length + 1] += starts[length];
    const std::uint32_t drawn = starts[kLengths - 1];  // the last ones have no samples
    for (std::uint32_t i = 0; i < count; ++i) order[starts[lengthOf(i)]++] = i;

    for (std::uint32_t group = 0; group < drawn; group += kLanes)
      walkTogether(bundle, target, {&order[group], std::min(drawn - group, kLanes)}, run);
  }
}

// Edges that are not finite get marks instead of the light that was prepared for them.
void HostEdges::markNotFinite(const Bundle& bundle, std::uint32_t target, Run& run) {
  const gpu::vec4 end = bundle.nodes.clip(bundle.edges.target + target);
  for (std::uint32_t i = 0; i < run.count; ++i) {
    if (host::isFinite(run.value[i])) continue;
    run.samples[i] = 0;
    m_marks.mark(bundle.frame, bundle.index, bundle.range, run.edge + i,
                 bundle.nodes.clip(bundle.edges.source + run.offset + i), end);
  }
}

// Everything about an edge that its samples share.
bool HostEdges::prepare(const Bundle& bundle, std::uint32_t target, Run& run) const {
  const std::uint32_t count = run.count;
  const float* const values = bundle.values + std::size_t{target} * bundle.edges.stride + run.firstValue;
  for (std::uint32_t i = 0; i < count; ++i) run.value[i] = values[i];
  if (bundle.activations)
    for (std::uint32_t i = 0; i < count; ++i) run.value[i] *= bundle.activations[run.offset + i];

  const gpu::EdgeStyle& style = bundle.style;
  const float cutoff = bundle.nodes.cutoffs.of(bundle.edges, target);
  const float end = bundle.range.end, gamma = style.gamma, threshold = style.threshold;
  std::uint32_t largest =
      0;  // of the bits of all magnitudes, which are ordered as these are, and NaN above all
  for (std::uint32_t i = 0; i < count; ++i) {
    const float magnitude = std::abs(run.value[i]), share = magnitude / end;
    const auto bits = std::bit_cast<std::uint32_t>(magnitude);
    largest = largest > bits ? largest : bits;
    const bool isDrawn = (share > threshold) & !(magnitude < cutoff);
    const float light01 = host::exp2(gamma * host::log2(share < gpu::kMostShare ? share : gpu::kMostShare));
    run.light01[i] = isDrawn ? light01 : 0.0f;
  }

  const std::uint32_t node = bundle.edges.target + target;
  const Group& nodes = bundle.nodes;
  const float x3 = nodes.x[node], y3 = nodes.y[node], w3 = nodes.w[node], screenX3 = nodes.screenX[node],
              screenY3 = nodes.screenY[node];
  const float own = bundle.own, x2 = own * x3 + bundle.arrive.x, y2 = own * y3 + bundle.arrive.y,
              w2 = own * w3 + bundle.arrive.w;
  const float leaveX = bundle.leave.x, leaveY = bundle.leave.y, leaveW = bundle.leave.w;
  const float halfWidth = bundle.halfWidth, halfHeight = bundle.halfHeight, lineWidth = bundle.lineWidth;
  const float longest = 2.0f * (halfWidth + halfHeight);
  const float wantedOfAll = bundle.edges.samples;
  const float meanOfAll = static_cast<float>(bundle.edges.sources) *
                          static_cast<float>(bundle.edges.targets) * bundle.range.meanLight;
  const std::uint32_t firstEdge = run.edge, seed = bundle.seed;
  const float gain = bundle.edges.gain, strength = style.strength, blend = bundle.view.blend;
  const std::uint32_t firstNode = bundle.edges.source + run.offset;
  const float *const xs = nodes.x.data() + firstNode, *const ys = nodes.y.data() + firstNode,
                     *const ws = nodes.w.data() + firstNode,
                     *const screenXs = nodes.screenX.data() + firstNode,
                     *const screenYs = nodes.screenY.data() + firstNode;
  for (std::uint32_t i = 0; i < count; ++i) {
    const float x0 = xs[i], y0 = ys[i], w0 = ws[i];
    const float x1 = own * x0 + leaveX, y1 = own * y0 + leaveY, w1 = own * w0 + leaveW;
    const bool isRight = (x0 > w0) & (x1 > w1) & (x2 > w2) & (x3 > w3);
    const bool isLeft = (x0 < -w0) & (x1 < -w1) & (x2 < -w2) & (x3 < -w3);
    const bool isBelow = (y0 > w0) & (y1 > w1) & (y2 > w2) & (y3 > w3);
    const bool isAbove = (y0 < -w0) & (y1 < -w1) & (y2 < -w2) & (y3 < -w3);
    const bool isBehind = (w0 < kNear) & (w1 < kNear) & (w2 < kNear) & (w3 < kNear);
    const bool isOutside = isRight | isLeft | isBelow | isAbove | isBehind;

    // Length of the projected curve in pixels, from its ends; an edge that passes the eye counts as long.
    const float across = (screenX3 - screenXs[i]) * halfWidth, down = (screenY3 - screenYs[i]) * halfHeight;
    const bool passesTheEye = (w0 < kNear) | (w3 < kNear);
    const float pixels = passesTheEye ? longest : 1.1f * std::sqrt(across * across + down * down);

    const std::uint32_t random = host::hash((firstEdge + i) ^ seed);
    const float whole = std::ceil(pixels * lineWidth), every = whole > 1.0f ? whole : 1.0f;
    const float light01 = run.light01[i];
    const float due = wantedOfAll > 0.0f ? wantedOfAll * light01 / meanOfAll : every;
    const float wanted = host::clamp(due, 1e-9f, every);
    const float samples = host::clamp(wanted + host::unitFloat(random), 0.0f, kLargestWhole);
    const bool isDrawn = (light01 > 0.0f) & !isOutside;
    run.samples[i] = isDrawn ? static_cast<std::int32_t>(samples) : 0;
    run.unit[i] = light01 * gain * strength * blend * lineWidth * gpu::kLightUnit / wanted;
    run.random[i] = host::hash(random);
  }
  return largest < std::bit_cast<std::uint32_t>(std::numeric_limits<float>::infinity());
}

// Up to kLanes edges, each at its own pace from its source to the target.
void HostEdges::walkTogether(const Bundle& bundle, std::uint32_t target, std::span<const std::uint32_t> edges,
                             const Run& run) {
  using Floats = float[kLanes];
  using Wholes = std::int32_t[kLanes];
  alignas(64) Floats x0, y0, w0, ax, ay, aw, bx, by, bw, cx, cy, cw, t, inverse, unit;
  alignas(64) Wholes samples, sign;
  alignas(64) std::uint32_t random[kLanes];

  const std::uint32_t node = bundle.edges.target + target;
  const Group& nodes = bundle.nodes;
  const float x3 = nodes.x[node], y3 = nodes.y[node], w3 = nodes.w[node];
  const float own = bundle.own, x2 = own * x3 + bundle.arrive.x, y2 = own * y3 + bundle.arrive.y,
              w2 = own * w3 + bundle.arrive.w;
  // Lanes without an edge of their own repeat the first one's, without samples.
  std::uint32_t indices[kLanes];
  for (std::uint32_t lane = 0; lane < kLanes; ++lane) indices[lane] = edges[lane < edges.size() ? lane : 0];
  for (std::uint32_t lane = 0; lane < kLanes; ++lane) {
    const std::uint32_t i = indices[lane], source = bundle.edges.source + run.offset + i;
    samples[lane] = lane < edges.size() ? run.samples[i] : 0;
    sign[lane] = run.value[i] < 0.0f;
    random[lane] = run.random[i];
    unit[lane] = run.unit[i];
    x0[lane] = nodes.x[source];
    y0[lane] = nodes.y[source];
    w0[lane] = nodes.w[source];
  }
  // Power basis, c(t) = ((a t + b) t + c) t + p0: three multiply-adds a sample, three for the derivative.
  for (std::uint32_t lane = 0; lane < kLanes; ++lane) {
    const float x1 = own * x0[lane] + bundle.leave.x, y1 = own * y0[lane] + bundle.leave.y,
                w1 = own * w0[lane] + bundle.leave.w;
    cx[lane] = 3.0f * (x1 - x0[lane]);
    cy[lane] = 3.0f * (y1 - y0[lane]);
    cw[lane] = 3.0f * (w1 - w0[lane]);
    bx[lane] = 3.0f * (x2 - x1) - cx[lane];
    by[lane] = 3.0f * (y2 - y1) - cy[lane];
    bw[lane] = 3.0f * (w2 - w1) - cw[lane];
    ax[lane] = x3 - x0[lane] - bx[lane] - cx[lane];
    ay[lane] = y3 - y0[lane] - by[lane] - cy[lane];
    aw[lane] = w3 - w0[lane] - bw[lane] - cw[lane];
    inverse[lane] = 1.0f / (samples[lane] > 1 ? static_cast<float>(samples[lane]) : 1.0f);
    t[lane] = host::unitFloat(random[lane]) * inverse[lane];
  }

  const gpu::EdgeStyle& style = bundle.style;
  const float halfWidth = bundle.halfWidth, halfHeight = bundle.halfHeight, lineWidth = bundle.lineWidth;
  const float left = static_cast<float>(bundle.view.left), right = bundle.width, bottom = bundle.height;
  const auto width = static_cast<std::int32_t>(bundle.view.viewport.x);
  const std::int32_t most = *std::max_element(samples, samples + kLanes);
  for (std::int32_t s = 0; s < most; ++s) {
    alignas(64) Floats carried, depth;
    Samples now;
    alignas(64) Floats rounding;
    for (std::uint32_t lane = 0; lane < kLanes; ++lane) {
      const float at = t[lane];
      const float x = ((ax[lane] * at + bx[lane]) * at + cx[lane]) * at + x0[lane],
                  y = ((ay[lane] * at + by[lane]) * at + cy[lane]) * at + y0[lane],
                  w = ((aw[lane] * at + bw[lane]) * at + cw[lane]) * at + w0[lane];
      const float dx = (3.0f * ax[lane] * at + 2.0f * bx[lane]) * at + cx[lane],
                  dy = (3.0f * ay[lane] * at + 2.0f * by[lane]) * at + cy[lane],
                  dw = (3.0f * aw[lane] * at + 2.0f * bw[lane]) * at + cw[lane];
      const bool isInFront = !(w < kNear);
      const float inverseW = 1.0f / (isInFront ? w : 1.0f);
      const float screenX = x * inverseW, screenY = y * inverseW;
      const float speedX = (dx - screenX * dw) * inverseW * halfWidth,
                  speedY = (dy - screenY * dw) * inverseW * halfHeight;
      const float speed = std::sqrt(speedX * speedX + speedY * speedY);

      const std::uint32_t next = isInFront ? host::hash(random[lane]) : random[lane];
      random[lane] = next;
      // Jitter across the width, half a pixel each way at least, smooths what would be steps; the last bits
      // round the light up or down without bias.
      const float jitterX =
          (static_cast<float>(static_cast<std::int32_t>(next & 1023u)) * (1.0f / 1024.0f) - 0.5f) * lineWidth;
      const float jitterY =
          (static_cast<float>(static_cast<std::int32_t>((next >> 10) & 1023u)) * (1.0f / 1024.0f) - 0.5f) *
          lineWidth;
      const float pixelX = std::floor((screenX + 1.0f) * halfWidth + jitterX),
                  pixelY = std::floor((screenY + 1.0f) * halfHeight + jitterY);
      const bool isSeen = isInFront & (s < samples[lane]) & (pixelX >= left) & (pixelX < right) &
                          (pixelY >= 0.0f) & (pixelY < bottom);
      const auto column = static_cast<std::int32_t>(isSeen ? pixelX : 0.0f),
                 row = static_cast<std::int32_t>(isSeen ? pixelY : 0.0f);
      now.place[lane] = 2 * (row * width + column) + sign[lane];
      carried[lane] = isSeen ? unit[lane] * speed : 0.0f;
      rounding[lane] = static_cast<float>(static_cast<std::int32_t>(next >> 20)) * (1.0f / 4096.0f);
      depth[lane] = w;
    }
    if (style.depthCue > 0.0f)
      for (std::uint32_t lane = 0; lane < kLanes; ++lane)
        carried[lane] *= host::depthLight(depth[lane], style.depthCue, style.nearest, style.farthest);
    if (style.pulse > 0.0f)
      for (std::uint32_t lane = 0; lane < kLanes; ++lane)
        carried[lane] *= host::pulseLight(
            (style.pulsePlace - (bundle.edges.place + t[lane])) / style.pulsePeriod, style.pulse);
    for (std::uint32_t lane = 0; lane < kLanes; ++lane) {
      const float light = carried[lane] + rounding[lane];
      now.amount[lane] = static_cast<std::int32_t>(host::clamp(light, 0.0f, gpu::kMostLight));
      t[lane] += inverse[lane];
    }
    add(now);
  }
}

// Lanes that add nothing name the first pixel and add 0 to it: that costs less than a branch.
void HostEdges::add(const Samples& samples) {
  for (const std::int32_t place : samples.place)
    __builtin_prefetch(&m_light[static_cast<std::size_t>(place)], 1);
  for (std::uint32_t lane = 0; lane < kLanes; ++lane)
    m_light[static_cast<std::size_t>(m_lastSamples.place[lane])] +=
        static_cast<std::uint32_t>(m_lastSamples.amount[lane]);
  m_lastSamples = samples;
}

}  // namespace cajal
