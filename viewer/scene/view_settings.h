#pragma once
// What a user chooses about the picture. Nothing here touches the training.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "compute/core/named.h"
#include "compute/training/steering/snapshot.h"
#include "viewer/layout/network_layout.h"
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
std::span<const KindName> namesOf(Quantity);
ArenaKind arenaOf(Quantity quantity);
// Gradients and what is made of them come from the loss, and run backward.
constexpr bool runsBackward(Quantity quantity) {
  return quantity != Quantity::contribution && quantity != Quantity::weight;
}
constexpr bool isSigned(Quantity quantity) {
  return quantity != Quantity::secondMoment;
}

enum class EdgeSampling {
  sampled,  // a few points an edge and frame, averaged while the camera rests
  exact,    // every pixel of every edge
};
std::span<const KindName> namesOf(EdgeSampling);

// What a pixel shows of the elements of a matrix that it covers, where they are many.
enum class Reduction : std::uint32_t {
  strongest,  // the one of the largest magnitude, with its sign: no outlier is lost
  mean,       // their mean: what a blurred photograph of the matrix would show
  rms,        // their root mean square, with the sign of their mean: noise keeps its level
};
inline constexpr Reduction kReductions[] = {Reduction::strongest, Reduction::mean, Reduction::rms};
std::span<const KindName> namesOf(Reduction);

enum class EdgeCourse {
  curved,    // each on its own way
  straight,  // the shortest
  bundled,   // drawn together between two layers (Holten, "Hierarchical edge bundles", TVCG 2006)
};

// What the colour of a neuron shows.
enum class NodeQuantity {
  activation,  // of the shown example
  bias,
  gradient,  // of the bias: how the mean loss of the last batch changes with what the neuron adds up
  state,     // dead and saturated ones are marked, over many examples
};

// What the rectangles below the network show.
enum class BelowShow {
  weights,  // the quantity that edges show, all of it
  batch,    // the activations of many examples: a row an example, a column a neuron
};

enum class Theme {
  dark,   // light in the dark
  light,  // ink on paper, with panels to match
  print,  // ink on white, without anything but the network: for papers
};

inline constexpr std::uint32_t kMostEdgesPerNeuron = 1u << 20;
inline constexpr float kWidestEdge = 16.0f;  // pixels

struct ViewSettings {
  Quantity quantity = Quantity::contribution;
  EdgeSampling sampling = EdgeSampling::sampled;
  float samplesPerFrame = 4e5f;      // of all edges together, when sampled
  float edgeStrength = 1.0f;         // brightness, 1 is normal
  float edgeThreshold = 0.0f;        // share of the range below which an edge is not drawn, 0 … 1
  bool oneScale = false;             // for all layers, so that they can be compared; else each has its own
  float edgeGamma = 2.0f;            // light = |value / range|^gamma
  float edgeWidth = 1.0f;            // pixels
  float depthCue = 0.0f;             // share of their light that the farthest edges lose, 0 … 1
  std::uint32_t edgesPerNeuron = 0;  // that lead to it, the strongest; 0: all
  EdgeCourse course = EdgeCourse::curved;
  bool pulses = false;  // run forward along the edges, or back where they show how the loss changes
  float bloom = 0.25f;  // 0 … 1
  NodeQuantity nodes = NodeQuantity::activation;
  Theme theme = Theme::dark;
  ColorMap signedColors = ColorMap::cajal, unsignedColors = ColorMap::inferno;
  Reduction reduction = Reduction::rms;
  bool showMatrices = true;
  BelowShow below = BelowShow::weights;
  bool tiles = false;   // neurons are pictures of what they answer to, where that is one
  bool showMap = true;  // of the outputs over the plane, where there are two inputs
  bool showLabels = true;
  bool watchesHealth = false;
  bool watchesNumbers = false;  // of what is under the pointer
  std::optional<std::size_t>
      heldLayer;  // the weights that lead to it stand large before the eye (held_matrix.h)
  std::optional<std::size_t>
      heldFrom;  // of several that lead to heldLayer, those from this layer; none: the first
  std::optional<NeuronPlace> selected;  // only its edges are drawn; nothing: all of them
  Part part = Part::test;
  std::size_t example = 0;
  LayoutChoice layout;
  bool operator==(const ViewSettings&) const = default;
};

std::span<const KindName> namesOf(EdgeCourse);
std::span<const KindName> namesOf(NodeQuantity);
std::span<const KindName> namesOf(BelowShow);
std::span<const KindName> namesOf(Theme);
ArenaKind arenaOf(NodeQuantity nodes);
inline constexpr EdgeCourse kCourses[] = {EdgeCourse::curved, EdgeCourse::straight, EdgeCourse::bundled};
inline constexpr NodeQuantity kNodeQuantities[] = {NodeQuantity::activation, NodeQuantity::bias,
                                                   NodeQuantity::gradient, NodeQuantity::state};
inline constexpr BelowShow kBelow[] = {BelowShow::weights, BelowShow::batch};
inline constexpr Theme kThemes[] = {Theme::dark, Theme::light, Theme::print};

// A contribution has no scale that is the network's: each layer has inputs of its own size.
constexpr bool hasOneScale(const ViewSettings& settings) {
  return settings.oneScale && settings.quantity != Quantity::contribution;
}

ViewRequest viewRequest(const ViewSettings& settings, Looks looks = Looks::none);
// Of the quantity that is shown.
ColorMap colorMapOf(const ViewSettings& settings);

}  // namespace cajal
