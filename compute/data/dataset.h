#pragma once
// A data set: examples in memory, in a training, a validation and a test part. Row-major, one example a row.
//
// Images stay bytes (0…255, read as value/255), so that 70,000 digits cost 55 MB and not 220; points and
// tables are floats. What is larger than memory stands in a mapped file instead; see Examples. Labels are
// class numbers; where numbers are predicted, `targets` holds them and there are no classes.

#include <cstddef>
#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "compute/core/named.h"
#include "compute/data/data_options.h"

namespace cajal {

using Label = std::uint32_t;  // a class number, 0 … classes-1

// One part of a set. Exactly one of `bytes`, `floats` and their mapped twins is filled, and exactly one of
// `labels` and `targets`. Read the values through byteData() and floatData(), whichever is not null.
struct Examples {
  std::size_t count = 0;
  std::vector<std::uint8_t> bytes;  // (count, features), read as value / 255
  std::vector<float> floats;        // (count, features)
  // The same where they are too many for memory: they point into a mapped file, which they keep alive.
  std::shared_ptr<const std::uint8_t> mappedBytes;  // (count, features), read as value / 255
  std::shared_ptr<const float> mappedFloats;        // (count, features)
  std::vector<Label> labels;                        // (count)
  std::vector<float> targets;                       // (count, outputs): numbers to be predicted
  std::vector<float> weights;                       // (count): what each example counts for; empty: all 1
  // Set while another thread still writes `bytes` or `floats`, so that the first picture need not wait for
  // the last example. Declared last: destroyed first, and that waits. Such a part may be moved, not copied.
  std::shared_future<void> ready;

  const std::uint8_t* byteData() const { return bytes.empty() ? mappedBytes.get() : bytes.data(); }
  const float* floatData() const { return floats.empty() ? mappedFloats.get() : floats.data(); }
  // In a file: rows are read from the disk when they are first looked at (data/prefetcher.h).
  bool isMapped() const { return mappedBytes || mappedFloats; }
  std::size_t bytesPerValue() const { return byteData() ? 1 : sizeof(float); }

  // Before values are read. Any thread; costs nothing once they are there.
  void waitUntilReady() const {
    if (ready.valid()) ready.wait();
  }
};

// What was done to every feature, or target, before training: value = (read - mean) / scale. Learned on the
// training part alone, and to be done to whatever else the network is asked about.
struct Standardization {
  std::vector<double> mean;   // (features) or (outputs), or empty: nothing was done
  std::vector<double> scale;  // the standard deviation; 1 where a feature is constant
};

struct DataSet {
  std::string name;                       // "digits", "mnist", "spiral", "houses.csv"
  std::size_t features = 0;               // 784, 2
  std::size_t classes = 0;                // 10, 2; 0 where numbers are predicted
  std::size_t outputs = 0;                // numbers an example has as targets; 0 where it has a label
  std::size_t imageRows = 0;              // 28, or 0 where an example is not a picture
  std::size_t imageColumns = 0;           // 28, or 0
  std::size_t imageChannels = 0;          // 1 grey, 3 colours, or 0; an example is (rows, columns, channels)
  std::vector<std::string> classNames;    // "0" … "9"
  std::vector<std::string> featureNames;  // "age", "colour=red"; empty where features have no names
  std::vector<std::string> targetNames;   // "price"; empty where they have no names
  Standardization standardization;        // of the features
  Standardization targetStandardization;
  Examples training;
  Examples validation;  // may be empty: then the test part is what the curves look at
  Examples test;
};

enum class Part { training, test, validation };
std::span<const KindName> namesOf(Part);  // "training", "test", "validation"

// Of whatever has three members of these names.
template <typename Parts>
const auto& partOf(const Parts& parts, Part part) {
  return part == Part::training ? parts.training : part == Part::test ? parts.test : parts.validation;
}

// What the curves look at besides the training batches.
inline Part curvePart(const DataSet& data) {
  return data.validation.count > 0 ? Part::validation : Part::test;
}

// Makes or reads the set that `--data` names:
//   digits | xor | circle | gauss | spiral       made on the spot from the seed
//   mnist:FOLDER | idx:IMAGES,LABELS             IDX files, plain or gzip
//   csv:FILE                                     a table, plain or gzip
//   npz:FILE | npy:X.npy,Y.npy                   NumPy arrays
//   images:FOLDER                                PNG pictures, a sub-folder a class
// Deterministic from the seed. The test part is complete on return, the training part when its
// waitUntilReady() returns. Throws Error(usage) for an unknown name or impossible options, Error(badInput) or
// Error(inputOutput) for files; the message says where in the file and what to do.
DataSet loadDataSet(const std::string& name, const DataOptions& options = {});

}  // namespace cajal
