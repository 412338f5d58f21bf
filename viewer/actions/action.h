#pragma once
// Actions: everything a user can do has a name, a typed argument where it takes one, and one road. Keys,
// panels, scripts and replays submit actions; the loop carries them out and logs them with their moment.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compute/training/command.h"
#include "engine/window/input.h"
#include "viewer/actions/view_rows.h"

namespace cajal {

// Names one of several networks that are shown beside each other; counted from 1.
using LaneNumber = std::uint32_t;
inline constexpr LaneNumber kMostLanes = 64;

// What is submitted: a setting and its new value, or a verb.
struct Action {
  std::string name;
  SettingValue value{};
  std::optional<LaneNumber> lane = std::nullopt;  // nothing: all lanes
  bool operator==(const Action&) const = default;
};
using ActionList = std::vector<Action>;

// A thing to do that is no setting.
struct Verb {
  std::string_view name;
  std::string_view help;  // for the panel of keys and for --help
  std::optional<Key> key = {};
  std::string_view keyName = {};  // as it is written: "space"
  bool takesText = false;         // an argument, which may be left out
  bool needsText = false;
};

// In the order in which the panel of keys lists them.
std::span<const Verb> verbs();
std::string verbNames();  // "frame, orbit, …"
const Verb* findVerb(std::string_view name);

// All settings that may change while the program runs. A table of its own may be handed to scripts, options
// and undo: tests add rows to a copy.
struct SettingTables {
  SettingTable<TrainingSettings> training = trainingSettings();
  SettingTable<ViewSettings> view = viewSettings();
  SettingTable<Pace> pace = paceSettings();

  // By key or alias; null where there is none.
  const SettingRow* find(std::string_view name) const;
};
const SettingTables& settingTables();

// The action in its own types and with its own name (an alias becomes the key). Throws Error(usage) where
// there is no such action or its value is wrong: "lr 5e9: must be a number from 0 to 1000000".
Action checked(const SettingTables& tables, Action action);

// What makes `from` into `to`, one action a setting.
template <typename S>
ActionList actionsBetween(const SettingTable<S>& table, const S& from, const S& to) {
  ActionList actions;
  for (SettingChange& change : differences(table, to, from))
    actions.push_back({std::move(change.key), std::move(change.value)});
  return actions;
}

// Whether the action concerns one network alone where somebody points at one: a setting of its training, or
// what is selected, held and folded in it. All else concerns all of them, so that they can be compared.
bool isOfOneLane(const SettingTables& tables, const Action& action);
// A command (compute/training/command.h): applied by the training itself, behind a step.
bool isCommand(const Action& action);

// ---- moments ----

// When something was done, or is to be done: behind a training step, or at a second of the run's own clock.
// Steps are those of the lane that is named, or of the first one.
struct Moment {
  std::optional<std::uint64_t> step;
  std::optional<double> seconds;
  bool operator==(const Moment&) const = default;
};

struct TimedAction {
  Moment at;
  Action action;
  bool operator==(const TimedAction&) const = default;
};

// A line of commands.jsonl and of a script, without the newline:
// {"at":{"step":120},"lane":2,"do":"lr","value":0.01}
std::string toJsonLine(const TimedAction& timed);

}  // namespace cajal
