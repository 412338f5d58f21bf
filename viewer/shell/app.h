#pragma once
// The loop. With a window it follows the wall clock and training runs free; without one it is the same loop
// on the run's own clock: so many steps a frame, no frame dropped, the same film on every machine.

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "viewer/actions/history.h"
#include "viewer/actions/options.h"
#include "viewer/actions/script.h"
#include "viewer/cockpit/panels.h"
#include "viewer/record/recorder.h"
#include "viewer/scene/held_matrix.h"
#include "viewer/scene/labels.h"
#include "viewer/shell/eye.h"
#include "viewer/shell/stage.h"
#include "viewer/sources/shared_cores.h"
#include "viewer/world/pointer.h"
#include "viewer/world/sample_controller.h"
#include "viewer/world/world.h"

namespace cajal {

enum class AppMode {
  window,     // in a window, by the wall clock
  headless,   // no window, the run's own clock
  offscreen,  // everything a window has but the window: for benchmarks and tests
};

UiTheme uiTheme(Theme theme);

class App {
 public:
  // Throws Error for whatever cannot be had.
  App(const Options& options, AppMode mode);
  ~App();

  // Until the user, --steps, --seconds or a signal ends it. Finishes film, picture and weights.
  void run();

  // --- for tests and benchmarks: the same frames, one at a time ---
  void frame();
  bool isOver() const;
  void finish();
  Stage& stage() { return m_stage; }
  World& world() { return m_world; }
  // The first lane's:
  Source& source() { return m_world.first().source(); }
  Steering& steering() { return m_world.first().steering(); }
  ViewSettings& settings() { return m_world.first().settings(); }
  const Price& price() const { return m_world.first().price(); }
  void setFramesWanted(double framesPerSecond) { m_pace.framesPerSecond = framesPerSecond; }
  std::uint64_t framesDrawn() const { return m_framesDrawn; }

 private:
  using Lanes = std::vector<std::unique_ptr<Lane>>;

  bool isLive() const { return m_mode != AppMode::headless; }
  const Lanes& lanes() const { return m_world.lanes(); }
  // Does it for each lane that is well. Where there are others, a lane that fails says so and leaves them
  // alone.
  template <typename Work>
  void forEachLane(Work&& work);

  // --- the loop (app.cpp) ---
  Pace paceOf(const Options& options) const;
  double usualFrameRate() const;
  void waitForTurn();
  bool takePublications();
  std::uint64_t stepsForNextFrame(const Lane& lane) const;
  std::uint64_t stepsLeft(const Lane& lane) const;
  bool isStuck(const Lane& lane) const;
  bool isDone(const Lane& lane, std::uint64_t steps) const;
  void requestNext();
  void play(Lane& lane, bool isPlaying);
  void handleInput(double seconds);
  void followLayouts(double seconds);
  void moveEye();

  // --- without pictures, and the end (app_headless.cpp) ---
  void runUntilFirstFrame();
  void trainOnly();
  void goOnWithoutPictures(const std::string& why);
  void takeLastPicture();
  void drawLastPicture();
  void throwWhatWentWrong() const;
  [[noreturn]] void endWithoutDisplay();

  // --- what the user, a script or the history asks for (app_actions.cpp) ---
  void startScript();
  std::vector<ScriptedLane> scriptedLanes() const;
  std::vector<TimedAction> scriptedActions();
  std::vector<TimedAction> laneByLane(std::vector<TimedAction> actions) const;
  void checkScripted(const Action& action, std::vector<ViewSettings>& settings) const;
  void followScript();
  Action aimed(Action action) const;
  void carryOut(const ActionList& actions, Origin origin);
  void carryOut(const Action& action, Origin origin);
  void carryOutVerb(const Action& action);
  // False where the lane is shown so already.
  bool changeView(Lane& lane, const Setting<ViewSettings>& row, const Action& action, Origin origin);
  void film(const std::string* path);
  void noteApplied(Lane& lane, const LoggedCommand& applied);
  void logAction(const Action& action);
  void quit(Origin origin);
  void tell(const std::string& problem);

  // --- a picture, and what is written over it (app_draw.cpp) ---
  void takeMetrics(Wait wait = Wait::no);
  void draw(double seconds);
  void drawUi(const glm::mat4& viewProjection);
  void drawQuestion();
  void placeThePanels();
  void collectCaptures();
  FreeView freeView() const;
  glm::mat4 viewProjection() const;
  LabelView labelView(const Lane& lane, const glm::mat4& viewProjection) const;
  std::vector<PointedScene> pointedScenes() const;
  Hover hover(const Lane& lane) const;
  ViewerState state(const Lane& lane) const;

  Options m_options;
  AppMode m_mode;
  std::vector<LanePlan> m_plans;  // until the lanes are made
  Stage m_stage;
  SharedCores m_cores;
  World m_world;
  Recorder m_recorder;
  Eye m_eye;
  Pointer m_pointer;
  SampleController m_samples;

  bool m_scriptEnds = false;   // by a "quit"
  bool m_needsFrames = false;  // the script acts on pictures, or waits for seconds
  bool m_isEnding = false;     // by the script, as soon as all lanes have come to their ends
  bool m_showPanels;
  PanelLayout m_panels;
  ActionList m_panelActions;            // of the frame before
  std::vector<LaneState> m_laneStates;  // of the newest frame; empty where there is one lane alone
  History m_history;
  std::uint32_t m_lastGroup = 0;     // of commands that concern several lanes
  std::optional<HeldMatrix> m_held;  // of the selected lane

  Pace m_pace;
  double m_lastFrameTime = 0;  // wall clock
  double m_turn = 0;           // of the next frame, likewise
  double m_runTime = 0;        // seconds of the run's own clock
  std::uint64_t m_framesDrawn = 0;

  bool m_wantsToQuit = false;
  bool m_asksToQuit = false;  // a question stands on the screen
  bool m_windowIsGone = false;
  bool m_isFinished = false;
  std::string m_drawingProblem;  // why nothing is drawn any more; empty while all is well
  std::string m_pictureProblem;  // why the last picture could not be written; likewise
  std::string m_notice;          // what last went wrong, for the panel
};

template <typename Work>
void App::forEachLane(Work&& work) {
  for (const auto& lane : lanes()) {
    if (!lane->problem().empty()) continue;
    try {
      work(*lane);
    } catch (const std::exception& error) {
      if (!m_world.hasSeveral()) throw;
      lane->fail(error.what());
    }
  }
}

}  // namespace cajal
