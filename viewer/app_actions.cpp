// App, continued: what the user, a script or the history asks for.
#include <fmt/format.h>

#include <ctime>

#include "compute/training/training_settings.h"
#include "engine/base/clock.h"
#include "engine/base/error.h"
#include "engine/base/file.h"
#include "engine/base/log.h"
#include "viewer/actions/replay.h"
#include "viewer/app.h"
#include "viewer/pilot.h"

namespace cajal {
namespace {

// "cajal-2026-03-01-142530.png" in the working directory; never that of a file that is there already.
std::filesystem::path nameByTime(const char* ending) {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  char text[64];
  std::strftime(text, sizeof text, "cajal-%Y-%m-%d-%H%M%S", &local);
  std::filesystem::path path = std::string(text) + ending;
  for (int number = 2; isThere(path); ++number) path = fmt::format("{}-{}{}", text, number, ending);
  return path;
}

bool isCommand(const Action& action) {
  return action.name == kReset || findSetting(trainingSettings(), action.name);
}

// Applied by the training itself, exactly behind its step.
bool isForTraining(const TimedAction& timed) {
  return timed.at.step && (isCommand(timed.action) || timed.action.name == kPause);
}

}  // namespace

void App::logAction(const Action& action) {
  m_runFolder.append(m_log.done(action, m_facts.step, m_facts.resets, m_runTime));
}

void App::carryOut(const ActionList& actions, Origin origin) {
  for (const Action& action : actions) carryOut(action, origin);
}

// The one road of every action.
void App::carryOut(const Action& action, Origin origin) {
  m_notice.clear();
  if (isCommand(action)) return command(action, origin);  // logged when it is applied
  if (action.name == "undo") return carryOut(m_history.undo(), Origin::history);
  if (action.name == "redo") return carryOut(m_history.redo(), Origin::history);
  if (action.name == "quit") return quit(origin);  // logged at the end, whatever ended it
  logAction(action);
  if (const Setting<Pace>* const row = findSetting(paceSettings(), action.name)) {
    const Pace before = m_pace;
    row->write(m_pace, row->fitted(action.value));
    if (m_pace.stepsPerFrame != before.stepsPerFrame) play(m_isPlaying);
    return;
  }
  const Setting<ViewSettings>* const row = findSetting(viewSettings(), action.name);
  if (!row) return carryOutVerb(action);
  ViewSettings wanted = m_settings;
  row->write(wanted, action.value);
  if (wanted == m_settings) return;
  if (origin != Origin::history) {
    m_history.note({row->key(), row->read(m_settings), row->read(wanted), m_facts.step,
                    actionsBetween(viewSettings(), wanted, m_settings), secondsNow()});
  }
  changeView(wanted);
}

void App::command(const Action& action, Origin origin, std::optional<std::uint64_t> atStep) {
  m_steering.submit({action.name, action.value, static_cast<std::uint32_t>(origin), atStep});
}

// A command was applied, between two steps, some time ago.
void App::noteApplied(const LoggedCommand& applied) {
  const Command& command = applied.command;
  m_runFolder.append(m_log.applied(applied));
  if (command.name == kReset) {
    m_curves.clear();
    m_lockstepTarget = 0;
  }
  if (applied.before.empty() || command.tag == static_cast<std::uint32_t>(Origin::history)) return;
  ActionList undo;
  SettingValue before;
  for (const SettingChange& change : applied.before) {
    undo.push_back({change.key, change.value});
    if (change.key == command.name) before = change.value;
  }
  m_history.note({command.name, before, command.value, applied.step, std::move(undo), secondsNow()});
}

void App::changeView(const ViewSettings& wanted) {
  if (wanted.quantity != m_settings.quantity || wanted.nodes != m_settings.nodes ||
      wanted.oneScale != m_settings.oneScale)
    m_stage.renderer().forgetRanges();
  if (wanted.theme != m_settings.theme) m_stage.ui().setTheme(uiTheme(wanted.theme));
  m_settings = wanted;
  m_stage.renderer().forgetLight();
}

bool App::wouldLoseWeights() const {
  return m_stage.isWindowed() && m_options.out.empty() &&
         m_steering.progress().steps > m_source->subject().begun.steps;
}

// A key or the window's X: weights that nobody keeps are asked about once.
void App::quit(Origin origin) {
  const bool asks = origin == Origin::user && !m_asksToQuit && wouldLoseWeights();
  (asks ? m_asksToQuit : m_wantsToQuit) = true;
}

void App::carryOutVerb(const Action& action) {
  const std::string& verb = action.name;
  const auto* const text = std::get_if<std::string>(&action.value);
  if (verb == "play") return play(true);
  if (verb == "pause") return play(false);
  if (verb == "step") {
    play(false);
    return m_steering.run(1);
  }
  if (verb == "frame") return m_flight.glideTo(m_framing = framingCamera());
  if (verb == "orbit") {
    return m_flight.setMode(m_flight.mode() == FlightMode::fly ? FlightMode::orbit : FlightMode::fly,
                            m_scene->layout().box.center());
  }
  if (verb == "camera") return m_flight.glideTo(cameraFromText(*text, m_flight.camera().fieldOfView));
  if (verb == "panels") {
    m_showPanels = !m_showPanels;
    return m_stage.renderer().forgetLight();  // the whole view moves aside
  }
  if (verb == "fullscreen") {
    if (m_stage.isWindowed()) m_stage.window()->setFullScreen(!m_stage.window()->isFullScreen());
    return;
  }
  const auto pathOr = [&](const char* ending) {
    return text ? std::filesystem::path(*text) : nameByTime(ending);
  };
  if (verb == "screenshot") m_recorder.takePicture(pathOr(".png"));
  if (verb == "record") {
    try {
      if (m_recorder.isFilming() && !text) return m_recorder.stopFilm();
      m_recorder.startFilm(pathOr(".mkv"), m_pace.framesPerSecond);
    } catch (const Error& error) {
      tell(error.what());
    }
  }
}

// ---- scripts ----

void App::checkScripted(const Action& action, ViewSettings& settings) const {
  if (const Setting<ViewSettings>* const row = findSetting(viewSettings(), action.name)) {
    row->write(settings, action.value);
    requireDrawable(settings, m_network);
  }
  const auto* const text = std::get_if<std::string>(&action.value);
  if (text && action.name == "camera") cameraFromText(*text, 1);
  if (text && action.name == "screenshot") requireWritableTarget(*text);
}

// Commands with a step go to the training at once, which applies them behind that step and no other; all else
// waits here for its moment. A replay leaves out what only served whoever watched.
void App::startScript() {
  if (m_options.script.empty()) return;
  ViewSettings settings = m_settings;
  std::vector<TimedAction> actions =
      readScript(m_options.script, settingTables(), m_steering.progress().steps,
                 [&](const Action& action) { checkScripted(action, settings); });
  if (m_options.task == Task::replay) {
    if (m_options.camera.empty()) {
      if (auto path = pathFrom(actions, m_framing.fieldOfView)) m_path = std::move(path);
    }
    actions = forReplay(std::move(actions), newestCheckpointStep(m_options.files.front()));
  }
  for (const TimedAction& timed : actions) {
    const bool isCommand = isForTraining(timed);
    if (isCommand) command(timed.action, Origin::script, *timed.at.step);
    const bool isEnd = timed.action.name == "quit";
    // No step is taken behind the last one, whenever the loop hears of it.
    if (isEnd && timed.at.step) command({std::string(kPause), {}}, Origin::script, *timed.at.step);
    m_scriptEnds = m_scriptEnds || isEnd;
    m_needsFrames =
        m_needsFrames || !timed.at.step || timed.action.name == "screenshot" || timed.action.name == "record";
  }
  m_script = Script(std::move(actions), [](const TimedAction& timed) {
    return isForTraining(timed) && timed.action.name != kPause;
  });
}

void App::followScript() {
  carryOut(m_script.due(m_facts.step, m_facts.resets, m_runTime), Origin::script);
}

}  // namespace cajal
