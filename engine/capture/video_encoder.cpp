#include "engine/capture/video_encoder.h"

#include "engine/base/error.h"
#include "engine/base/log.h"

#include <chrono>
#include <utility>

namespace cajal {
namespace {

constexpr std::size_t kMostQueued = 8;  // frames; a longer queue only hides an encoder that is too slow

}  // namespace

std::string describe(const VideoSummary& summary) {
  const std::string dropped = summary.dropped == 0 ? "" : fmt::format(", {} dropped", summary.dropped);
  return fmt::format("{}: {} frames, {:.1f} s, {}{}", summary.path.string(), summary.frames, summary.seconds,
                     summary.codec, dropped);
}

VideoEncoder::VideoEncoder(VideoOptions options)
    : m_options(std::move(options)), m_sink(makeFrameSink(m_options)), m_thread([this] { run(); }) {}

VideoEncoder::~VideoEncoder() {
  try {
    finish();
  } catch (const std::exception& error) {
    logError("cannot complete '{}': {}", m_options.path.string(), error.what());
  }
}

bool VideoEncoder::push(std::span<const std::byte> rgba) {
  require(rgba.size() == std::size_t{4} * static_cast<std::size_t>(m_options.width) *
                             static_cast<std::size_t>(m_options.height),
          "a frame has the size the recording began with");
  Frame frame;
  {
    std::unique_lock lock(m_mutex);
    ++m_statistics.pushed;
    if (!waitForRoom(lock)) {
      ++m_statistics.dropped;
      return false;
    }
    if (!m_spare.empty()) {
      frame = std::move(m_spare.back());
      m_spare.pop_back();
    }
  }
  frame.assign(rgba.begin(), rgba.end());  // outside the lock, so that the encoder thread can go on
  const std::lock_guard lock(m_mutex);
  if (m_result) {  // it failed while we copied
    ++m_statistics.dropped;
    return false;
  }
  m_queue.push_back(std::move(frame));
  m_changed.notify_all();
  return true;
}

// True when one more frame may be queued. Only this thread adds frames, so there is room until it does.
bool VideoEncoder::waitForRoom(std::unique_lock<std::mutex>& lock) {
  const auto canGoOn = [this] { return m_isClosing || m_result || m_queue.size() < kMostQueued; };
  if (!m_options.live &&
      !m_changed.wait_for(lock, std::chrono::duration<double>(m_options.patience), canGoOn)) {
    m_isClosing = true;  // it has taken no frame for so long: it hangs
    lock.unlock();
    m_sink->interrupt();
    lock.lock();
    return false;
  }
  return !m_isClosing && !m_result && m_queue.size() < kMostQueued;
}

bool VideoEncoder::isRecording() const {
  const std::lock_guard lock(m_mutex);
  return !m_isClosing && !m_result;
}

VideoStatistics VideoEncoder::statistics() const {
  const std::lock_guard lock(m_mutex);
  VideoStatistics statistics = m_statistics;
  statistics.queued = m_queue.size();
  return statistics;
}

VideoSummary VideoEncoder::finish() {
  if (m_thread.joinable()) {
    waitForEnd();
    m_thread.join();
  }
  const std::lock_guard lock(m_mutex);
  return {.path = m_result->path,
          .frames = m_statistics.written,
          .dropped = m_statistics.dropped,
          .seconds = static_cast<double>(m_statistics.written) / m_options.framesPerSecond,
          .codec = nameOf(m_sink->codec()),
          .problem = m_result->problem};
}

// Until the encoder thread has ended; interrupts the sink when no frame was taken for `patience` seconds.
void VideoEncoder::waitForEnd() {
  const std::chrono::duration<double> patience(m_options.patience);
  std::unique_lock lock(m_mutex);
  m_isClosing = true;
  m_changed.notify_all();
  while (!m_queue.empty() && !m_result) {
    const std::size_t before = m_queue.size();
    const bool moved =
        m_changed.wait_for(lock, patience, [&] { return m_result || m_queue.size() < before; });
    if (moved) continue;
    lock.unlock();
    m_sink->interrupt();
    lock.lock();
    break;
  }
  m_changed.wait(lock, [this] { return m_result.has_value(); });  // FrameSink::finish() is bounded itself
}

// ---- encoder thread ---------------------------------------------------------------------------------------

void VideoEncoder::run() {
  while (std::optional<Frame> frame = takeFrame()) {
    if (!m_sink->write(*frame)) break;
    giveBack(std::move(*frame));
  }
  try {
    endWith(m_sink->finish());
  } catch (const std::exception& error) {
    endWith({m_options.path, error.what()});
  }
}

// The oldest frame; nothing when no more will come. Leaves it in the count of the queue until giveBack().
std::optional<VideoEncoder::Frame> VideoEncoder::takeFrame() {
  std::unique_lock lock(m_mutex);
  m_changed.wait(lock, [this] { return m_isClosing || !m_queue.empty(); });
  if (m_queue.empty()) return std::nullopt;
  Frame frame = std::move(m_queue.front());
  return frame;
}

void VideoEncoder::giveBack(Frame frame) {
  const std::lock_guard lock(m_mutex);
  m_queue.pop_front();
  m_spare.push_back(std::move(frame));
  ++m_statistics.written;
  m_changed.notify_all();
}

void VideoEncoder::endWith(const SinkResult& result) {
  if (!result.problem.empty()) logError("recording ended: {}", result.problem);
  const std::lock_guard lock(m_mutex);
  m_statistics.dropped += m_queue.size();
  m_queue.clear();
  m_spare.clear();
  m_result = result;
  m_changed.notify_all();
}

}  // namespace cajal
