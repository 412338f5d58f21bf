#pragma once
// What a run leaves behind: metrics as they come, and, where `--out` asks for it, configuration, commands,
// weights.

#include <filesystem>
#include <optional>

#include "engine/base/file.h"
#include "viewer/bridge/bridge.h"
#include "viewer/event_file.h"
#include "viewer/options.h"
#include "viewer/state.h"

namespace cajal {

class RunFolder {
 public:
  // Throws Error(inputOutput) where something cannot be written, before anything has been trained.
  explicit RunFolder(const Options& options);

  // One line a point of the curves.
  void append(const Metrics& metrics, const ViewerState& state);
  void append(const LoggedCommand& command);
  // The weights as they are now: checkpoint-<step>.safetensors; nothing without --out.
  void saveCheckpoint(Bridge& bridge) const;

 private:
  std::filesystem::path m_folder;  // empty: none is kept
  std::optional<LineFile> m_metrics, m_folderMetrics, m_commands;
  std::optional<EventFile> m_events;
};

}  // namespace cajal
