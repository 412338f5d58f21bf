#include "compute/cuda/cuda_device.h"

#include <algorithm>

#include "engine/base/error.h"
#include "tests/support/cuda_test.h"

namespace cajal {
namespace {

class Devices : public test::CudaTest {};

TEST(CudaVersions, ReadAsPeopleWriteThem) {
  EXPECT_EQ(cudaVersionText(13000), "13.0");
  EXPECT_EQ(cudaVersionText(12080), "12.8");
  EXPECT_GE(cudaVersions().runtime, 12000);
}

TEST_F(Devices, HaveANameMemoryAndAnIdentity) {
  const std::vector<CudaDevice> devices = cudaDevices();
  ASSERT_FALSE(devices.empty());
  for (std::size_t i = 0; i < devices.size(); ++i) {
    const CudaDevice& device = devices[i];
    EXPECT_EQ(device.index, static_cast<int>(i));
    EXPECT_FALSE(device.name.empty());
    EXPECT_GE(device.computeMajor, 7);
    EXPECT_GT(device.totalMemory, 1u << 30);
    EXPECT_TRUE(
        std::any_of(device.uuid.begin(), device.uuid.end(), [](std::uint8_t byte) { return byte != 0; }));
  }
}

TEST_F(Devices, AnIndexThatIsNotThereIsRefusedByItsFlag) {
  for (const int index : {-1, 1000}) {
    try {
      makeCudaBackend(index);
      FAIL() << index;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find("--device"), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace cajal
