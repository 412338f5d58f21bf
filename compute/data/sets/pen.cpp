#include "compute/data/sets/pen.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cajal {
namespace {

using InkBox = std::array<float, kInkSide * kInkSide>;  // (20, 20) row-major, 0 … 1

struct Bounds {
  float left, top, right, bottom;
};

Bounds boundsOf(const std::vector<PenPoint>& path) {
  constexpr float far = std::numeric_limits<float>::max();
  Bounds bounds{far, far, -far, -far};
  for (const PenPoint& point : path) {
    bounds.left = std::min(bounds.left, point.x);
    bounds.right = std::max(bounds.right, point.x);
    bounds.top = std::min(bounds.top, point.y);
    bounds.bottom = std::max(bounds.bottom, point.y);
  }
  return bounds;
}

// The scale is found from the widest radius, so the ink never leaves the box.
void fitToInkBox(std::vector<PenPoint>& path) {
  const Bounds bounds = boundsOf(path);
  float widest = 0;
  for (const PenPoint& point : path) widest = std::max(widest, point.radius);
  const float width = bounds.right - bounds.left, height = bounds.bottom - bounds.top;
  const float scale = (kInkSide - 2 * widest) / std::max({width, height, 1e-3f});
  const float centreX = (bounds.left + bounds.right) / 2, centreY = (bounds.top + bounds.bottom) / 2;
  for (PenPoint& point : path) {
    point.x = (point.x - centreX) * scale + kInkSide / 2.0f;
    point.y = (point.y - centreY) * scale + kInkSide / 2.0f;
  }
}

int pixelAt(float position) {
  return std::clamp(static_cast<int>(std::floor(position)), 0, kInkSide - 1);
}

// A line from a to b whose width changes evenly. Ink does not add up where lines cross: the darker one
// counts.
void drawSegment(InkBox& box, const PenPoint& a, const PenPoint& b, const Ink& ink) {
  const float dx = b.x - a.x, dy = b.y - a.y;
  const float inverseSquare = 1.0f / std::max(dx * dx + dy * dy, 1e-8f);
  const float reach = std::max(a.radius, b.radius) + ink.edge / 2;
  const int firstColumn = pixelAt(std::min(a.x, b.x) - reach),
            lastColumn = pixelAt(std::max(a.x, b.x) + reach);
  const int firstRow = pixelAt(std::min(a.y, b.y) - reach), lastRow = pixelAt(std::max(a.y, b.y) + reach);
  for (int row = firstRow; row <= lastRow; ++row) {
    float* line = &box[static_cast<std::size_t>(row * kInkSide)];
    const float py = static_cast<float>(row) + 0.5f - a.y;
    for (int column = firstColumn; column <= lastColumn; ++column) {
      const float px = static_cast<float>(column) + 0.5f - a.x;
      const float along = std::clamp((px * dx + py * dy) * inverseSquare, 0.0f, 1.0f);
      const float awayX = px - along * dx, awayY = py - along * dy;
      const float radius = a.radius + along * (b.radius - a.radius);
      const float inside = radius - std::sqrt(awayX * awayX + awayY * awayY);
      const float grey = std::clamp((0.5f + inside / ink.edge) * ink.darkness, 0.0f, 1.0f);
      line[column] = std::max(line[column], grey);
    }
  }
}

InkBox drawPath(const std::vector<PenPoint>& path, const Ink& ink) {
  InkBox box{};
  for (std::size_t i = 1; i < path.size(); ++i) {
    if (!path[i].startsStroke) drawSegment(box, path[i - 1], path[i], ink);
  }
  return box;
}

// Where the box's left (or top) side goes so that `centreOfMass`, in pixels from that side, stands in the
// middle of pixel 14, counted from 0: there MNIST has it, half a pixel right of and below the middle of the
// picture.
int frameOffset(float centreOfMass) {
  const int offset = static_cast<int>(std::lround(14.5f - centreOfMass));
  return std::clamp(offset, 0, kDigitSide - kInkSide);
}

DigitPicture frame(const InkBox& box) {
  float mass = 0, massX = 0, massY = 0;
  for (int row = 0; row < kInkSide; ++row) {
    for (int column = 0; column < kInkSide; ++column) {
      const float grey = box[static_cast<std::size_t>(row * kInkSide + column)];
      mass += grey;
      massX += grey * (static_cast<float>(column) + 0.5f);
      massY += grey * (static_cast<float>(row) + 0.5f);
    }
  }
  mass = std::max(mass, 1e-6f);
  const int left = frameOffset(massX / mass), top = frameOffset(massY / mass);
  DigitPicture picture{};
  for (int row = 0; row < kInkSide; ++row) {
    for (int column = 0; column < kInkSide; ++column) {
      const float grey = box[static_cast<std::size_t>(row * kInkSide + column)];
      picture[static_cast<std::size_t>((top + row) * kDigitSide + left + column)] =
          static_cast<std::uint8_t>(std::lround(grey * 255.0f));
    }
  }
  return picture;
}

}  // namespace

DigitPicture drawFramed(std::vector<PenPoint> path, const Ink& ink) {
  fitToInkBox(path);
  return frame(drawPath(path, ink));
}

}  // namespace cajal
