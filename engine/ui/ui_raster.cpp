#include "engine/ui/ui_raster.h"

#include <imgui.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "engine/base/error.h"

namespace cajal {
namespace {

// Where one command may draw, and what with.
struct Target {
  const HostPicture& picture;
  const UiAtlas& atlas;
  std::int32_t left, top, right, bottom;  // clipped to the picture

  std::uint32_t* row(std::int32_t y) const {
    return picture.pixels + static_cast<std::size_t>(y) * picture.width;
  }
};

// ---- colours: 0 … 255 a channel, red is the lowest byte

std::uint32_t opacityOf(std::uint32_t color) {
  return color >> IM_COL32_A_SHIFT;
}

// x / 255, rounded, of a product of two bytes.
[[gnu::always_inline]] inline std::uint32_t by255(std::uint32_t x) {
  return (x + 128u + ((x + 128u) >> 8)) >> 8;
}

[[gnu::always_inline]] inline std::uint32_t blend(std::uint32_t color, std::uint32_t opacity,
                                                  std::uint32_t pixel) {
  const std::uint32_t kept = 255u - opacity;
  const std::uint32_t red = by255((color & 255u) * opacity + (pixel & 255u) * kept),
                      green = by255((color >> 8 & 255u) * opacity + (pixel >> 8 & 255u) * kept),
                      blue = by255((color >> 16 & 255u) * opacity + (pixel >> 16 & 255u) * kept);
  return red | green << 8 | blue << 16 | 0xff000000u;
}

void fill(std::uint32_t* __restrict__ pixels, std::int32_t count, std::uint32_t color) {
  const std::uint32_t opacity = opacityOf(color);
  if (opacity == 255u) {
    std::fill_n(pixels, count, color);
    return;
  }
  for (std::int32_t i = 0; i < count; ++i) pixels[i] = blend(color, opacity, pixels[i]);
}

// ---- the atlas, between the middles of its texels

// Two neighbouring texels of a row or a column, and how far from the first to the second: 0 … 1.
struct Between {
  std::int32_t low, high;
  float share;
};

Between between(float at, std::int32_t size) {
  const float low = std::floor(at - 0.5f);
  const auto texel = [&](float wanted) { return std::clamp(static_cast<std::int32_t>(wanted), 0, size - 1); };
  return {texel(low), texel(low + 1), at - 0.5f - low};
}

// 0 … 255; x and y in texels.
float opacityAt(const UiAtlas& atlas, float x, float y) {
  const Between across = between(x, atlas.width), down = between(y, atlas.height);
  const auto row = [&](std::int32_t texel) {
    const std::uint8_t* const texels = atlas.opacity + static_cast<std::ptrdiff_t>(texel) * atlas.width;
    const auto low = static_cast<float>(texels[across.low]), high = static_cast<float>(texels[across.high]);
    return low + (high - low) * across.share;
  };
  const float above = row(down.low), below = row(down.high);
  return above + (below - above) * down.share;
}

std::uint32_t opacityAt(const UiAtlas& atlas, const ImVec2& uv) {
  return static_cast<std::uint32_t>(
      opacityAt(atlas, uv.x * static_cast<float>(atlas.width), uv.y * static_cast<float>(atlas.height)) +
      0.5f);
}

std::uint32_t withOpacity(std::uint32_t color, std::uint32_t texture) {
  return (color & ~IM_COL32_A_MASK) | by255(opacityOf(color) * texture) << IM_COL32_A_SHIFT;
}

// ---- rectangles: letters, and most of what panels are made of

bool isSameUv(const ImDrawVert& a, const ImDrawVert& b) {
  return a.uv.x == b.uv.x && a.uv.y == b.uv.y;
}

// As ImGui lays out a rectangle: corners from the upper left one on, clockwise, all of one colour.
bool isRectangle(const ImDrawVert* vertices, const ImDrawIdx* indices) {
  if (indices[3] != indices[0] || indices[4] != indices[2]) return false;
  const ImDrawVert &a = vertices[indices[0]], &b = vertices[indices[1]], &c = vertices[indices[2]],
                   &d = vertices[indices[5]];
  const bool isUpright = a.pos.y == b.pos.y && b.pos.x == c.pos.x && c.pos.y == d.pos.y &&
                         d.pos.x == a.pos.x && a.pos.x < c.pos.x && a.pos.y < c.pos.y;
  const bool isMapped = a.uv.y == b.uv.y && b.uv.x == c.uv.x && c.uv.y == d.uv.y && d.uv.x == a.uv.x;
  return isUpright && isMapped && a.col == b.col && a.col == c.col && a.col == d.col;
}

// The pixel whose middle is the first not before `position`.
std::int32_t firstFrom(float position) {
  return static_cast<std::int32_t>(std::ceil(position - 0.5f));
}

// Every row of pixels uses the same columns of texels, so they are computed once.
constexpr std::int32_t kColumns = 64;

void drawLetter(const ImDrawVert& from, const ImDrawVert& to, std::int32_t left, std::int32_t right,
                std::int32_t top, std::int32_t bottom, const Target& target) {
  const UiAtlas& atlas = target.atlas;
  const auto width = static_cast<float>(atlas.width), height = static_cast<float>(atlas.height);
  const float stepX = (to.uv.x - from.uv.x) * width / (to.pos.x - from.pos.x),
              stepY = (to.uv.y - from.uv.y) * height / (to.pos.y - from.pos.y);
  const float strongest = static_cast<float>(opacityOf(from.col)) * (1.0f / 255.0f);
  const std::int32_t columns = std::min(right - left, kColumns);
  std::array<Between, kColumns> across;
  for (std::int32_t i = 0; i < columns; ++i)
    across[static_cast<std::size_t>(i)] =
        between(from.uv.x * width + (static_cast<float>(left + i) + 0.5f - from.pos.x) * stepX, atlas.width);
  for (std::int32_t y = top; y < bottom; ++y) {
    const Between down =
        between(from.uv.y * height + (static_cast<float>(y) + 0.5f - from.pos.y) * stepY, atlas.height);
    const std::uint8_t *const above = atlas.opacity + static_cast<std::ptrdiff_t>(down.low) * atlas.width,
                              *const below =
                                  atlas.opacity + static_cast<std::ptrdiff_t>(down.high) * atlas.width;
    std::uint32_t* const pixels = target.row(y) + left;
    for (std::int32_t i = 0; i < columns; ++i) {
      const Between& x = across[static_cast<std::size_t>(i)];
      const auto corner = [](const std::uint8_t* row, std::int32_t texel) {
        return static_cast<float>(row[texel]);
      };
      const float first = corner(above, x.low) + (corner(below, x.low) - corner(above, x.low)) * down.share,
                  second =
                      corner(above, x.high) + (corner(below, x.high) - corner(above, x.high)) * down.share;
      const auto opacity =
          static_cast<std::uint32_t>((first + (second - first) * x.share) * strongest + 0.5f);
      if (opacity > 0) pixels[i] = blend(from.col, opacity, pixels[i]);
    }
  }
  if (right - left > kColumns) drawLetter(from, to, left + kColumns, right, top, bottom, target);
}

void drawRectangle(const ImDrawVert& from, const ImDrawVert& to, const Target& target) {
  const std::int32_t left = std::max(firstFrom(from.pos.x), target.left),
                     right = std::min(firstFrom(to.pos.x), target.right),
                     top = std::max(firstFrom(from.pos.y), target.top),
                     bottom = std::min(firstFrom(to.pos.y), target.bottom);
  if (left >= right || top >= bottom) return;
  if (!isSameUv(from, to)) return drawLetter(from, to, left, right, top, bottom, target);
  const std::uint32_t color = withOpacity(from.col, opacityAt(target.atlas, from.uv));
  for (std::int32_t y = top; y < bottom; ++y) fill(target.row(y) + left, right - left, color);
}

// ---- any other triangle

// A border of a triangle: inside where a x + b y + c is not negative; in 256ths of a pixel, so that two
// triangles that share a border share no pixel and leave none out.
struct Border {
  std::int64_t a, b, c;
};

std::int64_t inSteps(float position) {
  return std::llround(position * 256.0f);
}

// To the right of the way from `from` to `to`, on a screen whose y points down.
Border borderBetween(const ImVec2& from, const ImVec2& to) {
  const std::int64_t x = inSteps(from.x), y = inSteps(from.y), dx = inSteps(to.x) - x, dy = inSteps(to.y) - y;
  const bool isTopOrLeft = dy < 0 || (dy == 0 && dx > 0);  // the pixels right on these belong to the triangle
  return {-dy, dx, dy * x - dx * y - (isTopOrLeft ? 0 : 1)};
}

// The pixels of row y inside all borders: first and end.
std::pair<std::int32_t, std::int32_t> spanOf(const std::array<Border, 3>& borders, std::int32_t y,
                                             std::int32_t left, std::int32_t right) {
  std::int64_t first = left, end = right;
  for (const Border& border : borders) {
    // The value at the middle of pixel x is slope · x + start.
    const std::int64_t slope = border.a * 256,
                       start = border.a * 128 + border.b * (std::int64_t{y} * 256 + 128) + border.c;
    const auto floorOf = [](std::int64_t p, std::int64_t q) {
      return p / q - (p % q != 0 && (p < 0) != (q < 0));
    };
    if (slope > 0) first = std::max(first, -floorOf(start, slope));
    if (slope < 0) end = std::min(end, floorOf(start, -slope) + 1);
    if (slope == 0 && start < 0) return {0, 0};
  }
  return {static_cast<std::int32_t>(first), static_cast<std::int32_t>(std::max(first, end))};
}

// Something that is given at the corners and linear between them: a x + b y + c, in pixels.
struct Linear {
  float a, b, c;
  float at(float x, float y) const { return a * x + b * y + c; }
};

struct Triangle {
  const ImDrawVert &p, &q, &r;
  float area;  // twice, signed: positive where p, q, r go clockwise on the screen

