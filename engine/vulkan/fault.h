#pragma once
// Faults on request, for tests of what happens then: CAJAL_FAULT=allocation:7 refuses the seventh allocation
// of memory from the start of the program, submit:3 loses the device with the third frame. Nothing is asked
// for otherwise, and then nothing happens here.

#include "engine/vulkan/vulkan.h"

namespace cajal {

enum class FaultAt { allocation, submit, wait };  // wait: for a device that submit has lost

// What the call is to have answered: `result`, or the fault. Counts calls of each kind, in any thread.
VkResult orFault(FaultAt place, VkResult result);

}  // namespace cajal
