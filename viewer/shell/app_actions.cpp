// App, continued: what the user, a script or the history asks for.
#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "compute/training/training_settings.h"
#include "engine/base/clock.h"
#include "engine/base/error.h"
#include "engine/base/file.h"
#include "engine/base/log.h"
#include "viewer/actions/replay.h"
#include "viewer/shell/app.h"
#include "viewer/shell/pilot.h"

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

std::filesystem::path pathOr(const std::string* path, const char* ending) {
  return path ? std::filesystem::path(*path) : nameByTime(ending);
}

// What there is to be trained is meant.
bool isOfTraining(const Action& action) {
  const std::string& name = action.name;
  return isCommand(action) || name == "play" || name == kPause || name == "step" || name == "quit";
}

// Applied by the training itself, exactly behind its step.
bool isForTraining(const TimedAction& timed) {
  return timed.at.step && (isCommand(timed.action) || timed.action.name == kPause);
}

}  // namespace

// In the log of the lane that it concerns, or of the first: also of what stands still, which keeps no log.
void App::logAction(const Action& action) {
  Lane* const own = action.lane ? m_world.find(*action.lane) : nullptr;
  Lane& lane = own && own->isTrained() ? *own : m_world.first();
  Action logged = action;
  if (own == &lane) logged.lane.reset();
  lane.runFolder().append(lane.log().done(logged, lane.facts().step, lane.facts().resets, m_runTime));
}

// What keys and panels ask of one network, they ask of the selected one.
Action App::aimed(Action action) const {
  if (m_world.hasSeveral() && !action.lane && isOfOneLane(settingTables(), action))
    action.lane = m_world.selected().number();
  return action;
}

void App::carryOut(const ActionList& actions, Origin origin) {
  for (const Action& action : actions) carryOut(origin == Origin::user ? aimed(action) : action, origin);
}

// The one road of every action.
void App::carryOut(const Action& action, Origin origin) {
  m_notice.clear();
  if (isCommand(action)) {  // logged when it is applied
    const std::vector<Lane*> concerned = m_world.concernedBy(action);
    if (concerned.size() > 1) ++m_lastGroup;
    for (Lane* const lane : concerned)
      lane->command(action, origin, std::nullopt, concerned.size() > 1 ? m_lastGroup : 0);
    return;
  }
  if (action.name == "undo") return carryOut(m_history.undo(), Origin::history);
  if (action.name == "redo") return carryOut(m_history.redo(), Origin::history);
  if (action.name == "quit") {  // logged at the end, whatever ended it
    if (origin != Origin::script) return quit(origin);
    // A script ends when every lane has come to its own end.
    if (!action.lane) {
      m_isEnding = true;
    } else if (Lane* const lane = m_world.find(*action.lane)) {
      play(*lane, false);
      lane->end();
    }
    return;
  }
  logAction(action);
  if (const Setting<Pace>* const row = findSetting(paceSettings(), action.name)) {
    const Pace before = m_pace;
    row->write(m_pace, row->fitted(action.value));
    if (m_pace.stepsPerFrame != before.stepsPerFrame)
      for (const auto& lane : lanes()) play(*lane, lane->isPlaying());
    return;
  }
  const Setting<ViewSettings>* const row = findSetting(viewSettings(), action.name);
  if (!row) return carryOutVerb(action);
  // One entry of the history for all lanes.
  Origin as = origin;
  for (Lane* const lane : m_world.concernedBy(action)) {
    if (changeView(*lane, *row, action, as)) as = Origin::history;
  }
}

bool App::changeView(Lane& lane, const Setting<ViewSettings>& row, const Action& action, Origin origin) {
  const ViewSettings before = lane.settings();
  ViewSettings wanted = before;
  row.write(wanted, action.value);
  if (wanted == before) return false;
  if (origin != Origin::history) {
    ActionList undo = actionsBetween(viewSettings(), wanted, before);
    for (Action& each : undo) each.lane = action.lane;
    m_history.note({row.key(), row.read(before), row.read(wanted), lane.facts().step, std::move(undo),
                    secondsNow(), action.lane});
  }
  if (wanted.quantity != before.quantity || wanted.nodes != before.nodes ||
      wanted.oneScale != before.oneScale)
    m_stage.renderer().forgetRanges();
  if (wanted.theme != before.theme) m_stage.ui().setTheme(uiTheme(wanted.theme));
  lane.settings() = wanted;
  m_stage.renderer().forgetLight();
  return true;
}

