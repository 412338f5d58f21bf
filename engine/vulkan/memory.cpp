#include "engine/vulkan/memory.h"

#include "engine/vulkan/check.h"
#include "engine/vulkan/device.h"
#include "engine/vulkan/fault.h"

#include <algorithm>

namespace cajal {

namespace {

constexpr VkMemoryPropertyFlags kDevice = VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT;
constexpr VkMemoryPropertyFlags kHost =
    VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
constexpr VkMemoryPropertyFlags kCached = VK_MEMORY_PROPERTY_HOST_CACHED_BIT;

// What a use needs, likes, and would rather not have.
struct Taste {
  VkMemoryPropertyFlags needs, likes, dislikes;
};

Taste tasteOf(MemoryUse use) {
  switch (use) {
    case MemoryUse::device: return {kDevice, 0, kHost};
    case MemoryUse::shared: return {kDevice, 0, kHost};
    // Memory that is on the GPU and reachable by the host is scarce on some machines: leave it to `mapped`.
    case MemoryUse::upload: return {kHost, 0, kDevice | kCached};
    case MemoryUse::readback: return {kHost, kCached, kDevice};
    case MemoryUse::mapped: return {kHost, kDevice, 0};
  }
  return {};
}

bool isMappedUse(MemoryUse use) {
  return use != MemoryUse::device && use != MemoryUse::shared;
}

int score(VkMemoryPropertyFlags flags, const Taste& taste) {
  const auto bits = [&](VkMemoryPropertyFlags mask) { return __builtin_popcount(flags & mask); };
  return 4 * bits(taste.likes) - bits(taste.dislikes);
}

double gib(VkDeviceSize bytes) {
  return static_cast<double>(bytes) / (1 << 30);
}

std::string whatIsLeft(const Device& device) {
  if (const auto budget = memoryBudget(device))
    return fmt::format("{:.2f} of {:.2f} GiB are in use", gib(budget->used), gib(budget->budget));
  VkDeviceSize heap = 0;
  for (std::uint32_t i = 0; i < device.memoryTypes().memoryHeapCount; ++i)
    heap = std::max(heap, device.memoryTypes().memoryHeaps[i].size);
  return fmt::format("its largest heap holds {:.2f} GiB", gib(heap));
}

VkResult allocate(const Device& device, const MemoryRequest& request, std::uint32_t type,
                  VkDeviceMemory& memory) {
  const auto& types = device.memoryTypes();
  if (request.requirements.size > types.memoryHeaps[types.memoryTypes[type].heapIndex].size)
    return VK_ERROR_OUT_OF_DEVICE_MEMORY;
  VkMemoryDedicatedAllocateInfo dedicated{VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO};
  dedicated.buffer = request.buffer;
  dedicated.image = request.image;
  VkExportMemoryAllocateInfo exported{VK_STRUCTURE_TYPE_EXPORT_MEMORY_ALLOCATE_INFO, &dedicated};
  exported.handleTypes = VK_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD_BIT;
  VkMemoryAllocateInfo info{VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO, &dedicated};
  if (request.use == MemoryUse::shared) info.pNext = &exported;
  info.allocationSize = request.requirements.size;
  info.memoryTypeIndex = type;
  return vkAllocateMemory(device.handle(), &info, nullptr, &memory);
}

VkDeviceMemory allocateFromBestType(const Device& device, const MemoryRequest& request) {
  const VkMemoryRequirements& needs = request.requirements;
  VkResult result = orFault(FaultAt::allocation, VK_ERROR_INITIALIZATION_FAILED);
  const bool isRefused = result == VK_ERROR_OUT_OF_DEVICE_MEMORY;
  for (const std::uint32_t type : memoryTypesFor(device.memoryTypes(), needs.memoryTypeBits, request.use)) {
    if (isRefused) break;
    VkDeviceMemory memory = VK_NULL_HANDLE;
    result = allocate(device, request, type, memory);
    if (result == VK_SUCCESS) return memory;
    if (result != VK_ERROR_OUT_OF_DEVICE_MEMORY) break;
  }
  if (result == VK_ERROR_OUT_OF_DEVICE_MEMORY)
    throw OutOfDeviceMemory(
        ExitCode::gpu,
        fmt::format("{} needs {:.2f} GiB of memory on {}, where {}; ask for a smaller picture or "
                    "network, or choose another device with --device",
                    request.name, gib(needs.size), device.facts().name, whatIsLeft(device)));
  check(result, fmt::format("allocating {} bytes for {}", needs.size, request.name));
  return VK_NULL_HANDLE;
}

}  // namespace

Memory::Memory(const Device& device, const MemoryRequest& request)
    : m_device(&device),
      m_size(request.requirements.size),
      m_memory(device.handle(), allocateFromBestType(device, request)) {
  device.setName(VK_OBJECT_TYPE_DEVICE_MEMORY, m_memory.get(), request.name);
  if (!isMappedUse(request.use)) return;
  void* address = nullptr;
  check(vkMapMemory(device.handle(), m_memory.get(), 0, VK_WHOLE_SIZE, 0, &address),
        fmt::format("mapping {}", request.name));
  m_mapped = static_cast<std::byte*>(address);
}

int Memory::exportFd() const {
  if (!m_device->can().exportsMemory)
    throw Error(ExitCode::gpu, m_device->facts().name + " cannot share its memory with another API");
  VkMemoryGetFdInfoKHR info{VK_STRUCTURE_TYPE_MEMORY_GET_FD_INFO_KHR};
  info.memory = m_memory.get();
  info.handleType = VK_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD_BIT;
  int fd = -1;
  check(m_device->functions().getMemoryFd(m_device->handle(), &info, &fd), "exporting memory");
  return fd;
}

std::vector<std::uint32_t> memoryTypesFor(const VkPhysicalDeviceMemoryProperties& types,
                                          std::uint32_t typeBits, MemoryUse use) {
  const Taste taste = tasteOf(use);
  std::vector<std::uint32_t> fit;
  for (std::uint32_t i = 0; i < types.memoryTypeCount; ++i) {
    const bool isAllowed = typeBits & (1U << i);
    if (isAllowed && (types.memoryTypes[i].propertyFlags & taste.needs) == taste.needs) fit.push_back(i);
  }
  // Stable: among equals the driver's own order, which is by speed.
  std::stable_sort(fit.begin(), fit.end(), [&](std::uint32_t a, std::uint32_t b) {
    return score(types.memoryTypes[a].propertyFlags, taste) >
           score(types.memoryTypes[b].propertyFlags, taste);
  });
  return fit;
}

std::optional<MemoryBudget> memoryBudget(const Device& device) {
  if (!device.can().tellsMemoryBudget) return std::nullopt;
  VkPhysicalDeviceMemoryBudgetPropertiesEXT heaps{
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_BUDGET_PROPERTIES_EXT};
  VkPhysicalDeviceMemoryProperties2 properties{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2, &heaps};
  vkGetPhysicalDeviceMemoryProperties2(device.physical(), &properties);
  MemoryBudget sum;
  for (std::uint32_t i = 0; i < properties.memoryProperties.memoryHeapCount; ++i) {
    if (!(properties.memoryProperties.memoryHeaps[i].flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT)) continue;
    sum.used += heaps.heapUsage[i];
    sum.budget += heaps.heapBudget[i];
  }
  return sum;
}

}  // namespace cajal
