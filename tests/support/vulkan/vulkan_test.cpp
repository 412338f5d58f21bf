#include "tests/support/vulkan/vulkan_test.h"

#include <cstdlib>

namespace cajal {

namespace {

DeviceFacts deviceForTests(const Instance& instance) {
  const char* which = std::getenv("CAJAL_TEST_DEVICE");
  const auto devices = describeDevices(instance);
  return chooseDevice(devices, {.which = which ? which : ""});
}

InstanceOptions optionsForTests() {
  setenv("CAJAL_VALIDATION", "sync", 0);  // what the caller has set stays
  return {.window = false, .validation = true};
}

}  // namespace

TestDevice& TestDevice::shared() {
  static TestDevice device;
  return device;
}

TestDevice::TestDevice() : instance(optionsForTests()), device(instance, deviceForTests(instance)) {
  // Where there is a GPU and little else tests/gpu/check asks for this.
  if (!instance.isValidated() && !std::getenv("CAJAL_WITHOUT_VALIDATION"))
    ADD_FAILURE()
        << "the validation layer is missing, so these tests prove little: install vulkan-validationlayers";
}

VulkanTest::VulkanTest() {
  TestDevice::shared().instance.forgetValidationMessages();
}

void VulkanTest::TearDown() {
  const ValidationMessages messages = instance().validationMessages();
  EXPECT_EQ(messages.count, 0U) << "the validation layer complained";
  for (const std::string& text : messages.texts) ADD_FAILURE() << text;
}

}  // namespace cajal
