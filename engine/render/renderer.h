#pragma once
// The order of drawing: ranges, edges, tone, matrices, solid things. Same path for a window, a video and a
// test.

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "engine/render/edge_pass.h"
#include "engine/render/host/host_edges.h"
#include "engine/render/host/host_pick.h"
#include "engine/render/host/host_picture.h"
#include "engine/render/host/host_ranges.h"
#include "engine/render/host/host_solids.h"
#include "engine/render/host/host_states.h"
#include "engine/render/host/host_tone.h"
#include "engine/render/matrix_pass.h"
#include "engine/render/pick_pass.h"
#include "engine/render/range_pass.h"
#include "engine/render/scene.h"
#include "engine/render/solid_pass.h"
#include "engine/render/state_pass.h"
#include "engine/render/targets.h"
#include "engine/render/tone_pass.h"
#include "engine/vulkan/frames.h"
#include "engine/vulkan/gpu_timer.h"

namespace cajal {

// Who draws ranges, edges and tone. The result is the same, to the rounding of the functions that each has.
enum class DrawnBy {
  theFaster,  // the host where the device is software, which compiles shaders to slower code than we are
  shaders,
  host,  // what the scene names must be in mapped memory
};

class Renderer {
 public:
  // Throws Error(gpu) for a size the device cannot draw.
  Renderer(const Device& device, Frames& frames, VkExtent2D extent, DrawnBy drawnBy = DrawnBy::theFaster);

  VkExtent2D extent() const { return m_targets->extent; }
  // The frames in flight keep what they draw into; the light planes start empty.
  void resize(VkExtent2D extent);
  // The next frame's samples stand alone: other things are shown, or the camera has jumped.
  void forgetLight() { m_restingFrames = 0; }
  // The camera has moved a little: half of the light stays for a frame, as on film.
  void stirLight() { m_restingFrames = std::min(m_restingFrames, 1u); }
  // Other values are shown: ranges and exposure start anew.
  void forgetRanges() {
    m_rangesAreKnown = false;
    m_matrixPass.forget();
  }

  // Draws the scene; afterwards picture() is finished and in layout COLOR_ATTACHMENT_OPTIMAL, for the UI.
  // `scene.view` needs its matrices and position only; the rest is filled in here. Where the host draws,
  // `drawOver` is called with the picture before it is sent to the device; it may be empty.
  using HostDrawing = std::function<void(const HostPicture&)>;
  void draw(Frame& frame, GpuTimer& timer, RenderScene& scene, const HostDrawing& drawOver = {});
  bool isDrawnByHost() const { return m_host != nullptr; }
  Image& picture() { return m_targets->picture; }
  MatrixPass& matrixPass() { return m_matrixPass; }

  // Ranges as they were some frames ago, in the order of RenderScene::ranges; `end` is 0 where not known yet.
  const std::vector<gpu::Range>& ranges() const { return m_lastRanges; }
  // The floats of RenderScene::watched, one range behind the other, likewise; and that frame's watchedNumber.
  const std::vector<float>& watched() const { return m_lastWatched; }
  std::uint64_t watchedNumber() const { return m_lastWatchedNumber; }

  // What RenderScene::edgePick asked for, likewise: where, and the edge, if there is one.
  struct EdgeAnswer {
    gpu::vec2 pixel{0.0f};
    std::optional<PickedEdge> edge;
  };
  const std::optional<EdgeAnswer>& edgeAnswer() const { return m_edgeAnswer; }

  // How many frames' samples are averaged while nothing moves: a second at 30 frames a second.
  static constexpr std::uint32_t kLongestMemory = 32;

 private:
  // The same passes in the same order; each leaves targets.picture finished.
  void drawWithShaders(Frame& frame, GpuTimer& timer, RenderScene& scene);
  void drawOnHost(Frame& frame, GpuTimer& timer, RenderScene& scene, const HostDrawing& drawOver);
  bool isTimeForRanges();
  UploadedScene upload(Frame& frame, const RenderScene& scene) const;
  void takeReadBack(Frame& frame);
  void readBack(Frame& frame, const RenderScene& scene, const BufferRange& ranges);
  void prepareHost(const RenderScene& scene);
  void growFor(const RenderScene& scene);
  void clearMemory(VkCommandBuffer commands);
  void startAnew();

  const Device& m_device;
  Frames& m_frames;
  std::unique_ptr<RenderTargets> m_targets;
  StatePass m_statePass;
  RangePass m_rangePass;
  MatrixPass m_matrixPass;
  SolidPass m_solidPass;
  EdgePass m_edgePass;
  PickPass m_pickPass;
  TonePass m_tonePass;
  // All that the host draws itself, with what it remembers from frame to frame. It has finished before a
  // frame is submitted, so that one is enough for all frames in flight.
  struct HostPasses {
    HostRanges ranges;
    HostEdges edges;
    HostTone tone;
    HostSolids solids;
    HostStates states;
  };
  std::unique_ptr<HostPasses> m_host;  // null: shaders draw

  std::unique_ptr<Buffer> m_projected;  // a vec4 a node
  std::unique_ptr<Buffer> m_cutoffs;    // a float a target of bundles that keep their strongest edges
  std::unique_ptr<Buffer> m_ranges;     // a gpu::Range a request
  std::unique_ptr<Buffer> m_states;     // a float a node
  std::unique_ptr<Buffer> m_picked;     // PickPass::wordsFor(bundles) words
  Buffer m_exposure;
  struct ReadBack {
    Buffer floats;  // ranges, then what is watched
    std::size_t ranges = 0, watched = 0;
    std::uint64_t watchedNumber = 0;
    std::optional<gpu::vec2> edgePick;
    std::vector<gpu::EdgeBundle> bundles;  // that the answer's edge is counted in
  };
  std::vector<ReadBack> m_readBack;  // one a frame in flight
  std::vector<gpu::Range> m_lastRanges;
  std::vector<float> m_lastWatched;
  std::uint64_t m_lastWatchedNumber = 0;
  std::optional<EdgeAnswer> m_edgeAnswer;

  std::uint32_t m_frameNumber = 0;
  std::uint32_t m_restingFrames = 0;  // frames whose samples the light planes hold
  std::uint32_t m_framesSinceRanges = 0;
  bool m_rangesAreKnown = false;
};

}  // namespace cajal
