#include "compute/core/backend.h"

namespace cajal {

std::span<const KindName> namesOf(Precision) {
  static constexpr KindName kNames[] = {{"fp32", "fp32"}, {"tf32", "tf32"}, {"bf16", "bf16"}};
  return kNames;
}

}  // namespace cajal
