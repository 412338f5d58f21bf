#include "engine/render/host/host_marks.h"

#include <algorithm>
#include <cmath>

#include "engine/render/host/light.h"

namespace cajal {
namespace {

using gpu::kNear;

// Length of the projected curve in pixels, from its ends; an edge that passes the eye counts as long.
float lengthOnScreen(const gpu::vec4& p0, const gpu::vec4& p3, gpu::vec2 halfViewport) {
  if (p0.w < kNear || p3.w < kNear) return 2.0f * (halfViewport.x + halfViewport.y);
  const float across = (p3.x / p3.w - p0.x / p0.w) * halfViewport.x,
              down = (p3.y / p3.w - p0.y / p0.w) * halfViewport.y;
  return 1.1f * std::sqrt(across * across + down * down);
}

bool isOutside(const gpu::vec4 (&p)[4]) {
  const auto all = [&](auto&& isBeyond) { return std::all_of(std::begin(p), std::end(p), isBeyond); };
  return all([](const gpu::vec4& at) { return at.x > at.w; }) ||
         all([](const gpu::vec4& at) { return at.x < -at.w; }) ||
         all([](const gpu::vec4& at) { return at.y > at.w; }) ||
         all([](const gpu::vec4& at) { return at.y < -at.w; }) ||
         all([](const gpu::vec4& at) { return at.w < kNear; });
}

}  // namespace

void HostMarks::clear(const gpu::View& view) {
  const std::size_t words = std::size_t{host::markWords(view.viewport.x)} * view.viewport.y;
  if (!m_isEmpty || words != m_words.size()) m_words.assign(words, 0);
  m_isEmpty = true;
}

void HostMarks::mark(const GroupFrame& frame, std::uint32_t index, const gpu::Range& range,
                     std::uint32_t edge, const gpu::vec4& p0, const gpu::vec4& p3) {
  const gpu::EdgeBundle& bundle = frame.group.bundles[index];
  // No frame number goes into it: marks are not averaged over frames, so all frames have the same ones.
  std::uint32_t random = host::hash(edge ^ host::hash(0x9e3779b9u * (frame.firstBundle + index)));
  const float edges = static_cast<float>(bundle.sources) * static_cast<float>(bundle.targets);
  const float mean = std::max(range.notFiniteHeld, gpu::kLeastNotFinite) / gpu::kMarkSamples;
  const float share = bundle.samples / (edges * mean);
  // Fewer than one sample is due: most edges are gone before they are looked at.
  if (bundle.samples > 0.0f && share < 1.0f && std::max(share, 1e-9f) + host::unitFloat(random) < 1.0f)
    return;

  const gpu::View& view = frame.view;
  const float own = 1.0f - bundle.gather;
  const gpu::vec4 p1 = own * p0 + view.viewProjection * bundle.leave,
                  p2 = own * p3 + view.viewProjection * bundle.arrive;
  if (isOutside({p0, p1, p2, p3})) return;

  const gpu::vec2 half = 0.5f * gpu::vec2(view.viewport);
  const float width = std::max(frame.group.edges.width, 1.0f);
  const float every = 2.0f * std::max(std::ceil(lengthOnScreen(p0, p3, half) * width), 1.0f);
  const float wanted = host::clamp(bundle.samples > 0.0f ? share : every, 1e-9f, every);
  const auto samples = static_cast<std::uint32_t>(wanted + host::unitFloat(random));
  const float inverse = 1.0f / std::max(static_cast<float>(samples), 1.0f);

  const gpu::vec4 c = 3.0f * (p1 - p0), b = 3.0f * (p2 - p1) - c, a = p3 - p0 - b - c;
  const float left = static_cast<float>(view.left);
  random = host::hash(random);
  float t = host::unitFloat(random) * inverse;
  for (std::uint32_t s = 0; s < samples; ++s, t += inverse) {
    const gpu::vec4 p = ((a * t + b) * t + c) * t + p0;
    if (p.w < kNear) continue;
    random = host::hash(random);
    const gpu::vec2 jitter =
        (gpu::vec2(random & 1023u, (random >> 10) & 1023u) * (1.0f / 1024.0f) - 0.5f) * width;
    const gpu::vec2 place = glm::floor((gpu::vec2(p) * (1.0f / p.w) + 1.0f) * half + jitter);
    if (!(place.x >= left && place.x < 2.0f * half.x && place.y >= 0.0f && place.y < 2.0f * half.y)) continue;
    const auto x = static_cast<std::uint32_t>(place.x), y = static_cast<std::uint32_t>(place.y);
    m_words[host::markWord(x, y, view.viewport.x)] |= host::markBit(x);
    m_isEmpty = false;
  }
}

}  // namespace cajal
