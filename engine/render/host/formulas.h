#pragma once
// shaders/shared/formulas.h on the host: log2, exp2, clamp, mix and smoothstep are those that the vectoriser
// can take.

#include <cmath>

#include "engine/render/host/vector_math.h"
#include "shaders/shared/formulas.h"
