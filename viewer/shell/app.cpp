#include "viewer/shell/app.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "engine/base/clock.h"
#include "engine/base/error.h"
#include "engine/base/log.h"
#include "engine/capture/png.h"
#include "viewer/scene/appearance.h"
#include "viewer/shell/interrupt.h"
#include "viewer/shell/pilot.h"

namespace cajal {
namespace {

constexpr std::uint64_t kUsualHeadlessSteps = 3000;
constexpr std::uint64_t kUsualStepsPerFilmFrame = 8;

// Names that other people gave, in whatever script: nothing where all are ASCII.
std::string foreignNames(const std::vector<LanePlan>& plans) {
  const DataSet& data = *plans.front().setup.data;
  std::string names;
  for (const std::vector<std::string>* list : {&data.classNames, &data.featureNames, &data.targetNames})
    for (const std::string& name : *list) names += name;
  for (const LanePlan& plan : plans) names += plan.name;
  const bool isForeign = std::any_of(names.begin(), names.end(), [](char c) { return (c & 0x80) != 0; });
  return isForeign ? names : "";
}

StageOptions stageOptions(const Options& options, bool window, const std::vector<LanePlan>& plans) {
  const PictureSize size = options.size.value_or(PictureSize{});
  return {window, {size.width, size.height}, options.device, "Cajal", false, foreignNames(plans)};
}

// A film has all the time it needs, and its camera never rests.
ViewSettings initialSettings(const Options& options, AppMode mode) {
  ViewSettings settings = options.view;
  if (mode == AppMode::headless) settings.samplesPerFrame = appearance::kSamplesPerFilmFrame;
  return settings;
}

std::size_t trainedAmong(const std::vector<LanePlan>& plans) {
  return static_cast<std::size_t>(
      std::count_if(plans.begin(), plans.end(), [](const LanePlan& plan) { return plan.isTrained; }));
}

}  // namespace

UiTheme uiTheme(Theme theme) {
  return theme == Theme::dark ? UiTheme::dark : UiTheme::light;
}

App::App(const Options& options, AppMode mode)
    : m_options(options),
      m_mode(mode),
      m_plans(prepareLanes(options)),
      m_stage(stageOptions(options, mode == AppMode::window, m_plans)),
      m_cores(trainedAmong(m_plans), options.threads),
      m_world(m_stage, std::move(m_plans), m_cores, initialSettings(options, mode)),
      m_recorder(m_stage, mode != AppMode::headless, options.training.seed),
      m_showPanels(isLive() && options.showPanels),
      m_pace(paceOf(options)) {
  m_options.training.network.spec = m_world.first().source().subject().network.spec;
  if (!options.screenshot.empty()) requireWritableTarget(options.screenshot);

  m_laneStates = m_world.states();
  m_stage.ui().setTheme(uiTheme(options.view.theme));
  placeThePanels();
  m_world.arrange(freeView());
  m_eye.place(m_world.framing(freeView()));
  if (!options.camera.empty()) m_eye.follow(readCameraPath(options.camera));
  if (!m_eye.isOnPath() && !isLive()) m_eye.follow(m_world.flight(m_eye.framing()));
  if (!options.record.empty()) m_recorder.startFilm(options.record, m_pace.framesPerSecond);
  startScript();
  if (!isLive() && !options.steps && !options.seconds && !m_scriptEnds) m_options.steps = kUsualHeadlessSteps;
  // On a software device drawing needs a core.
  const bool draws = isLive() || m_recorder.isFilming() || m_needsFrames;
  if (draws && m_stage.isSoftware()) m_cores.shareWithDrawing();
  if (m_stage.window()) m_stage.window()->whenDisplayIsLost([this] { endWithoutDisplay(); });
  // What is asked for beside --resume changes the run from here on, as a slider would.
  for (const SettingChange& change : options.atResume)
    m_world.first().command({change.key, change.value}, Origin::user);
  m_lastFrameTime = secondsNow();
}

// What was left open is chosen here.
Pace App::paceOf(const Options& options) const {
  Pace pace = options.pace;
  if (pace.framesPerSecond == 0) pace.framesPerSecond = usualFrameRate();
  if (pace.stepsPerFrame == 0 && !isLive()) pace.stepsPerFrame = kUsualStepsPerFilmFrame;
  return pace;
}

// On a software device training and drawing share the cores: half the rate leaves training most of them.
double App::usualFrameRate() const {
  return isLive() && !m_stage.isSoftware() ? 60 : 30;
}

App::~App() {
  m_stage.waitUntilDrawn();  // the scenes' and the sources' memory may still be read
}

void App::run() {
  if (m_options.untilFirstFrame) return runUntilFirstFrame();
  if (isLive() || m_recorder.isFilming() || m_needsFrames) {
    try {
      // The first picture shows step 0.
      forEachLane([](Lane& lane) { lane.request(0, 1.0 / 60); });
      while (!isOver()) frame();
    } catch (const Error& error) {
      if (error.exitCode() != ExitCode::gpu) throw;
      goOnWithoutPictures(error.what());
    }
  } else {
    trainOnly();
  }
  finish();
  throwWhatWentWrong();
}

bool App::isOver() const {
  if (m_wantsToQuit || m_windowIsGone || isInterrupted()) return true;
  if (m_options.seconds && m_runTime >= *m_options.seconds) return true;
  const auto areAllDone = [this](std::uint64_t steps) {
    return std::all_of(lanes().begin(), lanes().end(),
                       [&](const auto& lane) { return isDone(*lane, steps); });
  };
  if (!isLive() && areAllDone(kForever)) return true;
  if (!m_options.steps || m_framesDrawn == 0) return false;
  // Whoever watches a training that has halted may still do something about it.
  const bool hasOneArrived = std::any_of(lanes().begin(), lanes().end(), [this](const auto& lane) {
    return lane->isTrained() && lane->facts().step >= *m_options.steps;
  });
  return hasOneArrived && areAllDone(*m_options.steps);
}

// Paused where nothing comes that would play again: no second is waited for, and no step comes.
bool App::isStuck(const Lane& lane) const {
  return lane.isTrained() && !lane.isPlaying() && !m_options.seconds &&
         std::none_of(lanes().begin(), lanes().end(),
                      [](const auto& each) { return each->script().waitsForSeconds(); });
}

bool App::isDone(const Lane& lane, std::uint64_t steps) const {
  return lane.isThrough(steps) || (!isLive() && isStuck(lane));
}

// One frame, in order. Each line is explained where it is carried out.
void App::frame() {
  waitForTurn();
  if (m_windowIsGone) return;
  const double now = secondsNow();
  const double seconds = isLive() ? now - m_lastFrameTime : 1.0 / m_pace.framesPerSecond;
  m_lastFrameTime = now;
  // Not a sum of rounded parts: the same moment is the same on every machine.
  m_runTime =
      isLive() ? m_runTime + seconds : static_cast<double>(m_framesDrawn + 1) / m_pace.framesPerSecond;

  handleInput(seconds);
  if (!takePublications()) {
    requestNext();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return;
  }
  followScript();
  followLayouts(seconds);
  if (!m_wantsToQuit) requestNext();  // training goes on while this frame is drawn
  moveEye();
  m_pointer.look(m_stage.isWindowed() ? &m_stage.window()->input() : nullptr, !m_stage.ui().wantsMouse(),
                 pointedScenes());
  draw(seconds);
  // Not before the first picture is there: training may have to wait for its data.
  if (isLive() && m_framesDrawn == 1) forEachLane([this](Lane& lane) { play(lane, true); });
  collectCaptures();
  const double milliseconds = m_stage.drawMilliseconds();
  forEachLane([&](Lane& lane) {
    lane.measurePrice(secondsNow(), m_framesDrawn, milliseconds);
    lane.runFolder().saveCheckpointWhenDue(lane.inquiries(), lane.progress().steps);
  });
}

// A film shows every step that was asked for, and the same points every time, however fast the machine is.
// False while there is a lane that has nothing to show yet.
bool App::takePublications() {
  const Wait wait = isLive() ? Wait::no : Wait::yes;
  forEachLane([wait](Lane& lane) { lane.newest(wait); });
  takeMetrics(wait);
  bool isAnyThere = false, isOneMissing = false;
  for (const auto& lane : lanes()) {
    isAnyThere = isAnyThere || lane->publication();
    isOneMissing = isOneMissing || (!lane->publication() && lane->problem().empty());
  }
  return isAnyThere && !isOneMissing;
}

// Until --steps is reached; for ever without it.
std::uint64_t App::stepsLeft(const Lane& lane) const {
  if (!m_options.steps) return kForever;
  return *m_options.steps - std::min(lane.progress().steps, *m_options.steps);
}

// The pace of a live view: the wanted frame rate, and no frame at all while nobody can see one.
void App::waitForTurn() {
  if (!isLive()) return;
  // Turns follow each other regularly, so that what one is late by is not lost to all; but no frame is made
  // up for.
  m_turn = std::max(m_turn + 1.0 / m_pace.framesPerSecond, secondsNow());
  if (const double left = m_turn - secondsNow(); left > 0) m_cores.sleep(left);
  if (!m_stage.isWindowed()) return;

  // Once a frame: polling forgets which keys were pressed before.
  Window& window = *m_stage.window();
  window.pollEvents();
  while (window.isMinimised() && !window.shouldClose() && !window.isDisplayLost() && !isInterrupted()) {
    window.waitEvents(0.1);
    takeMetrics();
    m_lastFrameTime = secondsNow();
  }
  m_windowIsGone = window.isDisplayLost();
  if (!m_windowIsGone && window.shouldClose()) {
    window.keepOpen();
    quit(Origin::user);
  }
}

std::uint64_t App::stepsForNextFrame(const Lane& lane) const {
  const bool isLastFrame = m_options.seconds && m_runTime >= *m_options.seconds;
  if (m_pace.stepsPerFrame == 0 || isLastFrame) return 0;
  std::uint64_t steps = m_pace.stepsPerFrame;
  // The last frame shows exactly the last step.
  const std::uint64_t step = lane.facts().step;
  if (m_options.steps) steps = std::min(steps, *m_options.steps - std::min(step, *m_options.steps));
  return steps;
}

// A GPU that trains several networks has the time until the next frame for all of them together.
void App::requestNext() {
  const auto trained =
      std::count_if(lanes().begin(), lanes().end(), [](const auto& lane) { return lane->isTrained(); });
  const double seconds = 1.0 / (m_pace.framesPerSecond * static_cast<double>(trained));
  forEachLane([&](Lane& lane) {
    const bool isInStep = !isLive() || m_pace.stepsPerFrame > 0;
    const std::uint64_t steps = lane.isPlaying() && isInStep ? stepsForNextFrame(lane) : 0;
    if (isLive() && steps > 0 && !lane.isAtLastRequest()) return;
    lane.request(steps, seconds);
  });
}

// Free where no number of steps a frame is asked for, else in lockstep with the frames.
void App::play(Lane& lane, bool isPlaying) {
  lane.play(isPlaying, m_pace.stepsPerFrame == 0, stepsLeft(lane));
}

void App::handleInput(double seconds) {
  carryOut(std::exchange(m_panelActions, {}), Origin::user);
  if (!m_stage.isWindowed()) return;
  const WindowInput& input = m_stage.window()->input();
  const bool keysAreFree = !m_stage.ui().wantsKeyboard(), mouseIsFree = !m_stage.ui().wantsMouse();
  Lane& selected = m_world.selected();
  ActionList actions;
  if (m_asksToQuit && keysAreFree) {
    // The question has the keys: Enter leaves, Escape stays.
    if (input.isPressed(Key::enter)) m_wantsToQuit = true;
    if (input.isPressed(Key::escape)) m_asksToQuit = false;
  } else if (keysAreFree && !(input.isPressed(Key::escape) && m_stage.ui().closePopups())) {
    actions = actionsFromKeys(input, state(selected), selected.settings());
  }
  m_eye.steer(controlsFrom(input, mouseIsFree, keysAreFree, seconds), seconds);
  carryOut(actions, Origin::user);
  if (const auto click = m_pointer.clicked(input, mouseIsFree, pointedScenes(), selected.number())) {
    Lane& lane = *m_world.find(click->lane);
    if (&lane != &m_world.selected()) carryOut(Action{"lane", std::to_string(lane.number())}, Origin::user);
    carryOut(actionsBetween(viewSettings(), lane.settings(), click->wanted), Origin::user);
  }
  m_stage.followWindow();
}

// Networks glide to their new places; the eye goes along if it saw all of them.
void App::followLayouts(double seconds) {
  bool isRearranged = false;
  forEachLane([&](Lane& lane) {
    if (lane.followLayout(seconds, m_runTime, !isLive())) m_eye.stir();
    isRearranged = lane.takeRearranged() || isRearranged;
  });
  if (!isRearranged) return;
  m_world.arrange(freeView());
  m_eye.follow(m_world.framing(freeView()));
}

void App::moveEye() {
  m_eye.update(m_world.first().facts().step, m_runTime);
  if (const auto place = m_eye.placeToLog(m_runTime)) logAction({"camera", cameraToText(*place)});
  if (m_eye.takeMoved() || m_world.selected().settings().pulses) m_stage.renderer().stirLight();
}

}  // namespace cajal
