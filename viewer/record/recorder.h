#pragma once
// Films and single pictures of what is drawn. A picture arrives some frames after it was drawn; until then
// the recorder remembers what it was asked for. Render thread only.

#include <deque>
#include <filesystem>
#include <memory>
#include <string>

#include "viewer/record/film.h"
#include "viewer/shell/stage.h"

namespace cajal {

class Recorder {
 public:
  // `stage` outlives this. `isLive`: a film drops frames that come too fast, else it waits for the encoder.
  // `seed`: of the run, which pictures and films carry with them.
  Recorder(Stage& stage, bool isLive, std::uint64_t seed) : m_stage(stage), m_isLive(isLive), m_seed(seed) {}

  // Ends the film before, if there is one. Throws Error(inputOutput or usage) where no film can be made
  // there.
  void startFilm(const std::filesystem::path& path, double framesPerSecond);
  // Waits for the frames that are on their way. Nothing where no film is made.
  void stopFilm();
  bool isFilming() const { return m_film != nullptr; }
  RecordingState state() const { return m_film ? m_film->state() : RecordingState{}; }
  // What was wrong with the last film; empty where all went well.
  const std::string& filmProblem() const { return m_filmProblem; }

  // Of the next frame that is drawn.
  void takePicture(const std::filesystem::path& path) { m_pictures.push_back({path}); }
  // Pictures that have not been written are not wanted any more.
  void forgetPictures() { m_pictures.clear(); }

  // Before a frame is submitted: whether its picture is wanted on the host. `step`: that the frame shows.
  bool wantsFrame(std::uint64_t step);
  // Hands on the pictures that have arrived; `wait`: all that are on their way. Throws Error(inputOutput) for
  // a picture that cannot be written; all others are.
  void collect(bool wait);

 private:
  struct Picture {
    std::filesystem::path path;
    std::uint64_t frame = 0;  // 0: not drawn yet
    std::uint64_t step = 0;   // that it shows
  };

  void write(const Picture& picture, std::span<const std::byte> rgba, VkExtent2D extent) const;

  Stage& m_stage;
  bool m_isLive;
  std::uint64_t m_seed;
  std::unique_ptr<Film> m_film;
  std::string m_filmProblem;
  std::deque<Picture> m_pictures;  // in the order in which they were asked for
};

}  // namespace cajal
