// How much of a pixel lies inside an outline. The same in C++: engine/render/host/outline.h.

// The pixel is the square 0 … 1; y points down. The area of it that is above the edge from a to b, and negative where
// the edge leads back. It is the integral over x of the edge's y, as far as both lie in the square.
float aboveEdge(vec2 a, vec2 b) {
  const float left = clamp(a.x, 0.0, 1.0), right = clamp(b.x, 0.0, 1.0);
  const float width = b.x - a.x, slope = abs(width) > 1e-6 ? (b.y - a.y) / width : 0.0;
  const vec2 near = abs(b.x) < abs(a.x) ? b : a;  // the other may be far beyond the picture, and not known as well
  const float from = near.y + (left - near.x) * slope, to = near.y + (right - near.x) * slope;
  const float first = clamp(from, 0.0, 1.0), last = clamp(to, 0.0, 1.0), rise = to - from;
  const float mean = abs(rise) < 1e-3
                         ? clamp(0.5 * (from + to), 0.0, 1.0)
                         : (last * to - first * from - 0.5 * (last * last - first * first)) / rise;
  return (right - left) * mean;
}

// The share of the pixel round `middle`, 0 … 1, and exactly that: what is thinner than a pixel covers as little of it
// as it should, and all pixels together as much as the outline's area is.
float coveredBy(PlaneOutline outline, vec2 middle) {
  const vec2 corner = middle - 0.5;
  float area = 0.0;
  for (uint i = 0; i < kOutlineCorners; ++i)
    area += aboveEdge(outline.corners[i] - corner, outline.corners[(i + 1) % kOutlineCorners] - corner);
  return min(abs(area), 1.0);  // whichever way round its corners go
}
