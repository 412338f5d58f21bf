#include "compute/formats/safetensors.h"

#include "engine/base/error.h"
#include "engine/base/text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <optional>
#include <unordered_set>
#include <utility>

namespace cajal {
namespace {

static_assert(std::endian::native == std::endian::little, "tensors are copied as they stand in the file");

constexpr std::uint64_t kLengthBytes = 8;                // the N in front
constexpr std::uint64_t kMostHeaderBytes = 100'000'000;  // the format's own limit
constexpr std::size_t kMostNameBytes = 4096;
constexpr std::size_t kMostDimensions = 32;
constexpr std::size_t kMostTensors = 1'000'000;

// Bits of one number; nothing for a type we do not know.
std::optional<std::uint64_t> bitsOf(std::string_view dtype) {
  static constexpr std::array<std::pair<std::string_view, std::uint64_t>, 22> kBits{
      {{"BOOL", 8},        {"U8", 8},   {"I8", 8},      {"U16", 16},    {"I16", 16},    {"U32", 32},
       {"I32", 32},        {"U64", 64}, {"I64", 64},    {"F16", 16},    {"BF16", 16},   {"F32", 32},
       {"F64", 64},        {"C64", 64}, {"F8_E5M2", 8}, {"F8_E4M3", 8}, {"F8_E8M0", 8}, {"F8_E5M2FNUZ", 8},
       {"F8_E4M3FNUZ", 8}, {"F4", 4},   {"F6_E2M3", 6}, {"F6_E3M2", 6}}};
  const auto* found =
      std::find_if(kBits.begin(), kBits.end(), [&](const auto& known) { return known.first == dtype; });
  if (found == kBits.end()) return std::nullopt;
  return found->second;
}

// Thrown inside this file only; the constructor adds the file's name.
struct Refusal {
  std::string reason;
};

// ---- the header's JSON ------------------------------------------------------------------------------------

// Takes the header word by word, so that a key given twice is seen (a document would keep the last), and so
// that depth, types and sizes are refused before they are stored. Grammar: {tensor: {dtype, shape,
// data_offsets}} and
// {"__metadata__": {string: string}}.
class HeaderReader : public nlohmann::json_sax<nlohmann::json> {
 public:
  std::vector<SafetensorsEntry> entries;  // offsets relative to the first tensor byte
  std::map<std::string, std::string> metadata;

  bool start_object(std::size_t) override {
    if (m_place == Place::start) return moveTo(Place::root);
    if (m_place == Place::rootValue) return moveTo(m_isMetadata ? Place::metadata : Place::tensor);
    refuse("an object where none belongs");
  }

  bool end_object() override {
    if (m_place == Place::tensor) finishTensor();
    return moveTo(m_place == Place::root ? Place::end : Place::root);
  }

  bool key(string_t& name) override {
    switch (m_place) {
      case Place::root: return beginRootValue(name);
      case Place::metadata: return beginMetadata(name);
      default: return beginField(name);
    }
  }

  bool string(string_t& text) override {
    if (m_place == Place::metadataValue) {
      metadata[m_key] = text;
      return moveTo(Place::metadata);
    }
    if (m_place != Place::field || m_key != "dtype") refuse("a string where none belongs");
    entries.back().dtype = text;
    return moveTo(Place::tensor);
  }

  bool start_array(std::size_t) override {
    if (m_place != Place::field || m_key == "dtype") refuse("a list where none belongs");
    return moveTo(Place::list);
  }

  bool number_unsigned(number_unsigned_t number) override {
    if (m_place != Place::list) refuse("a number where none belongs");
    if (m_key == "shape") {
      if (entries.back().shape.size() == kMostDimensions) refuse("more than 32 dimensions");
      entries.back().shape.push_back(number);
    } else {
      if (m_offsets.size() == 2) refuse("data_offsets has more than two numbers");
      m_offsets.push_back(number);
    }
    return true;
  }

  bool end_array() override { return moveTo(Place::tensor); }

  bool null() override { refuse("a null"); }
  bool boolean(bool) override { refuse("a truth value"); }
  bool number_integer(number_integer_t) override { refuse("a negative number"); }
  bool number_float(number_float_t, const string_t&) override { refuse("a number that is no 64-bit count"); }
  bool binary(binary_t&) override { refuse("binary data"); }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    throw Refusal{fmt::format("its header is not valid JSON in UTF-8, at byte {}", kLengthBytes + position)};
  }

 private:
  enum class Place { start, root, rootValue, metadata, metadataValue, tensor, field, list, end };

  bool moveTo(Place place) {
    m_place = place;
    return true;
  }

