#pragma once
// Every colour and size of the picture, but for the colour maps (color_maps.h). Colours are linear; the
// output pass encodes them once.

#include "shaders/shared/scene.h"

namespace cajal::appearance {

// Orange adds, blue takes away: told apart with any common colour blindness, and both carry light.
inline constexpr gpu::vec3 kPositive{1.00f, 0.42f, 0.095f};
inline constexpr gpu::vec3 kNegative{0.10f, 0.42f, 1.00f};
// Where both are equally strong there is nothing to say, and it is said quietly.
inline constexpr gpu::vec3 kNeutral{0.17f, 0.18f, 0.21f};

inline constexpr gpu::vec3 kBackgroundTop{0.0085f, 0.0100f, 0.0150f};
inline constexpr gpu::vec3 kBackground{0.0135f, 0.0155f, 0.0220f};

inline constexpr float kHue = 2.6f;  // how fast colour leaves neutral
inline constexpr float kExposure = 0.80f;
inline constexpr float kAdaptation = 0.08f;       // of the exposure, a frame
inline constexpr float kRangeAdaptation = 0.25f;  // of the ranges, each time they are looked at

inline constexpr gpu::vec3 kPanel{0.043f, 0.050f,
                                  0.067f};  // sRGB-encoded, unlike all others: it is cleared to

// Robust ends of the scales.
inline constexpr float kEdgePercentile = 0.995f;
inline constexpr float kMatrixPercentile = 0.999f;
inline constexpr float kActivationPercentile = 0.97f;
inline constexpr float kSmallestRange = 1e-12f;

// Edges of small bundles are seen beside those of large ones: gain 1 at this many edges, more below.
inline constexpr float kEdgesAtUnitGain = 100'000.0f;
inline constexpr float kGainPower = 0.35f;

// Samples of edges a frame, strong ones first (shaders/edges.comp).
inline constexpr float kSamplesPerFilmFrame = 4e6f;

inline constexpr float kTangentShare = 0.42f;  // of the distance between two layers: how soon a curve bends
inline constexpr float kImageHides = 1.0f;     // an image hides the edges behind it
inline constexpr float kMatrixHides = 1.0f;

inline constexpr float kFieldOfView = 0.62f;  // radians

}  // namespace cajal::appearance
