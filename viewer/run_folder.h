#pragma once
// What a run leaves behind: metrics as they come, and, where `--out` asks for it, configuration, commands,
// weights.

#include <deque>
#include <filesystem>
#include <optional>

#include "engine/base/file.h"
#include "viewer/actions/action.h"
#include "viewer/bridge/bridge.h"
#include "viewer/event_file.h"
#include "viewer/options.h"
#include "viewer/state.h"

namespace cajal {

// Of a kept run, by the time they were written, the newest last.
std::deque<std::filesystem::path> checkpointsIn(const std::filesystem::path& folder);

// The step of the newest one; nothing where there is none.
std::optional<std::uint64_t> newestCheckpointStep(const std::filesystem::path& folder);
// Whether the log of a run says where it ended.
bool endsInLog(const std::filesystem::path& commands);

class RunFolder {
 public:
  // Throws Error(inputOutput) where something cannot be written, before anything has been trained.
  // `begun`: where the training begins, with what was commanded before in a run that goes on.
  explicit RunFolder(const Options& options, const TrainerState& begun = {});

  // One line a point of the curves.
  void append(const Metrics& metrics, const ViewerState& state);
  // An action that was carried out.
  void append(const TimedAction& action);
  // The run as it is now: checkpoint-<step>.safetensors, of which the last two are kept. Nothing without
  // --out.
  void saveCheckpoint(Bridge& bridge);
  // The same where the last one is old enough. A disk that is full is said, and tried again later.
  void saveCheckpointWhenDue(Bridge& bridge);

 private:
  void takeUp(const TrainerState& begun);

  std::filesystem::path m_folder;  // empty: none is kept
  double m_checkpointEvery;        // seconds; 0: never
  double m_lastCheckpointTime;
  std::uint64_t m_lastCheckpointStep;
  std::deque<std::filesystem::path> m_checkpoints;  // of this run, the oldest first
  std::optional<LineFile> m_metrics, m_folderMetrics, m_commands;
  std::optional<EventFile> m_events;
};

}  // namespace cajal
