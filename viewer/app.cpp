#include "viewer/app.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "engine/base/clock.h"
#include "engine/base/error.h"
#include "engine/base/log.h"
#include "engine/capture/png.h"
#include "viewer/bridge/live_source.h"
#include "viewer/framing.h"
#include "viewer/interrupt.h"
#include "viewer/pilot.h"
#include "viewer/scene/appearance.h"
#include "viewer/scene/labels.h"
#include "viewer/shared_cores.h"

namespace cajal {
namespace {

constexpr std::uint64_t kUsualHeadlessSteps = 3000;
constexpr std::uint64_t kUsualStepsPerFilmFrame = 8;

// Names that other people gave, in whatever script: nothing where all are ASCII.
std::string foreignNames(const DataSet& data) {
  std::string names;
  for (const std::vector<std::string>* list : {&data.classNames, &data.featureNames, &data.targetNames})
    for (const std::string& name : *list) names += name;
  const bool isForeign = std::any_of(names.begin(), names.end(), [](char c) { return (c & 0x80) != 0; });
  return isForeign ? names : "";
}

StageOptions stageOptions(const Options& options, bool window, const DataSet& data) {
  const PictureSize size = options.size.value_or(PictureSize{});
  return {window, {size.width, size.height}, options.device, "Cajal", false, foreignNames(data)};
}

// A film has all the time it needs, and its camera never rests.
ViewSettings initialSettings(const Options& options, AppMode mode) {
  ViewSettings settings = options.view;
  if (mode == AppMode::headless) settings.samplesPerFrame = appearance::kSamplesPerFilmFrame;
  return settings;
}

// What was left open is what it has become: the kept configuration is the same run again.
Options asItIsRun(Options options, const TrainingSetup& setup) {
  options.training = setup.configuration;
  return options;
}

}  // namespace

UiTheme uiTheme(Theme theme) {
  return theme == Theme::dark ? UiTheme::dark : UiTheme::light;
}

App::App(const Options& options, AppMode mode)
    : m_options(options),
      m_mode(mode),
      m_setup(prepareTraining(options)),
      m_stage(stageOptions(options, mode == AppMode::window, m_setup.data)),
      m_source(makeLiveSource(m_stage, m_setup, options)),
      m_steering(*m_source->steering()),
      m_inquiries(m_steering),
      m_runFolder(asItIsRun(options, m_setup), m_source->subject().begun),
      m_log(m_source->subject().begun.steps, m_source->subject().begun.resets),
      m_recorder(m_stage, mode != AppMode::headless, options.training.seed),
      m_settings(initialSettings(options, mode)),
      m_drawnSettings(m_settings),
      m_flight(Camera{}),
      m_showPanels(isLive() && options.showPanels),
      m_pace(paceOf(options)) {
  const Subject& subject = m_source->subject();
  m_fixed = describeTraining(m_setup, subject);
  m_network = factsOf(subject.tensors, subject.connections, m_fixed.imageRows, m_fixed.imageColumns,
                      subject.network.spec.layers);
  NetworkLayout layout = arrange();
  if (m_arranged.kind == LayoutKind::force) {
    askForWeights([&](const Answer& answer) { settleByWeights(layout, nullptr, answer); });
    m_inquiries.finish();
  }
  m_scene = std::make_unique<NetworkScene>(m_stage.device(), subject.tensors, layout);
  m_looks = std::make_unique<LooksScene>(subject.tensors, m_fixed.activations);
  m_options.training.network.spec = m_setup.configuration.network.spec;
  m_fixed.device = m_stage.device().facts().name;
  if (!options.screenshot.empty()) requireWritableTarget(options.screenshot);

  m_stage.ui().setTheme(uiTheme(m_settings.theme));
  placeThePanels();
  m_flight.place(m_framing = framingCamera());
  if (!options.camera.empty()) m_path = readCameraPath(options.camera);
  if (!m_path && !isLive()) m_path = flightRound(m_scene->layout(), m_framing);
  if (!options.record.empty()) m_recorder.startFilm(options.record, m_pace.framesPerSecond);
  startScript();
  if (!isLive() && !options.steps && !options.seconds && !m_scriptEnds) m_options.steps = kUsualHeadlessSteps;
  // On a software device drawing needs a core.
  const bool draws = isLive() || m_recorder.isFilming() || m_needsFrames;
  m_sharesCores = options.threads == 0 && draws && m_stage.isSoftware();
  if (m_sharesCores) m_steering.setThreads(threadsBesideDrawing());
  if (m_stage.window()) m_stage.window()->whenDisplayIsLost([this] { endWithoutDisplay(); });
  // What is asked for beside --resume changes the run from here on, as a slider would.
  for (const SettingChange& change : options.atResume) command({change.key, change.value}, Origin::user);
  m_lastFrameTime = secondsNow();
  m_price.begin(m_lastFrameTime, {.steps = m_steering.progress().steps});  // of a run that goes on
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
  m_stage.waitUntilDrawn();  // the scene's and the bridge's memory may still be read
}

void App::run() {
  if (m_options.untilFirstFrame) return runUntilFirstFrame();
  if (isLive() || m_recorder.isFilming() || m_needsFrames) {
    try {
      requestFirst();
      while (!isOver()) frame();
    } catch (const Error& error) {
      if (error.exitCode() != ExitCode::gpu) throw;
      goOnWithoutPictures(error.what());
    }
  } else {
    trainOnly();
  }
  finish();
  if (!m_drawingProblem.empty()) throw Error(ExitCode::gpu, m_drawingProblem);
  // Nobody is there to lower the rate: a script must hear that its training did not come to its end.
  if (const std::string why = m_steering.progress().haltedReason; !isLive() && !why.empty()) {
    throw Error(ExitCode::badInput, why);
  }
  // Everything else has been kept; whoever asked for a film in a script must hear that he has none.
  if (!m_recorder.filmProblem().empty() && !m_options.record.empty() && !isInterrupted()) {
    throw Error(ExitCode::inputOutput, fmt::format("--record {}: the film is not complete: {}",
                                                   m_options.record.string(), m_recorder.filmProblem()));
  }
}

bool App::isOver() const {
  if (m_wantsToQuit || m_windowIsGone || isInterrupted()) return true;
  if (m_options.seconds && m_runTime >= *m_options.seconds) return true;
  if (!isLive() && (isStuck() || !m_steering.progress().haltedReason.empty())) return true;
  return m_options.steps && m_framesDrawn > 0 && m_facts.step >= *m_options.steps;
}

// Paused by a script in which nothing comes that would play again: no second is waited for, and no step
// comes.
bool App::isStuck() const {
  return !m_isPlaying && !m_options.seconds && !m_script.waitsForSeconds();
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
  // A film shows every step that was asked for, and the same points every time, however fast the machine is.
  const Wait wait = isLive() ? Wait::no : Wait::yes;
  const Publication* publication = m_source->newest(wait);
  takeMetrics(wait);
  if (!publication) {
    requestNext();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return;
  }
  m_facts = publication->facts;
  followScript();
  followLayout(seconds);
  if (!m_wantsToQuit) requestNext();  // training goes on while this frame is drawn
  moveCamera(seconds);
  m_pointer.look(m_stage.isWindowed() ? &m_stage.window()->input() : nullptr, !m_stage.ui().wantsMouse(),
                 pointedScene());
  m_settings.watchesNumbers = !m_pointer.hovered().isNothing();
  draw(*publication, seconds);
  // Not before the first picture is there: training may have to wait for its data.
  if (isLive() && m_framesDrawn == 1) play(true);
  collectCaptures();
  measurePrice();
  m_runFolder.saveCheckpointWhenDue(m_inquiries, m_steering.progress().steps);
}

// A picture that cannot be written is said, and the run goes on.
void App::collectCaptures() {
  try {
    m_recorder.collect(false);
  } catch (const Error& error) {
    if (error.exitCode() == ExitCode::gpu) throw;
    tell(error.what());
  }
}

// On the panel and in the log: what the user asked for could not be done.
void App::tell(const std::string& problem) {
  logError("{}", problem);
  m_notice = problem;
}

// Until --steps is reached; for ever without it.
std::uint64_t App::stepsLeft() const {
  if (!m_options.steps) return kForever;
  return *m_options.steps - std::min(m_steering.progress().steps, *m_options.steps);
}

// The pace of a live view: the wanted frame rate, and no frame at all while nobody can see one.
void App::waitForTurn() {
  if (!isLive()) return;
  // Turns follow each other regularly, so that what one is late by is not lost to all; but no frame is made
  // up for.
  m_turn = std::max(m_turn + 1.0 / m_pace.framesPerSecond, secondsNow());
  const double left = m_turn - secondsNow();
  if (left > 0 && m_sharesCores)
    lendCores(m_steering, left);
  else if (left > 0)
    std::this_thread::sleep_for(std::chrono::duration<double>(left));
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

std::uint64_t App::stepsForNextFrame() const {
  const bool isLastFrame = m_options.seconds && m_runTime >= *m_options.seconds;
  if (m_pace.stepsPerFrame == 0 || isLastFrame) return 0;
  std::uint64_t steps = m_pace.stepsPerFrame;
  // The last frame shows exactly the last step.
  if (m_options.steps) steps = std::min(steps, *m_options.steps - std::min(m_facts.step, *m_options.steps));
  return steps;
}

ViewRequest App::wantedView() const {
  return viewRequest(m_settings, m_looks->wanted(m_settings));
}

// The first picture shows step 0.
void App::requestFirst() {
  m_source->request({wantedView(), 0});
}

void App::requestNext() {
  FrameRequest request{wantedView(), 0, 1.0 / m_pace.framesPerSecond};
  if (!isLive()) {
    request.steps = m_isPlaying ? stepsForNextFrame() : 0;
  } else if (m_pace.stepsPerFrame > 0 && m_isPlaying) {
    if (m_facts.step < m_lockstepTarget) return;  // the steps of the request before are still being done
    request.steps = stepsForNextFrame();
    m_lockstepTarget = m_facts.step + request.steps;
  }
  m_source->request(request);
}

// Plays or pauses; free where no number of steps a frame is asked for, else in lockstep with the frames.
void App::play(bool isPlaying) {
  m_isPlaying = isPlaying;
  m_lockstepTarget = 0;
  m_steering.pause();
  if (isPlaying && m_pace.stepsPerFrame == 0) m_steering.run(stepsLeft());
}

void App::handleInput(double seconds) {
  carryOut(std::exchange(m_panelActions, {}), Origin::user);
  if (!m_stage.isWindowed()) return;
  const WindowInput& input = m_stage.window()->input();
  const bool keysAreFree = !m_stage.ui().wantsKeyboard();
  ActionList actions;
  if (m_asksToQuit && keysAreFree) {
    // The question has the keys: Enter leaves, Escape stays.
    if (input.isPressed(Key::enter)) m_wantsToQuit = true;
    if (input.isPressed(Key::escape)) m_asksToQuit = false;
  } else if (keysAreFree && !(input.isPressed(Key::escape) && m_stage.ui().closePopups())) {
    actions = actionsFromKeys(input, state(), m_settings);
  }
  if (!m_path) {
    const FlightControls controls = controlsFrom(input, !m_stage.ui().wantsMouse(), keysAreFree, seconds);
    m_cameraMoved = m_flight.update(controls, seconds) || m_cameraMoved;
  }
  carryOut(actions, Origin::user);
  if (const auto wanted = m_pointer.clicked(input, !m_stage.ui().wantsMouse(), pointedScene(), m_settings))
    carryOut(actionsBetween(viewSettings(), m_settings, *wanted), Origin::user);
  m_stage.followWindow();
}

void App::moveCamera(double) {
  if (m_path) {
    const double time =
        m_path->clock() == CameraPath::Clock::steps ? static_cast<double>(m_facts.step) : m_runTime;
    const Camera camera = m_path->at(time);
    m_cameraMoved = m_cameraMoved || !(camera == m_flight.camera());
    m_flight.place(camera);
  }
  if (!m_path) {
    if (const auto place = m_cameraLog.note(m_flight.camera(), m_runTime))
      logAction({"camera", cameraToText(*place)});
  }
  if (m_cameraMoved || m_settings.pulses) m_stage.renderer().stirLight();
  m_cameraMoved = false;
}

}  // namespace cajal
