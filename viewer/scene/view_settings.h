#pragma once
// What a user chooses about the picture. Nothing here touches the training.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "compute/training/snapshot.h"
#include "viewer/scene/color_maps.h"
#include "viewer/scene/picking.h"

namespace cajal {

// What an edge shows.
enum class Quantity : std::uint32_t {
  contribution,  // w · a: the weight times what the source sends for the shown example
  weight,
  gradient,      // of the last batch
  firstMoment,   // momentum, or Adam's m
  secondMoment,  // Adam's v
  change,        // what the last step added to the weight
};
inline constexpr Quantity kQuantities[] = {Quantity::contribution, Quantity::weight,       Quantity::gradient,
                                           Quantity::firstMoment,  Quantity::secondMoment, Quantity::change};
std::string_view displayName(Quantity quantity);  // "contribution w·a"
std::string_view name(Quantity quantity);         // "contribution"
ArenaKind arenaOf(Quantity quantity);
constexpr bool isSigned(Quantity quantity) {
  return quantity != Quantity::secondMoment;
}

enum class EdgeSampling {
  sampled,  // a few points an edge and frame, averaged while the camera rests
  exact,    // every pixel of every edge
};

// What a pixel shows of the elements of a matrix that it covers, where they are many.
enum class Reduction : std::uint32_t {
  strongest,  // the one of the largest magnitude, with its sign: no outlier is lost
  mean,       // their mean: what a blurred photograph of the matrix would show
  rms,        // their root mean square, with the sign of their mean: noise keeps its level
};
inline constexpr Reduction kReductions[] = {Reduction::strongest, Reduction::mean, Reduction::rms};
std::string_view displayName(Reduction reduction);  // "root mean square"
std::string_view name(Reduction reduction);         // "rms"

struct ViewSettings {
  Quantity quantity = Quantity::contribution;
  EdgeSampling sampling = EdgeSampling::sampled;
  float samplesPerFrame = 4e5f;  // of all edges together, when sampled
  float edgeStrength = 1.0f;     // brightness, 1 is normal
  float edgeThreshold = 0.0f;    // share of the range below which an edge is not drawn, 0 … 1
  float edgeGamma = 2.0f;        // light = |value / range|^gamma
  float bloom = 0.25f;           // 0 … 1
  ColorMap signedColors = ColorMap::cajal, unsignedColors = ColorMap::inferno;
  Reduction reduction = Reduction::rms;
  bool showMatrices = true;
  bool showLabels = true;
  bool watchesHealth = false;
  bool watchesNumbers = false;          // of what is under the pointer
  std::optional<NeuronPlace> selected;  // only its edges are drawn; nothing: all of them
  Part part = Part::test;
  std::size_t example = 0;
  bool operator==(const ViewSettings&) const = default;
};

ViewRequest viewRequest(const ViewSettings& settings);
// Of the quantity that is shown.
ColorMap colorMapOf(const ViewSettings& settings);

}  // namespace cajal
