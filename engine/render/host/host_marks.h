#pragma once
// The marks of shaders/edges.comp on the host: which pixels an edge passes that is NaN or infinite.
//
// One edge at a time and not vectorised: usually no edge is NaN or infinite.

#include <cstdint>
#include <span>
#include <vector>

#include "engine/render/host/formulas.h"
#include "engine/render/scene.h"

namespace cajal {

class HostMarks {
 public:
  // For a frame of this viewport: nothing is marked yet.
  void clear(const gpu::View& view);

  // Marks the course of an edge of group.bundles[bundle], whose ends are p0 and p3 in clip space.
  void mark(const GroupFrame& frame, std::uint32_t bundle, const gpu::Range& range, std::uint32_t edge,
            const gpu::vec4& p0, const gpu::vec4& p3);

  // host::markWord() and markBit() of each pixel; empty where nothing is marked.
  std::span<const std::uint32_t> words() const {
    return m_isEmpty ? std::span<const std::uint32_t>() : m_words;
  }

 private:
  std::vector<std::uint32_t> m_words;
  bool m_isEmpty = true;
};

}  // namespace cajal
