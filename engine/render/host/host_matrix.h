#pragma once
// shaders/reduce.comp and reduce_up.comp on the host. On a software device the host's vector units read a
// matrix as fast as memory delivers it, and compiled shaders do not. The blocks are the same, to rounding.
// Any thread.

#include <span>

#include "engine/render/block_levels.h"

namespace cajal {

// Tile rows [first, end) of a matrix into their blocks of the lowest four levels. On so many threads.
void reduceTileRows(std::span<const float> values, const BlockLevels& levels, std::size_t first,
                    std::size_t end, std::span<gpu::Block> blocks, int threads);

// The levels above those, once all tile rows are done.
void reduceFurther(const BlockLevels& levels, std::span<gpu::Block> blocks);

// A plain sum: the least that a pass over a matrix can do, and what the others are measured against.
float sumOnHost(std::span<const float> values, int threads);

}  // namespace cajal
