#include "compute/data/digit_skeletons.h"

#include <array>

#include "engine/base/error.h"

namespace cajal {
namespace {

constexpr bool corner = true;

std::vector<Skeleton> zeros() {
  return {
      // round, begun and closed at the top
      {5,
       {{{0.36f, 0.02f},
         {0.13f, 0.16f},
         {0.02f, 0.50f},
         {0.12f, 0.86f},
         {0.36f, 1.00f},
         {0.60f, 0.84f},
         {0.70f, 0.48f},
         {0.58f, 0.14f},
         {0.34f, 0.01f}}}},
      // begun at the upper right, the end runs past the beginning
      {3,
       {{{0.56f, 0.10f},
         {0.32f, 0.00f},
         {0.08f, 0.24f},
         {0.03f, 0.62f},
         {0.20f, 0.95f},
         {0.46f, 0.96f},
         {0.65f, 0.66f},
         {0.64f, 0.28f},
         {0.48f, 0.06f},
         {0.28f, 0.10f}}}},
      // narrow
      {2,
       {{{0.30f, 0.00f},
         {0.12f, 0.20f},
         {0.06f, 0.52f},
         {0.12f, 0.86f},
         {0.26f, 1.00f},
         {0.41f, 0.82f},
         {0.46f, 0.48f},
         {0.40f, 0.15f},
         {0.28f, 0.00f}}}},
      // nearly a circle
      {2,
       {{{0.45f, 0.02f},
         {0.15f, 0.12f},
         {0.00f, 0.50f},
         {0.16f, 0.88f},
         {0.48f, 1.00f},
         {0.82f, 0.84f},
         {0.94f, 0.48f},
         {0.78f, 0.12f},
         {0.44f, 0.01f}}}},
  };
}

std::vector<Skeleton> ones() {
  return {
      // one straight stroke
      {9, {{{0.30f, 0.00f}, {0.30f, 0.34f}, {0.30f, 0.67f}, {0.30f, 1.00f}}}},
      // with a serif
      {1.0f, {{{0.12f, 0.22f}, {0.22f, 0.12f}, {0.33f, 0.00f, corner}, {0.32f, 0.50f}, {0.32f, 1.00f}}}},
      // with a serif and a foot
      {0.6f,
       {{{0.10f, 0.20f}, {0.32f, 0.00f, corner}, {0.32f, 0.50f}, {0.32f, 1.00f}},
        {{0.06f, 1.00f}, {0.30f, 0.99f}, {0.58f, 0.99f}}}},
  };
}

std::vector<Skeleton> twos() {
  return {
      // sharp corner at the foot
      {4,
       {{{0.06f, 0.24f},
         {0.18f, 0.05f},
         {0.42f, 0.01f},
         {0.60f, 0.18f},
         {0.54f, 0.44f},
         {0.30f, 0.72f},
         {0.03f, 0.97f, corner},
         {0.36f, 0.96f},
         {0.70f, 0.96f}}}},
      // a loop at the foot
      {4,
       {{{0.08f, 0.18f},
         {0.26f, 0.01f},
         {0.50f, 0.06f},
         {0.58f, 0.30f},
         {0.46f, 0.62f},
         {0.24f, 0.92f},
         {0.06f, 0.98f},
         {0.02f, 0.84f},
         {0.16f, 0.76f},
         {0.40f, 0.88f},
         {0.62f, 0.96f},
         {0.80f, 0.90f}}}},
      // a rounded foot that waves
      {2,
       {{{0.04f, 0.20f},
         {0.22f, 0.02f},
         {0.48f, 0.04f},
         {0.58f, 0.26f},
         {0.44f, 0.56f},
         {0.18f, 0.82f},
         {0.08f, 0.94f},
         {0.26f, 0.90f},
         {0.50f, 0.98f},
         {0.74f, 0.92f}}}},
      // flat and wide: a short neck, a long foot
      {1.5f,
       {{{0.14f, 0.14f},
         {0.38f, 0.00f},
         {0.60f, 0.10f},
         {0.56f, 0.36f},
         {0.34f, 0.64f},
         {0.08f, 0.86f, corner},
         {0.40f, 0.84f},
         {0.72f, 0.90f},
         {0.98f, 1.00f}}}},
      // begins with a hook
      {1,
       {{{0.14f, 0.34f},
         {0.04f, 0.22f},
         {0.16f, 0.05f},
         {0.40f, 0.00f},
         {0.56f, 0.16f},
         {0.48f, 0.46f},
         {0.22f, 0.78f},
         {0.02f, 0.98f, corner},
         {0.30f, 0.94f},
         {0.66f, 0.98f}}}},
  };
}

std::vector<Skeleton> threes() {
  return {
      // two bows that meet in a point
      {5,
       {{{0.06f, 0.12f},
         {0.28f, 0.00f},
         {0.54f, 0.10f},
         {0.54f, 0.30f},
         {0.26f, 0.46f, corner},
         {0.54f, 0.56f},
         {0.64f, 0.76f},
         {0.42f, 0.97f},
         {0.02f, 0.92f}}}},
      // the middle is drawn smoothly, as a small curl
      {3,
       {{{0.08f, 0.10f},
         {0.34f, 0.00f},
         {0.56f, 0.14f},
         {0.48f, 0.36f},
         {0.28f, 0.46f},
         {0.30f, 0.50f},
         {0.54f, 0.56f},
         {0.62f, 0.78f},
         {0.38f, 0.99f},
         {0.04f, 0.90f}}}},
      // flat top
      {1.2f,
       {{{0.04f, 0.04f},
         {0.32f, 0.02f},
         {0.60f, 0.02f, corner},
         {0.42f, 0.22f},
         {0.26f, 0.40f, corner},
         {0.52f, 0.48f},
         {0.64f, 0.72f},
         {0.42f, 0.97f},
         {0.02f, 0.92f}}}},
      // shallow bows, the tail long
      {1.5f,
       {{{0.12f, 0.06f},
         {0.40f, 0.01f},
         {0.56f, 0.16f},
         {0.44f, 0.36f},
         {0.20f, 0.44f, corner},
         {0.46f, 0.50f},
         {0.52f, 0.70f},
         {0.36f, 0.90f},
         {0.12f, 1.00f},
         {-0.06f, 0.96f}}}},
  };
}

std::vector<Skeleton> fours() {
  return {
      // open, two strokes
      {5,
       {{{0.08f, 0.04f}, {0.05f, 0.26f}, {0.04f, 0.48f, corner}, {0.32f, 0.50f}, {0.64f, 0.46f}},
        {{0.58f, 0.00f}, {0.56f, 0.34f}, {0.53f, 0.68f}, {0.50f, 1.00f}}}},
      // open, one stroke, the bowl round
      {3,
       {{{0.10f, 0.02f},
         {0.04f, 0.28f},
         {0.14f, 0.48f},
         {0.40f, 0.46f},
         {0.60f, 0.04f, corner},
         {0.58f, 0.36f},
         {0.52f, 0.70f},
         {0.48f, 1.00f}}}},
      // closed: a triangle on a stem
      {1.6f,
       {{{0.52f, 0.00f}, {0.28f, 0.30f}, {0.00f, 0.60f, corner}, {0.36f, 0.59f}, {0.76f, 0.57f}},
        {{0.53f, 0.00f}, {0.52f, 0.50f}, {0.51f, 1.00f}}}},
      // the crossbar reaches past the stem
      {2.5f,
       {{{0.16f, 0.06f}, {0.08f, 0.32f}, {0.02f, 0.56f, corner}, {0.36f, 0.54f}, {0.82f, 0.50f}},
        {{0.54f, 0.14f}, {0.50f, 0.50f}, {0.46f, 1.00f}}}},
      // closed and round, like a nine with a pointed head
      {1,
       {{{0.56f, 0.06f},
         {0.30f, 0.14f},
         {0.06f, 0.44f},
         {0.20f, 0.52f},
         {0.46f, 0.36f},
         {0.58f, 0.06f, corner},
         {0.54f, 0.40f},
         {0.48f, 1.00f}}}},
  };
}

std::vector<Skeleton> fives() {
  return {
      // two strokes: body, then the bar
      {4,
       {{{0.16f, 0.04f},
         {0.13f, 0.22f},
         {0.11f, 0.42f, corner},
         {0.36f, 0.38f},
         {0.58f, 0.56f},
         {0.54f, 0.84f},
         {0.28f, 1.00f},
         {0.00f, 0.90f}},
        {{0.16f, 0.04f}, {0.40f, 0.03f}, {0.68f, 0.00f}}}},
      // one stroke from the right end of the bar
      {4,
       {{{0.68f, 0.02f},
         {0.44f, 0.03f},
         {0.22f, 0.05f, corner},
         {0.16f, 0.24f},
         {0.12f, 0.42f, corner},
         {0.36f, 0.42f},
         {0.54f, 0.60f},
         {0.48f, 0.86f},
         {0.22f, 0.99f},
         {0.00f, 0.92f}}}},
      // written like an S
      {2.5f,
       {{{0.70f, 0.02f},
         {0.42f, 0.04f},
         {0.24f, 0.14f},
         {0.20f, 0.34f},
         {0.38f, 0.48f},
         {0.50f, 0.66f},
         {0.40f, 0.90f},
         {0.16f, 1.00f},
         {-0.02f, 0.90f}}}},
      // leaning: long bar, small bowl
      {2,
       {{{0.86f, 0.00f},
         {0.60f, 0.05f},
         {0.36f, 0.06f, corner},
         {0.28f, 0.28f},
         {0.24f, 0.44f, corner},
         {0.44f, 0.48f},
         {0.52f, 0.66f},
         {0.40f, 0.90f},
         {0.18f, 1.00f},
         {0.00f, 0.90f}}}},
  };
}

std::vector<Skeleton> sixes() {
  return {
      // curved back, round bowl
      {4,
       {{{0.50f, 0.00f},
         {0.24f, 0.20f},
         {0.06f, 0.54f},
         {0.08f, 0.86f},
         {0.30f, 1.00f},
         {0.54f, 0.86f},
         {0.54f, 0.64f},
         {0.34f, 0.54f},
         {0.10f, 0.72f}}}},
      // straight back, small bowl
      {3,
       {{{0.34f, 0.00f},
         {0.18f, 0.30f},
         {0.06f, 0.64f},
         {0.10f, 0.92f},
         {0.30f, 0.99f},
         {0.46f, 0.84f},
         {0.40f, 0.66f},
         {0.22f, 0.68f},
         {0.10f, 0.84f}}}},
      // wide bowl that closes on the back
      {2,
       {{{0.56f, 0.03f},
         {0.30f, 0.10f},
         {0.08f, 0.40f},
         {0.03f, 0.74f},
         {0.24f, 0.98f},
         {0.56f, 0.90f},
         {0.64f, 0.66f},
         {0.42f, 0.52f},
         {0.08f, 0.62f}}}},
      // the loop runs inside, long back
      {2,
       {{{0.42f, 0.00f},
         {0.16f, 0.30f},
         {0.04f, 0.66f},
         {0.14f, 0.94f},
         {0.40f, 0.96f},
         {0.50f, 0.78f},
         {0.38f, 0.66f},
         {0.22f, 0.76f},
         {0.20f, 0.92f}}}},
  };
}

std::vector<Skeleton> sevens() {
  return {
      // bar and straight leg
      {5,
       {{{0.00f, 0.06f},
         {0.28f, 0.05f},
         {0.60f, 0.03f, corner},
         {0.46f, 0.36f},
         {0.34f, 0.68f},
         {0.26f, 1.00f}}}},
      // with a serif at the left
      {2,
       {{{0.02f, 0.22f},
         {0.04f, 0.06f, corner},
         {0.32f, 0.05f},
         {0.62f, 0.02f, corner},
         {0.46f, 0.40f},
         {0.34f, 1.00f}}}},
      // rounded shoulder
      {3, {{{0.00f, 0.12f}, {0.22f, 0.05f}, {0.50f, 0.03f}, {0.58f, 0.16f}, {0.44f, 0.50f}, {0.30f, 1.00f}}}},
      // crossed
      {1.5f,
       {{{0.04f, 0.05f},
         {0.34f, 0.05f},
         {0.66f, 0.02f, corner},
         {0.48f, 0.36f},
         {0.36f, 0.68f},
         {0.26f, 1.00f}},
        {{0.16f, 0.50f}, {0.40f, 0.48f}, {0.66f, 0.46f}}}},
      // the leg falls straight down
      {1.5f,
       {{{0.02f, 0.10f},
         {0.26f, 0.08f},
         {0.50f, 0.02f, corner},
         {0.50f, 0.34f},
         {0.48f, 0.68f},
         {0.46f, 1.00f}}}},
  };
}

std::vector<Skeleton> eights() {
  return {
      // one stroke from the upper right, crossing in the middle
      {4,
       {{{0.54f, 0.10f},
         {0.30f, 0.00f},
         {0.10f, 0.16f},
         {0.22f, 0.38f},
         {0.44f, 0.56f},
         {0.54f, 0.80f},
         {0.30f, 1.00f},
         {0.06f, 0.82f},
         {0.18f, 0.58f},
         {0.44f, 0.36f},
         {0.56f, 0.14f}}}},
      // begun at the top
      {3,
       {{{0.36f, 0.00f},
         {0.14f, 0.10f},
         {0.16f, 0.32f},
         {0.40f, 0.50f},
         {0.56f, 0.74f},
         {0.36f, 1.00f},
         {0.08f, 0.84f},
         {0.18f, 0.56f},
         {0.46f, 0.38f},
         {0.56f, 0.16f},
         {0.36f, 0.00f}}}},
      // two rings
      {1.5f,
       {{{0.32f, 0.00f},
         {0.12f, 0.12f},
         {0.14f, 0.36f},
         {0.34f, 0.46f},
         {0.52f, 0.34f},
         {0.52f, 0.10f},
         {0.32f, 0.00f}},
        {{0.32f, 0.46f},
         {0.06f, 0.60f},
         {0.06f, 0.88f},
         {0.32f, 1.00f},
         {0.58f, 0.88f},
         {0.58f, 0.60f},
         {0.32f, 0.46f}}}},
      // slim, the loops long
      {2,
       {{{0.50f, 0.12f},
         {0.36f, 0.00f},
         {0.22f, 0.14f},
         {0.28f, 0.38f},
         {0.38f, 0.60f},
         {0.40f, 0.86f},
         {0.24f, 1.00f},
         {0.12f, 0.84f},
         {0.24f, 0.58f},
         {0.42f, 0.34f},
         {0.52f, 0.06f}}}},
      // small head left open
      {1.5f,
       {{{0.60f, 0.06f},
         {0.36f, 0.04f},
         {0.18f, 0.18f},
         {0.28f, 0.38f},
         {0.42f, 0.60f},
         {0.40f, 0.90f},
         {0.16f, 0.98f},
         {0.06f, 0.80f},
         {0.24f, 0.56f},
         {0.50f, 0.36f},
         {0.62f, 0.20f}}}},
  };
}

std::vector<Skeleton> nines() {
  return {
      // loop, then a straight stem
      {4,
       {{{0.56f, 0.12f},
         {0.32f, 0.00f},
         {0.06f, 0.18f},
         {0.12f, 0.42f},
         {0.38f, 0.42f},
         {0.56f, 0.12f, corner},
         {0.54f, 0.40f},
         {0.50f, 0.70f},
         {0.46f, 1.00f}}}},
      // the tail is curved back
      {2,
       {{{0.58f, 0.14f},
         {0.34f, 0.00f},
         {0.08f, 0.16f},
         {0.12f, 0.42f},
         {0.38f, 0.44f},
         {0.58f, 0.16f, corner},
         {0.58f, 0.52f},
         {0.44f, 0.90f},
         {0.10f, 0.98f}}}},
      // loop and stem in one smooth line
      {3,
       {{{0.54f, 0.10f},
         {0.32f, 0.00f},
         {0.08f, 0.18f},
         {0.14f, 0.40f},
         {0.38f, 0.38f},
         {0.56f, 0.16f},
         {0.56f, 0.30f},
         {0.44f, 0.66f},
         {0.32f, 1.00f}}}},
      // small head, long leaning stem
      {3,
       {{{0.48f, 0.04f},
         {0.24f, 0.06f},
         {0.08f, 0.26f},
         {0.22f, 0.36f},
         {0.46f, 0.22f},
         {0.54f, 0.04f, corner},
         {0.46f, 0.36f},
         {0.36f, 0.70f},
         {0.28f, 1.00f}}}},
  };
}

}  // namespace

const std::vector<Skeleton>& skeletonsOf(int digit) {
  static const std::array<std::vector<Skeleton>, 10> table = {zeros(), ones(),  twos(),   threes(), fours(),
                                                              fives(), sixes(), sevens(), eights(), nines()};
  require(digit >= 0 && digit <= 9, "a digit is 0 to 9");
  return table[static_cast<std::size_t>(digit)];
}

}  // namespace cajal
