#pragma once
// TensorBoard's event file, so that a run's curves stand beside everybody else's: scalars only.
//
// A record is: length (u64), masked CRC32C of the length's bytes, data, masked CRC32C of the data; all
// little-endian. The data is a protobuf message of four fields, which is written here by hand (facts:
// tensorflow/core/util/event.proto). A reader gives a file up for good after one bad record, so records are
// appended whole, each with one write.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/file.h"

namespace cajal {

struct Scalar {
  std::string_view tag;  // "loss/train"
  double value = 0;      // NaN is kept: TensorBoard shows it
};

class EventFile {
 public:
  // Makes events.out.tfevents.<seconds>.<host>.<pid>.0 in the folder. Throws Error(inputOutput).
  explicit EventFile(const std::filesystem::path& folder);

  // One event. A failure is logged once, and later events are dropped: losing a curve must not stop the run.
  void append(std::uint64_t step, std::span<const Scalar> scalars);

 private:
  void appendRecord(std::string_view data);

  std::filesystem::path m_path;
  FileDescriptor m_file;
  bool m_hasFailed = false;
};

// CRC-32C (Castagnoli, RFC 3720), and the form in which TFRecords keep it.
std::uint32_t crc32c(std::string_view bytes);
std::uint32_t maskedCrc32c(std::string_view bytes);
// The record around `data`, as it stands in the file.
std::string tfRecord(std::string_view data);

}  // namespace cajal
