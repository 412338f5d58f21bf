#include "engine/base/file.h"

#include "engine/base/error.h"
#include "engine/base/log.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>
#include <system_error>
#include <utility>

namespace cajal {
namespace {

constexpr std::string_view kTemporaryMark = ".tmp-";

// While it lives, `signal` does not reach this thread. A signal that is raised in that time is discarded at
// the end; a signal that was pending before stays pending.
class HeldSignal {
 public:
  explicit HeldSignal(int signal) {
    sigemptyset(&m_signal);
    sigaddset(&m_signal, signal);
    sigset_t waiting;
    sigpending(&waiting);
    m_wasWaiting = sigismember(&waiting, signal) == 1;
    pthread_sigmask(SIG_BLOCK, &m_signal, &m_before);
  }
  ~HeldSignal() {
    const timespec now{};
    if (!m_wasWaiting) {
      while (sigtimedwait(&m_signal, nullptr, &now) < 0 && errno == EINTR) {
      }
    }
    pthread_sigmask(SIG_SETMASK, &m_before, nullptr);
  }
  HeldSignal(const HeldSignal&) = delete;
  HeldSignal& operator=(const HeldSignal&) = delete;

 private:
  sigset_t m_signal{};
  sigset_t m_before{};
  bool m_wasWaiting = false;
};

std::filesystem::path folderOf(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

// What the user can do about an errno met while writing.
const char* adviceFor(int errorNumber) {
  switch (errorNumber) {
    case ENOSPC:
    case EDQUOT: return "free some space or choose another folder";
    case EFBIG: return "raise the file size limit (ulimit -f) or choose another folder";
    case ENOENT:
    case ENOTDIR: return "make the folder first or choose another one";
    case EACCES:
    case EPERM:
    case EROFS: return "choose a folder that may be written";
    case ENAMETOOLONG: return "choose a shorter name";
    default: return "check the disk or choose another folder";
  }
}

[[noreturn]] void failWriting(const std::filesystem::path& path, int errorNumber) {
  throw Error(ExitCode::inputOutput, fmt::format("cannot write '{}': {}; {}", path.string(),
                                                 systemError(errorNumber), adviceFor(errorNumber)));
}

[[noreturn]] void failReading(const std::filesystem::path& path, int errorNumber) {
  throw Error(ExitCode::inputOutput,
              fmt::format("cannot read '{}': {}; check the name and that it may be read", path.string(),
                          systemError(errorNumber)));
}

FileDescriptor openFolder(const std::filesystem::path& folder) {
  return FileDescriptor(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

// Some file systems cannot sync a folder (EINVAL); then there is nothing more to promise.
int syncDescriptor(int descriptor) {
  return fsync(descriptor) == 0 || errno == EINVAL || errno == ENOTSUP ? 0 : errno;
}

// Calls `visit` with each entry of `folder`. Stops at an entry that cannot be read and returns why; a
// range-for would throw there.
template <typename Visit>
std::error_code forEachEntry(const std::filesystem::path& folder, const Visit& visit) {
  std::error_code failed;
  std::filesystem::directory_iterator entry(folder, failed);
  while (!failed && entry != std::filesystem::directory_iterator()) {
    visit(*entry);
    entry.increment(failed);
  }
  return failed;
}

}  // namespace

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  if (this != &other) {
    close();
    m_descriptor = other.release();
  }
  return *this;
}

int FileDescriptor::release() {
  return std::exchange(m_descriptor, -1);
}

void FileDescriptor::close() {
  if (isOpen()) ::close(release());
}

int writeAll(int descriptor, std::span<const std::byte> bytes) {
  const HeldSignal brokenPipe(SIGPIPE);
  const HeldSignal sizeLimit(SIGXFSZ);
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return 0;
}

// ---- reading ----------------------------------------------------------------------------------------------

InputFile::InputFile(std::filesystem::path path) : m_path(std::move(path)) {
  // O_NONBLOCK: opening a FIFO returns at once, and is then refused.
  m_file = FileDescriptor(open(m_path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!m_file.isOpen()) failReading(m_path, errno);
  struct stat status {};
  if (fstat(m_file.get(), &status) != 0) failReading(m_path, errno);
  if (S_ISDIR(status.st_mode)) failReading(m_path, EISDIR);
  if (!S_ISREG(status.st_mode)) {
    throw Error(
        ExitCode::inputOutput,
        fmt::format("cannot read '{}': it is a pipe or a device; give a regular file", m_path.string()));
  }
  m_size = static_cast<std::uint64_t>(status.st_size);
}

void InputFile::readAt(std::uint64_t offset, std::span<std::byte> bytes) const {
  while (!bytes.empty()) {
    const ssize_t got = pread(m_file.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) failReading(m_path, errno);
    if (got == 0) {
      throw Error(
          ExitCode::inputOutput,
          fmt::format("cannot read '{}': it ends at byte {}, {} bytes too early; was it changed meanwhile?",
                      m_path.string(), offset, bytes.size()));
    }
    bytes = bytes.subspan(static_cast<std::size_t>(got));
    offset += static_cast<std::uint64_t>(got);
  }
}

bool isFolder(const std::filesystem::path& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

bool isThere(const std::filesystem::path& path) {
  struct stat status {};
  return lstat(path.c_str(), &status) == 0;
}

std::vector<FolderFile> filesIn(const std::filesystem::path& folder) {
  std::vector<FolderFile> files;
  const std::error_code unreadable = forEachEntry(folder, [&](const std::filesystem::directory_entry& entry) {
    std::error_code gone;
    if (!entry.is_regular_file(gone)) return;
    const std::uint64_t bytes = entry.file_size(gone);
    if (gone) return;
    const auto modified = entry.last_write_time(gone);
    if (!gone) files.push_back({entry.path(), bytes, modified});
  });
  if (unreadable) failReading(folder, unreadable.value());
  std::sort(files.begin(), files.end(),
            [](const FolderFile& a, const FolderFile& b) { return a.path < b.path; });
  return files;
}

std::filesystem::path temporaryFolder() {
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::temp_directory_path(error);
  if (!error) return folder;
  throw Error(ExitCode::inputOutput,
              fmt::format("there is no folder for temporary files: {}; set TMPDIR to one", error.message()));
}

std::string readWholeFile(const std::filesystem::path& path, std::uint64_t cap) {
  const InputFile file(path);
  if (file.size() > cap) {
    throw Error(ExitCode::inputOutput,
                fmt::format("cannot read '{}': it has {} bytes, at most {} are read here", path.string(),
                            file.size(), cap));
  }
  std::string text(file.size(), '\0');
  file.readAt(0, std::as_writable_bytes(std::span(text)));
  return text;
}

// ---- writing ----------------------------------------------------------------------------------------------

void requireWritableFolder(const std::filesystem::path& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) failWriting(path, errno);
  if (!S_ISDIR(status.st_mode)) failWriting(path, ENOTDIR);
  if (access(path.c_str(), W_OK | X_OK) != 0) failWriting(path, errno);
}

void requireWritableTarget(const std::filesystem::path& path) {
  requireWritableFolder(folderOf(path));
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return;
    failWriting(path, errno);
  }
  const char* what = S_ISDIR(status.st_mode)   ? "a folder"
                     : S_ISLNK(status.st_mode) ? "a symbolic link, which is not followed"
                     : S_ISREG(status.st_mode) ? nullptr
                                               : "a pipe or a device";
  if (what != nullptr) {
    throw Error(ExitCode::inputOutput,
                fmt::format("cannot write '{}': it is {}; choose another name", path.string(), what));
  }
  if (access(path.c_str(), W_OK) != 0) failWriting(path, errno);
}

void renameFile(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (rename(from.c_str(), to.c_str()) != 0) failWriting(to, errno);
}

AtomicFile::AtomicFile(std::filesystem::path path)
    : m_path(std::move(path)),
      m_temporaryName(fmt::format("{}{}{}", m_path.filename().string(), kTemporaryMark, getpid())) {
  requireWritableTarget(m_path);
  m_folder = openFolder(folderOf(m_path));
  if (!m_folder.isOpen()) failWriting(m_path, errno);
  // A temporary of our own process number is left over from an earlier process that had it.
  unlinkat(m_folder.get(), m_temporaryName.c_str(), 0);
  constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  m_file = FileDescriptor(openat(m_folder.get(), m_temporaryName.c_str(), kFlags, 0666));
  if (!m_file.isOpen()) failWriting(m_path, errno);
}

AtomicFile::~AtomicFile() {
  if (!m_temporaryName.empty()) unlinkat(m_folder.get(), m_temporaryName.c_str(), 0);
}

void AtomicFile::write(std::span<const std::byte> bytes) {
  require(!m_temporaryName.empty(), "an AtomicFile is not written after commit()");
  if (const int failed = writeAll(m_file.get(), bytes)) failWriting(m_path, failed);
}

void AtomicFile::commit(Durability durability) {
  require(!m_temporaryName.empty(), "an AtomicFile is committed once");
  const bool isSynced = durability == Durability::synced;
  if (isSynced && fsync(m_file.get()) != 0) failWriting(m_path, errno);
  // Some file systems report a failed write only here.
  if (::close(m_file.release()) != 0) failWriting(m_path, errno);
  const std::string name = m_path.filename().string();
  if (renameat(m_folder.get(), m_temporaryName.c_str(), m_folder.get(), name.c_str()) != 0)
    failWriting(m_path, errno);
  m_temporaryName.clear();
  if (!isSynced) return;
  if (const int failed = syncDescriptor(m_folder.get())) failWriting(m_path, failed);
}

void syncFile(const std::filesystem::path& path) {
  const FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file.isOpen()) failWriting(path, errno);
  if (const int failed = syncDescriptor(file.get())) failWriting(path, failed);
  const FileDescriptor folder = openFolder(folderOf(path));
  if (!folder.isOpen()) failWriting(path, errno);
  if (const int failed = syncDescriptor(folder.get())) failWriting(path, failed);
}

namespace {

// The process number at the end of "weights.safetensors.tmp-1234".
std::optional<pid_t> temporaryOwner(const std::string& name) {
  const std::size_t mark = name.rfind(kTemporaryMark);
  if (mark == std::string::npos) return std::nullopt;
  const char* first = name.data() + mark + kTemporaryMark.size();
  const char* last = name.data() + name.size();
  pid_t owner = 0;
  const auto [end, failed] = std::from_chars(first, last, owner);
  if (failed != std::errc{} || end != last || owner <= 0) return std::nullopt;
  return owner;
}

}  // namespace

int removeStaleTemporaries(const std::filesystem::path& folder) {
  int removed = 0;
  forEachEntry(folder, [&](const std::filesystem::directory_entry& entry) {
    const std::optional<pid_t> owner = temporaryOwner(entry.path().filename().string());
    const bool isStale = owner && kill(*owner, 0) != 0 && errno == ESRCH;
    std::error_code gone;
    const bool isRegular = entry.symlink_status(gone).type() == std::filesystem::file_type::regular;
    if (isStale && isRegular && unlink(entry.path().c_str()) == 0) ++removed;
  });
  return removed;
}

LineFile::LineFile(std::filesystem::path path) : m_path(std::move(path)) {
  // Devices are welcome (/dev/stdout is a link, so links are followed there); a FIFO nobody reads is an
  // error.
  const bool isDevice = m_path.string().starts_with("/dev/");
  const int flags =
      O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (isDevice ? 0 : O_NOFOLLOW);
  m_file = FileDescriptor(open(m_path.c_str(), flags, 0666));
  if (!m_file.isOpen()) failWriting(m_path, errno);
  const int now = fcntl(m_file.get(), F_GETFL);
  fcntl(m_file.get(), F_SETFL, now & ~O_NONBLOCK);
}

void LineFile::append(std::string_view line) {
  if (m_hasFailed) return;
  m_line.assign(line);
  m_line.push_back('\n');
  const int failed = writeAll(m_file.get(), std::as_bytes(std::span(m_line)));
  if (failed == 0) return;
  m_hasFailed = true;
  logError("cannot write '{}': {}; {}. No more lines are written there", m_path.string(), systemError(failed),
           adviceFor(failed));
}

}  // namespace cajal
