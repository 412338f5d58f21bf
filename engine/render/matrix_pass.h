#pragma once
// Matrices seen from far: each is summed up in blocks of elements (shaders/reduce.comp), so that a pixel that
// covers thousands of elements shows all of them and looks at few.

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/render/block_levels.h"
#include "engine/render/scene.h"
#include "engine/vulkan/frames.h"
#include "engine/vulkan/pipeline.h"

namespace cajal {

// What SolidPass is given: a gpu::PlaneBlocks a plane, and the blocks they name.
struct ReducedPlanes {
  BufferRange planes, blocks;
};

class MatrixPass {
 public:
  explicit MatrixPass(const Device& device);

  // Sums up again, from the values of this frame, what the view sees from so far that it needs blocks, and no
  // more elements a frame than the budget: large matrices come in slices of rows, many matrices one after the
  // other, and what a pixel shows of one is always of whole blocks: those of its last complete turn. Until
  // its first turn is complete a pixel looks at every n-th element instead. What is near costs nothing.
  ReducedPlanes refresh(Frame& frame, Frames& frames, const RenderScene& scene);
  // Other values are shown: every matrix waits for its first turn again.
  void forget() { m_matrices.clear(); }

  void setBudget(std::uint64_t elements) { m_budget = elements; }
  // Where the host sees the values, sum up there, on so many threads (host/host_matrix.h); 0: in shaders all
  // the same. From the start: on every core of a software device, and nowhere else.
  void setHostThreads(int threads);
  static int everyCore();

 private:
  // A matrix of the scene and its blocks.
  struct Matrix {
    BlockLevels levels;
    std::uint32_t firstValue = 0;  // floats into the planes' values
    std::uint32_t firstBlock[2]{gpu::kNone,
                                gpu::kNone};  // the host needs two: frames in flight read the other one
    std::size_t shown = 0;                    // which of the two is whole
    bool isKnown = false;                     // one is
    std::size_t nextTileRow = 0;              // of the turn in hand
  };

  void follow(Frames& frames, const RenderScene& scene);
  void allocate(Frames& frames);
  bool takeTurn(VkCommandBuffer commands, const RenderScene& scene, Matrix& matrix, std::uint64_t& budget);
  void finishTurns(VkCommandBuffer commands, const std::vector<Matrix*>& complete);
  void reduceOnDevice(VkCommandBuffer commands, const BufferRange& values, const Matrix& matrix,
                      std::size_t first, std::size_t end) const;
  void reduceFurtherOnDevice(VkCommandBuffer commands, const std::vector<Matrix*>& complete) const;
  // Which of its two sets of blocks a turn writes.
  std::size_t written(const Matrix& matrix) const { return m_isOnHost ? 1 - matrix.shown : 0; }
  std::span<gpu::Block> hostBlocks(const Matrix& matrix) const;  // those
  BufferRange answer(Frame& frame, const RenderScene& scene) const;

  const Device& m_device;
  ComputePipeline m_reduce, m_reduceUp;
  Buffer m_noBlocks;  // bound while there are none
  std::uint64_t m_budget;
  int m_hostThreads;
  bool m_isOnHost = false;           // the blocks are
  std::vector<Matrix> m_matrices;    // of the scene's planes that can be summed up, in their order
  std::unique_ptr<Buffer> m_blocks;  // of all of them; from the first that is seen from far
  std::size_t m_next = 0;            // whose turn it is
};

// Whether a pixel of the picture may cover more elements of the plane than it can look at.
bool isSeenFromFar(const gpu::View& view, const gpu::Plane& plane);

}  // namespace cajal
