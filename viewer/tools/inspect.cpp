#include "viewer/tools/inspect.h"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>

#include "compute/formats/safetensors.h"
#include "engine/base/error.h"
#include "engine/base/file.h"
#include "engine/base/text.h"
#include "viewer/actions/options.h"
#include "viewer/tools/inspect_data.h"

namespace cajal {
namespace {

constexpr std::uint64_t kLargestText = 1 << 20;  // bytes of a configuration

void inspectSafetensors(const std::filesystem::path& path) {
  const SafetensorsFile file(path);
  std::uint64_t numbers = 0;
  fmt::print("{}: safetensors, {} tensors\n", path.string(), file.entries().size());
  for (const auto& [key, value] : file.metadata())
    fmt::print("  {}: {}\n", escapedName(key), escapedName(value));
  for (const SafetensorsEntry& entry : file.entries()) {
    std::uint64_t count = 1;
    for (const std::uint64_t dimension : entry.shape) count *= dimension;
    numbers += count;
    fmt::print("  {:<32} {:<5} {}\n", escapedName(entry.name), entry.dtype,
               entry.shape.empty() ? "scalar" : fmt::format("{}", fmt::join(entry.shape, " × ")));
  }
  fmt::print("  {} numbers in all\n", numbers);
}

void inspectRun(const std::filesystem::path& folder) {
  fmt::print("{}: a run\n{}", folder.string(), readWholeFile(folder / "run.toml", kLargestText));
  for (const FolderFile& file : filesIn(folder))
    fmt::print("  {:<36} {} bytes\n", file.path.filename().string(), file.bytes);
}

void inspectConfiguration(const std::filesystem::path& path) {
  const std::optional<Options> options = parseOptions({"--config", path.string()});
  fmt::print("{}: a configuration; with everything it leaves out:\n{}", path.string(), toToml(*options));
}

std::string firstBytes(const std::filesystem::path& path) {
  const InputFile file(path);
  std::string bytes(static_cast<std::size_t>(std::min<std::uint64_t>(file.size(), 9)), '\0');
  file.readAt(0, std::as_writable_bytes(std::span(bytes)));
  return bytes;
}

// By content, not by name: a safetensors header is a length and then a brace, IDX begins with two zeros.
// Tables begin with anything, and what gzip has packed is told apart by its name.
void inspectData(const std::filesystem::path& path) {
  const std::string start = firstBytes(path), name = path.filename().string();
  const bool isGzip = start.starts_with("\x1f\x8b");
  const bool isIdx = start.size() >= 4 && start[0] == 0 && start[1] == 0 && start[3] != 0;
  if (start.size() == 9 && start[8] == '{') {
    inspectSafetensors(path);
  } else if (start.starts_with("\x93NUMPY") || (isGzip && name.ends_with(".npy.gz"))) {
    inspectNpy(path);
  } else if (start.starts_with("PK")) {
    inspectNpz(path);
  } else if (name.ends_with(".csv") || name.ends_with(".tsv") || name.ends_with(".csv.gz")) {
    inspectCsv(path);
  } else if (isGzip || isIdx) {
    inspectIdx(path);
  } else {
    throw Error(ExitCode::badInput,
                fmt::format("{}: neither safetensors, NPY, NPZ, IDX nor a .csv table, nor a .toml "
                            "configuration, nor a run folder; name one of these",
                            path.string()));
  }
}

}  // namespace

void inspectFile(const std::filesystem::path& path) {
  if (isFolder(path)) {
    if (!isThere(path / "run.toml")) {
      throw Error(ExitCode::badInput,
                  fmt::format("{}: a folder without run.toml is no run; name a file in it", path.string()));
    }
    inspectRun(path);
  } else if (path.extension() == ".toml") {
    inspectConfiguration(path);
  } else {
    inspectData(path);
  }
  std::fflush(stdout);
}

}  // namespace cajal
