#include "compute/cuda/row_stream.h"

#include <cstring>

#include "compute/cuda/patience.h"
#include "compute/data/dataset.h"
#include "compute/math/epoch_order.h"

namespace cajal::cuda {
namespace {

// Where the parts of a batch stand, in bytes from its beginning.
struct BatchLayout {
  std::size_t values = 0, labels, targets, weights, end;

  BatchLayout(const Examples& from, std::size_t rows, std::size_t features, std::size_t outputs) {
    constexpr std::size_t kAlignment = 256;
    const auto behind = [](std::size_t begin, std::size_t bytes) {
      return (begin + bytes + kAlignment - 1) / kAlignment * kAlignment;
    };
    labels = behind(values, rows * features * from.bytesPerValue());
    targets = behind(labels, from.labels.empty() ? 0 : rows * sizeof(Label));
    weights = behind(targets, rows * outputs * sizeof(float));
    end = behind(weights, from.weights.empty() ? 0 : rows * sizeof(float));
  }
};

const std::byte* valuesOf(const Examples& examples) {
  return examples.byteData() ? reinterpret_cast<const std::byte*>(examples.byteData())
                             : reinterpret_cast<const std::byte*>(examples.floatData());
}

// Row `from` of an array, where there is one, becomes row `to` of the batch.
void copyRow(const void* array, std::size_t from, std::size_t bytes, std::byte* part, std::size_t to) {
  if (array && bytes > 0)
    std::memcpy(part + to * bytes, static_cast<const std::byte*>(array) + from * bytes, bytes);
}

const void* orNull(const auto& vector) {
  return vector.empty() ? nullptr : vector.data();
}

void fill(const Examples& from, const BatchSelection& selection, std::size_t features, std::size_t outputs,
          const BatchLayout& layout, std::byte* batch) {
  EpochOrder order(selection.seed, from.count);
  for (std::size_t row = 0; row < selection.count; ++row) {
    const std::uint64_t place = selection.cursor + row;
    const std::size_t example = selection.shuffled ? order.exampleAt(place) : place % from.count;
    copyRow(valuesOf(from), example, features * from.bytesPerValue(), batch + layout.values, row);
    copyRow(orNull(from.labels), example, sizeof(Label), batch + layout.labels, row);
    copyRow(orNull(from.targets), example, outputs * sizeof(float), batch + layout.targets, row);
    copyRow(orNull(from.weights), example, sizeof(float), batch + layout.weights, row);
  }
}

template <typename Element>
const Element* at(const std::byte* rows, std::size_t offset, bool isThere) {
  return isThere ? reinterpret_cast<const Element*>(rows + offset) : nullptr;
}

}  // namespace

DeviceExamples RowStream::next(const DeviceExamples& examples, const BatchSelection& selection) {
  const Examples& from = *examples.onHost;
  const BatchLayout layout(from, selection.count, examples.features, examples.outputs);
  Slot& slot = nextSlot(layout.end);
  fill(from, selection, examples.features, examples.outputs, layout, slot.bytes.get());
  if (layout.end > m_rowBytes) {
    m_rows = allocateDevice<std::byte>(layout.end, "a batch");
    m_rowBytes = layout.end;
  }
  check(cudaMemcpyAsync(m_rows.get(), slot.bytes.get(), layout.end, cudaMemcpyHostToDevice, m_stream),
        "copying a batch");
  check(cudaEventRecord(slot.isCopied.get(), m_stream), "marking a batch");

  const std::byte* const rows = m_rows.get();
  DeviceExamples batch;
  batch.bytes = at<std::uint8_t>(rows, layout.values, from.byteData() != nullptr);
  batch.floats = at<float>(rows, layout.values, from.floatData() != nullptr);
  batch.labels = at<Label>(rows, layout.labels, !from.labels.empty());
  batch.targets = at<float>(rows, layout.targets, !from.targets.empty());
  batch.weights = at<float>(rows, layout.weights, !from.weights.empty());
  batch.count = selection.count;
  batch.features = examples.features;
  batch.outputs = examples.outputs;
  return batch;
}

// Free to be written: what it held before has been copied.
RowStream::Slot& RowStream::nextSlot(std::size_t bytes) {
  Slot& slot = m_slots[m_next++ % kSlots];
  if (slot.isCopied) {
    waitFor(slot.isCopied.get(), "waiting until a batch is copied");
  } else {
    slot.isCopied = makeEvent();
  }
  if (bytes > slot.size) {
    slot.bytes = allocatePinned<std::byte>(bytes);
    slot.size = bytes;
  }
  return slot;
}

}  // namespace cajal::cuda
