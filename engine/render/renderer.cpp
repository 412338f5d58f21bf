#include "engine/render/renderer.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "engine/base/error.h"
#include "engine/render/plane_outlines.h"
#include "engine/vulkan/barrier.h"
#include "engine/vulkan/device.h"

namespace cajal {
namespace {

constexpr std::size_t kMostReadBack = 4096;  // floats of each kind: ranges, what is watched, picked edges
constexpr std::uint32_t kFramesPerRanges = 4;
constexpr std::size_t kFloatsPerRange = sizeof(gpu::Range) / sizeof(float);
constexpr VkBufferUsageFlags kWorkBuffer =
    VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_TRANSFER_DST_BIT | VK_BUFFER_USAGE_TRANSFER_SRC_BIT;

bool asksForEdge(const RenderScene& scene) {
  return scene.edgePick && !scene.bundles.empty() &&
         PickPass::wordsFor(scene.bundles.size()) <= kMostReadBack;
}

// The environment variable is for measuring one against the other.
bool isHostToDraw(const Device& device, DrawnBy drawnBy) {
  if (drawnBy != DrawnBy::theFaster) return drawnBy == DrawnBy::host;
  const char* const wish = std::getenv("CAJAL_DRAWN_BY");
  if (wish && std::string_view(wish) == "shaders") return false;
  return device.facts().type == VK_PHYSICAL_DEVICE_TYPE_CPU;
}

}  // namespace

Renderer::Renderer(const Device& device, Frames& frames, VkExtent2D extent, DrawnBy drawnBy)
    : m_device(device),
      m_frames(frames),
      m_targets(std::make_unique<RenderTargets>(device, extent)),
      m_statePass(device),
      m_rangePass(device),
      m_matrixPass(device),
      m_solidPass(device),
      m_edgePass(device),
      m_pickPass(device),
      m_tonePass(device),
      m_host(isHostToDraw(device, drawnBy) ? std::make_unique<HostPasses>() : nullptr),
      m_exposure(device, TonePass::kExposureBytes, kWorkBuffer, MemoryUse::device, "exposure") {
  if (m_host) m_matrixPass.setHostThreads(MatrixPass::everyCore());
  for (std::size_t slot = 0; slot < frames.inFlight(); ++slot) {
    m_readBack.push_back({Buffer(device, 3 * kMostReadBack * sizeof(float), VK_BUFFER_USAGE_TRANSFER_DST_BIT,
                                 MemoryUse::readback, "read back")});
  }
}

void Renderer::resize(VkExtent2D extent) {
  if (extent.width == m_targets->extent.width && extent.height == m_targets->extent.height) return;
  auto targets = std::make_unique<RenderTargets>(m_device, extent);
  m_frames.keep(std::exchange(m_targets, std::move(targets)));
  forgetLight();
}

void Renderer::draw(Frame& frame, GpuTimer& timer, RenderScene& scene, const HostDrawing& drawOver) {
  const VkCommandBuffer commands = frame.commands();
  if (m_host)
    prepareHost(scene);
  else
    growFor(scene);
  if (!m_rangesAreKnown) {
    if (!m_host) clearMemory(commands);
    startAnew();
  }

  m_restingFrames = std::min(m_restingFrames + 1, kLongestMemory);
  scene.view.viewport = {extent().width, extent().height};
  scene.view.frame = ++m_frameNumber;
  scene.view.blend = 1.0f / static_cast<float>(m_restingFrames);
  takeReadBack(frame);
  if (m_host)
    drawOnHost(frame, timer, scene, drawOver);
  else
    drawWithShaders(frame, timer, scene);
}

void Renderer::drawWithShaders(Frame& frame, GpuTimer& timer, RenderScene& scene) {
  const VkCommandBuffer commands = frame.commands();
  const UploadedScene uploaded = upload(frame, scene);
  if (scene.nodeStyle.show == gpu::kNodesShowStates) {
    const GpuTimer::Span span = timer.span(frame, "states");
    m_statePass.draw(commands, scene, uploaded, *m_states);
    scene.nodeValues = wholeOf(*m_states);
  }
  if (isTimeForRanges()) {
    const GpuTimer::Span span = timer.span(frame, "ranges");
    m_rangePass.draw(commands, scene, uploaded, *m_ranges);
    memoryBarrier(commands, access::kComputeReadWrite,
                  {VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT, VK_ACCESS_2_MEMORY_READ_BIT});
  }
  {
    const GpuTimer::Span span = timer.span(frame, "edges");
    m_edgePass.draw(commands, scene, uploaded, *m_ranges, *m_projected, *m_cutoffs, *m_targets);
    memoryBarrier(commands, access::kComputeReadWrite, access::kComputeRead);
  }
  {
    const GpuTimer::Span span = timer.span(frame, "exposure and bloom");
    m_tonePass.expose(commands, uploaded, m_exposure, *m_targets);
  }
  {
    const GpuTimer::Span span = timer.span(frame, "composition");
    m_tonePass.compose(commands, uploaded, m_exposure, *m_targets);
  }
  ReducedPlanes reduced;
  {
    const GpuTimer::Span span = timer.span(frame, "matrices");
    reduced = m_matrixPass.refresh(frame, m_frames, scene);
  }
  {
    const GpuTimer::Span span = timer.span(frame, "nodes and planes");
    m_solidPass.draw(commands, scene, uploaded, wholeOf(*m_ranges), reduced, *m_targets);
  }
  if (asksForEdge(scene)) {
    const GpuTimer::Span span = timer.span(frame, "picking");
    m_pickPass.draw(commands, scene, uploaded, *m_ranges, *m_projected, *m_cutoffs, *m_picked);
  }
  readBack(frame, scene, wholeOf(*m_ranges));
}

void Renderer::drawOnHost(Frame& frame, GpuTimer& timer, RenderScene& scene, const HostDrawing& drawOver) {
  if (scene.nodeStyle.show == gpu::kNodesShowStates) {
    const GpuTimer::HostSpan span = timer.hostSpan(frame, "states");
    scene.nodeValues = m_host->states.judge(scene);
  }
  if (isTimeForRanges()) {
    const GpuTimer::HostSpan span = timer.hostSpan(frame, "ranges");
    m_host->ranges.measure(scene);
  }
  {
    const GpuTimer::HostSpan span = timer.hostSpan(frame, "edges");
    m_host->edges.draw(scene, m_host->ranges.ranges());
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
  ReducedPlanes reduced;
  {
    const GpuTimer::HostSpan span = timer.hostSpan(frame, "matrices");
    reduced = m_matrixPass.refresh(frame, m_frames, scene);
  }
  {
    const GpuTimer::HostSpan span = timer.hostSpan(frame, "nodes and planes");
    m_host->solids.draw(scene, reduced, m_host->ranges.ranges(), picture);
  }
  if (asksForEdge(scene)) {
    const GpuTimer::HostSpan span = timer.hostSpan(frame, "picking");
    m_edgeAnswer = {*scene.edgePick, pickOnHost(scene, m_host->ranges.ranges(), m_host->edges,
                                                PickPass::reachOf(scene.edges))};
  }
  readBack(frame, scene, frame.upload().write(m_host->ranges.ranges()));
  if (drawOver) {
    const GpuTimer::HostSpan span = timer.hostSpan(frame, "labels and panels");
    drawOver({picture, extent().width, extent().height});
  }
  const GpuTimer::Span span = timer.span(frame, "copying the picture");
  Image& target = m_targets->picture;
  target.transition(frame.commands(), VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, access::kCopyWrite,
                    Contents::discard);
  copyToImage(frame.commands(), pixels.range, target);
  target.transition(frame.commands(), VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL, access::kColourTarget);
}

// Ranges move slowly: looking every fourth frame is enough, once they are known.
bool Renderer::isTimeForRanges() {
  return m_framesSinceRanges++ % kFramesPerRanges == 0;
}

UploadedScene Renderer::upload(Frame& frame, const RenderScene& scene) const {
  FrameUpload& upload = frame.upload();
  return {upload.writeOne(scene.view), upload.writeOne(scene.tone),
          upload.write(scene.bundles), upload.write(scene.planes),
          upload.write(scene.ranges),  upload.writeOne(scene.colors),
          upload.write(scene.states),  upload.write(outlinesOf(scene.planes, scene.view))};
}

void Renderer::prepareHost(const RenderScene& scene) {
  for (const BufferRange* range : {&scene.nodes, &scene.shownValues, &scene.planeValues, &scene.activations})
    require(range->host != nullptr || range->bytes == 0, "the host draws from mapped memory alone");
  if (m_host->ranges.ranges().size() < scene.ranges.size()) m_rangesAreKnown = false;
}

void Renderer::growFor(const RenderScene& scene) {
  const auto grow = [this](std::unique_ptr<Buffer>& buffer, VkDeviceSize bytes, const char* name) {
    if (buffer && buffer->size() >= bytes) return false;
    if (buffer) m_frames.keep(std::move(buffer));
    buffer = std::make_unique<Buffer>(m_device, std::max<VkDeviceSize>(bytes, 256), kWorkBuffer,
                                      MemoryUse::device, name);
    return true;
  };
  grow(m_projected, VkDeviceSize{scene.nodeCount} * sizeof(gpu::vec4), "projected nodes");
  std::uint32_t cutoffs = 0;
  for (const gpu::EdgeBundle& bundle : scene.bundles)
    if (bundle.most > 0) cutoffs = std::max(cutoffs, bundle.firstCutoff + bundle.targets);
  grow(m_cutoffs, VkDeviceSize{cutoffs} * sizeof(float), "cutoffs");
  grow(m_states, VkDeviceSize{scene.nodeCount} * sizeof(float), "states");
  grow(m_picked, PickPass::wordsFor(scene.bundles.size()) * sizeof(std::uint32_t), "picked edge");
  if (grow(m_ranges, scene.ranges.size() * sizeof(gpu::Range), "ranges")) m_rangesAreKnown = false;
}

void Renderer::clearMemory(VkCommandBuffer commands) {
  // The frame before may still be reading.
  memoryBarrier(
      commands,
      {VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT, VK_ACCESS_2_MEMORY_READ_BIT | VK_ACCESS_2_MEMORY_WRITE_BIT},
      access::kCopyWrite);
  vkCmdFillBuffer(commands, m_ranges->handle(), 0, VK_WHOLE_SIZE, 0);
  vkCmdFillBuffer(commands, m_exposure.handle(), 0, VK_WHOLE_SIZE, 0);
  memoryBarrier(commands, access::kCopyWrite, access::kComputeReadWrite);
}

void Renderer::startAnew() {
  if (m_host) {
    m_host->ranges.forget();
    m_host->tone.forget();
  }
  m_rangesAreKnown = true;
  m_framesSinceRanges = 0;
  forgetLight();
}

// What this slot's last frame left has arrived: begin() has waited for it.
void Renderer::takeReadBack(Frame& frame) {
  const ReadBack& slot = m_readBack[frame.slot()];
  const float* const arrived = slot.floats.elements<float>().data();
  const auto ranges = slot.floats.elements<gpu::Range>().first(slot.ranges);
  m_lastRanges.assign(ranges.begin(), ranges.end());
  m_lastWatched.assign(arrived + kMostReadBack, arrived + kMostReadBack + slot.watched);
  m_lastWatchedNumber = slot.watchedNumber;
  m_edgeAnswer.reset();
  if (!slot.edgePick) return;
  const auto words = slot.floats.elements<std::uint32_t>().subspan(2 * kMostReadBack);
  m_edgeAnswer = {*slot.edgePick, PickPass::edgeIn(words, slot.bundles)};
}

void Renderer::readBack(Frame& frame, const RenderScene& scene, const BufferRange& ranges) {
  ReadBack& slot = m_readBack[frame.slot()];
  slot.ranges = std::min(scene.ranges.size(), kMostReadBack / kFloatsPerRange);
  slot.watched = 0;
  slot.watchedNumber = scene.watchedNumber;
  const VkCommandBuffer commands = frame.commands();
  memoryBarrier(commands, access::kComputeWrite, access::kCopyRead);
  const auto copy = [&](VkBuffer source, VkDeviceSize offset, std::size_t floats, std::size_t place) {
    if (floats == 0) return;
    const VkBufferCopy region{offset, place * sizeof(float), floats * sizeof(float)};
    vkCmdCopyBuffer(commands, source, slot.floats.handle(), 1, &region);
  };
  copy(ranges.buffer, ranges.offset, slot.ranges * kFloatsPerRange, 0);
  for (const BufferRange& range : scene.watched) {
    const std::size_t floats =
        std::min<std::size_t>(range.bytes / sizeof(float), kMostReadBack - slot.watched);
    copy(range.buffer, range.offset, floats, kMostReadBack + slot.watched);
    slot.watched += floats;
  }
  slot.edgePick = !m_host && asksForEdge(scene) ? scene.edgePick : std::nullopt;
  if (slot.edgePick) {
    slot.bundles = scene.bundles;
    copy(m_picked->handle(), 0, PickPass::wordsFor(scene.bundles.size()), 2 * kMostReadBack);
  }
  memoryBarrier(commands, access::kCopyWrite, access::kHostRead);
}

}  // namespace cajal
