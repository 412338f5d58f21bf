#include "viewer/actions/action.h"

#include <fmt/format.h>

#include "compute/core/setting_json.h"
#include "compute/training/training_settings.h"
#include "engine/base/error.h"

namespace cajal {

std::span<const Verb> verbs() {
  static constexpr Verb kVerbs[] = {
      {.name = "frame", .help = "see the whole network", .key = Key::f, .keyName = "F"},
      {.name = "orbit", .help = "orbit or fly", .key = Key::tab, .keyName = "Tab"},
      {.name = "play", .help = "play or pause", .key = Key::space, .keyName = "space"},
      {.name = "pause", .help = "pause"},
      {.name = "step", .help = "one step", .key = Key::period, .keyName = "."},
      {.name = kReset, .help = "back to step 0 with the same seed"},
      {.name = "panels", .help = "hide the panels", .key = Key::h, .keyName = "H"},
      {.name = "record", .help = "record", .key = Key::r, .keyName = "R", .takesText = true},
      {.name = "screenshot", .help = "picture", .key = Key::p, .keyName = "P", .takesText = true},
      {.name = "fullscreen", .help = "full screen", .key = Key::f11, .keyName = "F11"},
      {.name = "undo", .help = "undo", .keyName = "Ctrl+Z"},
      {.name = "redo", .help = "redo", .keyName = "Ctrl+Shift+Z"},
      {.name = "lane",
       .help = "NAME: whom panels and keys concern; next where there is none",
       .key = Key::n,
       .keyName = "N",
       .takesText = true},
      {.name = "camera", .help = "X,Y,Z,YAW,PITCH: fly there", .takesText = true, .needsText = true},
      {.name = "quit", .help = "quit", .key = Key::escape, .keyName = "Esc"},
  };
  return kVerbs;
}

std::string verbNames() {
  std::string names;
  for (const Verb& verb : verbs()) names += (names.empty() ? "" : ", ") + std::string(verb.name);
  return names;
}

const Verb* findVerb(std::string_view name) {
  for (const Verb& verb : verbs())
    if (verb.name == name) return &verb;
  return nullptr;
}

const SettingRow* SettingTables::find(std::string_view name) const {
  if (const SettingRow* row = findSetting(training, name)) return row;
  if (const SettingRow* row = findSetting(view, name)) return row;
  return findSetting(pace, name);
}

const SettingTables& settingTables() {
  static const SettingTables tables;
  return tables;
}

namespace {

Error wrong(const Action& action, const std::string& why) {
  const std::string value = toText(action.value);
  return Error(ExitCode::usage, fmt::format("{}{}{}: {}", action.name, value.empty() ? "" : " ", value, why));
}

void checkVerb(const Verb& verb, const Action& action) {
  const bool isEmpty = std::holds_alternative<std::monostate>(action.value);
  if (isEmpty && verb.needsText) throw wrong(action, "needs a value, a text");
  if (isEmpty) return;
  if (!verb.takesText) throw wrong(action, "takes no value");
  if (!std::holds_alternative<std::string>(action.value)) throw wrong(action, "must be a text");
}

}  // namespace

Action checked(const SettingTables& tables, Action action) {
  // A lane may be named by its number.
  if (const auto* const number = std::get_if<std::int64_t>(&action.value); number && action.name == "lane")
    action.value = std::to_string(*number);
  if (const Verb* const verb = findVerb(action.name)) {
    checkVerb(*verb, action);
    return action;
  }
  const SettingRow* const row = tables.find(action.name);
  if (!row)
    throw wrong({action.name, {}}, fmt::format("there is no such action; there are {}, and settings, which "
                                               "cajal --help lists",
                                               verbNames()));
  try {
    action.value = row->checked(action.value);
    // A text has a form of its own, which only its row knows.
    if (const auto* view = findSetting(tables.view, action.name); view && row->kind == ValueKind::text) {
      ViewSettings unused;
      view->assign(unused, action.value);
    }
  } catch (const Error& error) {
    throw wrong(action, error.what());
  }
  action.name = row->key();
  return action;
}

bool isCommand(const Action& action) {
  return action.name == kReset || findSetting(trainingSettings(), action.name);
}

bool isOfOneLane(const SettingTables& tables, const Action& action) {
  if (findSetting(tables.training, action.name)) return true;
  const SettingRow* const row = findSetting(tables.view, action.name);
  return row && row->words.isOfOneLane;
}

std::string toJsonLine(const TimedAction& timed) {
  nlohmann::ordered_json line;
  if (timed.at.step) line["at"]["step"] = *timed.at.step;
  if (timed.at.seconds) line["at"]["seconds"] = *timed.at.seconds;
  if (timed.action.lane) line["lane"] = *timed.action.lane;
  line["do"] = timed.action.name;
  if (!std::holds_alternative<std::monostate>(timed.action.value)) line["value"] = toJson(timed.action.value);
  return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace cajal
