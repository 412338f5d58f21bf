#include "engine/vulkan/pipeline_cache.h"

#include "engine/base/log.h"
#include "engine/vulkan/check.h"

#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <vector>

namespace cajal {

namespace {

namespace fs = std::filesystem;

VkPhysicalDeviceProperties propertiesOf(VkPhysicalDevice device) {
  VkPhysicalDeviceProperties properties{};
  vkGetPhysicalDeviceProperties(device, &properties);
  return properties;
}

std::vector<std::byte> readFile(const fs::path& file) {
  constexpr std::streamsize kLargest = 64 << 20;  // a cache of ours is a few hundred kilobytes
  std::ifstream stream(file, std::ios::binary | std::ios::ate);
  if (!stream) return {};
  const std::streamsize size = stream.tellg();
  if (size <= 0 || size > kLargest) return {};
  std::vector<std::byte> bytes(static_cast<std::size_t>(size));
  stream.seekg(0);
  stream.read(reinterpret_cast<char*>(bytes.data()), size);
  return stream ? bytes : std::vector<std::byte>{};
}

// Under a temporary name first, so that a reader never sees half a file.
bool replaceFile(const fs::path& file, std::span<const std::byte> bytes) {
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  fs::path temporary = file;
  temporary += ".tmp-" + std::to_string(getpid());
  {
    std::ofstream stream(temporary, std::ios::binary | std::ios::trunc);
    stream.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    stream.close();
    if (!stream) {
      fs::remove(temporary, error);
      return false;
    }
  }
  fs::rename(temporary, file, error);
  if (!error) return true;
  std::error_code ignored;
  fs::remove(temporary, ignored);
  return false;
}

}  // namespace

fs::path pipelineCacheFile(const VkPhysicalDeviceProperties& properties) {
  fs::path folder;
  const char* cacheHome = std::getenv("XDG_CACHE_HOME");
  const char* home = std::getenv("HOME");
  if (cacheHome && *cacheHome)
    folder = fs::path(cacheHome) / "cajal";
  else if (home && *home)
    folder = fs::path(home) / ".cache" / "cajal";
  else
    return {};
  return folder / fmt::format("pipelines-{:x}-{:x}-{:x}.bin", properties.vendorID, properties.deviceID,
                              properties.driverVersion);
}

bool isCacheOf(const VkPhysicalDeviceProperties& properties, std::span<const std::byte> bytes) {
  VkPipelineCacheHeaderVersionOne header{};
  if (bytes.size() < sizeof(header)) return false;
  std::memcpy(&header, bytes.data(), sizeof(header));
  return header.headerSize >= sizeof(header) && header.headerSize <= bytes.size() &&
         header.headerVersion == VK_PIPELINE_CACHE_HEADER_VERSION_ONE &&
         header.vendorID == properties.vendorID && header.deviceID == properties.deviceID &&
         std::memcmp(header.pipelineCacheUUID, properties.pipelineCacheUUID, VK_UUID_SIZE) == 0;
}

PipelineCache::PipelineCache(VkPhysicalDevice physical, VkDevice device, fs::path file)
    : m_device(device), m_file(std::move(file)) {
  const VkPhysicalDeviceProperties properties = propertiesOf(physical);
  if (m_file.empty()) m_file = pipelineCacheFile(properties);
  std::vector<std::byte> bytes = readFile(m_file);
  m_isWarm = isCacheOf(properties, bytes);
  if (!m_isWarm && !bytes.empty())
    logInfo("{}: not of this driver; shaders are compiled anew", m_file.string());
  VkPipelineCacheCreateInfo info{VK_STRUCTURE_TYPE_PIPELINE_CACHE_CREATE_INFO};
  info.initialDataSize = m_isWarm ? bytes.size() : 0;
  info.pInitialData = m_isWarm ? bytes.data() : nullptr;
  VkPipelineCache cache = VK_NULL_HANDLE;
  check(vkCreatePipelineCache(device, &info, nullptr, &cache), "creating the pipeline cache");
  m_cache = {device, cache};
}

PipelineCache::~PipelineCache() {
  try {
    if (!m_file.empty()) save();
  } catch (const std::exception& error) {
    logWarning("the pipeline cache was not kept: {}", error.what());
  }
}

void PipelineCache::save() const {
  std::size_t size = 0;
  check(vkGetPipelineCacheData(m_device, m_cache.get(), &size, nullptr), "measuring the pipeline cache");
  std::vector<std::byte> bytes(size);
  check(vkGetPipelineCacheData(m_device, m_cache.get(), &size, bytes.data()), "reading the pipeline cache");
  bytes.resize(size);
  if (bytes == readFile(m_file)) return;
  if (!replaceFile(m_file, bytes))
    logInfo("{}: cannot be written; the next start compiles its shaders again", m_file.string());
}

}  // namespace cajal
