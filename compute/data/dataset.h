#pragma once
// A data set: examples in memory, split into a training and a test part. Row-major, one example a row.
//
// Images stay bytes (0…255, read as value/255), so that 70,000 digits cost 55 MB and not 220; points of the
// two-dimensional sets are floats. Labels are class numbers.

#include <cstdint>
#include <future>
#include <string>
#include <vector>

namespace cajal {

using Label = std::uint32_t;  // a class number, 0 … classes-1

// One part of a set. Exactly one of `bytes` and `floats` is filled, and exactly one of `labels` and
// `targets`.
struct Examples {
  std::size_t count = 0;
  std::vector<std::uint8_t> bytes;  // (count, features), read as value / 255
  std::vector<float> floats;        // (count, features)
  std::vector<Label> labels;        // (count)
  std::vector<float> targets;       // (count, outputs): numbers to be predicted
  std::vector<float> weights;       // (count): what each example counts for; empty where all count 1
  // Set while another thread still writes `bytes` or `floats`, so that the first picture need not wait for
  // the last example. Declared last: destroyed first, and that waits. Such a part may be moved, not copied.
  std::shared_future<void> ready;

  // Before values are read. Any thread; costs nothing once they are there.
  void waitUntilReady() const {
    if (ready.valid()) ready.wait();
  }
};

struct DataSet {
  std::string name;                     // "digits", "mnist", "spiral"
  std::size_t features = 0;             // 784, 2
  std::size_t classes = 0;              // 10, 2; 0 where numbers are predicted
  std::size_t outputs = 0;              // numbers an example has as targets; 0 where it has a label
  std::size_t imageRows = 0;            // 28, or 0 where an example is not a picture
  std::size_t imageColumns = 0;         // 28, or 0
  std::vector<std::string> classNames;  // "0" … "9"
  Examples training;
  Examples validation;  // may be empty: then the test part is what the curves look at
  Examples test;
};

// Makes or reads the set that `--data` names: digits | xor | circle | gauss | spiral | mnist:DIR.
// `noise` (0 … 0.5) is used by the two-dimensional sets only. Deterministic from the seed.
// The test part is complete on return, the training part when its waitUntilReady() returns.
// Throws Error(usage) for an unknown name, Error(badInput) or Error(inputOutput) for files.
DataSet loadDataSet(const std::string& name, std::uint64_t seed, float noise);

}  // namespace cajal