  [[noreturn]] void refuse(const char* what) const {
    throw Refusal{entries.empty() ? std::string("its header holds ") + what
                                  : fmt::format("its header holds {}, in or after tensor \"{}\"", what,
                                                escapedName(entries.back().name))};
  }

  bool beginRootValue(const std::string& name) {
    if (name.size() > kMostNameBytes) throw Refusal{"a tensor's name is longer than 4096 bytes"};
    if (!m_names.insert(name).second) throw Refusal{fmt::format("it names \"{}\" twice", escapedName(name))};
    m_isMetadata = name == "__metadata__";
    if (m_isMetadata) return moveTo(Place::rootValue);
    if (entries.size() == kMostTensors) throw Refusal{"it holds more than a million tensors"};
    entries.emplace_back().name = name;
    m_fields.clear();
    m_offsets.clear();
    return moveTo(Place::rootValue);
  }

  bool beginMetadata(const std::string& name) {
    if (metadata.contains(name))
      throw Refusal{fmt::format("its metadata has \"{}\" twice", escapedName(name))};
    m_key = name;
    return moveTo(Place::metadataValue);
  }

  bool beginField(const std::string& name) {
    const bool isKnown = name == "dtype" || name == "shape" || name == "data_offsets";
    const std::string where = escapedName(entries.back().name);
    if (!isKnown) throw Refusal{fmt::format("tensor \"{}\" has a key \"{}\"", where, escapedName(name))};
    if (!m_fields.insert(name).second)
      throw Refusal{fmt::format("tensor \"{}\" has \"{}\" twice", where, name)};
    m_key = name;
    return moveTo(Place::field);
  }

  void finishTensor() {
    SafetensorsEntry& entry = entries.back();
    if (m_fields.size() != 3 || m_offsets.size() != 2) {
      throw Refusal{
          fmt::format("tensor \"{}\" lacks dtype, shape or two data_offsets", escapedName(entry.name))};
    }
    entry.begin = m_offsets[0];
    entry.end = m_offsets[1];
  }

  Place m_place = Place::start;
  bool m_isMetadata = false;
  std::string m_key;
  std::vector<std::uint64_t> m_offsets;
  std::unordered_set<std::string> m_names;   // of tensors, so far
  std::unordered_set<std::string> m_fields;  // of the tensor being read
};

// ---- what must hold between the numbers -------------------------------------------------------------------

// The product of the shape times the bits of one number, in bytes.
std::uint64_t bytesNeeded(const SafetensorsEntry& entry, std::uint64_t bits) {
  std::uint64_t total = bits;
  bool isEmpty = false;
  for (const std::uint64_t dimension : entry.shape) isEmpty = isEmpty || dimension == 0;
  if (isEmpty) return 0;
  for (const std::uint64_t dimension : entry.shape) {
    if (__builtin_mul_overflow(total, dimension, &total)) {
      throw Refusal{
          fmt::format("tensor \"{}\" has more numbers than can be counted", escapedName(entry.name))};
    }
  }
  if (total % 8 != 0)
    throw Refusal{fmt::format("tensor \"{}\" does not fill whole bytes", escapedName(entry.name))};
  return total / 8;
}

// Sorts the tensors by their bytes, which must follow each other without hole or overlap and fill the file.
void checkLayout(std::vector<SafetensorsEntry>& entries, std::uint64_t dataBytes) {
  std::sort(entries.begin(), entries.end(), [](const SafetensorsEntry& a, const SafetensorsEntry& b) {
    return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
  });
  std::uint64_t expected = 0;
  for (const SafetensorsEntry& entry : entries) {
    if (entry.begin != expected || entry.end < entry.begin || entry.end > dataBytes) {
      throw Refusal{fmt::format("tensor \"{}\" lies at bytes {} to {} of {}, but must begin at {}",
                                escapedName(entry.name), entry.begin, entry.end, dataBytes, expected)};
    }
    const std::optional<std::uint64_t> bits = bitsOf(entry.dtype);
    if (bits && bytesNeeded(entry, *bits) != entry.byteCount()) {
      throw Refusal{fmt::format("tensor \"{}\" has {} bytes, but its shape and type need {}",
                                escapedName(entry.name), entry.byteCount(), bytesNeeded(entry, *bits))};
    }
    expected = entry.end;
  }
  if (expected != dataBytes)
    throw Refusal{fmt::format("its tensors end at byte {} of {}", expected, dataBytes)};
}

std::uint64_t headerBytes(const InputFile& file) {
  if (file.size() < kLengthBytes + 2) throw Refusal{fmt::format("it has only {} bytes", file.size())};
  std::uint64_t length = 0;
  file.readAt(0, std::as_writable_bytes(std::span(&length, 1)));
  if (length > kMostHeaderBytes || length > file.size() - kLengthBytes || length < 2) {
    throw Refusal{
        fmt::format("its first eight bytes announce a header of {} bytes, which cannot be", length)};
  }
  return length;
}

}  // namespace

