#pragma once
// The loop. With a window it follows the wall clock and training runs free; without one it is the same loop
// on the run's own clock: so many steps a frame, no frame dropped, the same film on every machine.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/camera/camera_path.h"
#include "engine/camera/flight.h"
#include "viewer/actions/action_log.h"
#include "viewer/actions/history.h"
#include "viewer/actions/script.h"
#include "viewer/bridge/source.h"
#include "viewer/curves.h"
#include "viewer/inquiries.h"
#include "viewer/options.h"
#include "viewer/panels/panels.h"
#include "viewer/pointer.h"
#include "viewer/price_meter.h"
#include "viewer/recorder.h"
#include "viewer/run_folder.h"
#include "viewer/sample_controller.h"
#include "viewer/scene/held_matrix.h"
#include "viewer/scene/labels.h"
#include "viewer/scene/looks_scene.h"
#include "viewer/stage.h"
#include "viewer/training_setup.h"

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
  Source& source() { return *m_source; }
  Steering& steering() { return *m_source->steering(); }
  ViewSettings& settings() { return m_settings; }
  void setFramesWanted(double framesPerSecond) { m_pace.framesPerSecond = framesPerSecond; }
  const Price& price() const { return m_price.price(); }
  std::uint64_t framesDrawn() const { return m_framesDrawn; }

 private:
  bool isLive() const { return m_mode != AppMode::headless; }
  double usualFrameRate() const;
  Pace paceOf(const Options& options) const;
  void runUntilFirstFrame();
  [[noreturn]] void endWithoutDisplay();
  void trainOnly();
  void goOnWithoutPictures(const std::string& why);
  std::uint64_t stepsForNextFrame() const;
  std::uint64_t stepsLeft() const;
  bool isStuck() const;
  ViewRequest wantedView() const;
  void requestFirst();
  void requestNext();
  void play(bool isPlaying);
  void waitForTurn();
  void takeMetrics(Wait wait = Wait::no);
  void handleInput(double seconds);
  void startScript();
  void checkScripted(const Action& action, ViewSettings& settings) const;
  void followScript();
  void carryOut(const ActionList& actions, Origin origin);
  void carryOut(const Action& action, Origin origin);
  void carryOutVerb(const Action& action);
  void quit(Origin origin);
  bool wouldLoseWeights() const;
  void drawQuestion();
  void command(const Action& action, Origin origin, std::optional<std::uint64_t> atStep = std::nullopt);
  void changeView(const ViewSettings& wanted);
  void noteApplied(const LoggedCommand& applied);
  void logAction(const Action& action);
  NetworkLayout arrange();
  void settleByWeights(NetworkLayout& layout, const NetworkLayout* before, const Answer& answer);
  void askForWeights(std::function<void(const Answer&)> use);
  void changeLayout(NetworkLayout layout, bool isChosen);
  void followLayout(double seconds);
  void settleAtOnce();
  void moveCamera(double seconds);
  Hover hover() const;
  void draw(const Publication& publication, double seconds);
  void placeThePanels();
  void drawUi(const LabelView& view);
  ViewerState state() const;
  ViewSettings drawableSettings(const Publication& publication);
  Camera framingCamera() const;
  glm::mat4 viewProjection() const;
  void collectCaptures();
  void tell(const std::string& problem);
  PointedScene pointedScene() const;
  void measurePrice();
  void takeLastPicture();
  void drawLastPicture();

  Options m_options;
  AppMode m_mode;
  TrainingSetup m_setup;
  Stage m_stage;
  std::unique_ptr<Source> m_source;
  Steering& m_steering;  // the source's
  Inquiries m_inquiries;
  StaticState m_fixed;
  NetworkFacts m_network;
  std::unique_ptr<NetworkScene> m_scene;
  std::unique_ptr<LooksScene> m_looks;
  RunFolder m_runFolder;
  ActionLog m_log;
  CameraLog m_cameraLog;
  Recorder m_recorder;

  ViewSettings m_settings, m_drawnSettings;
  SampleController m_samples;
  bool m_scriptEnds = false;   // by a "quit"
  bool m_needsFrames = false;  // the script acts on pictures, or waits for seconds
  LayoutChoice m_arranged;     // what the scene's layout was chosen to be
  // Of a layout that follows the weights: when it last did, on the run's own clock, and at which step.
  double m_settledAt = 0;
  std::uint64_t m_settledStep = 0;
  Flight m_flight;
  Camera m_framing;  // the last that saw the whole network
  std::optional<CameraPath> m_path;
  bool m_cameraMoved = true;
  bool m_showPanels;
  PanelLayout m_panels;
  Pace m_pace;
  bool m_sharesCores = false;  // drawing takes one that training has while nothing is drawn

  Curves m_curves;
  SnapshotFacts m_facts;
  PriceMeter m_price;
  double m_lastFrameTime = 0;  // wall clock
  double m_turn = 0;           // of the next frame, likewise
  double m_runTime = 0;        // seconds of the run's own clock
  std::uint64_t m_framesDrawn = 0;
  std::uint64_t m_lockstepTarget = 0;  // the step that the request in hand will reach
  bool m_isPlaying = true;
  ActionList m_panelActions;  // of the frame before
  History m_history;
  Script m_script;
  Pointer m_pointer;
  std::vector<float> m_outputs;  // of the shown example, as far as they are known
  std::optional<HeldMatrix> m_held;
  bool m_wantsToQuit = false;
  bool m_asksToQuit = false;  // a question stands on the screen
  bool m_windowIsGone = false;

  std::string m_drawingProblem;  // why nothing is drawn any more; empty while all is well
  std::string m_notice;          // what last went wrong, for the panel
  bool m_isFinished = false;
};

}  // namespace cajal
