#pragma once
// Files: read with a limit, written whole or not at all. Nothing here follows a symbolic link when it writes,
// and no call hangs on a FIFO. Every failure is an Error(inputOutput) that names the file and what to do.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cajal {

// Owns one descriptor; closed when it dies. -1 is "none".
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int descriptor) : m_descriptor(descriptor) {}
  FileDescriptor(FileDescriptor&& other) noexcept : m_descriptor(other.release()) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  ~FileDescriptor() { close(); }

  int get() const { return m_descriptor; }
  bool isOpen() const { return m_descriptor >= 0; }
  int release();
  void close();

 private:
  int m_descriptor = -1;
};

// Writes everything, through interruptions and short writes. Returns 0 or the errno. A broken pipe and a file
// size limit are answers here (EPIPE, EFBIG), never the signals SIGPIPE and SIGXFSZ. Any thread.
int writeAll(int descriptor, std::span<const std::byte> bytes);

// A regular file open for reading. Read with pread and not mapped, so that a file that shrinks meanwhile is
// an error and no SIGBUS. Folders, FIFOs and devices are refused without waiting for them.
class InputFile {
 public:
  explicit InputFile(std::filesystem::path path);

  const std::filesystem::path& path() const { return m_path; }
  std::uint64_t size() const { return m_size; }  // bytes, when it was opened
  // Fills `bytes` from `offset`; a file that ends before that is an error. Any thread.
  void readAt(std::uint64_t offset, std::span<std::byte> bytes) const;

 private:
  std::filesystem::path m_path;
  FileDescriptor m_file;
  std::uint64_t m_size = 0;
};

// True if a folder stands at `path`, or a link to one. False also where that cannot be found out, because a
// folder on the way may not be searched: opening the file then says so. Never throws.
bool isFolder(const std::filesystem::path& path);
// True if anything stands at `path`: a file, a folder, a device, or a link, even one that leads nowhere. Like
// isFolder(), false where that cannot be found out. Never throws.
bool isThere(const std::filesystem::path& path);

struct FolderFile {
  std::filesystem::path path;
  std::uint64_t bytes = 0;
  std::filesystem::file_time_type modified = {};
};
// The regular files directly in `folder`, and links to such, ordered by name. A file that is deleted
// meanwhile is left out; a folder that cannot be read is an error.
std::vector<FolderFile> filesIn(const std::filesystem::path& folder);

// Where temporary files go: $TMPDIR, or /tmp.
std::filesystem::path temporaryFolder();

// The whole file; refused when it is larger than `cap` bytes.
std::string readWholeFile(const std::filesystem::path& path, std::uint64_t cap);

// Throws unless `path` is a folder in which files can be made.
void requireWritableFolder(const std::filesystem::path& path);

// Throws unless a file could be made, or replaced, at `path`: its folder is writable, and what stands there
// now, if anything, is a regular file that may be written (no folder, link or device).
void requireWritableTarget(const std::filesystem::path& path);

// Gives a file another name on the same disk; what stood there is replaced.
void renameFile(const std::filesystem::path& from, const std::filesystem::path& to);

// Makes `path` appear complete or not at all: bytes go to `<name>.tmp-<pid>` in the same folder; commit()
// syncs, renames it over the target and syncs the folder. Without commit() the old file stays and the
// temporary goes. One at a time for each path.
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::span<const std::byte> bytes);
  void write(std::string_view text) { write(std::as_bytes(std::span(text))); }
  // `unsynced` saves the wait for the disk: after a power cut the file may be missing or empty. For what can
  // be made again, such as one picture of a sequence.
  enum class Durability { synced, unsynced };
  void commit(Durability durability = Durability::synced);

 private:
  std::filesystem::path m_path;
  std::string m_temporaryName;  // inside m_folder; empty once renamed
  FileDescriptor m_folder;      // held, so that a folder moved meanwhile is still the same folder
  FileDescriptor m_file;
};

// Flushes a file that somebody else wrote, and its folder, to the disk.
void syncFile(const std::filesystem::path& path);

// Deletes `*.tmp-<pid>` of processes that no longer live, left by a kill or a power cut. Returns how many.
int removeStaleTemporaries(const std::filesystem::path& folder);

// Appends whole lines, each with one write, so that a reader (or a crash) never sees half a line followed by
// another. A failure is logged once and later lines are dropped: losing the log must not stop the run.
class LineFile {
 public:
  explicit LineFile(std::filesystem::path path);

  void append(std::string_view line);  // without the line feed
  bool hasFailed() const { return m_hasFailed; }

 private:
  std::filesystem::path m_path;
  FileDescriptor m_file;
  std::string m_line;  // kept for its memory
  bool m_hasFailed = false;
};

}  // namespace cajal
