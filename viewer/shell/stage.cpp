#include "viewer/shell/stage.h"

#include <algorithm>

#include "engine/base/log.h"
#include "engine/vulkan/barrier.h"
#include "engine/vulkan/device_choice.h"

namespace cajal {
namespace {

constexpr float kLinesOfUnitScale = 720;  // of a picture whose text is drawn at its natural size

// Without a window to ask, text keeps its share of the picture.
UiOptions uiOptions(const StageOptions& options) {
  UiOptions ui;
  ui.moreText = options.moreText;
  if (!options.window)
    ui.contentScale = std::clamp(static_cast<float>(options.size.height) / kLinesOfUnitScale, 1.0f, 3.0f);
  return ui;
}

}  // namespace

Stage::Stage(const StageOptions& options) {
  if (options.window) m_window = std::make_unique<Window>(WindowOptions{options.title, options.size});
  m_instance = std::make_unique<Instance>(InstanceOptions{options.window, options.validation});
  if (m_window) m_surface = m_window->createSurface(*m_instance);
  const auto devices = describeDevices(*m_instance, m_surface ? m_surface->handle() : VK_NULL_HANDLE);
  m_device = std::make_unique<Device>(*m_instance, chooseDevice(devices, {options.device, options.window}));
  m_frames = std::make_unique<Frames>(*m_device);
  m_timer = std::make_unique<GpuTimer>(*m_device, m_frames->inFlight());

  VkExtent2D size = options.size;
  if (m_window) {
    size = m_window->framebufferSize();
    m_swapchain = std::make_unique<Swapchain>(*m_device, m_surface->handle(), size, false);
  }
  size = {std::max(size.width, 1u), std::max(size.height, 1u)};
  m_renderer = std::make_unique<Renderer>(*m_device, *m_frames, size);
  m_ui =
      std::make_unique<Ui>(*m_instance, *m_device, m_frames->inFlight(), m_window.get(), uiOptions(options));
  logDebug("drawing on {}", m_device->facts().name);
}

Stage::~Stage() {
  waitUntilDrawn();
}

// What the GPU still reads belongs to others too (the scene's nodes, the bridge's memory).
void Stage::waitUntilDrawn() noexcept {
  try {
    if (m_frames) m_frames->waitForAll();
  } catch (const std::exception& error) {
    logError("{}", error.what());
  }
}

double Stage::drawMilliseconds() const {
  double sum = 0;
  for (const GpuSpan& span : m_timer->results()) sum += span.milliseconds;
  return sum;
}

void Stage::followWindow() {
  if (!m_window || m_window->isMinimised()) return;
  const VkExtent2D size = m_window->framebufferSize();
  if (size.width == 0 || size.height == 0) return;
  if (size.width != m_swapchain->extent().width || size.height != m_swapchain->extent().height)
    m_swapchain->resize(size);
  m_renderer->resize(size);
}

void Stage::rebuildSurface() {
  m_device->waitIdle();
  m_swapchain.reset();
  m_surface.reset();
  m_surface = m_window->createSurface(*m_instance);
  m_swapchain =
      std::make_unique<Swapchain>(*m_device, m_surface->handle(), m_window->framebufferSize(), false);
}

FrameOutcome Stage::draw(FrameWork work) {
  Frame& frame = m_frames->begin();
  m_timer->beginFrame(frame);
  SwapchainImage target;
  if (m_swapchain) target = m_swapchain->acquire();

  if (work.acquire) work.acquire(frame.commands());
  const auto layOutUi = [&] {
    m_ui->beginFrame(extent(), work.secondsSinceLast);
    work.drawUi();
  };
  m_renderer->draw(frame, *m_timer, *work.scene, [&](const HostPicture& picture) {
    layOutUi();
    m_ui->draw(picture);
  });
  if (work.release) work.release(frame.commands());
  if (!m_renderer->isDrawnByHost()) {
    const GpuTimer::Span span = m_timer->span(frame, "labels and panels");
    layOutUi();
    m_ui->draw(*m_frames, frame.commands(), m_renderer->picture());
  }
  if (work.capture) m_captures.push_back(capture(frame.commands(), frame.number()));
  if (target.isReady()) {
    m_swapchain->copyInto(frame.commands(), m_renderer->picture(), target);
    work.waits.push_back(target.acquired);
    work.signals.push_back(target.drawn);
  }
  m_frames->submit(work.waits, work.signals);
  if (!m_swapchain) return FrameOutcome::drawn;

  const SwapchainState shown = target.isReady() ? m_swapchain->present(target) : target.state;
  if (m_window->isDisplayLost()) return FrameOutcome::windowGone;
  if (shown == SwapchainState::surfaceLost) rebuildSurface();
  if (shown == SwapchainState::outOfDate) m_swapchain->resize(m_window->framebufferSize());
  return FrameOutcome::drawn;
}

Stage::Capture Stage::capture(VkCommandBuffer commands, std::uint64_t frame) {
  const VkExtent2D size = extent();
  const VkDeviceSize bytes = VkDeviceSize{size.width} * size.height * 4;
  std::shared_ptr<Buffer> buffer;
  while (!m_spareBuffers.empty() && !buffer) {
    if (m_spareBuffers.back()->size() == bytes) buffer = m_spareBuffers.back();
    m_spareBuffers.pop_back();
  }
  if (!buffer) {
    buffer = std::make_shared<Buffer>(*m_device, bytes, VK_BUFFER_USAGE_TRANSFER_DST_BIT, MemoryUse::readback,
                                      "capture");
  }
  Image& picture = m_renderer->picture();
  picture.transition(commands, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, access::kCopyRead);
  copyToBuffer(commands, picture, buffer->handle());
  memoryBarrier(commands, access::kCopyWrite, access::kHostRead);
  return {buffer, size, frame};
}

void Stage::takeCaptures(const PictureTaker& take, bool wait) {
  if (wait) m_frames->waitForAll();
  const std::uint64_t done = m_frames->done().value();
  std::size_t taken = 0;
  while (taken < m_captures.size() && m_captures[taken].frame <= done) {
    const Capture& arrived = m_captures[taken++];
    take({arrived.pixels->mapped(), static_cast<std::size_t>(arrived.pixels->size())}, arrived.extent,
         arrived.frame);
    m_spareBuffers.push_back(arrived.pixels);
  }
  m_captures.erase(m_captures.begin(), m_captures.begin() + static_cast<std::ptrdiff_t>(taken));
}

}  // namespace cajal
