#pragma once
// Scripts: actions with moments, one JSON object a line. A run's commands.jsonl is such a script.
//
//   {"at": {"step": 120}, "do": "lr", "value": 0.01}
//   {"at": {"seconds": 4}, "do": "frame"}
//
// Lines stand in the order in which they happen. A line with both a step and a second goes by its step.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "viewer/actions/action.h"

namespace cajal {

// All of the file's actions, checked. Throws Error(badInput) with the file, the line's number and what is
// wrong: no JSON, an unknown word, a value out of range, a moment before `firstStep` or before that of a line
// above (a reset begins at step 0 again). `check` may throw Error for what only the caller can know.
std::vector<TimedAction> readScript(const std::filesystem::path& path, const SettingTables& tables,
                                    std::uint64_t firstStep = 0,
                                    const std::function<void(const Action&)>& check = {});

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
