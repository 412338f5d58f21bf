// The numbers that say how things look, for the shaders and their twins on the host.
#ifndef CAJAL_SHADERS_SHARED_LOOK_H
#define CAJAL_SHADERS_SHARED_LOOK_H

#include "types.h"

CAJAL_BEGIN_SHARED

const float kNear = 1e-3;  // clip w below which a point is behind the eye

// ---- edges ----

const float kLightUnit = 4096.0;  // what one edge of full strength through the middle of a pixel adds
// A sample adds no more than this. Where an edge passes close to the eye, a sample stands for more pixels
// than there are, and the sum of a pixel would wrap. 65,536 edges of full strength are far beyond white;
// sixteen such samples fit into one pixel.
const float kMostLight = 268435456.0;

// A pulse's brightness and how soon it is gone: the mean over a period is that of an edge without pulses.
const float kPulseFront = 6.0, kPulseDecay = 12.0, kBetweenPulses = 0.72;

const float kMarkCovers = 0.75;  // of what is behind the mark of an edge that is not finite
const uint kPickChords = 24;     // straight pieces of an edge, where the pointer is looked for

// ---- tone ----

const uint kExposureBins = 256;
const float kExposureBinsPerOctave = 8.0;
const float kExposurePercentile = 0.985;  // of the pixels that hold any light
const float kLeastReference = 0.02;       // density of edges that may come out as full brightness
// A Gaussian of deviation 2, from its middle outwards.
const float kBlurWeights[5] = {0.2042, 0.1802, 0.1238, 0.0663, 0.0276};
const float kInkDensity = 1.7;

// What is NaN or infinite: no value has this colour, and none has its stripes.
const vec3 kNotFiniteColor = vec3(1.0, 0.0, 0.65);
const float kNotFiniteShade = 0.18;  // of the darker stripes

// ---- nodes ----

const float kHaloRadius = 2.6;  // of the node's
const float kHaloStrength = 0.22;
const float kLeastGlow = 0.3;    // of the range: a node that fires less has no halo
const float kLeastPixels = 1.2;  // a node never gets smaller than this radius
const float kNodeOutline = 1.0;  // pixels, on paper
const float kHollow = 0.62;      // of the radius: the inside of a dead neuron
const vec3 kDeadInside = vec3(0.012, 0.012, 0.012), kDeadRim = vec3(0.85, 0.06, 0.05);
const vec3 kSaturatedColor = vec3(1.0, 0.62, 0.05);
const float kAliveShare = 0.12;             // from silent to firing, of a neuron whose state is alive
const vec3 kSun = vec3(-0.42, 0.65, 0.63);  // towards the light, in camera axes; unit length

// ---- planes ----

const float kTileGap = 0.07;   // of a cell, at each side of it, between the pixels of an image
const float kInkedGap = 0.84;  // of the colour of silent nodes: the gap on paper
// A side, looked at under one pixel where there are no blocks yet; beyond that every n-th.
const int kMostCells = 8;
const float kLeastCovered = 0.02;  // share of a cell that a pixel covers, at least: a weight, never 0

// ---- ranges ----

const uint kRangeBins = 512;
const float kRangeBinsPerOctave = 8.0;  // 9 % a bin
const float kRangeSmallest =
    -48.0;  // log2 of the first bin's lower end: second moments are squares of small gradients
const uint kMostLooks = 16384;  // elements looked at; of larger matrices a stratified sample

CAJAL_END_SHARED

#endif
