#include "viewer/actions/script.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "compute/core/setting_json.h"
#include "compute/training/training_settings.h"
#include "engine/base/error.h"
#include "engine/base/file.h"

namespace cajal {
namespace {

constexpr std::uint64_t kLargestScript = std::uint64_t{1} << 30;  // bytes

using Json = nlohmann::json;

Error wrong(const std::string& what) {
  return Error(ExitCode::badInput, what);
}

Moment momentOf(const Json& line) {
  const auto at = line.find("at");
  if (at == line.end() || !at->is_object())
    throw wrong("says not when: {\"at\": {\"step\": 120}, …} or {\"at\": {\"seconds\": 4}, …}");
  Moment moment;
  for (const auto& [key, value] : at->items()) {
    if (key == "step" && value.is_number_unsigned())
      moment.step = value.get<std::uint64_t>();
    else if (key == "seconds" && value.is_number() && value.get<double>() >= 0)
      moment.seconds = value.get<double>();
    else
      throw wrong(fmt::format(
          "\"at\": \"{}\" must be \"step\" with a whole number, or \"seconds\" with a number", key));
  }
  if (!moment.step && !moment.seconds) throw wrong("\"at\": needs \"step\" or \"seconds\"");
  return moment;
}

// By number or by name.
LaneNumber laneOf(const Json& value, const std::vector<ScriptedLane>& lanes) {
  if (value.is_number_unsigned()) {
    const auto number = value.get<std::uint64_t>();
    if (number == 1 || (number >= 1 && number <= lanes.size() && !lanes[number - 1].name.empty()))
      return static_cast<LaneNumber>(number);
  } else if (value.is_string()) {
    for (std::size_t i = 0; i < lanes.size(); ++i)
      if (lanes[i].name == value.get<std::string>()) return static_cast<LaneNumber>(i + 1);
  }
  std::vector<std::string> known;
  for (std::size_t i = 0; i < lanes.size(); ++i)
    if (!lanes[i].name.empty()) known.push_back(fmt::format("{} \"{}\"", i + 1, lanes[i].name));
  throw wrong(fmt::format("\"lane\": {}: there is no such lane; there are {}", value.dump(),
                          lanes.size() > 1 ? fmt::format("{}", fmt::join(known, ", ")) : "1 alone"));
}

TimedAction parseLine(const std::string& text, const SettingTables& tables,
                      const std::vector<ScriptedLane>& lanes) {
  const Json line = Json::parse(text, nullptr, false);
  if (!line.is_object())
    throw wrong("is no JSON object, such as {\"at\": {\"step\": 120}, \"do\": \"lr\", \"value\": 0.01}");
  if (line.contains("command")) {
    const std::optional<LoggedCommand> older = commandFromJsonLine(text);
    if (!older) throw wrong("is no command of an older version");
    return {{older->step, {}}, {older->command.name, older->command.value}};
  }
  for (const auto& item : line.items()) {
    const std::string& key = item.key();
    if (key != "at" && key != "do" && key != "value" && key != "lane")
      throw wrong(fmt::format("\"{}\": no such key; there are \"at\", \"lane\", \"do\", \"value\"", key));
  }
  const auto word = line.find("do");
  if (word == line.end() || !word->is_string()) throw wrong("\"do\": must name an action");
  TimedAction timed{momentOf(line), {word->get<std::string>(), {}}};
  if (const auto value = line.find("value"); value != line.end()) {
    const std::optional<SettingValue> known = fromJson(*value);
    if (!known) throw wrong("\"value\": must be a number, a text, true, false or null");
    timed.action.value = *known;
  }
  timed.action = checked(tables, std::move(timed.action));
  if (const auto lane = line.find("lane"); lane != line.end()) timed.action.lane = laneOf(*lane, lanes);
  return timed;
}

}  // namespace

std::vector<TimedAction> readScript(const std::filesystem::path& path, const SettingTables& tables,
                                    const std::vector<ScriptedLane>& lanes,
                                    const std::function<void(const Action&)>& check) {
  std::istringstream lines(readWholeFile(path, kLargestScript));
  std::vector<TimedAction> actions;
  std::vector<std::uint64_t> steps;  // of each lane, by then
  for (const ScriptedLane& lane : lanes) steps.push_back(lane.firstStep);
  std::uint64_t number = 0;
  double seconds = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.find_first_not_of(" \t\r") == line.npos) continue;
    try {
      TimedAction timed = parseLine(line, tables, lanes);
      const Moment& at = timed.at;
      const LaneNumber lane = timed.action.lane.value_or(1);
      std::uint64_t& step = steps[lanes[lane - 1].isTrained ? lane - 1 : 0];
      if (at.step && *at.step < step)
        throw wrong(
            fmt::format("step {} is past: it is step {} by then; put lines in the order of their moments",
                        *at.step, step));
      if (!at.step && *at.seconds < seconds)
        throw wrong(
            fmt::format("second {} is past: it is second {} by then; put lines in the order of their moments",
                        *at.seconds, seconds));
      if (at.step)
        step = *at.step;
      else
        seconds = *at.seconds;
      if (at.step && timed.action.name == kReset)
        std::fill_n(timed.action.lane ? &step : steps.data(), timed.action.lane ? 1 : steps.size(), 0);
      if (check) check(timed.action);
      actions.push_back(std::move(timed));
    } catch (const Error& error) {
      throw Error(ExitCode::badInput, fmt::format("{}:{}: {}", path.string(), number, error.what()));
    }
  }
  return actions;
}

std::vector<TimedAction> actionsOfLane(const std::vector<TimedAction>& actions, LaneNumber lane,
                                       const std::vector<ScriptedLane>& lanes) {
  std::vector<TimedAction> own;
  for (const TimedAction& timed : actions) {
    const std::optional<LaneNumber> whose = timed.action.lane;
    const LaneNumber clock = whose && lanes[*whose - 1].isTrained ? *whose : 1;
    const bool goesByAll = !whose && timed.at.step && isCommand(timed.action);
    if (goesByAll || clock == lane) own.push_back(timed);
  }
  return own;
}

Script::Script(std::vector<TimedAction> actions, const std::function<bool(const TimedAction&)>& isElsewhere) {
  std::uint64_t resets = 0;
  for (TimedAction& timed : actions) {
    if (isElsewhere && isElsewhere(timed)) {
      resets += timed.action.name == kReset && timed.at.step;
      continue;
    }
    if (!timed.at.step) {
      m_timed.push_back(std::move(timed));
      continue;
    }
    const bool isReset = timed.action.name == kReset;
    m_stepped.push_back({resets, *timed.at.step, std::move(timed.action)});
    resets += isReset;
  }
}

ActionList Script::due(std::uint64_t step, std::uint64_t resets, double seconds) {
  ActionList actions;
  for (; m_nextTimed < m_timed.size() && *m_timed[m_nextTimed].at.seconds <= seconds; ++m_nextTimed)
    actions.push_back(m_timed[m_nextTimed].action);
  for (; m_nextStepped < m_stepped.size(); ++m_nextStepped) {
    const Stepped& next = m_stepped[m_nextStepped];
    if (next.resets > resets || (next.resets == resets && next.step > step)) break;
    actions.push_back(next.action);
  }
  return actions;
}

}  // namespace cajal
