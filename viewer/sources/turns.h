#pragma once
// When training and drawing may touch the shared memory, as numbers on two timelines. Training alone signals
// T, drawing alone signals R; both only grow.
//
//   training's stream   ··· steps, T=1 ··· forward of the next step, wait R≥1, its update ··· T=2 ···
//   drawing's queue          └ wait T≥1, frame, R=1 ┘                            └ wait T≥2, frame, R=2 ┘
//
// Neither side waits for work that was not submitted yet: a frame waits for a T that is enqueued already, and
// training waits for the R of frames that are submitted already. So one of the two can always go on.

#include <cstdint>
#include <optional>

namespace cajal {

class Turns {
 public:
  // --- training, in the order it is enqueued ---
  // The R to wait for before the shared memory is written; nothing where that wait was enqueued already, or
  // no frame was submitted since.
  std::optional<std::uint64_t> waitBeforeWriting() {
    if (m_awaited == m_submitted) return std::nullopt;
    return m_awaited = m_submitted;
  }
  // The T to signal behind a state that may be drawn.
  std::uint64_t publish() { return ++m_published; }

  // --- drawing, in the order it is submitted ---
  bool hasPublication() const { return m_published > 0; }
  std::uint64_t drawsAfter() const { return m_published; }   // the T that the next frame waits for
  std::uint64_t drawsAs() const { return m_submitted + 1; }  // the R that it signals
  void submitted() { ++m_submitted; }
  std::uint64_t lastSubmitted() const { return m_submitted; }

 private:
  std::uint64_t m_published = 0;  // T, as far as it is enqueued
  std::uint64_t m_submitted = 0;  // R, as far as it is submitted
  std::uint64_t m_awaited = 0;    // R, as far as training waits for it
};

}  // namespace cajal
