#include "compute/core/tensor.h"

#include <fmt/format.h>

namespace cajal {

std::string toString(const Shape& shape) {
  std::string text;
  for (const std::size_t dimension : shape.dimensions) {
    if (!text.empty()) text += " × ";
    text += std::to_string(dimension);
  }
  return text.empty() ? "scalar" : text;
}

std::string toString(const ExampleShape& shape) {
  if (!shape.isImage()) return fmt::format("{}", shape.channels);
  if (shape.channels == 1) return fmt::format("{}x{}", shape.rows, shape.columns);
  return fmt::format("{}x{}x{}", shape.rows, shape.columns, shape.channels);
}

}  // namespace cajal
