#pragma once
// Scripts: actions with moments, one JSON object a line. A run's commands.jsonl is such a script.
//
//   {"at": {"step": 120}, "do": "lr", "value": 0.01}
//   {"at": {"seconds": 4}, "do": "frame"}
//   {"at": {"step": 120}, "lane": "lr=0.01", "do": "lr", "value": 0.02}
//
// Lines stand in the order in which they happen, those of each lane for themselves. A line with both a step
// and a second goes by its step. Where there are several lanes, "lane" is the number or the name of one; a
// line without it concerns all of them.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "viewer/actions/action.h"

namespace cajal {

// A lane as a script knows it: what it is called, nothing where it was left out, and how many steps it has
// when the script begins.
struct ScriptedLane {
  std::string name;
  std::uint64_t firstStep = 0;
  bool isTrained = true;  // false: it stands still, and goes by the steps of the first lane
};

// All of the file's actions, checked. Throws Error(badInput) with the file, the line's number and what is
// wrong: no JSON, an unknown word, a lane that is not there, a value out of range, a moment before the lane's
// first step or before that of a line above (a reset begins at step 0 again). `check` may throw Error for
// what only the caller can know.
std::vector<TimedAction> readScript(const std::filesystem::path& path, const SettingTables& tables,
                                    const std::vector<ScriptedLane>& lanes = {{}},
                                    const std::function<void(const Action&)>& check = {});

// Those that go by the steps of one lane: its own; of the first one also those that concern all, and those of
// lanes that stand still. Commands that concern all go by the steps of each.
std::vector<TimedAction> actionsOfLane(const std::vector<TimedAction>& actions, LaneNumber lane,
                                       const std::vector<ScriptedLane>& lanes);

// A script on its way: says what is due. Steps are told as the loop sees them, `resets` counts those so far.
class Script {
 public:
  Script() = default;
  // Those that `isElsewhere` are carried out by somebody else; resets among them are counted all the same.
  explicit Script(std::vector<TimedAction> actions,
                  const std::function<bool(const TimedAction&)>& isElsewhere = {});

  // Actions whose moment has come, in order; each is given once.
  ActionList due(std::uint64_t step, std::uint64_t resets, double seconds);
  // Something waits for a second of the clock, so that time has to go on.
  bool waitsForSeconds() const { return m_nextTimed < m_timed.size(); }

 private:
  struct Stepped {
    std::uint64_t resets = 0, step = 0;
    Action action;
  };

  std::vector<Stepped> m_stepped;
  std::vector<TimedAction> m_timed;
  std::size_t m_nextStepped = 0, m_nextTimed = 0;
};

}  // namespace cajal
