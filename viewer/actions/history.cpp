#include "viewer/actions/history.h"

#include <utility>

namespace cajal {
namespace {

constexpr double kOneDrag = 0.7;  // seconds between two changes that belong together
constexpr std::size_t kMostEntries = 1000;

}  // namespace

void History::note(Entry entry) {
  // Lanes apply the same command at moments of their own: one entry for all.
  for (std::size_t i = 0; i < m_done && entry.group != 0; ++i) {
    Entry& earlier = m_entries[i];
    if (earlier.group != entry.group) continue;
    earlier.undo.insert(earlier.undo.end(), entry.undo.begin(), entry.undo.end());
    earlier.lane.reset();
    return;
  }
  const bool isNewest = m_done == m_entries.size();
  m_entries.resize(m_done);
  if (isNewest && m_done > 0) {
    Entry& last = m_entries.back();
    if (last.name == entry.name && last.lane == entry.lane && last.group == entry.group &&
        entry.time - last.time < kOneDrag) {
      last.after = std::move(entry.after);
      last.time = entry.time;
      return;
    }
  }
  m_entries.push_back(std::move(entry));
  if (m_entries.size() > kMostEntries) m_entries.pop_front();
  m_done = m_entries.size();
}

ActionList History::undo() {
  return m_done > 0 ? m_entries[--m_done].undo : ActionList{};
}

ActionList History::redo() {
  if (m_done == m_entries.size()) return {};
  const Entry& entry = m_entries[m_done++];
  return {{entry.name, entry.after, entry.lane}};
}

}  // namespace cajal
