#pragma once
// A source publishes a subject (what there is) and, now and then, a publication (a state of it that can be
// drawn). Drawing knows nothing else of a training, a model file or a recorded run. Render thread only.
//
// In a frame: request() names what shall be drawn next; newest() gives what to draw now; sync() says what the
// frame must wait for and signal. Only newest(Wait::yes) and takeMetrics(Wait::yes) wait.

#include <cstdint>
#include <vector>

#include "compute/training/steering/snapshot.h"
#include "compute/training/steering/steering.h"
#include "compute/training/steering/subject.h"
#include "engine/vulkan/buffer.h"
#include "viewer/sources/frame_sync.h"

namespace cajal {

struct Publication {
  SnapshotFacts facts;
  // Counts calls of Source::request() from 1: the call that this publication answers.
  std::uint64_t request = 0;
  BufferRange arenas[kArenaKinds];  // on the GPU: at least those that were asked for; else empty
};

struct FrameRequest {
  ViewRequest view;
  // 0: training runs as it likes. Else exactly so many steps lie between this publication and the one before.
  std::uint64_t steps = 0;
  // Seconds until the next request, as far as that is known: how much work training may be given at once
  // where it shares the GPU with drawing.
  double seconds = 1.0 / 60;
};

struct SourceCounters {
  std::uint64_t bytesCopied = 0;  // from training's memory into drawing's, since the start
  std::uint64_t publications = 0;
  std::uint64_t skipped = 0;  // publications that found no free slot
};

class Source {
 public:
  virtual ~Source() = default;

  virtual const Subject& subject() const = 0;
  virtual void request(const FrameRequest& request) = 0;
  // The newest publication, or null where there is none yet. Wait::yes: the answer to the last request.
  virtual const Publication* newest(Wait wait) = 0;
  virtual FrameSync& sync() = 0;
  // Finished points of the curves since the last call. Wait::yes: every point up to the publication that
  // newest() gave last. A source without a thread of its own trains in these calls while no frames are drawn:
  // every few milliseconds, then. Throws what ended the training, if anything did.
  virtual std::vector<Metrics> takeMetrics(Wait wait = Wait::no) = 0;
  virtual SourceCounters counters() const = 0;
  // Null where nothing can be steered. Lives as long as the source.
  virtual Steering* steering() { return nullptr; }
};

}  // namespace cajal
