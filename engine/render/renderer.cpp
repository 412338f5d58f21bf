#include "engine/render/renderer.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "engine/base/error.h"
#include "engine/render/host/host_edges.h"
#include "engine/render/host/host_pick.h"
#include "engine/render/host/host_ranges.h"
#include "engine/render/host/host_solids.h"
#include "engine/render/host/host_states.h"
#include "engine/render/host/host_tone.h"
#include "engine/render/passes/pick_pass.h"
#include "engine/render/passes/range_pass.h"
#include "engine/render/passes/solid_pass.h"
#include "engine/render/passes/state_pass.h"
#include "engine/render/passes/tone_pass.h"
#include "engine/render/targets.h"
#include "engine/vulkan/barrier.h"
#include "engine/vulkan/device.h"

namespace cajal {
namespace {

constexpr std::uint32_t kFramesPerRanges = 4;
constexpr VkBufferUsageFlags kWorkBuffer =
    VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_TRANSFER_DST_BIT | VK_BUFFER_USAGE_TRANSFER_SRC_BIT;

std::size_t bundleCount(const RenderScene& scene) {
  std::size_t bundles = 0;
  for (const RenderGroup& group : scene.groups) bundles += group.bundles.size();
  return bundles;
}

bool asksForEdge(const RenderScene& scene) {
  return scene.watch.edgePick && bundleCount(scene) > 0;
}

// All frames in flight share one set of ranges, light planes, states, blocks and picked edges. The frame
// before may still read what this frame overwrites. Where CUDA trains, FrameSync::acquire() is a barrier too.
void waitForTheFrameBefore(VkCommandBuffer commands) {
  constexpr VkAccessFlags2 kAll = VK_ACCESS_2_MEMORY_READ_BIT | VK_ACCESS_2_MEMORY_WRITE_BIT;
  memoryBarrier(commands, {VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT, kAll},
                {VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_2_ALL_TRANSFER_BIT, kAll});
}

bool showStates(const RenderScene& scene) {
  return std::any_of(scene.groups.begin(), scene.groups.end(), showsStates);
}

void requireHostMemory(const RenderGroup& group) {
  for (const BufferRange* range : {&group.nodes, &group.shownValues, &group.planeValues, &group.activations})
    require(range->host != nullptr || range->bytes == 0, "the host draws from mapped memory alone");
}

// The environment variable is for measuring one against the other.
bool isHostToDraw(const Device& device, DrawnBy drawnBy) {
  if (drawnBy != DrawnBy::theFaster) return drawnBy == DrawnBy::host;
  const char* const wish = std::getenv("CAJAL_DRAWN_BY");
  if (wish && std::string_view(wish) == "shaders") return false;
  return device.facts().type == VK_PHYSICAL_DEVICE_TYPE_CPU;
}

}  // namespace

struct Renderer::GroupState {
  // Where shaders draw (uploaded_scene.h); the states are a float a node.
  std::unique_ptr<Buffer> ranges, projected, cutoffs, states;
  // Where the host draws.
  HostRanges hostRanges;
  HostStates hostStates;

  bool rangesAreKnown = false;
  std::uint32_t framesSinceRanges = 0;
};

struct Renderer::ShaderPasses {
  ShaderPasses(const Device& device, VkExtent2D extent)
      : targets(std::make_unique<RenderTargets>(device, extent)),
        states(device),
        ranges(device),
        solids(device),
        edges(device),
        picks(device),
        tone(device),
        exposure(device, TonePass::kExposureBytes, kWorkBuffer, MemoryUse::device, "exposure") {}

