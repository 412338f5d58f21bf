#pragma once
// The fixture of every test that draws: one validated device for the whole run, and no message left unseen.

#include "engine/vulkan/device.h"
#include "engine/vulkan/instance.h"

#include <gtest/gtest.h>

namespace cajal {

// Made at first use and kept until the process ends: opening a device costs more than most tests.
// The environment variable CAJAL_TEST_DEVICE chooses one, as --device does.
class TestDevice {
 public:
  static TestDevice& shared();

  Instance instance;
  Device device;

 private:
  TestDevice();
};

// Fails the test if the validation layer said anything, synchronisation included, while it ran.
class VulkanTest : public testing::Test {
 protected:
  VulkanTest();
  void TearDown() override;

  const Instance& instance() const { return TestDevice::shared().instance; }
  const Device& device() const { return TestDevice::shared().device; }
};

}  // namespace cajal
