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

// What goes with a command and comes back with it: whose it was, and its group (History::Entry).
constexpr std::uint32_t tagOf(Origin origin, std::uint32_t group) {
  return static_cast<std::uint32_t>(origin) | group << 2;
}
constexpr Origin originOf(std::uint32_t tag) {
  return static_cast<Origin>(tag & 3);
}
constexpr std::uint32_t groupOf(std::uint32_t tag) {
  return tag >> 2;
}

class History {
 public:
  struct Entry {
    std::string name;  // of the setting
    SettingValue before, after;
    std::uint64_t step = 0;                         // when it was changed
    ActionList undo;                                // in this order
    double time = 0;                                // seconds, of the wall clock
    std::optional<LaneNumber> lane = std::nullopt;  // whose; nothing: of all
    std::uint32_t group = 0;  // the same where one action changed several lanes; 0: it changed one
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
