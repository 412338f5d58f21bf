#include "compute/data/readers/npy.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>
#include <vector>

#include "compute/data/refusal.h"
#include "engine/base/error.h"
#include "engine/base/text.h"

namespace cajal {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";

// ---- types --------------------------------------------------------------------------------------

// Why an array of this type code is not read, and what to do instead.
std::string whyNoNumbers(char kind, std::string_view code) {
  constexpr const char* asNumbers = "save numbers instead, a.astype('float32')";
  switch (kind) {
    case 'O': return fmt::format("holds Python objects ('{}'), which are never loaded; {}", code, asNumbers);
    case 'S':
    case 'a':
    case 'U':
      return fmt::format(
          "holds texts ('{}'); save their numbers instead, np.unique(a, return_inverse=True)[1]", code);
    case 'c': return fmt::format("holds complex numbers ('{}'); save a.real and a.imag instead", code);
    case 'M':
    case 'm': return fmt::format("holds times ('{}'); {}", code, asNumbers);
    case 'V':
      return fmt::format("holds raw bytes ('{}'), also NumPy's name for bfloat16; {}", code, asNumbers);
    default: return fmt::format("holds values of type '{}', which is not read; {}", code, asNumbers);
  }
}

std::optional<ElementKind> kindOf(char letter) {
  switch (letter) {
    case 'b':
    case '?': return ElementKind::boolean;
    case 'i': return ElementKind::signedInteger;
    case 'u': return ElementKind::unsignedInteger;
    case 'f': return ElementKind::floating;
    default: return std::nullopt;
  }
}

bool hasSize(ElementKind kind, std::string_view digits) {
  if (kind == ElementKind::boolean) return digits == "1";
  if (kind == ElementKind::floating) return digits == "2" || digits == "4" || digits == "8";
  return digits == "1" || digits == "2" || digits == "4" || digits == "8";
}

// "<f4", ">i2", "|u1": byte order, kind, bytes.
ElementType typeOf(std::string_view code, const std::string& name) {
  const std::string shown = escapedName(code);
  std::string_view rest = code;
  const bool hasOrder = !rest.empty() && std::string_view("<>|=").find(rest[0]) != rest.npos;
  const bool isBigEndian = hasOrder && rest[0] == '>';
  if (hasOrder) rest.remove_prefix(1);
  if (rest.empty()) refuse(name, "names no type of value ('{}'); save it again", shown);
  const std::optional<ElementKind> kind = kindOf(rest[0]);
  const std::string_view digits = rest == "?" ? "1" : rest.substr(1);
  if (!kind || !hasSize(*kind, digits)) refuse(name, "{}", whyNoNumbers(rest[0], shown));
  return {*kind, static_cast<std::size_t>(digits[0] - '0'), isBigEndian};
}

// ---- the dictionary -----------------------------------------------------------------------------

// {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }: these three keys, each once, in any order.
class Dictionary {
 public:
  Dictionary(std::string_view text, const std::string& name) : m_text(text), m_name(name) {}

  ArrayStream read() {
    take('{');
    while (!isNext('}')) {
      readEntry();
      if (!isNext('}')) take(',');
    }
    take('}');
    skipBlanks();
    if (m_place != m_text.size()) refuseHere("more follows the dictionary");
    if (!m_hasType || !m_hasOrder || !m_hasShape)
      refuse(m_name, "its header lacks one of descr, fortran_order and shape; save it again");
    return std::move(m_array);
  }

 private:
  void readEntry() {
    const std::string_view key = readText();
    take(':');
    if (key == "descr") {
      once(m_hasType, key);
      if (isNext('[')) refuse(m_name, "holds records of several fields (a structured dtype); save one field");
      m_array.type = typeOf(readText(), m_name);
    } else if (key == "fortran_order") {
      once(m_hasOrder, key);
      m_array.isFortranOrder = readTruth();
    } else if (key == "shape") {
      once(m_hasShape, key);
      readShape();
    } else {
      refuse(m_name, "its header has a key '{}', which NPY has not; save it again", escapedName(key));
    }
  }

  void once(bool& isThere, std::string_view key) {
    if (std::exchange(isThere, true)) refuse(m_name, "its header has '{}' twice", key);
  }

  // Quoted in one way or the other; without escapes, which none of the keys and types needs.
  std::string_view readText() {
    const char quote = isNext('"') ? '"' : '\'';
    take(quote);
    const std::size_t end = m_text.find(quote, m_place);
    if (end == m_text.npos) refuseHere("a quote is not closed");
    const std::string_view text = m_text.substr(m_place, end - m_place);
    m_place = end + 1;
    return text;
  }

