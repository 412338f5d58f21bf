#include "compute/data/readers/npz.h"

#include <zip.h>

#include <algorithm>
#include <utility>

#include "compute/data/readers/npy.h"
#include "compute/data/refusal.h"
#include "engine/base/error.h"
#include "engine/base/file.h"
#include "engine/base/text.h"

namespace cajal {
namespace {

constexpr std::string_view kEnding = ".npy";
constexpr std::size_t kMostNameBytes = 4096;
// Beyond this size a member must not have shrunk to less than a hundredth, as Keras has it, too.
constexpr std::uint64_t kLargeMember = 4ull << 30;
constexpr std::uint64_t kMostLargeRatio = 100;

zip_t* zipOf(const std::shared_ptr<void>& archive) {
  return static_cast<zip_t*>(archive.get());
}

std::shared_ptr<void> openArchive(const std::filesystem::path& path) {
  if (InputFile(path).size() == 0) refuse(path.string(), "is empty; fetch it again");  // no folder, no pipe
  int code = 0;
  zip_t* archive = zip_open(path.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code);
  if (archive) return {archive, [](void* opened) { zip_discard(static_cast<zip_t*>(opened)); }};
  if (code == ZIP_ER_EXISTS) refuse(path.string(), "has two members of one name; save it again");
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  const std::string words = zip_error_strerror(&error);
  zip_error_fini(&error);
  refuse(path.string(), "is no NPZ archive, or damaged ({}); fetch it again", words);
}

// ---- members ------------------------------------------------------------------------------------

bool leadsOutside(std::string_view name) {
  if (name.starts_with('/') || name.find('\\') != name.npos) return true;
  return name == ".." || name.starts_with("../") || name.ends_with("/..") || name.find("/../") != name.npos;
}

void checkName(const std::string& file, std::string_view name) {
  if (name.empty() || name.size() > kMostNameBytes || name.find('\0') != name.npos)
    refuse(file, "has a member whose name is empty or longer than {} bytes", kMostNameBytes);
  if (leadsOutside(name)) {
    refuse(file,
           "has a member named '{}', which leads outside of the archive; such files are not "
           "read",
           escapedName(name));
  }
}

void checkPacking(const std::string& file, const zip_stat_t& member) {
  const std::string name = escapedName(member.name);
  if (member.encryption_method != ZIP_EM_NONE)
    refuse(file, "member '{}' is encrypted; save it without a password", name);
  if (member.comp_method != ZIP_CM_STORE && member.comp_method != ZIP_CM_DEFLATE)
    refuse(file,
           "member '{}' is packed in a way (method {}) that NumPy has not; save it with "
           "numpy.savez_compressed",
           name, member.comp_method);
  if (member.comp_method == ZIP_CM_STORE && member.size != member.comp_size)
    refuse(file, "member '{}' contradicts itself about its size; fetch it again", name);
  // A little more for what DEFLATE needs at least.
  const bool isImpossible = member.size / kMostDeflateRatio > member.comp_size + 1;
  const bool isBomb = member.size > kLargeMember && member.size / kMostLargeRatio > member.comp_size;
  if (isImpossible || isBomb) {
    refuse(file,
           "member '{}' would become {} bytes out of {}, which no data set does; save it "
           "with numpy.savez",
           name, member.size, member.comp_size);
  }
}

zip_stat_t describe(zip_t* archive, std::uint64_t index, const std::string& file) {
  constexpr zip_uint64_t needed =
      ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
  zip_stat_t member;
  zip_stat_init(&member);
  if (zip_stat_index(archive, index, ZIP_FL_ENC_RAW, &member) != 0 || (member.valid & needed) != needed)
    refuse(file, "its member {} cannot be read ({}); fetch it again", index, zip_strerror(archive));
  return member;
}

// ---- values -------------------------------------------------------------------------------------

// One member, unpacked as far as it is asked for. Its check sum is compared at its end, where libzip says so.
class MemberBytes : public ByteSource {
 public:
  MemberBytes(std::shared_ptr<void> archive, std::uint64_t index, std::uint64_t size, std::string name)
      : m_name(std::move(name)),
        m_archive(std::move(archive)),
        m_size(size),
        m_file(zip_fopen_index(zipOf(m_archive), index, 0), zip_fclose) {
    if (!m_file) refuseDamaged(zip_strerror(zipOf(m_archive)));
  }

  std::size_t read(std::span<std::uint8_t> into) override {
    std::size_t done = 0;
    while (done < into.size()) {
      const zip_int64_t got = zip_fread(m_file.get(), into.data() + done, into.size() - done);
      if (got < 0) refuseDamaged(zip_file_strerror(m_file.get()));
      if (got == 0) break;
      done += static_cast<std::size_t>(got);
    }
    return done;
  }
  std::uint64_t mostBytes() const override { return m_size; }

 private:
  [[noreturn]] void refuseDamaged(const char* words) const {
    refuse(m_name, "cannot be unpacked ({}); the file is damaged, fetch it again", words);
  }

  std::string m_name;
  std::shared_ptr<void> m_archive;
  std::uint64_t m_size;
  std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> m_file;
};

}  // namespace

NpzFile::NpzFile(const std::filesystem::path& file) : m_path(file), m_archive(openArchive(file)) {
  const std::string name = file.string();
  const auto count = static_cast<std::uint64_t>(zip_get_num_entries(zipOf(m_archive), 0));
  if (count > kMostMembers) refuse(name, "has {} members; at most {} are read", count, kMostMembers);
  std::uint64_t left = InputFile(file).size();
  for (std::uint64_t i = 0; i < count; ++i) {
    const zip_stat_t member = describe(zipOf(m_archive), i, name);
    checkName(name, member.name);
    checkPacking(name, member);
    if (member.comp_size > left) refuse(name, "its members overlap; such files are not read");
    left -= member.comp_size;
    std::string_view array = member.name;
    if (!array.ends_with(kEnding)) continue;
    array.remove_suffix(kEnding.size());
    m_names.emplace_back(array);
    m_members.push_back(i);
  }
  if (m_names.empty()) refuse(name, "holds no array (no .npy member); save it with numpy.savez");
}

bool NpzFile::has(const std::string& name) const {
  return std::find(m_names.begin(), m_names.end(), name) != m_names.end();
}

ArrayStream NpzFile::open(const std::string& name) const {
  const auto found = std::find(m_names.begin(), m_names.end(), name);
  if (found == m_names.end()) {
    std::string known;
    for (std::size_t i = 0; i < std::min<std::size_t>(m_names.size(), 20); ++i)
      known += (i ? ", " : "") + escapedName(m_names[i]);
    throw Error(ExitCode::usage, fmt::format("{}: has no array '{}'; there are {}{}", m_path.string(), name,
                                             known, m_names.size() > 20 ? ", ..." : ""));
  }
  const std::uint64_t index = m_members[static_cast<std::size_t>(found - m_names.begin())];
  const std::uint64_t size = describe(zipOf(m_archive), index, m_path.string()).size;
  const std::string shown = fmt::format("{}, array '{}'", m_path.string(), escapedName(name));
  return openNpy(std::make_unique<MemberBytes>(m_archive, index, size, shown), shown);
}

}  // namespace cajal
