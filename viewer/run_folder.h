#pragma once
// What a run leaves behind: metrics as they come, and, where `--out` asks for it, configuration, commands,
// weights.

#include <deque>
#include <filesystem>
#include <optional>

#include "engine/base/file.h"
#include "viewer/bridge/bridge.h"
#include "viewer/event_file.h"
#include "viewer/options.h"
#include "viewer/state.h"

namespace cajal {

// Of a kept run, by the time they were written, the newest last.
std::deque<std::filesystem::path> checkpointsIn(const std::filesystem::path& folder);

class RunFolder {
 public:
  // Throws Error(inputOutput) where something cannot be written, before anything has been trained.
  // `begun`: where the training begins, with what was commanded before in a run that goes on.
  explicit RunFolder(const Options& options, const TrainerState& begun = {});

  // One line a point of the curves.
  void append(const Metrics& metrics, const ViewerState& state);
  void append(const LoggedCommand& command);
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
