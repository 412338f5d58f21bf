// What is drawn, as shaders and C++ both see it.
//
// Nodes are spheres. An edge bundle is every edge between two runs of nodes: edge (i, j) leads from source j
// to target i and its value stands at values[first + i * stride + j]; sources may also be those that a window
// over an image covers (EdgeWindow). Planes are matrices hung in space.
#ifndef CAJAL_SHADERS_SHARED_SCENE_H
#define CAJAL_SHADERS_SHARED_SCENE_H

#include "types.h"

CAJAL_BEGIN_SHARED

// Which of the bound value buffers something reads.
const uint kShownValues = 0;  // the quantity that edges show
const uint kPlaneValues = 1;  // the quantity that planes show
const uint kActivations = 2;  // one float a node: multiplies an edge's value where asked
const uint kNodeValues = 3;   // what the colour of nodes shows
const uint kLooks = 4;        // activations of many inputs at once

const uint kNone = 0xffffffffu;

// One frame's view of the world, or of a group of it: then positions and matrices are of the group's space.
struct View {
  mat4 viewProjection;  // world → Vulkan clip space, depth 0 … 1
  mat4 view;            // world → camera, camera looks along -z
  vec3 cameraPosition;  // world
  uint left;            // pixels: what stands left of this column is covered by panels and not drawn
  uvec2 viewport;       // pixels
  uint frame;           // counts up; the seed of every sample
  float blend;          // share of the new samples in the leaky light planes, 0 … 1
  float remaining;  // of a change of layout, the share that is still to come; 0: nodes are where they belong
  float scale;      // world units a unit of the space that the matrices start from
};
CAJAL_SIZE(View, 168);

struct Node {
  vec3 position;    // world
  float radius;     // world; 0 is not drawn (it belongs to a plane), but edges still lead there
  uint activation;  // index into kNodeValues where they are activations, and its range
  uint range;       // index into ranges
  uint bias;        // index into kNodeValues where they are biases, or gradients of these; kNone: it has none
  uint biasRange;
  vec3 before;  // world: where it stood when the layout began to change
  float radiusBefore;
};
CAJAL_SIZE(Node, 48);

// What kNodeValues are.
const uint kNodesShowActivations = 0;
const uint kNodesShowBiases = 1;
const uint kNodesShowStates = 2;  // one float a node: kAlive, kDead, kSaturated

// How nodes are drawn; one for all.
struct NodeStyle {
  uint show;  // kNodesShow…
};
CAJAL_SIZE(NodeStyle, 4);

// Asks what state the neurons of a layer are in: of each, how many of its outputs lie where its activation is
// flat (compute/training/health.h).
struct StateRequest {
  uint firstNode, count;
  uint firstValue, rows;   // into kLooks: (rows, count)
  float flatFrom, flatTo;  // outputs between these are flat,
  float flatAbove;         // and those from here on
  uint enough;             // flat outputs that make it saturated; more than there are rows: it cannot be
};
CAJAL_SIZE(StateRequest, 32);

const float kAlive = 0.0, kDead = 1.0, kSaturated = 2.0;

// Where the sources of edges are where they do not follow each other in memory: the taps of a convolution's
// window over an image whose channels come last. The window has rows, a row has runs of sources, and values
// are in the same order (sourceOffset() and valueOffset(), shaders/shared/formulas.h).
struct EdgeWindow {
  uint run;            // sources that follow each other; 0: all do, and the numbers below mean nothing
  uint runs;           // in a row of the window
  uint nextRun;        // nodes from the beginning of a run to that of the next
  uint nextRow;        // nodes from the beginning of a row to that of the next
  uint nextValueRow;   // floats from one row of values to the next
  uint targetsAGroup;  // targets that read the same sources; the next ones read those a run further; 0: all
};
CAJAL_SIZE(EdgeWindow, 24);

