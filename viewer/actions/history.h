#pragma once
// What the user has changed, and the way back.

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "viewer/actions/action.h"

namespace cajal {

// Who submitted an action. Those of the history itself are no new entries of it.
enum class Origin : std::uint32_t { user, script, history };

class History {
 public:
  struct Entry {
    std::string name;  // of the setting
    SettingValue before, after;
    std::uint64_t step = 0;                         // when it was changed
    ActionList undo;                                // in this order
    double time = 0;                                // seconds, of the wall clock
    std::optional<LaneNumber> lane = std::nullopt;  // whose; nothing: of all
  };

  // A change that was carried out. While one slider is dragged its changes are one entry. What was undone
  // before can no longer be redone.
  void note(Entry entry);
  // What has to be submitted to go back, or forward again, by one entry; empty where there is none.
  ActionList undo();
  ActionList redo();

  // The oldest first; those behind `done` have been undone.
  const std::deque<Entry>& entries() const { return m_entries; }
  std::size_t done() const { return m_done; }

 private:
  std::deque<Entry> m_entries;
  std::size_t m_done = 0;
};

}  // namespace cajal
