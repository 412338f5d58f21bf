#include "compute/data/readers/mapped_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "engine/base/error.h"

namespace cajal {
namespace {

constexpr std::size_t kBufferBytes = 1 << 20;  // a write costs little against this many bytes

std::shared_ptr<const std::byte> mapDescriptor(int descriptor, std::uint64_t offset, std::size_t size,
                                               const std::filesystem::path& name) {
  const auto page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  const std::uint64_t begin = offset / page * page;
  const std::size_t length = size + static_cast<std::size_t>(offset - begin);
  void* memory = mmap(nullptr, length, PROT_READ, MAP_SHARED, descriptor, static_cast<off_t>(begin));
  if (memory == MAP_FAILED) {
    throw Error(ExitCode::inputOutput, fmt::format("cannot map '{}': {}", name.string(), systemError(errno)));
  }
  const std::shared_ptr<const void> owner(memory, [length](void* mapped) { munmap(mapped, length); });
  return {owner, static_cast<const std::byte*>(memory) + (offset - begin)};
}

// O_TMPFILE where the file system has it, otherwise a file whose name is taken away at once.
FileDescriptor makeNameless(const std::filesystem::path& folder) {
  FileDescriptor file(open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (file.isOpen()) return file;
  std::string name = (folder / "cajal-data-XXXXXX").string();
  file = FileDescriptor(mkostemp(name.data(), O_CLOEXEC));
  if (file.isOpen()) unlink(name.c_str());
  return file;
}

[[noreturn]] void failTemporary(const std::filesystem::path& folder, std::uint64_t size, int errorNumber) {
  throw Error(ExitCode::inputOutput,
              fmt::format("the data set is larger than memory, and a temporary file in '{}' cannot be "
                          "written beyond {} MB: {}; set TMPDIR to a folder with more room",
                          folder.string(), size / 1'000'000, systemError(errorNumber)));
}

}  // namespace

std::shared_ptr<const std::byte> mapFile(const std::filesystem::path& path, std::uint64_t offset,
                                         std::size_t size) {
  const InputFile checked(path);  // no folder, no pipe
  if (offset > checked.size() || size > checked.size() - offset || size == 0) {
    throw Error(
        ExitCode::inputOutput,
        fmt::format("cannot read '{}': it is shorter than it was; was it changed meanwhile?", path.string()));
  }
  const FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.isOpen()) {
    throw Error(ExitCode::inputOutput,
                fmt::format("cannot read '{}': {}", path.string(), systemError(errno)));
  }
  return mapDescriptor(file.get(), offset, size, path);
}

TemporaryFile::TemporaryFile() : m_folder(temporaryFolder()), m_file(makeNameless(m_folder)) {
  if (!m_file.isOpen()) failTemporary(m_folder, 0, errno);
  m_buffer.reserve(kBufferBytes);
}

void TemporaryFile::append(std::span<const std::byte> bytes) {
  m_size += bytes.size();
  if (m_buffer.size() + bytes.size() > kBufferBytes) flush();
  if (bytes.size() <= kBufferBytes) {
    m_buffer.insert(m_buffer.end(), bytes.begin(), bytes.end());
  } else if (const int failure = writeAll(m_file.get(), bytes); failure != 0) {
    failTemporary(m_folder, m_size, failure);
  }
}

void TemporaryFile::flush() {
  const int failure = writeAll(m_file.get(), m_buffer);
  if (failure != 0) failTemporary(m_folder, m_size, failure);
  m_buffer.clear();
}

std::shared_ptr<const std::byte> TemporaryFile::map() {
  flush();
  if (m_size == 0) return nullptr;
  return mapDescriptor(m_file.get(), 0, m_size, m_folder);
}

}  // namespace cajal
