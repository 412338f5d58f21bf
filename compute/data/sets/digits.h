#pragma once
// Handwritten digits without a download: the pen paths of digit_skeletons.h, varied as hands vary them, drawn
// and framed like MNIST. A network trained on them reads MNIST's digits well; nothing is taken from MNIST
// itself.

#include <cstddef>
#include <cstdint>

#include "compute/core/random.h"
#include "compute/data/dataset.h"
#include "compute/data/sets/pen.h"

namespace cajal {

// One picture of `digit` (0 … 9), in a hand that `random` chooses.
DigitPicture writeDigit(int digit, Random& random);

struct DigitsSize {
  std::size_t training = 60000;
  std::size_t test = 10000;
};

// The set `digits`. Example i shows digit i % 10, so every class is equally frequent; picture i is a function
// of (seed, part, i) alone, so the bytes do not depend on the sizes or on `threads` (0: one a core).
DataSet makeDigits(std::uint64_t seed, DigitsSize size = {}, unsigned threads = 0);
// The same, returning as soon as the test part is there: the training pictures are drawn meanwhile.
DataSet startDigits(std::uint64_t seed, DigitsSize size = {}, unsigned threads = 0);

}  // namespace cajal
