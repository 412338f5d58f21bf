#include "compute/data/data_options.h"

namespace cajal {

std::span<const KindName> namesOf(MissingValues) {
  static constexpr KindName kNames[] = {{"refuse", "refuse"}, {"mean", "mean"}, {"drop", "drop"}};
  return kNames;
}

std::span<const KindName> namesOf(TargetKind) {
  static constexpr KindName kNames[] = {{"guess", "guess"}, {"classes", "classes"}, {"numbers", "numbers"}};
  return kNames;
}

}  // namespace cajal