  std::unique_ptr<RenderTargets> targets;
  StatePass states;
  RangePass ranges;
  SolidPass solids;
  EdgePass edges;
  PickPass picks;
  TonePass tone;
  Buffer exposure;
  std::unique_ptr<Buffer> picked;  // PickPass::wordsFor(bundles of all groups) words
};

// What the host remembers from frame to frame. The host has finished a frame before the frame is submitted,
// so that one is enough for all frames in flight.
struct Renderer::HostPasses {
  HostEdges edges;
  HostTone tone;
  HostSolids solids;
};

Renderer::Renderer(const Device& device, Frames& frames, VkExtent2D extent, DrawnBy drawnBy)
    : m_device(device),
      m_frames(frames),
      m_picture(std::make_unique<Image>(makePicture(device, extent))),
      m_matrixPass(device),
      m_readBack(device, frames.inFlight()) {
  if (isHostToDraw(device, drawnBy)) {
    m_host = std::make_unique<HostPasses>();
    m_matrixPass.setHostThreads(MatrixPass::everyCore());
  } else {
    m_shaders = std::make_unique<ShaderPasses>(device, extent);
  }
}

Renderer::~Renderer() = default;

void Renderer::resize(VkExtent2D size) {
  if (size.width == extent().width && size.height == extent().height) return;
  auto picture = std::make_unique<Image>(makePicture(m_device, size));
  if (m_shaders) {
    auto targets = std::make_unique<RenderTargets>(m_device, size);
    m_frames.keep(std::exchange(m_shaders->targets, std::move(targets)));
  }
  m_frames.keep(std::exchange(m_picture, std::move(picture)));
  forgetLight();
}

void Renderer::forgetRanges() {
  for (auto& [id, state] : m_groups) state->rangesAreKnown = false;
  m_exposureIsKnown = false;
  m_matrixPass.forget();
}

void Renderer::draw(Frame& frame, GpuTimer& timer, RenderScene& scene, const HostDrawing& drawOver) {
  scene.view.viewport = {extent().width, extent().height};
  scene.view.frame = ++m_frameNumber;
  scene.view.scale = 1.0f;
  DrawnGroups groups = follow(scene);
  if (!m_host) waitForTheFrameBefore(frame.commands());
  startAnew(frame.commands(), groups);
  m_restingFrames = std::min(m_restingFrames + 1, kLongestMemory);
  scene.view.blend = 1.0f / static_cast<float>(m_restingFrames);
  groups.frames = groupFramesOf(scene);
  m_readBack.take(frame.slot());
  if (m_host)
    drawOnHost(frame, timer, scene, groups, drawOver);
  else
    drawWithShaders(frame, timer, scene, groups);
}

void Renderer::drawWithShaders(Frame& frame, GpuTimer& timer, const RenderScene& scene, DrawnGroups& groups) {
  const VkCommandBuffer commands = frame.commands();
  const auto& [targets, states, measured, solids, edges, picking, tone, exposure, picked] = *m_shaders;
  std::vector<GroupMemory> memory;
  std::vector<BufferRange> ranges;
  for (std::size_t i = 0; i < scene.groups.size(); ++i) {
    const GroupState& state = *groups.states[i];
    memory.push_back({wholeOf(*state.ranges), wholeOf(*state.projected), wholeOf(*state.cutoffs)});
    ranges.push_back(memory.back().ranges);
    if (showsStates(scene.groups[i])) groups.frames[i].nodeValues = wholeOf(*state.states);
  }
  const UploadedScene uploaded = upload(frame.upload(), scene, groups.frames, memory);
  if (showStates(scene)) {
    const GpuTimer::Span span = timer.span(frame, "states");
    states.draw(commands, uploaded);
  }
  if (const std::vector<std::size_t> due = groupsToMeasure(groups); !due.empty()) {
    const GpuTimer::Span span = timer.span(frame, "ranges");
    for (const std::size_t group : due) measured.draw(commands, uploaded.groups[group]);
    memoryBarrier(commands, access::kComputeReadWrite,
                  {VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT, VK_ACCESS_2_MEMORY_READ_BIT});
  }
  {
    const GpuTimer::Span span = timer.span(frame, "edges");
    edges.draw(commands, uploaded, scene.view.blend, *targets);
    memoryBarrier(commands, access::kComputeReadWrite, access::kComputeRead);
  }
  {
    const GpuTimer::Span span = timer.span(frame, "exposure and bloom");
    tone.expose(commands, uploaded, exposure, *targets);
  }
  {
    const GpuTimer::Span span = timer.span(frame, "composition");
    tone.compose(commands, uploaded, exposure, *targets, *m_picture);
  }
  std::vector<ReducedPlanes> reduced;
  {
    const GpuTimer::Span span = timer.span(frame, "matrices");
    reduced = m_matrixPass.refresh(frame, m_frames, groups.frames);
  }
  {
    const GpuTimer::Span span = timer.span(frame, "nodes and planes");
    solids.draw(commands, scene, uploaded, reduced, targets->depth, *m_picture);
  }
  const bool picks = asksForEdge(scene);
  if (picks) {
    const GpuTimer::Span span = timer.span(frame, "picking");
    picking.draw(commands, uploaded, *scene.watch.edgePick, *picked);
  }
  m_readBack.record(commands, frame.slot(), scene, ranges, picks ? picked.get() : nullptr);
}

void Renderer::drawOnHost(Frame& frame, GpuTimer& timer, const RenderScene& scene, DrawnGroups& groups,
                          const HostDrawing& drawOver) {
  if (showStates(scene)) {
    const GpuTimer::HostSpan span = timer.hostSpan(frame, "states");
    for (std::size_t i = 0; i < scene.groups.size(); ++i)
      if (showsStates(scene.groups[i]))
        groups.frames[i].nodeValues = groups.states[i]->hostStates.judge(scene.groups[i]);
  }
  if (const std::vector<std::size_t> due = groupsToMeasure(groups); !due.empty()) {
    const GpuTimer::HostSpan span = timer.hostSpan(frame, "ranges");
    for (const std::size_t group : due) groups.states[group]->hostRanges.measure(groups.frames[group]);
  }
  std::vector<std::span<const gpu::Range>> ranges;
  for (const GroupState* const state : groups.states) ranges.push_back(state->hostRanges.ranges());
  {
    const GpuTimer::HostSpan span = timer.hostSpan(frame, "edges");
    m_host->edges.draw(scene.view, groups.frames, ranges);
  }
  {
    const GpuTimer::HostSpan span = timer.hostSpan(frame, "exposure and bloom");
    m_host->tone.expose(scene, m_host->edges.light());
  }
  const FrameUpload::Room pixels = frame.upload().reserve(VkDeviceSize{4} * extent().width * extent().height);
  auto* const picture = reinterpret_cast<std::uint32_t*>(pixels.bytes);
  {
    const GpuTimer::HostSpan span = timer.hostSpan(frame, "composition");
    m_host->tone.compose(scene, m_host->edges.light(), m_host->edges.marks().words(), picture);
  }
  std::vector<ReducedPlanes> reduced;
  {
    const GpuTimer::HostSpan span = timer.hostSpan(frame, "matrices");
    reduced = m_matrixPass.refresh(frame, m_frames, groups.frames);
  }
  {
    const GpuTimer::HostSpan span = timer.hostSpan(frame, "nodes and planes");
    m_host->solids.draw(scene, groups.frames, reduced, ranges, picture);
  }
  if (asksForEdge(scene)) {
    const GpuTimer::HostSpan span = timer.hostSpan(frame, "picking");
    const gpu::vec2 pixel = *scene.watch.edgePick;
    m_readBack.answer({pixel, pickOnHost(pixel, groups.frames, ranges, m_host->edges)});
  }
  std::vector<BufferRange> uploadedRanges;
  for (const std::span<const gpu::Range> ofGroup : ranges)
    uploadedRanges.push_back(frame.upload().write(ofGroup));
  m_readBack.record(frame.commands(), frame.slot(), scene, uploadedRanges, nullptr);
  if (drawOver) {
    const GpuTimer::HostSpan span = timer.hostSpan(frame, "labels and panels");
    drawOver({picture, extent().width, extent().height});
  }
  const GpuTimer::Span span = timer.span(frame, "copying the picture");
  m_picture->transition(frame.commands(), VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, access::kCopyWrite,
                        Contents::discard);
  copyToImage(frame.commands(), pixels.range, *m_picture);
  m_picture->transition(frame.commands(), VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL, access::kColourTarget);
}

Renderer::DrawnGroups Renderer::follow(const RenderScene& scene) {
  const auto isDrawn = [&scene](std::uint32_t id) {
    return std::any_of(scene.groups.begin(), scene.groups.end(),
                       [id](const RenderGroup& group) { return group.id == id; });
  };
  for (auto each = m_groups.begin(); each != m_groups.end();) {
    if (isDrawn(each->first)) {
      ++each;
      continue;
    }
    m_frames.keep(std::move(each->second));  // a frame in flight may still read its buffers
    each = m_groups.erase(each);
    forgetLight();
  }
  DrawnGroups groups;
  for (const RenderGroup& group : scene.groups) {
    std::unique_ptr<GroupState>& owned = m_groups[group.id];
    if (!owned) owned = std::make_unique<GroupState>();
    GroupState& state = *owned;
    groups.states.push_back(&state);
    if (m_host) {
      requireHostMemory(group);
      if (state.hostRanges.ranges().size() < group.ranges.size()) state.rangesAreKnown = false;
    } else {
      growFor(group, state);
    }
  }
  require(m_groups.size() == scene.groups.size(), "two groups of a scene have the same id");
  if (m_shaders) {
    const VkDeviceSize picked = PickPass::wordsFor(bundleCount(scene)) * sizeof(std::uint32_t);
    grow(m_shaders->picked, picked, "picked edge");
  }
  return groups;
}

void Renderer::growFor(const RenderGroup& group, GroupState& state) {
  grow(state.projected, VkDeviceSize{group.nodeCount} * sizeof(gpu::vec4), "projected nodes");
  std::uint32_t cutoffs = 0;
  for (const gpu::EdgeBundle& bundle : group.bundles)
    if (bundle.most > 0) cutoffs = std::max(cutoffs, bundle.firstCutoff + bundle.targets);
  grow(state.cutoffs, VkDeviceSize{cutoffs} * sizeof(float), "cutoffs");
  grow(state.states, VkDeviceSize{group.nodeCount} * sizeof(float), "states");
  if (grow(state.ranges, group.ranges.size() * sizeof(gpu::Range), "ranges")) state.rangesAreKnown = false;
}

bool Renderer::grow(std::unique_ptr<Buffer>& buffer, VkDeviceSize bytes, const char* name) {
  if (buffer && buffer->size() >= bytes) return false;
  if (buffer) m_frames.keep(std::move(buffer));
  buffer = std::make_unique<Buffer>(m_device, std::max<VkDeviceSize>(bytes, 256), kWorkBuffer,
                                    MemoryUse::device, name);
  return true;
}

void Renderer::startAnew(VkCommandBuffer commands, const DrawnGroups& groups) {
  std::vector<GroupState*> unknown;
  for (GroupState* const state : groups.states)
    if (!state->rangesAreKnown) unknown.push_back(state);
  if (unknown.empty() && m_exposureIsKnown) return;
  for (GroupState* const state : unknown) {
    if (m_host)
      state->hostRanges.forget();
    else
      vkCmdFillBuffer(commands, state->ranges->handle(), 0, VK_WHOLE_SIZE, 0);
    state->rangesAreKnown = true;
    state->framesSinceRanges = 0;
  }
  if (!m_exposureIsKnown) {
    if (m_host)
      m_host->tone.forget();
    else
      vkCmdFillBuffer(commands, m_shaders->exposure.handle(), 0, VK_WHOLE_SIZE, 0);
    m_exposureIsKnown = true;
  }
  if (!m_host) memoryBarrier(commands, access::kCopyWrite, access::kComputeReadWrite);
  forgetLight();
}

// Ranges move slowly: once they are known, measuring them every fourth frame is enough.
std::vector<std::size_t> Renderer::groupsToMeasure(const DrawnGroups& groups) {
  std::vector<std::size_t> due;
  for (std::size_t i = 0; i < groups.states.size(); ++i)
    if (groups.states[i]->framesSinceRanges++ % kFramesPerRanges == 0) due.push_back(i);
  return due;
}

}  // namespace cajal