  bool readTruth() {
    skipBlanks();
    for (const std::string_view word : {"True", "False"}) {
      if (!m_text.substr(m_place).starts_with(word)) continue;
      m_place += word.size();
      return word == "True";
    }
    refuseHere("True or False is expected");
  }

  // (), (3,), (3, 4) or (3, 4,)
  void readShape() {
    take('(');
    while (!isNext(')')) {
      if (m_array.shape.size() == kMostDimensions)
        refuse(m_name, "has more than {} dimensions; at most that many are read", kMostDimensions);
      m_array.shape.push_back(readLength());
      if (!isNext(')')) take(',');
    }
    take(')');
  }

  std::uint64_t readLength() {
    if (isNext('-')) refuse(m_name, "has a negative length in its shape; save it again");
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t length = 0;
    const std::size_t begin = m_place;
    for (; m_place < m_text.size() && m_text[m_place] >= '0' && m_text[m_place] <= '9'; ++m_place) {
      const auto digit = static_cast<std::uint64_t>(m_text[m_place] - '0');
      if (length > (most - digit) / 10) refuse(m_name, "has a length in its shape that no file can hold");
      length = 10 * length + digit;
    }
    if (m_place == begin) refuseHere("a length is expected");
    if (m_place < m_text.size() && m_text[m_place] == 'L') ++m_place;  // as Python 2 wrote it
    return length;
  }

  void skipBlanks() {
    while (m_place < m_text.size() && std::string_view(" \t\r\n").find(m_text[m_place]) != m_text.npos)
      ++m_place;
  }
  bool isNext(char letter) {
    skipBlanks();
    return m_place < m_text.size() && m_text[m_place] == letter;
  }
  void take(char letter) {
    if (!isNext(letter)) refuseHere(fmt::format("'{}' is expected", letter));
    ++m_place;
  }
  [[noreturn]] void refuseHere(const std::string& what) const {
    refuse(m_name, "its header is no dictionary of NumPy's: {} at byte {} of it; save it again", what,
           m_place);
  }

  std::string_view m_text;
  const std::string& m_name;
  std::size_t m_place = 0;
  bool m_hasType = false, m_hasOrder = false, m_hasShape = false;
  ArrayStream m_array;
};

// ---- what stands before it ----------------------------------------------------------------------

void readExactly(ByteSource& source, std::span<std::uint8_t> into, const std::string& name) {
  if (source.read(into) != into.size())
    refuse(name, "ends within its header; the file is cut off, fetch it again");
}

// The bytes that say how long the header is, little-endian: two in version 1, four in 2 and 3.
std::size_t lengthBytes(ByteSource& source, const std::string& name) {
  std::array<std::uint8_t, 8> start{};
  readExactly(source, start, name);
  if (!std::equal(kMagic.begin(), kMagic.end(), start.begin(),
                  [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; }))
    refuse(name, "does not begin like an NPY file (\\x93NUMPY); is it the right file?");
  if (start[6] < 1 || start[6] > 3 || start[7] != 0)
    refuse(name, "is NPY version {}.{}; 1.0, 2.0 and 3.0 are read", start[6], start[7]);
  return start[6] == 1 ? 2 : 4;
}

std::string readDictionaryText(ByteSource& source, std::size_t sizeBytes, const std::string& name) {
  std::array<std::uint8_t, 4> size{};
  readExactly(source, std::span(size).first(sizeBytes), name);
  const std::size_t length =
      size[0] + (std::size_t{size[1]} << 8) + (std::size_t{size[2]} << 16) + (std::size_t{size[3]} << 24);
  if (length > kMostNpyHeaderBytes)
    refuse(name, "its header has {} bytes; at most {} are read", length, kMostNpyHeaderBytes);
  std::vector<std::uint8_t> text(length);
  readExactly(source, text, name);
  return {text.begin(), text.end()};
}

}  // namespace

ArrayStream parseNpyDictionary(std::string_view text, const std::string& name) {
  return Dictionary(text, name).read();
}

ArrayStream openNpy(std::unique_ptr<ByteSource> source, const std::string& name) {
  const std::size_t sizeBytes = lengthBytes(*source, name);
  const std::string text = readDictionaryText(*source, sizeBytes, name);
  ArrayStream array = parseNpyDictionary(text, name);
  array.name = name;
  array.headerBytes = kMagic.size() + 2 + sizeBytes + text.size();
  array.bytes = std::move(source);
  checkShape(array);
  return array;
}

ArrayStream openNpy(const std::filesystem::path& file) {
  ArrayStream array = openNpy(openFile(file), file.string());
  if (!isGzipFile(file)) array.place = FilePlace{file, array.headerBytes};
  return array;
}

}  // namespace cajal
