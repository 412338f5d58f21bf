#include "compute/data/sets/array_features.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "compute/data/readers/rows.h"
#include "compute/data/refusal.h"
#include "engine/base/error.h"

namespace cajal {
namespace {

// `first`: where the values stand among all of the array.
void checkValues(const ArrayStream& array, std::span<const float> values, std::uint64_t first,
                 MissingValues missing) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool isMissing = std::isnan(values[i]) && missing == MissingValues::refuse;
    if (!isMissing && !std::isinf(values[i])) continue;
    const std::uint64_t example = (first + i) / array.width(), feature = (first + i) % array.width();
    refuse(array.name, "example {}, feature {} (both counted from 0): {}", example, feature,
           isMissing ? "the value is missing (NaN); fill such values in with --missing mean, or "
                       "leave the examples out with --missing drop"
                     : "the value is infinite or too large for a float; correct it");
  }
}

// ---- straight from the file ---------------------------------------------------------------------

// Whether the values stand in the file as we want to have them.
bool isMappable(const ArrayStream& array, const ExampleForm& form) {
  if (!array.place || array.isFortranOrder) return false;
  return form.areBytes || (array.type.isPlainFloat() && array.place->offset % alignof(float) == 0);
}

void mapFeatures(const ArrayStream& array, const ExampleForm& form, const DataOptions& options,
                 Examples& part) {
  if (array.bytes->mostBytes() != array.headerBytes + array.byteCount())
    refuse(array.name,
           "more data follows the {} bytes of values its header promises; the file is "
           "damaged, fetch it again",
           array.byteCount());
  const auto bytes = mapFile(array.place->path, array.place->offset, array.byteCount());
  if (form.areBytes) {
    part.mappedBytes = {bytes, reinterpret_cast<const std::uint8_t*>(bytes.get())};
    return;
  }
  part.mappedFloats = {bytes, reinterpret_cast<const float*>(bytes.get())};
  checkValues(array, std::span(part.mappedFloats.get(), part.count * form.features), 0, options.missing);
}

// ---- read ---------------------------------------------------------------------------------------

void copyBytes(ArrayRows& rows, std::uint64_t mostBytes, Examples& part) {
  ValueStore<std::uint8_t> store(rows.array().byteCount(), mostBytes);
  for (auto block = rows.next(); !block.empty(); block = rows.next()) store.append(block);
  store.giveTo(part);
}

void copyFloats(ArrayRows& rows, std::uint64_t mostBytes, MissingValues missing, Examples& part) {
  const ArrayStream& array = rows.array();
  ValueStore<float> store(array.rows() * array.width(), mostBytes);
  std::vector<float> values;
  std::uint64_t first = 0;
  for (auto block = rows.next(); !block.empty(); block = rows.next()) {
    toFloats(array.type, block, values);
    checkValues(array, values, first, missing);
    store.append(values);
    first += values.size();
  }
  store.giveTo(part);
}

}  // namespace

ExampleForm formOf(const ArrayStream& array) {
  checkShape(array);
  if (array.shape.empty()) refuse(array.name, "holds a single number; give an array with one row an example");
  ExampleForm form;
  form.features = array.width();
  const bool isColoured = array.shape.size() == 4 && (array.shape[3] == 1 || array.shape[3] == 3);
  if (array.shape.size() != 3 && !isColoured) return form;
  form.imageRows = array.shape[1];
  form.imageColumns = array.shape[2];
  form.imageChannels = isColoured ? array.shape[3] : 1;
  form.areBytes = array.type.isByte();
  return form;
}

void readFeatures(ArrayStream array, const ExampleForm& form, const DataOptions& options, Examples& part) {
  if (array.rows() > kMostExamples)
    refuse(array.name, "holds {} examples; at most {} are read", array.rows(), kMostExamples);
  part.count = array.rows();
  const std::uint64_t mostBytes = mostBytesInMemory(options);
  if (array.byteCount() > mostBytes && isMappable(array, form)) {
    mapFeatures(array, form, options, part);
    return;
  }
  ArrayRows rows(std::move(array), mostBytes);
  if (form.areBytes) {
    copyBytes(rows, mostBytes, part);
  } else {
    copyFloats(rows, mostBytes, options.missing, part);
  }
}

}  // namespace cajal
