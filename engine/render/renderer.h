#pragma once
// The order of drawing: ranges, edges, tone, matrices, solid things. Same path for a window, a video and a
// test.

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "engine/render/edge_pass.h"
#include "engine/render/host/host_picture.h"
#include "engine/render/matrix_pass.h"
#include "engine/render/pick_pass.h"
#include "engine/render/range_pass.h"
#include "engine/render/read_back.h"
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
  host,  // what the scene's groups name must be in mapped memory
};

class Renderer {
 public:
  // Throws Error(gpu) for a size the device cannot draw.
  Renderer(const Device& device, Frames& frames, VkExtent2D extent, DrawnBy drawnBy = DrawnBy::theFaster);
  ~Renderer();

  VkExtent2D extent() const { return m_targets->extent; }
  // The frames in flight keep what they draw into; the light planes start empty.
  void resize(VkExtent2D extent);
  // The next frame's samples stand alone: other things are shown, or the camera has jumped.
  void forgetLight() { m_restingFrames = 0; }
  // The camera has moved a little: half of the light stays for a frame, as on film.
  void stirLight() { m_restingFrames = std::min(m_restingFrames, 1u); }
  // Other values are shown in all groups: ranges and exposure start anew.
  void forgetRanges();

  // Draws the scene; afterwards picture() is finished and in layout COLOR_ATTACHMENT_OPTIMAL, for the UI.
  // `scene.view` needs its matrices and position only; the rest is filled in here. Where the host draws,
  // `drawOver` is called with the picture before it is sent to the device; it may be empty.
  using HostDrawing = std::function<void(const HostPicture&)>;
  void draw(Frame& frame, GpuTimer& timer, RenderScene& scene, const HostDrawing& drawOver = {});
  bool isDrawnByHost() const { return m_host != nullptr; }
  Image& picture() { return m_targets->picture; }
  MatrixPass& matrixPass() { return m_matrixPass; }

  // What is known of a frame some frames later: ranges, watched floats, the picked edge.
  using EdgeAnswer = ReadBack::EdgeAnswer;
  const ReadBack& readBack() const { return m_readBack; }

  // How many frames' samples are averaged while nothing moves: a second at 30 frames a second.
  static constexpr std::uint32_t kLongestMemory = 32;

 private:
  struct GroupState;  // what is remembered of a group while it is drawn frame after frame
  struct HostPasses;  // what the host draws itself
  // A frame's groups with what is remembered of each.
  struct DrawnGroups {
    std::vector<GroupFrame> frames;
    std::vector<GroupState*> states;
  };

  // The same passes in the same order; each leaves targets.picture finished.
  void drawWithShaders(Frame& frame, GpuTimer& timer, const RenderScene& scene, DrawnGroups& groups);
  void drawOnHost(Frame& frame, GpuTimer& timer, const RenderScene& scene, DrawnGroups& groups,
                  const HostDrawing& drawOver);
  // Scene and memory agree: every group has its state, and no other group has one.
  DrawnGroups follow(const RenderScene& scene);
  void growFor(const RenderGroup& group, GroupState& state);
  // Whether the buffer is a new one.
  bool grow(std::unique_ptr<Buffer>& buffer, VkDeviceSize bytes, const char* name);
  // Ranges and exposure that are not known are cleared.
  void startAnew(VkCommandBuffer commands, const DrawnGroups& groups);
  // Those whose ranges are measured in this frame.
  static std::vector<std::size_t> groupsToMeasure(const DrawnGroups& groups);

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
  std::unique_ptr<HostPasses> m_host;  // null: shaders draw

  std::map<std::uint32_t, std::unique_ptr<GroupState>> m_groups;  // by RenderGroup::id
  std::unique_ptr<Buffer> m_picked;  // PickPass::wordsFor(bundles of all groups) words
  Buffer m_exposure;
  ReadBack m_readBack;

  std::uint32_t m_frameNumber = 0;
  std::uint32_t m_restingFrames = 0;  // frames whose samples the light planes hold
  bool m_exposureIsKnown = false;
};

}  // namespace cajal
