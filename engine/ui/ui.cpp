#include "engine/ui/ui.h"

#include "engine/base/log.h"
#include "engine/ui/style.h"
#include "engine/vulkan/check.h"
#include "engine/vulkan/device.h"
#include "engine/vulkan/frames.h"
#include "engine/vulkan/image.h"
#include "engine/vulkan/immediate.h"
#include "engine/vulkan/instance.h"
#include "engine/window/window.h"

#include <imgui.h>
#include <imgui_impl_glfw.h>
#include <imgui_impl_vulkan.h>
#include <imgui_internal.h>

#include <algorithm>

namespace cajal {

namespace {

constexpr VkFormat kPictureFormat = VK_FORMAT_R8G8B8A8_UNORM;

void checkOfImGui(VkResult result) {
  check(result, "drawing the panels");
}

float scaleFor(const UiOptions& options, const Window* window) {
  if (options.contentScale) return *options.contentScale;
  return window ? window->contentScale() : 1.0F;
}

// Draws over what is there, and leaves the image in the layout in which it came.
OwnedRenderPass createPass(const Device& device) {
  VkAttachmentDescription colour{};
  colour.format = kPictureFormat;
  colour.samples = VK_SAMPLE_COUNT_1_BIT;
  colour.loadOp = VK_ATTACHMENT_LOAD_OP_LOAD;
  colour.storeOp = VK_ATTACHMENT_STORE_OP_STORE;
  colour.stencilLoadOp = VK_ATTACHMENT_LOAD_OP_DONT_CARE;
  colour.stencilStoreOp = VK_ATTACHMENT_STORE_OP_DONT_CARE;
  colour.initialLayout = VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL;
  colour.finalLayout = VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL;
  const VkAttachmentReference reference{0, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL};
  VkSubpassDescription subpass{};
  subpass.pipelineBindPoint = VK_PIPELINE_BIND_POINT_GRAPHICS;
  subpass.colorAttachmentCount = 1;
  subpass.pColorAttachments = &reference;
  VkRenderPassCreateInfo info{VK_STRUCTURE_TYPE_RENDER_PASS_CREATE_INFO};
  info.attachmentCount = 1;
  info.pAttachments = &colour;
  info.subpassCount = 1;
  info.pSubpasses = &subpass;
  VkRenderPass pass = VK_NULL_HANDLE;
  check(vkCreateRenderPass(device.handle(), &info, nullptr, &pass), "creating the panels' render pass");
  return {device.handle(), pass};
}

OwnedDescriptorPool createPool(const Device& device) {
  const VkDescriptorPoolSize size{VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, 1};  // the letters
  VkDescriptorPoolCreateInfo info{VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO};
  info.flags = VK_DESCRIPTOR_POOL_CREATE_FREE_DESCRIPTOR_SET_BIT;
  info.maxSets = 1;
  info.poolSizeCount = 1;
  info.pPoolSizes = &size;
  VkDescriptorPool pool = VK_NULL_HANDLE;
  check(vkCreateDescriptorPool(device.handle(), &info, nullptr, &pool),
        "creating the panels' descriptor pool");
  return {device.handle(), pool};
}

OwnedFramebuffer createFramebuffer(const Device& device, VkRenderPass pass, const Image& picture) {
  const VkImageView view = picture.view();
  VkFramebufferCreateInfo info{VK_STRUCTURE_TYPE_FRAMEBUFFER_CREATE_INFO};
  info.renderPass = pass;
  info.attachmentCount = 1;
  info.pAttachments = &view;
  info.width = picture.extent().width;
  info.height = picture.extent().height;
  info.layers = 1;
  VkFramebuffer framebuffer = VK_NULL_HANDLE;
  check(vkCreateFramebuffer(device.handle(), &info, nullptr, &framebuffer),
        "creating the panels' framebuffer");
  return {device.handle(), framebuffer};
}

}  // namespace

// ---- ImGui's three parts, in order of dependence

Ui::Context::Context() {
  IMGUI_CHECKVERSION();
  ImGui::CreateContext();
  ImGui::GetIO().IniFilename = nullptr;  // no file appears where the program was started
  ImGui::GetIO().LogFilename = nullptr;
}

Ui::Context::~Context() {
  ImGui::DestroyContext();
}

Ui::WindowBackend::WindowBackend(Window* shown) : window(shown) {
  if (window) ImGui_ImplGlfw_InitForVulkan(window->handle(), true);  // calls the window's own callbacks too
}

Ui::WindowBackend::~WindowBackend() {
  if (window) ImGui_ImplGlfw_Shutdown();
}

Ui::DeviceBackend::DeviceBackend(const Instance& instance, const Device& d, VkRenderPass pass,
                                 std::size_t framesInFlight)
    : device(d), pool(createPool(d)) {
  ImGui_ImplVulkan_InitInfo info{};
  info.Instance = instance.handle();
  info.PhysicalDevice = device.physical();
  info.Device = device.handle();
  info.QueueFamily = device.queueFamily();
  info.Queue = device.queue();
  info.PipelineCache = device.pipelineCache();
  info.DescriptorPool = pool.get();
  // As many sets of vertices as frames that may still be drawn from.
  info.ImageCount = static_cast<std::uint32_t>(std::max<std::size_t>(framesInFlight, 2));
  info.MinImageCount = info.ImageCount;
  info.MSAASamples = VK_SAMPLE_COUNT_1_BIT;
  info.CheckVkResultFn = checkOfImGui;
  ImGui_ImplVulkan_Init(&info, pass);
  runNow(device, [](VkCommandBuffer commands) { ImGui_ImplVulkan_CreateFontsTexture(commands); });
  ImGui_ImplVulkan_DestroyFontUploadObjects();
}

Ui::DeviceBackend::~DeviceBackend() {
  logUnlessSuccess(vkDeviceWaitIdle(device.handle()), "waiting for the last panels");
  ImGui_ImplVulkan_Shutdown();
}

// ---- the whole

Ui::Ui(const Instance& instance, const Device& device, std::size_t framesInFlight, Window* window,
       const UiOptions& options)
    : m_device(&device),
      m_contentScale(scaleFor(options, window)),
      m_fonts(std::in_place, m_contentScale, options.moreText),
      m_windowBackend(window),
      m_pass(createPass(device)),
      m_deviceBackend(instance, device, m_pass.get(), framesInFlight) {
  applyUiStyle(m_contentScale);
}

Ui::~Ui() = default;

void Ui::beginFrame(VkExtent2D picture, double deltaSeconds) {
  ImGuiIO& io = ImGui::GetIO();
  ImGui_ImplVulkan_NewFrame();
  const ImVec2 size(static_cast<float>(picture.width), static_cast<float>(picture.height));
  if (Window* window = m_windowBackend.window; window && !window->isDisplayLost()) {
    ImGui_ImplGlfw_NewFrame();
    // From the window's coordinates to the picture's, which a recording may have made larger or smaller.
    const bool isShown = io.DisplaySize.x > 0 && io.DisplaySize.y > 0;
    if (isShown && io.MousePos.x > -1e6F)
      io.MousePos = {io.MousePos.x * size.x / io.DisplaySize.x, io.MousePos.y * size.y / io.DisplaySize.y};
  }
  io.DisplaySize = size;
  io.DisplayFramebufferScale = {1, 1};
  io.DeltaTime = static_cast<float>(std::max(deltaSeconds, 1e-4));
  ImGui::NewFrame();
}

void Ui::draw(Frames& frames, VkCommandBuffer commands, Image& picture) {
  require(picture.format() == kPictureFormat, "panels are drawn over R8G8B8A8_UNORM");
  ImGui::Render();
  OwnedFramebuffer framebuffer = createFramebuffer(*m_device, m_pass.get(), picture);
  picture.transition(commands, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL, access::kColourTarget);
  VkRenderPassBeginInfo info{VK_STRUCTURE_TYPE_RENDER_PASS_BEGIN_INFO};
  info.renderPass = m_pass.get();
  info.framebuffer = framebuffer.get();
  info.renderArea = {{0, 0}, picture.extent()};
  vkCmdBeginRenderPass(commands, &info, VK_SUBPASS_CONTENTS_INLINE);
  ImGui_ImplVulkan_RenderDrawData(ImGui::GetDrawData(), commands);
  vkCmdEndRenderPass(commands);
  frames.keep(std::move(framebuffer));
}

void Ui::draw(const HostPicture& picture) {
  ImGui::Render();
  UiAtlas atlas;
  unsigned char* opacity = nullptr;
  ImGui::GetIO().Fonts->GetTexDataAsAlpha8(&opacity, &atlas.width, &atlas.height);
  atlas.opacity = opacity;
  drawOnHost(*ImGui::GetDrawData(), atlas, picture);
}

bool Ui::wantsMouse() const {
  return ImGui::GetIO().WantCaptureMouse;
}

bool Ui::closePopups() {
  if (GImGui->OpenPopupStack.Size == 0) return false;
  ImGui::ClosePopupToLevel(0, true);
  return true;
}

bool Ui::wantsKeyboard() const {
  return ImGui::GetIO().WantTextInput;
}

}  // namespace cajal
