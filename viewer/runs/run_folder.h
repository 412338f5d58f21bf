#pragma once
// What a run leaves behind: metrics as they come, and, where `--out` asks for it, configuration, commands,
// weights. While a run goes on, the saver writes all of it: nothing here waits for a disk.

#include <deque>
#include <filesystem>
#include <optional>
#include <string>

#include "compute/training/curve_meter.h"
#include "compute/training/training_state.h"
#include "engine/base/file.h"
#include "viewer/actions/action.h"
#include "viewer/actions/options.h"
#include "viewer/runs/event_file.h"
#include "viewer/runs/saver.h"
#include "viewer/sources/inquiries.h"
#include "viewer/world/state.h"

namespace cajal {

bool isCheckpoint(std::string_view fileName);
// Of a kept run, by the time they were written, the newest last.
std::deque<std::filesystem::path> checkpointsIn(const std::filesystem::path& folder);

// Where a lane is kept: the folder itself, or for all but the first lane-2, lane-3 … in it. Empty where the
// folder is.
std::filesystem::path folderOfLane(const std::filesystem::path& folder, LaneNumber number);

// The step of the newest one; nothing where there is none.
std::optional<std::uint64_t> newestCheckpointStep(const std::filesystem::path& folder);
// Of a log with a "step" in each line: keeps the lines that a run stopped at this step had written. Lines
// that are no such JSON are dropped. Memory does not grow with the file. Throws Error(inputOutput).
void keepLinesUpTo(std::uint64_t step, const std::filesystem::path& path);

// The points of the curves that a kept run's metrics.jsonl holds, the oldest first; none where there is no
// such file. Lines that are no points are left out.
std::vector<Metrics> metricsIn(const std::filesystem::path& folder);

class RunFolder {
 public:
  // Throws Error(inputOutput) where something cannot be written, before anything has been trained.
  // `begun`: where the training begins, with what was commanded before in a run that goes on.
  explicit RunFolder(const Options& options, const TrainerState& begun = {});

  // One line a point of the curves: in the folder, and in the file that --metrics names.
  void append(const Metrics& metrics, const ViewerState& state);
  // Of another lane, which has a folder of its own: in that file alone.
  void appendOfLane(const Metrics& metrics, const ViewerState& state);
  // An action that was carried out.
  void append(const TimedAction& action);
  // Asks for the run as it is now and has it written: checkpoint-<step>.safetensors, of which the last two
  // are kept. Nothing without --out. A problem is logged.
  void saveCheckpoint(Inquiries& inquiries);
  // Once a frame: the same where the last checkpoint is old enough and none is under way. After a problem, a
  // full disk for one, the next one that is due is tried again.
  void saveCheckpointWhenDue(Inquiries& inquiries, std::uint64_t stepsDone);
  // Why the last checkpoint could not be written; empty where it was.
  const std::string& problem() const { return m_problem; }
  // Waits until everything is written. Throws Error(inputOutput) where the last checkpoint could not be.
  void finish();

 private:
  void append(const Metrics& metrics, const ViewerState& state, bool isOwn);
  void makeRoom(bool replaces);
  void takeUp(const TrainerState& begun);
  void write(std::shared_ptr<const TrainingState> state);
  void note(const std::string& problem);

  std::filesystem::path m_folder;  // empty: none is kept
  double m_checkpointEvery;        // seconds; 0: never
  double m_lastCheckpointTime;
  std::uint64_t m_lastCheckpointStep;  // of the last that was written
  bool m_isSaving = false;             // a checkpoint was asked for, and is not written yet
  std::string m_problem;               // of the last checkpoint; empty where it was written

  // The saver's thread, once there is something to write:
  std::deque<std::filesystem::path> m_checkpoints;  // of this run, the oldest first
  std::optional<LineFile> m_metrics, m_folderMetrics, m_commands;
  std::optional<EventFile> m_events;

  Saver m_saver;  // ended first
};

}  // namespace cajal