// A command was applied, between two steps, some time ago.
void App::noteApplied(Lane& lane, const LoggedCommand& applied) {
  const Command& command = applied.command;
  lane.runFolder().append(lane.log().applied(applied));
  if (command.name == kReset) lane.forgetCurves();
  // A training that had halted tries again: it goes on where it was playing.
  const bool playsFreely = isLive() && m_framesDrawn > 0 && m_pace.stepsPerFrame == 0 && lane.isPlaying();
  if (playsFreely && !lane.progress().isRunning) play(lane, true);
  if (applied.before.empty() || originOf(command.tag) == Origin::history) return;
  const std::optional<LaneNumber> whose = m_world.hasSeveral() ? std::optional(lane.number()) : std::nullopt;
  ActionList undo;
  SettingValue before;
  for (const SettingChange& change : applied.before) {
    undo.push_back({change.key, change.value, whose});
    if (change.key == command.name) before = change.value;
  }
  m_history.note({command.name, before, command.value, applied.step, std::move(undo), secondsNow(), whose,
                  groupOf(command.tag)});
}

// A key or the window's X: weights that nobody keeps are asked about once.
void App::quit(Origin origin) {
  bool wouldLose = false;
  for (const auto& lane : lanes()) wouldLose = wouldLose || lane->wouldLoseWeights();
  const bool asks = origin == Origin::user && m_stage.isWindowed() && !m_asksToQuit && wouldLose;
  (asks ? m_asksToQuit : m_wantsToQuit) = true;
}

// On the panel and in the log: what the user asked for could not be done.
void App::tell(const std::string& problem) {
  logError("{}", problem);
  m_notice = problem;
}

void App::film(const std::string* path) {
  try {
    if (m_recorder.isFilming() && !path) return m_recorder.stopFilm();
    m_recorder.startFilm(pathOr(path, ".mkv"), m_pace.framesPerSecond);
  } catch (const Error& error) {
    tell(error.what());
  }
}

void App::carryOutVerb(const Action& action) {
  const std::string& verb = action.name;
  const auto* const text = std::get_if<std::string>(&action.value);
  const std::vector<Lane*> concerned = m_world.concernedBy(action);
  if (verb == "play" || verb == "pause" || verb == "step") {
    for (Lane* const lane : concerned) {
      play(*lane, verb == "play");
      if (verb == "step" && lane->isTrained()) lane->steering().run(1);
    }
  } else if (verb == "lane") {
    if (Lane* const lane = text ? m_world.find(*text) : nullptr) return m_world.select(*lane);
    m_world.selectNext();
  } else if (verb == "frame") {
    m_eye.frame(m_world.framing(freeView()));
  } else if (verb == "orbit") {
    m_eye.toggleOrbit(m_world.selected().inWorld(m_world.selected().layout().box.center()));
  } else if (verb == "camera") {
    m_eye.glideTo(cameraFromText(*text, m_eye.camera().fieldOfView));
  } else if (verb == "panels") {
    m_showPanels = !m_showPanels;
    m_stage.renderer().forgetLight();  // the whole view moves aside
  } else if (verb == "fullscreen") {
    if (m_stage.isWindowed()) m_stage.window()->setFullScreen(!m_stage.window()->isFullScreen());
  } else if (verb == "screenshot") {
    m_recorder.takePicture(pathOr(text, ".png"));
  } else if (verb == "record") {
    film(text);
  }
}

// ---- scripts ----

// `settings`: of each lane, as the script has made them so far.
void App::checkScripted(const Action& action, std::vector<ViewSettings>& settings) const {
  for (std::size_t i = 0; i < lanes().size(); ++i) {
    if (action.lane && *action.lane != lanes()[i]->number()) continue;
    if (action.lane && !lanes()[i]->isTrained() && isOfTraining(action))
      throw Error(ExitCode::usage, fmt::format("{}: lane {} is a file, where nothing is trained", action.name,
                                               lanes()[i]->name()));
    if (const Setting<ViewSettings>* const row = findSetting(viewSettings(), action.name)) {
      row->write(settings[i], action.value);
      requireDrawable(settings[i], lanes()[i]->network());
    }
  }
  const auto* const text = std::get_if<std::string>(&action.value);
  if (text && action.name == "camera") cameraFromText(*text, 1);
  if (text && action.name == "screenshot") requireWritableTarget(*text);
  if (text && action.name == "lane" && !m_world.find(*text) && m_options.task != Task::replay)
    throw Error(ExitCode::usage, fmt::format("lane {}: there is no such lane", *text));
}

// A replay finds lines of lanes whose files are gone: they concern nobody.
std::vector<ScriptedLane> App::scriptedLanes() const {
  std::vector<ScriptedLane> known(1 + m_options.lanes.size());
  for (std::size_t i = 0; i < m_options.lanes.size() && m_options.task == Task::replay; ++i)
    known[i + 1] = {m_options.lanes[i], 0, false};
  for (const auto& lane : lanes())
    known[lane->number() - 1] = {lane->name(), lane->progress().steps, lane->isTrained()};
  return known;
}

