#include "viewer/runs/run_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>
#include <utility>

#include "compute/training/checkpoint.h"
#include "engine/base/clock.h"
#include "engine/base/error.h"
#include "engine/base/log.h"
#include "viewer/sources/training_setup.h"

namespace cajal {
namespace {

constexpr std::string_view kCheckpointPrefix = "checkpoint-";
constexpr std::size_t kLongestLine = 1 << 16;  // bytes; longer ones are none of ours
constexpr std::size_t kBlock = 1 << 20;        // bytes read or written at once
constexpr std::uint64_t kNoStep = std::numeric_limits<std::uint64_t>::max();

// JSON has no NaN; a diverged loss is written as null rather than as a number it is not.
nlohmann::json number(double value) {
  return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json(nullptr);
}

// "validation_loss" or "test_loss": of the part that the curves look at.
std::string toJsonLine(const Metrics& metrics, const ViewerState& state) {
  const std::string& part = state.fixed.curvePart;
  nlohmann::ordered_json line;
  if (!state.lanes.empty()) line["lane"] = state.lane;
  line["step"] = metrics.step;
  line["loss"] = number(metrics.trainLoss);
  line["accuracy"] = number(metrics.trainAccuracy);
  line[part + "_loss"] = number(metrics.testLoss);
  line[part + "_accuracy"] = number(metrics.testAccuracy);
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

bool isUpTo(std::uint64_t step, std::string_view line) {
  const nlohmann::json json = nlohmann::json::parse(line, nullptr, false);
  if (!json.is_object()) return false;
  const auto at = json.find("at");  // of an action; a point of the curves has its step beside the rest
  return (at != json.end() && at->is_object() ? *at : json).value("step", kNoStep) <= step;
}

// Calls `use` with each line of the file that is not too long, without its line feed.
template <typename Use>
void forEachLine(const InputFile& file, Use&& use) {
  std::string block(kBlock, ' '), line;
  bool isTooLong = false;
  const auto take = [&](std::string_view piece) {
    isTooLong = isTooLong || line.size() + piece.size() > kLongestLine;
    if (!isTooLong) line.append(piece);
  };
  const auto end = [&] {
    if (!isTooLong && !line.empty()) use(line);
    line.clear();
    isTooLong = false;
  };
  for (std::uint64_t at = 0; at < file.size(); at += kBlock) {
    block.resize(static_cast<std::size_t>(std::min<std::uint64_t>(kBlock, file.size() - at)));
    file.readAt(at, std::as_writable_bytes(std::span(block)));
    std::string_view rest = block;
    for (std::size_t feed; (feed = rest.find('\n')) != rest.npos; rest.remove_prefix(feed + 1)) {
      take(rest.substr(0, feed));
      end();
    }
    take(rest);
  }
  end();
}

// The lines of a log that a run had written when it stood so: its commands, and what was done to the view
// between them. Empty where the log tells of other commands than the state.
std::vector<std::string> linesBehind(const TrainerState& state, const std::filesystem::path& log) {
  std::vector<std::string> lines;
  if (!isThere(log)) return lines;
  std::size_t commands = 0;
  bool isSame = true;
  forEachLine(InputFile(log), [&](const std::string& line) {
    const std::optional<LoggedCommand> command = commandFromJsonLine(line);
    const bool isLast = commands == state.commands.size();
    if (command ? isLast : isLast && !isUpTo(state.steps, line)) return;
    if (command) isSame = isSame && *command == state.commands[commands++];
    lines.push_back(line);
  });
  if (!isSame || commands < state.commands.size()) lines.clear();
  return lines;
}

std::vector<std::filesystem::path> filesOfRun(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const FolderFile& file : filesIn(folder)) {
    const std::string name = file.path.filename().string();
    const bool isOfARun = name == "run.toml" || name == "commands.jsonl" || name == "metrics.jsonl" ||
                          isCheckpoint(name) || name.starts_with("events.out.tfevents.");
    if (isOfARun) files.push_back(file.path);
  }
  return files;
}

}  // namespace

std::filesystem::path folderOfLane(const std::filesystem::path& folder, LaneNumber number) {
  return folder.empty() || number == 1 ? folder : folder / fmt::format("lane-{}", number);
}

void keepLinesUpTo(std::uint64_t step, const std::filesystem::path& path) {
  if (!isThere(path)) return;
  const InputFile file(path);
  AtomicFile kept(path);
  std::string lines;
  const auto flush = [&] {
    kept.write(lines);
    lines.clear();
  };
  forEachLine(file, [&](const std::string& line) {
    if (!isUpTo(step, line)) return;
    lines += line + "\n";
    if (lines.size() >= kBlock) flush();
  });
  flush();
  kept.commit();
}

std::vector<Metrics> metricsIn(const std::filesystem::path& folder) {
  std::vector<Metrics> points;
  const std::filesystem::path path = folder / "metrics.jsonl";
  if (!isThere(path)) return points;
  forEachLine(InputFile(path), [&](const std::string& text) {
    const nlohmann::json line = nlohmann::json::parse(text, nullptr, false);
    if (!line.is_object() || !line.contains("step") || !line["step"].is_number_unsigned()) return;
    const std::string part = line.contains("validation_loss") ? "validation" : "test";
    const auto numberOf = [&](const std::string& key) {
      const auto value = line.find(key);
      return value != line.end() && value->is_number() ? value->get<double>()
                                                       : std::numeric_limits<double>::quiet_NaN();
    };
    points.push_back({line["step"], numberOf("loss"), numberOf("accuracy"), numberOf(part + "_loss"),
                      numberOf(part + "_accuracy")});
  });
  return points;
}

bool isCheckpoint(std::string_view fileName) {
  return fileName.starts_with(kCheckpointPrefix) && fileName.ends_with(".safetensors");
}

std::deque<std::filesystem::path> checkpointsIn(const std::filesystem::path& folder) {
  std::vector<FolderFile> files = filesIn(folder);
  std::erase_if(files, [](const FolderFile& file) { return !isCheckpoint(file.path.filename().string()); });
  std::stable_sort(files.begin(), files.end(),
                   [](const FolderFile& a, const FolderFile& b) { return a.modified < b.modified; });
  std::deque<std::filesystem::path> found;
  for (FolderFile& file : files) found.push_back(std::move(file.path));
  return found;
}

std::optional<std::uint64_t> newestCheckpointStep(const std::filesystem::path& folder) {
  const auto checkpoints = checkpointsIn(folder);
  if (checkpoints.empty()) return std::nullopt;
  return std::strtoull(checkpoints.back().filename().c_str() + kCheckpointPrefix.size(), nullptr, 10);
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
  const std::filesystem::path resumed =
      isFolder(options.resume) ? options.resume : options.resume.parent_path();
  const bool goesOn = !options.resume.empty() && isSameFolder(resumed.empty() ? "." : resumed, m_folder);
  if (!goesOn) makeRoom(options.replaces);
  // A run that goes on began as its own file says.
  if (!goesOn || !isThere(m_folder / "run.toml")) {
    AtomicFile configuration(m_folder / "run.toml");
    configuration.write(toToml(options));
    configuration.commit();
  }
  if (!options.resume.empty()) takeUp(begun);
  m_folderMetrics.emplace(m_folder / "metrics.jsonl");
  m_commands.emplace(m_folder / "commands.jsonl");
  m_events.emplace(m_folder);
}

// A new run never mixes with an old one's files.
void RunFolder::makeRoom(bool replaces) {
  std::vector<std::filesystem::path> kept = filesOfRun(m_folder);
  for (LaneNumber lane = 2; lane <= kMostLanes; ++lane) {
    const std::filesystem::path folder = folderOfLane(m_folder, lane);
    if (!isFolder(folder)) continue;
    const auto files = filesOfRun(folder);
    kept.insert(kept.end(), files.begin(), files.end());
    kept.push_back(folder);
  }
  if (kept.empty()) return;
  if (!replaces) {
    throw Error(ExitCode::usage,
                fmt::format("--out {0}: holds a run already; go on with it by --resume {0}, begin "
                            "anew with --replace, or name another folder",
                            m_folder.string()));
  }
  for (std::error_code ignored; const std::filesystem::path& path : kept)
    std::filesystem::remove(path, ignored);
}

// What the run did after its checkpoint, before it was cut off, it will do again.
void RunFolder::takeUp(const TrainerState& begun) {
  m_checkpoints = checkpointsIn(m_folder);
  keepLinesUpTo(begun.steps, m_folder / "metrics.jsonl");
  const std::filesystem::path log = m_folder / "commands.jsonl";
  std::vector<std::string> lines = linesBehind(begun, log);
  if (lines.empty()) {
    for (const LoggedCommand& command : begun.commands) lines.push_back(cajal::toJsonLine(command));
  }
  AtomicFile commands(log);
  for (const std::string& line : lines) commands.write(line + "\n");
  commands.commit();
}

void RunFolder::append(const Metrics& metrics, const ViewerState& state) {
  append(metrics, state, true);
}

void RunFolder::appendOfLane(const Metrics& metrics, const ViewerState& state) {
  append(metrics, state, false);
}

void RunFolder::append(const Metrics& metrics, const ViewerState& state, bool isOwn) {
  if (!m_metrics && !m_folderMetrics) return;
  const std::string& part = state.fixed.curvePart;
  m_saver.save([this, isOwn, line = toJsonLine(metrics, state), metrics, part,
                stepsPerSecond = state.price.stepsPerSecond] {
    if (m_metrics) m_metrics->append(line);
    if (m_folderMetrics && isOwn) m_folderMetrics->append(line);
    if (!m_events || !isOwn) return;
    const std::string loss = "loss/" + part, accuracy = "accuracy/" + part;
    const Scalar scalars[] = {{"loss/train", metrics.trainLoss},
                              {loss, metrics.testLoss},
                              {"accuracy/train", metrics.trainAccuracy},
                              {accuracy, metrics.testAccuracy},
                              {"price/steps_per_second", stepsPerSecond}};
    m_events->append(metrics.step, scalars);
  });
}

void RunFolder::append(const TimedAction& action) {
  if (m_commands) m_saver.save([this, line = cajal::toJsonLine(action)] { m_commands->append(line); });
}

void RunFolder::saveCheckpoint(Inquiries& inquiries) {
  if (m_folder.empty()) return;
  m_isSaving = true;
  inquiries.ask(CopyState{}, [this](const Answer& answer) {
    if (const auto* const state = std::get_if<std::shared_ptr<const TrainingState>>(&answer.content))
      return write(*state);
    note(std::get<Refused>(answer.content).why);
  });
}

void RunFolder::saveCheckpointWhenDue(Inquiries& inquiries, std::uint64_t stepsDone) {
  m_saver.deliver();
  const double now = secondsNow();
  if (m_folder.empty() || m_checkpointEvery <= 0 || m_isSaving) return;
  if (now - m_lastCheckpointTime < m_checkpointEvery) return;
  m_lastCheckpointTime = now;
  if (stepsDone != m_lastCheckpointStep) saveCheckpoint(inquiries);
}

void RunFolder::finish() {
  m_saver.finish();
  if (!m_problem.empty()) throw Error(ExitCode::inputOutput, m_problem);
}

void RunFolder::write(std::shared_ptr<const TrainingState> state) {
  const std::uint64_t step = state->counters.steps;
  const std::filesystem::path path = m_folder / fmt::format("checkpoint-{}.safetensors", step);
  const auto work = [this, path, state = std::move(state)] {
    cajal::saveCheckpoint(path, *state);
    std::erase(m_checkpoints, path);
    m_checkpoints.push_back(path);
    for (std::error_code ignored; m_checkpoints.size() > 2; m_checkpoints.pop_front())
      std::filesystem::remove(m_checkpoints.front(), ignored);
  };
  m_saver.save(work, [this, path, step](const std::string& problem) {
    note(problem);
    if (!problem.empty()) return;
    m_lastCheckpointStep = step;
    logInfo("weights: {}", path.string());
  });
}

void RunFolder::note(const std::string& problem) {
  m_isSaving = false;
  m_problem = problem;
  if (problem.empty()) return;
  m_problem = "no checkpoint: " + problem;
  logError("{}", m_problem);
}

}  // namespace cajal
