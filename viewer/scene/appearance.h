#pragma once
// Every colour and size of the picture, but for the colour maps (color_maps.h). Colours are linear; the
// output pass encodes them once.

#include "shaders/shared/scene.h"
#include "viewer/scene/view_settings.h"

namespace cajal::appearance {

// Everything that another theme colours differently.
struct Palette {
  bool isInk = false;
  // Orange adds, blue takes away: told apart with any common colour blindness, and both carry light.
  gpu::vec3 positive{1.00f, 0.42f, 0.095f}, negative{0.10f, 0.42f, 1.00f};
  // Where both are equally strong there is nothing to say, and it is said quietly.
  gpu::vec3 neutral{0.17f, 0.18f, 0.21f};
  gpu::vec3 backgroundTop{0.0085f, 0.0100f, 0.0150f}, background{0.0135f, 0.0155f, 0.0220f};
  gpu::vec3 silent{0.045f, 0.058f, 0.105f}, firing{1.55f, 1.42f, 1.22f}, inhibited{0.16f, 0.46f, 1.0f};
  gpu::vec3 rim{0.16f, 0.20f, 0.30f};
  gpu::vec3 imageLow{0.026f, 0.031f, 0.050f}, imageHigh{1.5f, 1.40f, 1.22f};
  gpu::vec3 panel{0.043f, 0.050f, 0.067f};  // sRGB-encoded, unlike all others: it is cleared to
};

inline constexpr Palette kDark{};
// The same hues as ink: of edges the light that passes through them.
inline constexpr Palette kLight{true,
                                {0.900f, 0.330f, 0.050f},
                                {0.050f, 0.290f, 0.860f},
                                {0.520f, 0.530f, 0.560f},
                                {0.905f, 0.905f, 0.890f},
                                {0.855f, 0.858f, 0.850f},
                                {0.860f, 0.862f, 0.865f},
                                {0.016f, 0.017f, 0.024f},
                                {0.021f, 0.130f, 0.580f},
                                {0.120f, 0.125f, 0.145f},
                                {0.960f, 0.960f, 0.950f},
                                {0.014f, 0.015f, 0.020f},
                                {0.925f, 0.929f, 0.933f}};
inline constexpr Palette kPrint = [] {
  Palette print = kLight;
  print.backgroundTop = print.background = print.imageLow = gpu::vec3(1.0f);
  print.silent = gpu::vec3(0.95f);
  print.panel = gpu::vec3(1.0f);
  return print;
}();

inline constexpr float kHue = 2.6f;  // how fast colour leaves neutral
inline constexpr float kExposure = 0.80f;
inline constexpr float kAdaptation = 0.08f;       // of the exposure, a frame
inline constexpr float kRangeAdaptation = 0.25f;  // of the ranges, each time they are looked at

constexpr const Palette& paletteOf(Theme theme) {
  return theme == Theme::dark ? kDark : theme == Theme::light ? kLight : kPrint;
}

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
inline constexpr float kGather = 0.82f;        // of their own course, that bundled edges give up
inline constexpr float kWaist = 0.38f;         // of the distance: where they are closest together
inline constexpr float kPulse = 1.0f;          // how strong pulses are, 0 … 1
inline constexpr float kPulsePeriod = 2.0f;    // layers from one to the next
inline constexpr float kPulseSpeed = 0.75f;    // layers a second
inline constexpr float kImageHides = 1.0f;     // an image hides the edges behind it
inline constexpr float kMatrixHides = 1.0f;

inline constexpr float kFieldOfView = 0.62f;  // radians

// Without bloom, and with the colours of edges that are the palette's own.
constexpr gpu::ToneStyle toneOf(const Palette& palette) {
  gpu::ToneStyle tone{};
  tone.positive = palette.positive;
  tone.negative = palette.negative;
  tone.neutral = palette.neutral;
  tone.exposure = kExposure;
  tone.adaptation = kAdaptation;
  tone.hue = kHue;
  tone.background = palette.background;
  tone.backgroundTop = palette.backgroundTop;
  tone.isInk = palette.isInk ? 1 : 0;
  tone.silent = palette.silent;
  tone.firing = palette.firing;
  tone.inhibited = palette.inhibited;
  tone.rim = palette.rim;
  tone.imageLow = palette.imageLow;
  tone.imageHigh = palette.imageHigh;
  return tone;
}

}  // namespace cajal::appearance
