#pragma once
// Small NPY and NPZ files for tests, made in memory: right ones, and wrong ones that no library would write.

#include <zlib.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/idx_files.h"

namespace cajal::test {

inline void appendText(Bytes& bytes, const std::string& text) {
  for (const char letter : text) bytes.push_back(static_cast<std::uint8_t>(letter));
}

inline void appendLittle(Bytes& bytes, std::uint64_t value, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i, value >>= 8) bytes.push_back(static_cast<std::uint8_t>(value));
}

// The values' bytes as they stand in memory.
template <typename Value>
Bytes bytesOf(const std::vector<Value>& values) {
  Bytes bytes(values.size() * sizeof(Value));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

// An NPY file with this dictionary, padded as NumPy pads it.
inline Bytes makeNpyOf(const std::string& dictionary, const Bytes& values, int version = 1) {
  const std::size_t lengthBytes = version == 1 ? 2 : 4, before = 8 + lengthBytes;
  std::string text = dictionary;
  text.append(63 - (before + text.size()) % 64, ' ');
  text += '\n';
  Bytes bytes;
  appendText(bytes, "\x93NUMPY");
  bytes.push_back(static_cast<std::uint8_t>(version));
  bytes.push_back(0);
  appendLittle(bytes, text.size(), lengthBytes);
  appendText(bytes, text);
  bytes.insert(bytes.end(), values.begin(), values.end());
  return bytes;
}

// descr "<f4", shape "(3, 2)"
inline Bytes makeNpy(const std::string& descr, const std::string& shape, const Bytes& values,
                     bool isFortranOrder = false) {
  return makeNpyOf("{'descr': '" + descr + "', 'fortran_order': " + (isFortranOrder ? "True" : "False") +
                       ", 'shape': " + shape + ", }",
                   values);
}

template <typename Value>
Bytes makeNpy(const std::string& descr, const std::string& shape, const std::vector<Value>& values,
              bool isFortranOrder = false) {
  return makeNpy(descr, shape, bytesOf(values), isFortranOrder);
}

// A member of a ZIP archive, and the ways in which it may lie.
struct ZipMember {
  std::string name;
  Bytes content;
  bool isDeflated = false;
  std::uint16_t flags = 0;          // 1: encrypted
  std::uint64_t declaredSize = ~0;  // of the content; ~0: the true one
  std::uint16_t method = 0xFFFF;    // 0xFFFF: as isDeflated says
  std::uint32_t checkSum = 0;       // 0: the true one
};

inline Bytes deflated(const Bytes& plain) {
  const Bytes packed = gzip(plain);  // behind ten bytes of gzip's header, and before eight of its end
  return {packed.begin() + 10, packed.end() - 8};
}

inline Bytes makeZip(const std::vector<ZipMember>& members) {
  Bytes archive, directory;
  for (const ZipMember& member : members) {
    const Bytes stored = member.isDeflated ? deflated(member.content) : member.content;
    const auto sum =
        static_cast<std::uint32_t>(crc32(0, member.content.data(), static_cast<uInt>(member.content.size())));
    Bytes facts;
    appendLittle(facts, 20, 2);
    appendLittle(facts, member.flags, 2);
    appendLittle(facts, member.method != 0xFFFF ? member.method : member.isDeflated ? 8 : 0, 2);
    appendLittle(facts, 0x00210000, 4);  // 1 January 1980
    appendLittle(facts, member.checkSum ? member.checkSum : sum, 4);
    appendLittle(facts, stored.size(), 4);
    appendLittle(facts, member.declaredSize != ~0ull ? member.declaredSize : member.content.size(), 4);
    appendLittle(facts, member.name.size(), 2);
    appendLittle(facts, 0, 2);

    appendText(directory, "PK\1\2");
    appendLittle(directory, 20, 2);
    directory.insert(directory.end(), facts.begin(), facts.end());
    appendLittle(directory, 0, 10);
    appendLittle(directory, archive.size(), 4);
    appendText(directory, member.name);

    appendText(archive, "PK\3\4");
    archive.insert(archive.end(), facts.begin(), facts.end());
    appendText(archive, member.name);
    archive.insert(archive.end(), stored.begin(), stored.end());
  }
  const std::size_t begin = archive.size();
  archive.insert(archive.end(), directory.begin(), directory.end());
  appendText(archive, "PK\5\6");
  appendLittle(archive, 0, 4);
  appendLittle(archive, members.size(), 2);
  appendLittle(archive, members.size(), 2);
  appendLittle(archive, directory.size(), 4);
  appendLittle(archive, begin, 4);
  appendLittle(archive, 0, 2);
  return archive;
}

}  // namespace cajal::test
