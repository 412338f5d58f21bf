#pragma once
// Records a film: takes frames from the drawing thread, encodes them on another, never disturbs the run.

#include "engine/capture/frame_sink.h"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace cajal {

struct VideoStatistics {
  std::uint64_t pushed = 0;   // frames handed to push()
  std::uint64_t written = 0;  // frames the encoder took
  std::uint64_t dropped = 0;  // frames that are not in the film
  std::size_t queued = 0;     // frames that wait: 0 … 8
};

struct VideoSummary {
  std::filesystem::path path;  // the film, or the folder
  std::uint64_t frames = 0;    // in the film (if the encoder died: at most)
  std::uint64_t dropped = 0;
  double seconds = 0.0;  // how long it plays
  std::string codec;     // "H.264 (libx264)"
  std::string problem;   // empty if all went well; has been logged
};
std::string describe(const VideoSummary& summary);  // "film.mp4: 120 frames, 4.0 s, H.264 (libx264)"

// A queue of at most eight frames (8 x 3.7 MB at 1280 x 720, allocated as they are needed) and a thread that
// empties it. When the encoder dies, hangs or the disk is full, that is logged once, the film so far is
// completed, and later frames are dropped.
//
// push(), finish() and the destructor belong to one thread, usually the one that draws; statistics() to any.
class VideoEncoder {
 public:
  // Takes about 0.1 s, to ask ffmpeg what it can do. Throws Error(usage | inputOutput) if nothing can be
  // written at the path; a missing encoder is no error (frame_sink.h).
  explicit VideoEncoder(VideoOptions options);
  ~VideoEncoder();  // finish()es
  VideoEncoder(const VideoEncoder&) = delete;
  VideoEncoder& operator=(const VideoEncoder&) = delete;

  // Takes one frame: width * height * 4 bytes RGBA, rows from top to bottom; the fourth byte is ignored.
  // Copies it (one memcpy: about 0.4 ms at 1280 x 720, 1 ms at 1920 x 1080), so the caller may reuse its
  // memory at once. When the queue is full, drops the frame (live) or waits. False if the frame will not be
  // in the film.
  bool push(std::span<const std::byte> rgba);

  // False once the encoder has failed or finish() was called.
  bool isRecording() const;
  VideoStatistics statistics() const;

  // Encodes what is queued and completes the file, so that it plays. Bounded: an encoder without progress for
  // `patience` seconds is ended. Calling it again returns the same summary. Throws nothing but out of memory.
  VideoSummary finish();

 private:
  using Frame = std::vector<std::byte>;

  void run();
  std::optional<Frame> takeFrame();
  void giveBack(Frame frame);
  void endWith(const SinkResult& result);
  bool waitForRoom(std::unique_lock<std::mutex>& lock);
  void waitForEnd();

  VideoOptions m_options;
  std::unique_ptr<FrameSink> m_sink;

  mutable std::mutex m_mutex;         // guards what follows
  std::condition_variable m_changed;  // any of the members below
  std::deque<Frame> m_queue;
  std::vector<Frame> m_spare;  // slots to use again
  VideoStatistics m_statistics;
  bool m_isClosing = false;            // no more frames will come
  std::optional<SinkResult> m_result;  // once the encoder thread has ended

  std::thread m_thread;
};

}  // namespace cajal
