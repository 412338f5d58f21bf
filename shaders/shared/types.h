// The types that shaders and C++ share. Scalar layout on both sides: a vec3 is twelve bytes, nothing is
// padded.
#ifndef CAJAL_SHADERS_SHARED_TYPES_H
#define CAJAL_SHADERS_SHARED_TYPES_H

#ifdef __cplusplus
#include <cstdint>
#include <glm/glm.hpp>

#define CAJAL_SIZE(type, bytes) \
  static_assert(sizeof(type) == (bytes), #type " is not laid out as the shaders read it")
namespace cajal::gpu {
using uint = std::uint32_t;
using glm::mat4;
using glm::uvec2;
using glm::vec2;
using glm::vec3;
using glm::vec4;
}  // namespace cajal::gpu
#define CAJAL_BEGIN_SHARED namespace cajal::gpu {
#define CAJAL_END_SHARED }
#else
#define CAJAL_SIZE(type, bytes)
#define CAJAL_BEGIN_SHARED
#define CAJAL_END_SHARED
#endif

#endif
