#include "compute/core/tensor.h"

namespace cajal {

std::string toString(const Shape& shape) {
  std::string text;
  for (const std::size_t dimension : shape.dimensions) {
    if (!text.empty()) text += " × ";
    text += std::to_string(dimension);
  }
  return text.empty() ? "scalar" : text;
}

}  // namespace cajal
