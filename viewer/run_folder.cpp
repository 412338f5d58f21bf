#include "viewer/run_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "compute/training/checkpoint.h"
#include "engine/base/clock.h"
#include "engine/base/error.h"
#include "engine/base/log.h"
#include "viewer/training_setup.h"

namespace cajal {
namespace {

constexpr std::uint64_t kLargestLog = std::uint64_t{4} << 30;  // bytes
constexpr std::string_view kCheckpointPrefix = "checkpoint-";
constexpr std::uint64_t kNoStep = std::numeric_limits<std::uint64_t>::max();

// JSON has no NaN; a diverged loss is written as null rather than as a number it is not.
nlohmann::json number(double value) {
  return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json(nullptr);
}

std::string toJsonLine(const Metrics& metrics, const ViewerState& state) {
  nlohmann::ordered_json line;
  line["step"] = metrics.step;
  line["loss"] = number(metrics.trainLoss);
  line["accuracy"] = number(metrics.trainAccuracy);
  line["test_loss"] = number(metrics.testLoss);
  line["test_accuracy"] = number(metrics.testAccuracy);
  line["steps_per_second"] = number(state.price.stepsPerSecond);
  line["frame_ms"] = number(state.price.drawMilliseconds);
  line["fps"] = number(state.price.framesPerSecond);
  line["edges_shown"] = state.edges.shown;
  line["edges_total"] = state.edges.total;
  line["bytes_copied_per_frame"] = number(state.price.bytesCopiedPerFrame);
  return line.dump();
}

bool isSameFolder(const std::filesystem::path& a, const std::filesystem::path& b) {
  std::error_code none;
  return std::filesystem::equivalent(a, b, none);
}

// Of a log with a "step" in each line: those that a run stopped at this step had written.
void keepLinesUpTo(std::uint64_t step, const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) return;
  std::istringstream lines(readWholeFile(path, kLargestLog));
  AtomicFile kept(path);
  for (std::string line; std::getline(lines, line);) {
    const nlohmann::json json = nlohmann::json::parse(line, nullptr, false);
    if (json.is_object() && json.value("step", kNoStep) <= step) kept.write(line + "\n");
  }
  kept.commit();
}

}  // namespace

std::deque<std::filesystem::path> checkpointsIn(const std::filesystem::path& folder) {
  std::deque<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(kCheckpointPrefix) && name.ends_with(".safetensors")) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return std::filesystem::last_write_time(a) < std::filesystem::last_write_time(b);
  });
  return found;
}

std::optional<std::uint64_t> newestCheckpointStep(const std::filesystem::path& folder) {
  const auto checkpoints = checkpointsIn(folder);
  if (checkpoints.empty()) return std::nullopt;
  return std::strtoull(checkpoints.back().filename().c_str() + kCheckpointPrefix.size(), nullptr, 10);
}

bool endsInLog(const std::filesystem::path& commands) {
  const std::string log = readWholeFile(commands, kLargestLog);
  const std::size_t last = log.find_last_not_of('\n');
  if (last == log.npos) return false;
  const std::size_t begin = log.find_last_of('\n', last);
  return log.substr(begin == log.npos ? 0 : begin + 1).find("\"do\":\"quit\"") != log.npos;
}

RunFolder::RunFolder(const Options& options, const TrainerState& begun)
    : m_folder(options.out),
      m_checkpointEvery(options.checkpointEvery),
      m_lastCheckpointTime(secondsNow()),
      m_lastCheckpointStep(begun.steps) {
  if (!options.metrics.empty()) m_metrics.emplace(options.metrics);
  if (m_folder.empty()) return;
  std::error_code error;
  std::filesystem::create_directories(m_folder, error);
  if (error) {
    throw Error(ExitCode::inputOutput, fmt::format("--out {}: {}; name a folder that can be made",
                                                   m_folder.string(), error.message()));
  }
  requireWritableFolder(m_folder);
  removeStaleTemporaries(m_folder);
  AtomicFile configuration(m_folder / "run.toml");
  configuration.write(toToml(options));
  configuration.commit();
  if (isSameFolder(options.resume, m_folder)) takeUp(begun);
  m_folderMetrics.emplace(m_folder / "metrics.jsonl");
  m_commands.emplace(m_folder / "commands.jsonl");
  m_events.emplace(m_folder);
}

// What the run did after its checkpoint, before it was cut off, it will do again.
void RunFolder::takeUp(const TrainerState& begun) {
  m_checkpoints = checkpointsIn(m_folder);
  keepLinesUpTo(begun.steps, m_folder / "metrics.jsonl");
  AtomicFile commands(m_folder / "commands.jsonl");
  for (const LoggedCommand& command : begun.commands) commands.write(cajal::toJsonLine(command) + "\n");
  commands.commit();
}

void RunFolder::append(const Metrics& metrics, const ViewerState& state) {
  if (!m_metrics && !m_folderMetrics) return;
  const std::string line = toJsonLine(metrics, state);
  if (m_metrics) m_metrics->append(line);
  if (m_folderMetrics) m_folderMetrics->append(line);
  if (!m_events) return;
  const Scalar scalars[] = {{"loss/train", metrics.trainLoss},
                            {"loss/test", metrics.testLoss},
                            {"accuracy/train", metrics.trainAccuracy},
                            {"accuracy/test", metrics.testAccuracy},
                            {"price/steps_per_second", state.price.stepsPerSecond}};
  m_events->append(metrics.step, scalars);
}

void RunFolder::append(const TimedAction& action) {
  if (m_commands) m_commands->append(cajal::toJsonLine(action));
}

void RunFolder::saveCheckpoint(Bridge& bridge) {
  if (m_folder.empty()) return;
  std::filesystem::path path;
  bridge.withTrainer([&](Trainer& trainer) {
    m_lastCheckpointStep = trainer.stepsDone();
    path = m_folder / fmt::format("checkpoint-{}.safetensors", m_lastCheckpointStep);
    cajal::saveCheckpoint(path, trainer);
  });
  std::erase(m_checkpoints, path);
  m_checkpoints.push_back(path);
  for (std::error_code ignored; m_checkpoints.size() > 2; m_checkpoints.pop_front()) {
    std::filesystem::remove(m_checkpoints.front(), ignored);
  }
  logInfo("weights: {}", path.string());
}

void RunFolder::saveCheckpointWhenDue(Bridge& bridge) {
  const double now = secondsNow();
  if (m_folder.empty() || m_checkpointEvery <= 0 || now - m_lastCheckpointTime < m_checkpointEvery) return;
  m_lastCheckpointTime = now;
  if (bridge.stepsDone() == m_lastCheckpointStep) return;
  try {
    saveCheckpoint(bridge);
  } catch (const Error& error) {
    logError("no checkpoint: {}", error.what());
  }
}

}  // namespace cajal