SafetensorsFile::SafetensorsFile(const std::filesystem::path& path) : m_file(path) {
  try {
    const std::uint64_t length = headerBytes(m_file);
    std::string header(length, '\0');
    m_file.readAt(kLengthBytes, std::as_writable_bytes(std::span(header)));
    if (header.front() != '{') throw Refusal{"its header does not begin with {"};
    // The JSON reader takes a zero byte for the end of the text.
    if (header.find('\0') != std::string::npos)
      throw Refusal{"its header is not valid JSON: it holds a zero byte"};
    HeaderReader reader;
    nlohmann::json::sax_parse(header, &reader);
    checkLayout(reader.entries, m_file.size() - kLengthBytes - length);
    m_entries = std::move(reader.entries);
    m_metadata = std::move(reader.metadata);
    for (SafetensorsEntry& entry : m_entries) {
      entry.begin += kLengthBytes + length;
      entry.end += kLengthBytes + length;
    }
  } catch (const Refusal& refusal) {
    throw Error(ExitCode::badInput,
                fmt::format("'{}' is not a safetensors file we can read: {}", path.string(), refusal.reason));
  }
}

const SafetensorsEntry* SafetensorsFile::find(std::string_view name) const {
  const auto found = std::find_if(m_entries.begin(), m_entries.end(),
                                  [&](const SafetensorsEntry& entry) { return entry.name == name; });
  return found == m_entries.end() ? nullptr : &*found;
}

std::vector<float> SafetensorsFile::copyFloats(const SafetensorsEntry& entry) const {
  if (!entry.isFloat32()) {
    throw Error(ExitCode::badInput,
                fmt::format("tensor \"{}\" in '{}' is {}; only F32 is read: convert it first",
                            escapedName(entry.name), m_file.path().string(), escapedName(entry.dtype)));
  }
  std::vector<float> values(entry.byteCount() / sizeof(float));
  m_file.readAt(entry.begin, std::as_writable_bytes(std::span(values)));
  return values;
}

// ---- writing ----------------------------------------------------------------------------------------------

namespace {

void requireWritable(const std::vector<SafetensorsTensor>& tensors) {
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const SafetensorsTensor& tensor = tensors[i];
    std::uint64_t count = 1;
    for (const std::uint64_t dimension : tensor.shape) count *= dimension;
    require(count == tensor.values.size(), "a tensor has as many values as its shape says");
    require(tensor.shape.size() <= kMostDimensions && tensor.name.size() <= kMostNameBytes &&
                tensor.name != "__metadata__",
            "a tensor to write has a name and a rank that the format allows");
    require(i == 0 || tensors[i - 1].name != tensor.name, "each tensor to write has its own name");
  }
}

// Ordered, so that equal input gives equal bytes. Padded with blanks to a multiple of eight.
std::string headerOf(const std::vector<SafetensorsTensor>& tensors,
                     const std::map<std::string, std::string>& metadata) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  std::uint64_t offset = 0;
  for (const SafetensorsTensor& tensor : tensors) {
    const std::uint64_t end = offset + tensor.values.size_bytes();
    header[tensor.name] = {{"dtype", "F32"}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.dump();  // throws where a name or a text is not UTF-8
  text.resize((text.size() + 7) / 8 * 8, ' ');
  return text;
}

}  // namespace

void writeSafetensors(const std::filesystem::path& path, std::vector<SafetensorsTensor> tensors,
                      const std::map<std::string, std::string>& metadata) {
  std::sort(tensors.begin(), tensors.end(),
            [](const SafetensorsTensor& a, const SafetensorsTensor& b) { return a.name < b.name; });
  requireWritable(tensors);
  std::string header;
  try {
    header = headerOf(tensors, metadata);
  } catch (const nlohmann::json::exception& error) {
    throw Error(ExitCode::inputOutput, fmt::format("cannot write '{}': a name in it is not valid UTF-8 ({})",
                                                   path.string(), error.what()));
  }
  AtomicFile file(path);
  const std::uint64_t length = header.size();
  file.write(std::as_bytes(std::span(&length, 1)));
  file.write(header);
  for (const SafetensorsTensor& tensor : tensors) file.write(std::as_bytes(tensor.values));
  file.commit();
}

}  // namespace cajal
