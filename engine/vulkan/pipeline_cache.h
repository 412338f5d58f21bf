#pragma once
// Compiled shaders, kept between runs so that the second start is quick.

#include "engine/vulkan/owned.h"
#include "engine/vulkan/vulkan.h"

#include <cstddef>
#include <filesystem>
#include <span>

namespace cajal {

// Reads its file when made and writes it when it goes. A file that is missing, damaged, or from another
// driver costs only time; a folder that cannot be written costs one line in the log.
class PipelineCache {
 public:
  // The file is pipelineCacheFile() unless another one is given.
  PipelineCache(VkPhysicalDevice physical, VkDevice device, std::filesystem::path file = {});
  ~PipelineCache();
  PipelineCache(const PipelineCache&) = delete;
  PipelineCache& operator=(const PipelineCache&) = delete;

  VkPipelineCache handle() const { return m_cache.get(); }
  bool isWarm() const { return m_isWarm; }  // the file was there and fitted

 private:
  void save() const;

  VkDevice m_device;
  std::filesystem::path m_file;  // empty: nowhere to keep it
  bool m_isWarm = false;
  OwnedPipelineCache m_cache;
};

// $XDG_CACHE_HOME/cajal or ~/.cache/cajal, a file for each device and driver; empty if there is no home.
std::filesystem::path pipelineCacheFile(const VkPhysicalDeviceProperties& properties);

// Whether these bytes were written by this very device and driver.
bool isCacheOf(const VkPhysicalDeviceProperties& properties, std::span<const std::byte> bytes);

}  // namespace cajal
