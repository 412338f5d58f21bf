#include "compute/data/sets/digit_skeletons.h"

#include <array>

#include "engine/base/error.h"

namespace cajal {
namespace {

using Skeletons = std::vector<Skeleton>;

constexpr bool corner = true;

// A line is a way of writing: {weight, {{{x, y}, {x, y, corner}, …}, {second stroke}}}.
// (Formatted by hand: clang-format would give every point a line of its own.)
// clang-format off

const Skeletons& zeros() {
  static const Skeletons skeletons = {
      // round, begun and closed at the top
      {5, {{{36, 2}, {13, 16}, {2, 50}, {12, 86}, {36, 100}, {60, 84}, {70, 48}, {58, 14}, {34, 1}}}},
      // begun at the upper right, the end runs past the beginning
      {3, {{{56, 10}, {32, 0}, {8, 24}, {3, 62}, {20, 95}, {46, 96}, {65, 66}, {64, 28}, {48, 6}, {28, 10}}}},
      // narrow
      {2, {{{30, 0}, {12, 20}, {6, 52}, {12, 86}, {26, 100}, {41, 82}, {46, 48}, {40, 15}, {28, 0}}}},
      // nearly a circle
      {3, {{{45, 2}, {15, 12}, {0, 50}, {16, 88}, {48, 100}, {82, 84}, {94, 48}, {78, 12}, {44, 1}}}},
      // left open at the upper left
      {1.5, {{{20, 8}, {4, 36}, {4, 72}, {22, 98}, {50, 94}, {68, 62}, {66, 26}, {50, 4}, {30, 6}}}},
      // the end hooks into the ring
      {1, {{{40, 4}, {14, 14}, {2, 50}, {14, 88}, {40, 100}, {64, 80}, {68, 40}, {52, 8}, {30, 6}, {26, 20}}}},
      // open at the top
      {0.7, {{{10, 8}, {2, 44}, {10, 86}, {36, 100}, {62, 82}, {70, 44}, {62, 8}, {46, 2}}}},
      // flat top, straight left side
      {1.5, {{{54, 4}, {28, 4}, {10, 22}, {2, 56}, {8, 90}, {32, 99}, {58, 76}, {66, 36}, {56, 8}, {34, 4}}}},
      // pointed at the upper right
      {1.5, {{{64, 0}, {34, 10}, {8, 42}, {4, 82}, {24, 100}, {52, 86}, {68, 48}, {66, 2}}}},
      // lying
      {2, {{{80, 8}, {40, 14}, {4, 50}, {8, 84}, {44, 88}, {88, 60}, {104, 26}, {84, 6}}}},
  };
  return skeletons;
}

const Skeletons& ones() {
  static const Skeletons skeletons = {
      // one straight stroke
      {9, {{{30, 0}, {30, 34}, {30, 67}, {30, 100}}}},
      // with a serif
      {1, {{{12, 22}, {22, 12}, {33, 0, corner}, {32, 50}, {32, 100}}}},
      // with a serif and a foot
      {1, {{{10, 20}, {32, 0, corner}, {32, 50}, {32, 100}}, {{4, 100}, {30, 99}, {60, 99}}}},
  };
  return skeletons;
}

const Skeletons& twos() {
  static const Skeletons skeletons = {
      // sharp corner at the foot
      {4, {{{6, 24}, {18, 5}, {42, 1}, {60, 18}, {54, 44}, {30, 72}, {3, 97, corner}, {36, 96}, {70, 96}}}},
      // a loop at the foot
      {4, {{{8, 18}, {26, 1}, {50, 6}, {58, 30}, {46, 62}, {24, 92}, {6, 98}, {2, 84}, {16, 76}, {40, 88}, {62, 96}, {80, 90}}}},
      // a large loop, the tail falls
      {2.5, {{{10, 14}, {34, 0}, {56, 12}, {56, 42}, {40, 78}, {16, 96}, {0, 88}, {8, 70}, {32, 72}, {58, 90}, {84, 100}}}},
      // a rounded foot that waves
      {2, {{{4, 20}, {22, 2}, {48, 4}, {58, 26}, {44, 56}, {18, 82}, {8, 94}, {26, 90}, {50, 98}, {74, 92}}}},
      // flat and wide: a short neck, a long foot
      {1.5, {{{14, 14}, {38, 0}, {60, 10}, {56, 36}, {34, 64}, {8, 86, corner}, {40, 84}, {72, 90}, {98, 100}}}},
      // begins with a hook
      {1, {{{14, 34}, {4, 22}, {16, 5}, {40, 0}, {56, 16}, {48, 46}, {22, 78}, {2, 98, corner}, {30, 94}, {66, 98}}}},
      // bowed neck, the loop wide and low to the left
      {1.5, {{{20, 12}, {44, 0}, {66, 16}, {62, 44}, {44, 72}, {18, 84}, {2, 94}, {10, 102}, {32, 88}, {50, 84}, {72, 96}}}},
      // a large round head above a flat loop
      {1.5, {{{14, 16}, {30, 0}, {54, 4}, {66, 28}, {58, 62}, {34, 92}, {6, 92}, {6, 70}, {30, 66}, {56, 84}, {90, 92}}}},
      // lying: a small hook on a long foot
      {0.4, {{{6, 26}, {18, 6}, {38, 4}, {40, 24}, {24, 52}, {4, 76, corner}, {46, 72}, {104, 78}}}},
      // nearly a Z
      {1, {{{4, 10}, {30, 4}, {56, 4}, {56, 20}, {34, 56}, {6, 94, corner}, {34, 94}, {66, 92}}}},
  };
  return skeletons;
}

const Skeletons& threes() {
  static const Skeletons skeletons = {
      // two bows that meet in a point
      {5, {{{6, 12}, {28, 0}, {54, 10}, {54, 30}, {26, 46, corner}, {54, 56}, {64, 76}, {42, 97}, {2, 92}}}},
      // the middle is drawn smoothly, as a small curl
      {3, {{{8, 10}, {34, 0}, {56, 14}, {48, 36}, {28, 46}, {30, 50}, {54, 56}, {62, 78}, {38, 99}, {4, 90}}}},
      // flat top
      {1.5, {{{4, 4}, {32, 2}, {60, 2, corner}, {42, 22}, {26, 40, corner}, {52, 48}, {64, 72}, {42, 97}, {2, 92}}}},
      // shallow bows, the tail long
      {1.5, {{{12, 6}, {40, 1}, {56, 16}, {44, 36}, {20, 44, corner}, {46, 50}, {52, 70}, {36, 90}, {12, 100}, {-6, 96}}}},
      // small head, wide belly
      {1.5, {{{16, 10}, {34, 0}, {50, 10}, {46, 28}, {26, 36, corner}, {56, 42}, {74, 66}, {50, 96}, {4, 94}}}},
      // both bows deep, the waist far to the left
      {1.5, {{{0, 12}, {30, 0}, {58, 8}, {54, 32}, {14, 46, corner}, {52, 50}, {70, 72}, {46, 98}, {0, 94}}}},
      // the head hangs down at the left
      {1, {{{2, 28}, {10, 8}, {34, 0}, {54, 12}, {50, 34}, {28, 44, corner}, {54, 54}, {60, 78}, {36, 98}, {4, 92}}}},
      // angular
      {1.5, {{{2, 6}, {30, 4}, {58, 6}, {44, 26}, {22, 42, corner}, {48, 46}, {60, 60}, {44, 84}, {4, 100}}}},
      // wide head, the tail hooks up
      {1, {{{0, 16}, {28, 2}, {62, 6}, {60, 28}, {32, 44, corner}, {56, 56}, {58, 82}, {32, 99}, {6, 90}, {4, 76}}}},
  };
  return skeletons;
}

const Skeletons& fours() {
  static const Skeletons skeletons = {
      // open, two strokes
      {5, {{{8, 4}, {5, 26}, {4, 48, corner}, {32, 50}, {64, 46}}, {{58, 0}, {56, 34}, {53, 68}, {50, 100}}}},
      // open, one stroke, the bowl round
      {2.5, {{{8, 2}, {3, 26}, {10, 48}, {40, 48}, {62, 4, corner}, {59, 36}, {54, 70}, {50, 100}}}},
      // closed: a triangle on a stem
      {1.5, {{{52, 0}, {28, 30}, {0, 60, corner}, {36, 59}, {76, 57}}, {{53, 0}, {52, 50}, {51, 100}}}},
      // the crossbar reaches past the stem
      {2.5, {{{16, 6}, {8, 32}, {2, 56, corner}, {36, 54}, {82, 50}}, {{54, 14}, {50, 50}, {46, 100}}}},
      // wide, the stem short and far to the right
      {2, {{{16, 0}, {6, 28}, {0, 58, corner}, {36, 62}, {74, 54}}, {{80, 8}, {70, 44}, {62, 84}}}},
      // the left part leans, the bar rises
      {1.5, {{{26, 0}, {12, 28}, {0, 54, corner}, {36, 50}, {80, 40}}, {{58, 18}, {46, 56}, {34, 100}}}},
      // small bowl on a long leaning stem
      {1.5, {{{22, 6}, {12, 24}, {14, 40}, {36, 38}, {60, 30}}, {{66, 0}, {52, 34}, {40, 68}, {30, 100}}}},
  };
  return skeletons;
}

const Skeletons& fives() {
  static const Skeletons skeletons = {
      // two strokes: body, then the bar
      {4, {{{16, 4}, {13, 22}, {11, 42, corner}, {36, 38}, {58, 56}, {54, 84}, {28, 100}, {0, 90}}, {{16, 4}, {40, 3}, {68, 0}}}},
      // one stroke from the right end of the bar
      {4, {{{68, 2}, {44, 3}, {22, 5, corner}, {16, 24}, {12, 42, corner}, {36, 42}, {54, 60}, {48, 86}, {22, 99}, {0, 92}}}},
      // written like an S
      {2.5, {{{70, 2}, {42, 4}, {24, 14}, {20, 34}, {38, 48}, {50, 66}, {40, 90}, {16, 100}, {-2, 90}}}},
      // leaning: long bar, small bowl
      {2, {{{86, 0}, {60, 5}, {36, 6, corner}, {28, 28}, {24, 44, corner}, {44, 48}, {52, 66}, {40, 90}, {18, 100}, {0, 90}}}},
      // the bar stands off the body
      {1.5, {{{14, 14}, {12, 30}, {12, 46, corner}, {38, 44}, {56, 62}, {48, 90}, {20, 100}, {-2, 88}}, {{24, 6}, {50, 4}, {82, 0}}}},
      // the bowl almost closes
      {1.5, {{{64, 0}, {38, 2}, {18, 6, corner}, {12, 26}, {10, 46, corner}, {40, 38}, {62, 58}, {54, 88}, {24, 98}, {4, 82}, {12, 68}}}},
      // small head far to the right, the bowl low
      {1.5, {{{84, 4}, {60, 2}, {38, 8, corner}, {28, 24}, {20, 40, corner}, {46, 46}, {56, 68}, {40, 90}, {8, 100}}}},
      // the bar long, the bowl shallow
      {1, {{{12, 10}, {12, 26}, {8, 44, corner}, {36, 44}, {52, 62}, {44, 84}, {22, 98}, {2, 98}}, {{12, 10}, {44, 8}, {88, 2}}}},
      // narrow and upright
      {1, {{{48, 0}, {28, 2}, {10, 4, corner}, {8, 24}, {8, 46, corner}, {30, 44}, {44, 64}, {38, 90}, {16, 100}, {0, 94}}}},
      // a large bowl that curls in
      {1.5, {{{60, 2}, {36, 3}, {16, 4, corner}, {10, 20}, {10, 34, corner}, {42, 30}, {66, 52}, {60, 84}, {30, 100}, {2, 90}, {0, 74}}}},
  };
  return skeletons;
}

const Skeletons& sixes() {
  static const Skeletons skeletons = {
      // curved back, round bowl
      {4, {{{50, 0}, {24, 20}, {6, 54}, {8, 86}, {30, 100}, {54, 86}, {54, 64}, {34, 54}, {10, 72}}}},
      // straight back, small bowl
      {3, {{{34, 0}, {18, 30}, {6, 64}, {10, 92}, {30, 99}, {46, 84}, {40, 66}, {22, 68}, {10, 84}}}},
      // wide bowl that closes on the back
      {2, {{{56, 3}, {30, 10}, {8, 40}, {3, 74}, {24, 98}, {56, 90}, {64, 66}, {42, 52}, {8, 62}}}},
      // the loop runs inside, long back
      {2, {{{42, 0}, {16, 30}, {4, 66}, {14, 94}, {40, 96}, {50, 78}, {38, 66}, {22, 76}, {20, 92}}}},
      // upright back, the bowl wide and low
      {3, {{{14, 0}, {6, 30}, {2, 62}, {12, 92}, {42, 98}, {70, 82}, {62, 58}, {36, 60}, {14, 84}}}},
      // upright back, the bowl a small ring at the right
      {2, {{{10, 0}, {4, 34}, {2, 70}, {20, 98}, {54, 96}, {74, 74}, {64, 52}, {44, 60}, {36, 80}, {42, 98}}}},
      // a hooked beginning, the bowl low and flat
      {1.5, {{{52, 8}, {36, 0}, {16, 24}, {4, 60}, {10, 90}, {36, 100}, {62, 90}, {60, 70}, {38, 66}, {12, 82}}}},
      // the back leans, the bowl lies wide to the right
      {2, {{{46, 0}, {22, 30}, {4, 62}, {6, 90}, {34, 96}, {72, 78}, {84, 58}, {64, 52}, {36, 68}, {18, 92}}}},
      // a short back, the bowl fills the height
      {0.5, {{{44, 0}, {16, 16}, {2, 50}, {10, 88}, {40, 100}, {66, 82}, {62, 56}, {36, 44}, {10, 62}}}},
      // upright back, the bowl high: nearly a b
      {1.5, {{{20, 0}, {8, 34}, {4, 68}, {20, 98}, {50, 92}, {60, 62}, {46, 40}, {22, 50}, {8, 68}}}},
  };
  return skeletons;
}

const Skeletons& sevens() {
  static const Skeletons skeletons = {
      // bar and straight leg
      {5, {{{0, 6}, {28, 5}, {60, 3, corner}, {46, 36}, {34, 68}, {26, 100}}}},
      // with a serif at the left
      {2, {{{2, 22}, {4, 6, corner}, {32, 5}, {62, 2, corner}, {46, 40}, {34, 100}}}},
      // a long serif: nearly an n
      {1, {{{2, 40}, {6, 8, corner}, {34, 4}, {58, 4, corner}, {54, 36}, {48, 68}, {44, 100}}}},
      // rounded shoulder
      {3, {{{0, 12}, {22, 5}, {50, 3}, {58, 16}, {44, 50}, {30, 100}}}},
      // crossed
      {2, {{{4, 5}, {34, 5}, {66, 2, corner}, {48, 36}, {36, 68}, {26, 100}}, {{16, 50}, {40, 48}, {66, 46}}}},
      // the leg falls straight down
      {1.5, {{{2, 10}, {26, 8}, {50, 2, corner}, {50, 34}, {48, 68}, {46, 100}}}},
      // narrow, a drop at the left
      {1.5, {{{2, 30}, {0, 14}, {10, 4}, {40, 4, corner}, {38, 36}, {32, 68}, {28, 100}}}},
      // crossed low and long
      {1, {{{0, 10}, {30, 6}, {60, 4, corner}, {42, 40}, {30, 70}, {22, 100}}, {{4, 58}, {30, 54}, {64, 48}}}},
      // leaning bar, the leg bends back to the right
      {1, {{{0, 16}, {24, 12}, {58, 0, corner}, {40, 30}, {28, 60}, {30, 84}, {38, 100}}}},
      // crossed, with a serif
      {1, {{{4, 24}, {6, 6, corner}, {36, 6}, {66, 4, corner}, {48, 38}, {30, 100}}, {{14, 54}, {38, 52}, {64, 46}}}},
      // a waving bar
      {1.5, {{{0, 20}, {14, 4}, {36, 10}, {62, 0, corner}, {44, 34}, {30, 66}, {24, 100}}}},
      // wide and crossed, the bar longer on the left
      {1, {{{0, 12}, {40, 10}, {84, 4, corner}, {58, 36}, {40, 68}, {30, 98}}, {{6, 52}, {36, 50}, {72, 44}}}},
      // a bow
      {1, {{{4, 8}, {34, 2}, {60, 14}, {62, 38}, {46, 66}, {22, 98}}}},
      // wide and low, the leg curved
      {1.5, {{{0, 14}, {36, 8}, {76, 0, corner}, {54, 24}, {38, 54}, {34, 90}}}},
  };
  return skeletons;
}

const Skeletons& eights() {
  static const Skeletons skeletons = {
      // one stroke from the upper right, crossing in the middle
      {4, {{{54, 10}, {30, 0}, {10, 16}, {22, 38}, {44, 56}, {54, 80}, {30, 100}, {6, 82}, {18, 58}, {44, 36}, {56, 14}}}},
      // begun at the top
      {3, {{{36, 0}, {14, 10}, {16, 32}, {40, 50}, {56, 74}, {36, 100}, {8, 84}, {18, 56}, {46, 38}, {56, 16}, {36, 0}}}},
      // two rings
      {1.5, {{{32, 0}, {12, 12}, {14, 36}, {34, 46}, {52, 34}, {52, 10}, {32, 0}}, {{32, 46}, {6, 60}, {6, 88}, {32, 100}, {58, 88}, {58, 60}, {32, 46}}}},
      // slim, the loops long
      {2, {{{50, 12}, {36, 0}, {22, 14}, {28, 38}, {38, 60}, {40, 86}, {24, 100}, {12, 84}, {24, 58}, {42, 34}, {52, 6}}}},
      // small head left open
      {1.5, {{{60, 6}, {36, 4}, {18, 18}, {28, 38}, {42, 60}, {40, 90}, {16, 98}, {6, 80}, {24, 56}, {50, 36}, {62, 20}}}},
      // the end stays outside, as an ear
      {1.5, {{{70, 4}, {40, 8}, {14, 4}, {8, 22}, {30, 44}, {48, 66}, {44, 92}, {18, 98}, {8, 78}, {32, 50}, {60, 26}, {80, 8}}}},
      // the lower loop all but closed
      {1.5, {{{58, 8}, {30, 0}, {8, 16}, {20, 36}, {40, 54}, {44, 82}, {32, 100}, {26, 84}, {32, 56}, {50, 34}, {60, 12}}}},
      // the second line is nearly straight
      {1.5, {{{58, 4}, {32, 2}, {16, 16}, {26, 36}, {46, 58}, {46, 86}, {24, 100}, {8, 84}, {26, 54}, {60, 2}}}},
      // wide head, the crossing high
      {1, {{{60, 14}, {36, 0}, {4, 8}, {6, 26}, {38, 42}, {60, 66}, {44, 98}, {14, 92}, {12, 66}, {40, 40}, {64, 18}}}},
      // large head, small foot
      {2, {{{66, 8}, {34, 0}, {4, 20}, {14, 46}, {38, 60}, {46, 80}, {34, 100}, {16, 90}, {26, 64}, {56, 40}, {70, 10}}}},
      // leaning, the upper loop drawn last and wide
      {1.5, {{{40, 4}, {16, 16}, {20, 36}, {38, 52}, {36, 84}, {14, 100}, {2, 82}, {20, 58}, {56, 34}, {70, 10}, {46, 2}}}},
  };
  return skeletons;
}

const Skeletons& nines() {
  static const Skeletons skeletons = {
      // loop, then a straight stem
      {4, {{{56, 12}, {32, 0}, {6, 18}, {12, 42}, {38, 42}, {56, 12, corner}, {54, 40}, {50, 70}, {46, 100}}}},
      // the tail is curved back
      {2, {{{58, 14}, {34, 0}, {8, 16}, {12, 42}, {38, 44}, {58, 16, corner}, {58, 52}, {44, 90}, {10, 98}}}},
      // loop and stem in one smooth line
      {3, {{{54, 10}, {32, 0}, {8, 18}, {14, 40}, {38, 38}, {56, 16}, {56, 30}, {44, 66}, {32, 100}}}},
      // small head, long leaning stem
      {3, {{{48, 4}, {24, 6}, {8, 26}, {22, 36}, {46, 22}, {54, 4, corner}, {46, 36}, {36, 70}, {28, 100}}}},
      // large head, short stem
      {2, {{{58, 16}, {34, 0}, {6, 20}, {4, 48}, {26, 60}, {52, 44}, {60, 14, corner}, {60, 56}, {58, 100}}}},
      // drawn from the top, the head closed by the stem
      {1.5, {{{44, 2}, {16, 10}, {4, 34}, {22, 46}, {46, 34}, {52, 4}}, {{52, 4}, {50, 36}, {46, 68}, {44, 100}}}},
      // open head
      {1.5, {{{46, 6}, {20, 8}, {4, 30}, {20, 48}, {46, 38}, {60, 14, corner}, {52, 44}, {44, 72}, {38, 100}}}},
      // round head, the stem leans far
      {1.5, {{{66, 8}, {40, 2}, {16, 20}, {22, 40}, {48, 34}, {72, 6, corner}, {56, 38}, {38, 68}, {22, 100}}}},
      // narrow leaning head, the stem straight
      {1.5, {{{60, 6}, {42, 2}, {18, 24}, {10, 46}, {28, 50}, {52, 24}, {62, 4, corner}, {50, 50}, {38, 100}}}},
      // round as a ring, the stem upright at its side
      {1.5, {{{54, 26}, {44, 4}, {18, 0}, {0, 20}, {8, 46}, {34, 50}, {54, 28}, {58, 50}, {56, 76}, {54, 100}}}},
      // the tail hooks up
      {1, {{{56, 12}, {30, 0}, {8, 18}, {16, 42}, {42, 40}, {58, 14, corner}, {60, 54}, {52, 90}, {26, 100}, {6, 84}}}},
      // large head, the tail swings far to the left
      {1, {{{56, 20}, {40, 2}, {12, 10}, {6, 36}, {28, 48}, {52, 30}, {58, 44}, {50, 78}, {26, 98}, {0, 92}}}},
  };
  return skeletons;
}
// clang-format on

}  // namespace

const Skeletons& skeletonsOf(int digit) {
  constexpr std::array kTable = {zeros, ones, twos, threes, fours, fives, sixes, sevens, eights, nines};
  require(digit >= 0 && digit < 10, "a digit is 0 to 9");
  return kTable[static_cast<std::size_t>(digit)]();
}

}  // namespace cajal