// Every edge between nodes [source, source + sources) and [target, target + targets). An edge is a cubic
// Bézier curve; its two inner control points are (1 - gather) · source + leave and (1 - gather) · target +
// arrive, in homogeneous coordinates: offsets have a w of 0; where edges are gathered, the points they are
// drawn to have a w of `gather`.
struct EdgeBundle {
  uint source, sources;
  uint target, targets;
  uint firstValue;       // floats into kShownValues; kNone: an identity, each of whose edges has the value 1
  uint stride;           // floats from a target's values to the next one's
  uint firstActivation;  // of the sources, floats into kActivations; kNone: the value stands alone
  uint range;            // index into ranges
  uint most;             // edges a target keeps, the strongest; 0: all
  uint firstCutoff;      // of the targets, floats into the renderer's cutoffs; meant where `most` is not 0
  float gain;            // factor of each edge's light, so that small bundles are seen beside large ones
  float gather;          // 0 … 1: the share of an edge's own course that it gives up for the common one
  vec4 leave, arrive;    // world, homogeneous
  float place;  // of the sources, in layers from the inputs: the unit in which the place of pulses is counted
  float samples;      // a frame, of all its edges together, on average; 0: one for every pixel of every edge
  EdgeWindow window;  // where sources, and their values and activations, stand from their first
};
CAJAL_SIZE(EdgeBundle, 112);

// What is known of the values a request asked about.
struct Range {
  float end;        // robust maximum of |value|, smoothed
  float meanLight;  // mean over all elements of min(|value| / end, kMostShare)^gamma
  float notFinite;  // share of the elements that are NaN or infinite, as far as they were looked at
  // notFinite or kLeastNotFinite, whichever is larger, but unchanged while it is right to a factor of two.
  // The marks of edges that are not finite are sampled by it: so they do not flicker in a still picture.
  float notFiniteHeld;
};
CAJAL_SIZE(Range, 16);

const float kMostShare = 1.5;              // of a range: stronger values look no stronger
const float kLeastNotFinite = 1.0 / 64.0;  // 256 of the elements that are looked at: known to 6 %

// Edges that are not finite add no light but mark pixels, a bit each. A row of pixels begins kMarksBefore
// bits into a word, so that the eight that compose.comp draws together are one byte.
const uint kMarksBefore = 4;
const float kMarkSamples = 4.0;  // points of all of a bundle's marks, in samples of a bundle of light

// How edges are drawn; one for all bundles.
struct EdgeStyle {
  float gamma;              // light = |value / range|^gamma
  float threshold;          // edges weaker than this share of the range are not drawn, 0 … 1
  float strength;           // brightness of all edges, 1 is normal
  float width;              // pixels
  float depthCue;           // share of its light that the farthest loses, 0 … 1
  float nearest, farthest;  // world units from the eye, along the view: where depth begins to tell, and ends
  float pulse;              // how much brighter an edge is where a pulse is; 0: none run
  float pulsePlace;         // where pulses are, in layers; a negative period runs from the outputs back
  float pulsePeriod;        // layers from one pulse to the next
  uint bundle;              // number of the bundle this dispatch draws, over all groups
  uint firstEdge;           // of this dispatch
};
CAJAL_SIZE(EdgeStyle, 48);

// Which edge is asked for.
struct EdgePick {
  vec2 pixel;       // of the picture: x right, y down
  float reach;      // pixels
  float threshold;  // EdgeStyle
  uint bundle;      // number of the bundle this dispatch looks at, over all groups
  uint firstEdge;   // of this dispatch
};
CAJAL_SIZE(EdgePick, 24);

// A matrix in space: element (r, c) is a cell of the rectangle origin + (c, r) / (columns, rows).
struct Plane {
  vec3 origin;  // world: the outer corner of element (0, 0)
  uint rows;
  vec3 across;  // world: along a whole row
  uint columns;
  vec3 down;        // world: along a whole column
  uint source;      // kPlaneValues, kActivations or kLooks
  uint firstValue;  // floats
  uint range;       // index into ranges
  uint isImage;     // 1: dark to white, with gaps between the cells; 0: signed colours
  float hides;      // share of the light of edges, behind it or before it, that it hides, 0 … 1
  uint stride;      // floats from one element to the next: the channels of an image stand side by side
  float middle;     // the value that is shown as nothing: 0, or a probability of one half
};
CAJAL_SIZE(Plane, 72);