  Linear linear(float atP, float atQ, float atR) const {
    const float qx = q.pos.x - p.pos.x, qy = q.pos.y - p.pos.y, rx = r.pos.x - p.pos.x,
                ry = r.pos.y - p.pos.y;
    const float a = ((atQ - atP) * ry - (atR - atP) * qy) / area,
                b = ((atR - atP) * qx - (atQ - atP) * rx) / area;
    return {a, b, atP - a * p.pos.x - b * p.pos.y};
  }
  Linear channel(int shift) const {
    const auto of = [&](const ImDrawVert& vertex) { return static_cast<float>(vertex.col >> shift & 255u); };
    return linear(of(p), of(q), of(r));
  }
};

float areaOf(const ImDrawVert& p, const ImDrawVert& q, const ImDrawVert& r) {
  return (q.pos.x - p.pos.x) * (r.pos.y - p.pos.y) - (q.pos.y - p.pos.y) * (r.pos.x - p.pos.x);
}

// Calls draw(y, first, end) for each row.
template <typename Draw>
void forEachRow(const Triangle& triangle, const Target& target, Draw draw) {
  const ImVec2 &p = triangle.p.pos, &q = triangle.q.pos, &r = triangle.r.pos;
  const std::array<Border, 3> borders{borderBetween(p, q), borderBetween(q, r), borderBetween(r, p)};
  const auto ends = [](float a, float b, float c) {
    return std::pair{static_cast<std::int32_t>(std::floor(std::min({a, b, c}))),
                     static_cast<std::int32_t>(std::ceil(std::max({a, b, c}))) + 1};
  };
  const auto [top, bottom] = ends(p.y, q.y, r.y);
  const auto [left, right] = ends(p.x, q.x, r.x);
  for (std::int32_t y = std::max(top, target.top); y < std::min(bottom, target.bottom); ++y) {
    const auto [first, end] = spanOf(borders, y, std::max(left, target.left), std::min(right, target.right));
    if (first < end) draw(y, first, end);
  }
}

void drawTriangle(const ImDrawVert& p, const ImDrawVert& q, const ImDrawVert& r, const Target& target) {
  const float area = areaOf(p, q, r);
  if (area == 0.0f) return;
  if (area < 0.0f) return drawTriangle(p, r, q, target);
  const Triangle triangle{p, q, r, area};
  const bool isFlat = isSameUv(p, q) && isSameUv(p, r);
  if (isFlat && p.col == q.col && p.col == r.col) {
    const std::uint32_t color = withOpacity(p.col, opacityAt(target.atlas, p.uv));
    forEachRow(triangle, target, [&](std::int32_t y, std::int32_t first, std::int32_t end) {
      fill(target.row(y) + first, end - first, color);
    });
    return;
  }
  const Linear red = triangle.channel(IM_COL32_R_SHIFT), green = triangle.channel(IM_COL32_G_SHIFT),
               blue = triangle.channel(IM_COL32_B_SHIFT), opacity = triangle.channel(IM_COL32_A_SHIFT);
  const Linear u = triangle.linear(p.uv.x, q.uv.x, r.uv.x), v = triangle.linear(p.uv.y, q.uv.y, r.uv.y);
  const auto width = static_cast<float>(target.atlas.width), height = static_cast<float>(target.atlas.height);
  const float flat = opacityAt(target.atlas, p.uv.x * width, p.uv.y * height);
  const auto byteOf = [](float channel) {
    return static_cast<std::uint32_t>(std::clamp(channel, 0.0f, 255.0f) + 0.5f);
  };
  forEachRow(triangle, target, [&](std::int32_t row, std::int32_t first, std::int32_t end) {
    std::uint32_t* const pixels = target.row(row);
    for (std::int32_t column = first; column < end; ++column) {
      const float x = static_cast<float>(column) + 0.5f, y = static_cast<float>(row) + 0.5f;
      const float texture = isFlat ? flat : opacityAt(target.atlas, u.at(x, y) * width, v.at(x, y) * height);
      const std::uint32_t color =
          byteOf(red.at(x, y)) | byteOf(green.at(x, y)) << 8 | byteOf(blue.at(x, y)) << 16;
      pixels[column] = blend(color, byteOf(opacity.at(x, y) * texture * (1.0f / 255.0f)), pixels[column]);
    }
  });
}

// ---- commands

void drawCommand(const ImDrawCmd& command, const ImDrawList& list, const Target& target) {
  const ImDrawVert* const vertices = list.VtxBuffer.Data + command.VtxOffset;
  const ImDrawIdx* const indices = list.IdxBuffer.Data + command.IdxOffset;
  for (unsigned int i = 0; i + 3 <= command.ElemCount;) {
    if (i + 6 <= command.ElemCount && isRectangle(vertices, indices + i)) {
      drawRectangle(vertices[indices[i]], vertices[indices[i + 2]], target);
      i += 6;
    } else {
      drawTriangle(vertices[indices[i]], vertices[indices[i + 1]], vertices[indices[i + 2]], target);
      i += 3;
    }
  }
}

}  // namespace

void drawOnHost(const ImDrawData& data, const UiAtlas& atlas, const HostPicture& picture) {
  for (int index = 0; index < data.CmdListsCount; ++index) {
    const ImDrawList& list = *data.CmdLists[index];
    for (const ImDrawCmd& command : list.CmdBuffer) {
      require(command.UserCallback == nullptr, "panels draw triangles alone");
      const auto limited = [](float position, std::uint32_t size) {
        return static_cast<std::int32_t>(std::clamp(position, 0.0f, static_cast<float>(size)));
      };
      const Target target{picture,
                          atlas,
                          limited(command.ClipRect.x, picture.width),
                          limited(command.ClipRect.y, picture.height),
                          limited(command.ClipRect.z, picture.width),
                          limited(command.ClipRect.w, picture.height)};
      drawCommand(command, list, target);
    }
  }
}

}  // namespace cajal
