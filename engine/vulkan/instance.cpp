#include "engine/vulkan/instance.h"

#include "engine/base/log.h"
#include "engine/vulkan/check.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string_view>

namespace cajal {

namespace {

constexpr const char* kValidationLayer = "VK_LAYER_KHRONOS_validation";
constexpr std::array kSurfaceExtensions{"VK_KHR_surface", "VK_KHR_xcb_surface", "VK_KHR_xlib_surface"};

// ---- what was asked for, and what is there

struct Validation {
  bool on = false;
  std::vector<VkValidationFeatureEnableEXT> extras;
};

Validation validationAskedFor(const InstanceOptions& options) {
  const char* text = std::getenv("CAJAL_VALIDATION");
  const std::string_view asked = text ? text : "";
  Validation validation;
  validation.on = options.validation || (!asked.empty() && asked != "0");
  if (asked.find("sync") != asked.npos)
    validation.extras.push_back(VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT);
  if (asked.find("best") != asked.npos)
    validation.extras.push_back(VK_VALIDATION_FEATURE_ENABLE_BEST_PRACTICES_EXT);
  return validation;
}

bool validationLayerIsInstalled() {
  std::uint32_t count = 0;
  check(vkEnumerateInstanceLayerProperties(&count, nullptr), "counting the Vulkan layers");
  std::vector<VkLayerProperties> layers(count);
  check(vkEnumerateInstanceLayerProperties(&count, layers.data()), "listing the Vulkan layers");
  return std::any_of(layers.begin(), layers.end(),
                     [](const auto& layer) { return std::strcmp(layer.layerName, kValidationLayer) == 0; });
}

std::vector<VkExtensionProperties> instanceExtensions() {
  std::uint32_t count = 0;
  check(vkEnumerateInstanceExtensionProperties(nullptr, &count, nullptr), "counting the instance extensions");
  std::vector<VkExtensionProperties> extensions(count);
  check(vkEnumerateInstanceExtensionProperties(nullptr, &count, extensions.data()),
        "listing the instance extensions");
  return extensions;
}

std::vector<const char*> surfaceExtensionsPresent() {
  const auto present = instanceExtensions();
  std::vector<const char*> wanted(kSurfaceExtensions.begin(), kSurfaceExtensions.end());
  // Only where it can be meant: elsewhere it makes drivers look for Wayland and complain on stderr.
  if (std::getenv("WAYLAND_DISPLAY")) wanted.push_back("VK_KHR_wayland_surface");
  std::vector<const char*> names;
  for (const char* name : wanted) {
    const auto isIt = [&](const auto& e) { return std::strcmp(e.extensionName, name) == 0; };
    if (std::any_of(present.begin(), present.end(), isIt)) names.push_back(name);
  }
  return names;
}

}  // namespace

// ---- the ear

struct Instance::Ear {
  std::mutex mutex;
  ValidationMessages messages;

  void hear(const char* text) {
    const std::lock_guard lock(mutex);
    if (messages.count++ < 100) messages.texts.emplace_back(text);
  }

  static VKAPI_ATTR VkBool32 VKAPI_CALL callback(VkDebugUtilsMessageSeverityFlagBitsEXT,
                                                 VkDebugUtilsMessageTypeFlagsEXT,
                                                 const VkDebugUtilsMessengerCallbackDataEXT* data,
                                                 void* ear) {
    const std::string_view id = data->pMessageIdName ? data->pMessageIdName : "";
    if (id.find("BestPractices") != id.npos) {
      logInfo("validation advice: {}", data->pMessage);
      return VK_FALSE;
    }
    logError("validation: {}", data->pMessage);
    static_cast<Ear*>(ear)->hear(data->pMessage);
    return VK_FALSE;
  }

  VkDebugUtilsMessengerCreateInfoEXT description() {
    VkDebugUtilsMessengerCreateInfoEXT info{VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT};
    info.messageSeverity =
        VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT | VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT;
    // Not GENERAL: there the loader tells of drivers it could not load, which is no fault of ours.
    info.messageType =
        VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT | VK_DEBUG_UTILS_MESSAGE_TYPE_PERFORMANCE_BIT_EXT;
    info.pfnUserCallback = callback;
    info.pUserData = this;
    return info;
  }
};

// ---- the instance

Instance::Instance(const InstanceOptions& options) : m_ear(std::make_unique<Ear>()) {
  Validation validation = validationAskedFor(options);
  if (validation.on && !validationLayerIsInstalled()) {
    logWarning("validation was asked for, but its layer is missing: install vulkan-validationlayers");
    validation.on = false;
  }
  std::vector<const char*> extensions;
  if (options.window) extensions = surfaceExtensionsPresent();
  if (validation.on) extensions.push_back(VK_EXT_DEBUG_UTILS_EXTENSION_NAME);

  VkApplicationInfo application{VK_STRUCTURE_TYPE_APPLICATION_INFO};
  application.pApplicationName = "cajal";
  application.apiVersion = VK_API_VERSION_1_3;
  VkDebugUtilsMessengerCreateInfoEXT ear = m_ear->description();  // hears vkCreateInstance itself too
  VkValidationFeaturesEXT features{VK_STRUCTURE_TYPE_VALIDATION_FEATURES_EXT, &ear};
  features.enabledValidationFeatureCount = static_cast<std::uint32_t>(validation.extras.size());
  features.pEnabledValidationFeatures = validation.extras.data();

  VkInstanceCreateInfo info{VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO};
  info.pNext = validation.on ? &features : nullptr;
  info.pApplicationInfo = &application;
  info.enabledLayerCount = validation.on ? 1 : 0;
  info.ppEnabledLayerNames = &kValidationLayer;
  info.enabledExtensionCount = static_cast<std::uint32_t>(extensions.size());
  info.ppEnabledExtensionNames = extensions.data();
  check(vkCreateInstance(&info, nullptr, &m_handle), "opening Vulkan");

  if (!validation.on) return;
  const auto create = reinterpret_cast<PFN_vkCreateDebugUtilsMessengerEXT>(
      vkGetInstanceProcAddr(m_handle, "vkCreateDebugUtilsMessengerEXT"));
  // Without the messenger the layer prints to stdout by itself, so a failure costs only the count.
  if (create)
    logUnlessSuccess(create(m_handle, &ear, nullptr, &m_messenger), "listening to the validation layer");
}

Instance::~Instance() {
  if (m_messenger != VK_NULL_HANDLE) {
    const auto destroy = reinterpret_cast<PFN_vkDestroyDebugUtilsMessengerEXT>(
        vkGetInstanceProcAddr(m_handle, "vkDestroyDebugUtilsMessengerEXT"));
    if (destroy) destroy(m_handle, m_messenger, nullptr);
  }
  if (m_handle != VK_NULL_HANDLE) vkDestroyInstance(m_handle, nullptr);
}

ValidationMessages Instance::validationMessages() const {
  const std::lock_guard lock(m_ear->mutex);
  return m_ear->messages;
}

void Instance::forgetValidationMessages() {
  const std::lock_guard lock(m_ear->mutex);
  m_ear->messages = {};
}

}  // namespace cajal