// Where a plane's borders run in the picture (engine/render/plane_outlines.h).
const uint kOutlineCorners = 5;  // a quadrilateral that the near plane cuts has five
struct PlaneOutline {
  vec2 corners[kOutlineCorners];  // pixels, in order round it; the last may be there more than once
  vec2 grown[4];  // the plane's corners moved outward on it, 1 being its side: as far as a pixel may touch it
  uint above;     // index of the plane that this one continues without a gap; kNone: there is none
};
CAJAL_SIZE(PlaneOutline, 76);
// Shares of a pixel. A pixel that is covered more than kCoveredWhole is drawn as if it were inside; one that
// is covered less than kCoveredLeast is not drawn.
const float kCoveredWhole = 0.998, kCoveredLeast = 0.002;

// What a pixel shows of the elements of a matrix that it covers.
const uint kStrongest = 0;       // the one of the largest magnitude, with its sign
const uint kMean = 1;            // their mean
const uint kRootMeanSquare = 2;  // the root of the mean of their squares, with the sign of their mean

// What is known of a square of elements of a matrix. One element that is not finite makes all four NaN.
// Floats, so that blocks are exact for every quantity; all blocks of level 0 take a sixteenth of the matrix's
// memory.
struct Block {
  float least, most;
  float mean;
  float rms;  // root mean square
};
CAJAL_SIZE(Block, 16);
// A side of a block in elements. Each level above has blocks of twice the side, up to the one that holds all.
const uint kBlockSide = 8;
const uint kTileSide = 64;  // elements: what one workgroup sums up, four levels of it (shaders/reduce.comp)

// Where the blocks of a plane stand: level after level, row after row.
struct PlaneBlocks {
  uint first;      // kNone: there are none; the values themselves are looked at
  uint reduction;  // kStrongest, kMean or kRootMeanSquare
};
CAJAL_SIZE(PlaneBlocks, 8);
// A pixel looks at all elements that it covers, if they are no more than this; else at so many blocks at
// most.
const float kMostElementsAPixel = 81.0;
const float kMostBlocksAPixel = 16.0;

// What one dispatch sums up (shaders/reduce.comp, reduce_up.comp).
struct MatrixSlice {
  uint firstValue;  // of the matrix, in floats from where the values are bound; may lie before that, modulo
                    // 2^32
  uint rows, columns;  // of the matrix
  uint firstBlock;     // of level 0
  uint firstTileRow;   // of this dispatch
  uint level;          // that is read, by reduce_up
};
CAJAL_SIZE(MatrixSlice, 24);

// Which colour a value of a matrix has.
const uint kColorStops = 17;
struct ColorScale {
  vec3 stops[kColorStops];  // sRGB-encoded, evenly spaced from -1 to 1, or from 0 to 1 of the range
  uint isSigned;
};
CAJAL_SIZE(ColorScale, 208);

// Asks for a robust maximum of |value| over the non-zero elements of a matrix, smoothed over frames.
struct RangeRequest {
  uint source;           // which buffer
  uint firstValue;       // floats
  uint rows, columns;    // none: nothing is measured, and the scale ends at `floor`
  uint firstActivation;  // floats into kActivations, multiplied along columns; kNone: not
  float percentile;      // 0 … 1
  float floor;           // never below this
  float gamma;           // of meanLight
  uint stride;           // floats from a row to the next, where there is a window
  EdgeWindow window;     // where the elements of a row, and their activations, stand from the first
};
CAJAL_SIZE(RangeRequest, 60);

// How light becomes colour. Colours are linear.
struct ToneStyle {
  vec3 positive;
  float bloom;  // 0 … 1
  vec3 negative;
  float exposure;    // 1 is normal
  vec3 neutral;      // where both signs meet
  float adaptation;  // share of the new exposure in the old, 0 … 1
  vec3 background;   // at the bottom of the picture
  float hue;         // how fast the colour leaves neutral
  vec3 backgroundTop;
  uint isInk;                      // 0: edges are light in the dark; 1: ink on paper
  vec3 silent, firing, inhibited;  // neurons by their activation: none, positive, negative
  vec3 rim;                        // of a sphere, where it turns away
  vec3 imageLow, imageHigh;        // pixels of an image
};
CAJAL_SIZE(ToneStyle, 152);

CAJAL_END_SHARED

#endif
