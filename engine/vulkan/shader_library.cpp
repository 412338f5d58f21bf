#include "engine/vulkan/shader_library.h"

#include "engine/base/error.h"

namespace cajal {

std::span<const std::uint32_t> shaderWords(std::string_view fileName) {
  for (const ShaderEntry& entry : shaderTable())
    if (entry.name == fileName) return entry.words;
  throw Error(ExitCode::bug, fmt::format("there is no shader called {}", fileName));
}

}  // namespace cajal
