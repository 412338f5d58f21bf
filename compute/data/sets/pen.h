#pragma once
// A pen that leaves grey ink on a small picture, framed the way MNIST frames its digits.
//
// Space: x to the right, y down. A path comes in any unit; only its shape matters, as it is fitted to the
// frame.

#include <array>
#include <cstdint>
#include <vector>

namespace cajal {

constexpr int kDigitSide = 28;                                // pixels
constexpr int kDigitPixels = kDigitSide * kDigitSide;         // a picture's bytes
constexpr int kInkSide = 20;                                  // pixels; the longer side of the ink
using DigitPicture = std::array<std::uint8_t, kDigitPixels>;  // (28, 28) row-major, 0 paper … 255 ink

// Where the tip stands at one moment.
struct PenPoint {
  float x, y;         // the path's own unit
  float radius;       // pixels: half the width of the line here
  bool startsStroke;  // the pen was in the air before this point
};

// How the line looks on paper.
struct Ink {
  float edge = 1.0f;      // pixels over which the line fades at its side
  float darkness = 1.0f;  // above 1 the middle of a thin line is black too
};

// Draws the path: scaled so that the ink, line width included, fills a box of 20 pixels by its longer side,
// then moved by whole pixels until its centre of mass stands in pixel (14, 14), counted from 0.
DigitPicture drawFramed(std::vector<PenPoint> path, const Ink& ink);

}  // namespace cajal
