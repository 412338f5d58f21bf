#include "compute/core/tensor.h"

#include <gtest/gtest.h>

namespace cajal {
namespace {

TEST(Shape, CountsItsElements) {
  EXPECT_EQ((Shape{{128, 784}}).count(), 100'352u);
  EXPECT_EQ((Shape{{10}}).count(), 10u);
  EXPECT_EQ((Shape{{}}).count(), 1u);
}

TEST(Shape, ReadsAsPeopleWriteIt) {
  EXPECT_EQ(toString(Shape{{128, 784}}), "128 × 784");
  EXPECT_EQ(toString(Shape{{10}}), "10");
  EXPECT_EQ(toString(Shape{{}}), "scalar");
}

TEST(Tensors, StartAtMultiplesOf256Bytes) {
  EXPECT_EQ(kTensorAlignment * sizeof(float), 256u);
  EXPECT_EQ(alignedCount(0), 0u);
  EXPECT_EQ(alignedCount(1), 64u);
  EXPECT_EQ(alignedCount(64), 64u);
  EXPECT_EQ(alignedCount(65), 128u);
}

}  // namespace
}  // namespace cajal
