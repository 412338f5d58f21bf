#include "viewer/run_folder.h"

#include "compute/training/checkpoint.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/base/error.h"
#include "engine/base/log.h"
#include "viewer/training_setup.h"

namespace cajal {
namespace {

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

}  // namespace

RunFolder::RunFolder(const Options& options) : m_folder(options.out) {
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
  m_folderMetrics.emplace(m_folder / "metrics.jsonl");
  m_commands.emplace(m_folder / "commands.jsonl");
  m_events.emplace(m_folder);
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

void RunFolder::append(const LoggedCommand& command) {
  if (m_commands) m_commands->append(cajal::toJsonLine(command.step, command.command));
}

void RunFolder::saveCheckpoint(Bridge& bridge) const {
  if (m_folder.empty()) return;
  bridge.withTrainer([this](Trainer& trainer) {
    const auto path = m_folder / fmt::format("checkpoint-{}.safetensors", trainer.stepsDone());
    cajal::saveCheckpoint(path, trainer);
    logInfo("weights: {}", path.string());
  });
}

}  // namespace cajal
