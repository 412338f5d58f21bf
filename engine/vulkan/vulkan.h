#pragma once
// Vulkan's own header, included by all of us through here.

#include <vulkan/vulkan.h>

// A Vulkan struct is begun by naming its sType, `VkSubmitInfo2 info{VK_STRUCTURE_TYPE_SUBMIT_INFO_2};`, and
// the language makes the rest zero. -Wextra takes that for forgetfulness, so that one warning is off from
// here on.
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
