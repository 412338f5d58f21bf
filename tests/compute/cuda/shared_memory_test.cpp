// What can be said without Vulkan; that both sides read the same memory is tested in
// tests/viewer/sources/cuda.
#include "compute/cuda/shared_memory.h"

#include "engine/base/error.h"
#include "tests/support/cuda_test.h"

namespace cajal {
namespace {

class SharedMemory : public test::CudaTest {};

TEST_F(SharedMemory, RefusesADescriptorThatIsNoMemory) {
  EXPECT_THROW(ImportedMemory(-1, 4096), Error);
}

TEST_F(SharedMemory, RefusesADescriptorThatIsNoTimeline) {
  EXPECT_THROW(ImportedTimeline(-1), Error);
}

TEST_F(SharedMemory, ARefusalDoesNotDisturbWhatComesNext) {
  EXPECT_THROW(ImportedMemory(-1, 4096), Error);
  EXPECT_NO_THROW(m_cuda->allocate(16));
  EXPECT_NO_THROW(m_cuda->finish());
}

}  // namespace
}  // namespace cajal
