#pragma once
// Looks: what every layer gives for many inputs at once, where Trainer::showExample() has it for one. For a
// map of a layer over a batch, for neurons that do not work, and for the plane a network with two inputs
// divides.
//
// The arena of looks (ArenaKind::looks) holds, input first, a block (capacity, n) a layer, of which the first
// LookFacts::count rows are filled.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "compute/data/dataset.h"

namespace cajal {

enum class Looks : std::uint32_t {
  none,
  examples,  // the first of a part, in the order they stand in
  plane,     // a square grid over the two inputs of a network that has no more
};

// By input, in the network's own units, which are those behind a standardisation.
struct PlaneRange {
  float low[2] = {}, high[2] = {};  // the outer edges of the outer cells
};

struct LookFacts {
  Looks kind = Looks::none;  // that were taken: none, too, where there was nothing to look at
  std::size_t count = 0;     // rows
  // Of a plane: side x side cells, each looked at in its centre. Row r of the picture and column c are row
  // r · side + c of every block; r = 0 is the top, where the second input is largest, c = 0 the left, where
  // the first one is smallest.
  std::size_t side = 0;
  PlaneRange plane;
};

// Rows there is room for. 256 examples show how a layer is spread and which of its neurons never work; 64 x
// 64 points where two inputs make a plane: enough for a picture, and quicker computed than drawn. But the
// blocks stay within some two million floats, 8 MB, however large the network: they may be copied for every
// picture, and are held four times where drawing has slots of its own.
std::size_t looksCapacity(std::size_t inputs, std::size_t floatsPerExample);

// The largest square grid that fits.
std::size_t planeSide(std::size_t capacity);
inline std::size_t planeFloats(std::size_t capacity) {
  return 2 * planeSide(capacity) * planeSide(capacity);
}
// What two features span, and 10 % of it on each side; the narrower one wider still where it is at least half
// as wide, so that circles look round. Of many examples a quarter of a million is looked at, evenly spaced.
PlaneRange planeOf(const Examples& examples);
// (side · side, 2): the cells' centres in the order that LookFacts says.
std::vector<float> planeInputs(const PlaneRange& range, std::size_t side);

}  // namespace cajal
