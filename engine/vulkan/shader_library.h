#pragma once
// The shaders of this program, compiled when it was built and carried inside it.

#include <cstdint>
#include <span>
#include <string_view>

namespace cajal {

struct ShaderEntry {
  std::string_view name;  // "edges.comp"
  std::span<const std::uint32_t> words;
};

// Every file under shaders/; defined by the table that CMakeLists.txt writes.
std::span<const ShaderEntry> shaderTable();

// SPIR-V of shaders/<fileName>; a bug if there is none.
std::span<const std::uint32_t> shaderWords(std::string_view fileName);

}  // namespace cajal
