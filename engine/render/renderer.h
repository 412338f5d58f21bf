#pragma once
// The order of drawing: ranges, edges, tone, matrices, solid things. Same path for a window, a video and a
// test.

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "engine/render/host/host_picture.h"
#include "engine/render/passes/edge_pass.h"
#include "engine/render/passes/matrix_pass.h"
#include "engine/render/read_back.h"
#include "engine/render/scene.h"
#include "engine/vulkan/frames.h"
#include "engine/vulkan/gpu_timer.h"

namespace cajal {

// Who draws. Both draw the same picture, to the rounding of each side's mathematical functions.
enum class DrawnBy {
  theFaster,  // the host on a software device, whose compiled shaders are slower than our own loops
  shaders,
  host,  // the buffers of the scene's groups must be in mapped memory
};

class Renderer {
 public:
  // Throws Error(gpu) for a size the device cannot draw.
  Renderer(const Device& device, Frames& frames, VkExtent2D extent, DrawnBy drawnBy = DrawnBy::theFaster);
  ~Renderer();

  VkExtent2D extent() const { return m_picture->extent(); }
  // The frames in flight keep what they draw into; the light planes start empty.
  void resize(VkExtent2D size);
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
  Image& picture() { return *m_picture; }
  MatrixPass& matrixPass() { return m_matrixPass; }

  // What is known of a frame some frames later: ranges, watched floats, the picked edge.
  using EdgeAnswer = ReadBack::EdgeAnswer;
  const ReadBack& readBack() const { return m_readBack; }

  // How many frames' samples are averaged while nothing moves: a second at 30 frames a second.
  static constexpr std::uint32_t kLongestMemory = 32;

 private:
  struct GroupState;    // what is remembered of a group while it is drawn frame after frame
  struct ShaderPasses;  // what there is where shaders draw,
  struct HostPasses;    // and where the host does
  // A frame's groups with what is remembered of each.
  struct DrawnGroups {
    std::vector<GroupFrame> frames;
    std::vector<GroupState*> states;
  };

  // Both do the same passes in the same order, and leave the picture finished.
  void drawWithShaders(Frame& frame, GpuTimer& timer, const RenderScene& scene, DrawnGroups& groups);
  void drawOnHost(Frame& frame, GpuTimer& timer, const RenderScene& scene, DrawnGroups& groups,
                  const HostDrawing& drawOver);
  // Makes the state of each group that is new in the scene, and drops that of each group that has gone.
  DrawnGroups follow(const RenderScene& scene);
  void growFor(const RenderGroup& group, GroupState& state);
  // Whether the buffer is a new one.
  bool grow(std::unique_ptr<Buffer>& buffer, VkDeviceSize bytes, const char* name);
  // Clears ranges and exposure that are not known.
  void startAnew(VkCommandBuffer commands, const DrawnGroups& groups);
  // Those whose ranges are measured in this frame.
  static std::vector<std::size_t> groupsToMeasure(const DrawnGroups& groups);

  const Device& m_device;
  Frames& m_frames;
  std::unique_ptr<Image> m_picture;
  MatrixPass m_matrixPass;
  // One of the two; the other is null.
  std::unique_ptr<ShaderPasses> m_shaders;
  std::unique_ptr<HostPasses> m_host;

  std::map<std::uint32_t, std::unique_ptr<GroupState>> m_groups;  // by RenderGroup::id
  ReadBack m_readBack;

  std::uint32_t m_frameNumber = 0;
  std::uint32_t m_restingFrames = 0;  // frames whose samples the light planes hold
  bool m_exposureIsKnown = false;
};

}  // namespace cajal