// Of --script; or of the logs of a run that is trained again, one a lane. A replay leaves out what only
// served whoever watched.
std::vector<TimedAction> App::scriptedActions() {
  std::vector<ViewSettings> settings;
  for (const auto& lane : lanes()) settings.push_back(lane->settings());
  const auto check = [&](const Action& action) { checkScripted(action, settings); };
  std::vector<TimedAction> actions = readScript(m_options.script, settingTables(), scriptedLanes(), check);
  if (m_options.task != Task::replay) return actions;

  const std::filesystem::path& folder = m_options.files.front();
  if (m_options.camera.empty()) {
    if (auto path = pathFrom(actions, m_eye.framing().fieldOfView)) m_eye.follow(std::move(*path));
  }
  actions = forReplay(std::move(actions), newestCheckpointStep(folder));
  if (!m_world.hasSeveral()) return actions;
  // A folder's log tells of its own lane; the first one's of what concerns all as well.
  for (TimedAction& timed : actions)
    if (!timed.action.lane && (isCommand(timed.action) || isOfOneLane(settingTables(), timed.action)))
      timed.action.lane = 1;
  for (const auto& lane : lanes()) {
    const std::filesystem::path own = folderOfLane(folder, lane->number());
    if (lane->number() == 1 || !lane->isTrained() || !isThere(own / "commands.jsonl")) continue;
    for (TimedAction& timed :
         forReplay(readScript(own / "commands.jsonl", settingTables()), newestCheckpointStep(own))) {
      timed.action.lane = lane->number();
      checkScripted(timed.action, settings);
      actions.push_back(std::move(timed));
    }
  }
  return actions;
}

// Commands with a step go to the training at once, which applies them behind that step and no other; all else
// waits here for its moment.
void App::startScript() {
  if (m_options.script.empty()) return;
  const std::vector<TimedAction> actions = laneByLane(scriptedActions());
  for (const TimedAction& timed : actions) {
    const Action& action = timed.action;
    const bool isEnd = action.name == "quit";
    const std::vector<Lane*> concerned = m_world.concernedBy(action);
    if (concerned.size() > 1) ++m_lastGroup;
    for (Lane* const lane : concerned) {
      if (isForTraining(timed))
        lane->command(action, Origin::script, timed.at.step, concerned.size() > 1 ? m_lastGroup : 0);
      // No step is taken behind the last one, whenever the loop hears of it.
      const bool isItsEnd = isEnd && lane->number() == action.lane.value_or(1);
      if (isItsEnd && timed.at.step) lane->command({std::string(kPause), {}}, Origin::script, timed.at.step);
    }
    m_scriptEnds = m_scriptEnds || isEnd;
    m_needsFrames = m_needsFrames || !timed.at.step || action.name == "screenshot" || action.name == "record";
  }
  const std::vector<ScriptedLane> known = scriptedLanes();
  for (const auto& lane : lanes()) {
    if (!lane->isTrained()) continue;
    const std::vector<TimedAction> own = actionsOfLane(actions, lane->number(), known);
    const bool hasEnd = std::any_of(own.begin(), own.end(), [](const TimedAction& timed) {
      return timed.action.name == "quit" && timed.action.lane;
    });
    const auto isElsewhere = [](const TimedAction& timed) {
      return isForTraining(timed) && timed.action.name != kPause;
    };
    lane->follow(Script(own, isElsewhere), hasEnd);
  }
}

// What is done to playing at a step is done to each lane at its own; so is an end that is meant for all.
std::vector<TimedAction> App::laneByLane(std::vector<TimedAction> actions) const {
  if (!m_world.hasSeveral()) return actions;
  std::vector<TimedAction> all;
  for (TimedAction& timed : actions) {
    const bool isEnd = timed.action.name == "quit";
    if (timed.action.lane || !timed.at.step || isCommand(timed.action) || !isOfTraining(timed.action)) {
      all.push_back(std::move(timed));
      continue;
    }
    for (const auto& lane : lanes()) {
      const auto isItsEnd = [&](const TimedAction& other) {
        return other.action.name == "quit" && other.action.lane == lane->number();
      };
      if (!lane->isTrained() || (isEnd && std::any_of(actions.begin(), actions.end(), isItsEnd))) continue;
      all.push_back(timed);
      all.back().action.lane = lane->number();
    }
    if (isEnd) all.push_back(std::move(timed));
  }
  return all;
}

void App::followScript() {
  for (const auto& lane : lanes())
    carryOut(lane->script().due(lane->facts().step, lane->facts().resets, m_runTime), Origin::script);
  m_wantsToQuit =
      m_wantsToQuit || (m_isEnding && std::all_of(lanes().begin(), lanes().end(),
                                                  [](const auto& lane) { return lane->hasEnded(); }));
}

}  // namespace cajal
