#pragma once
// Matrices seen from far: each is summed up in blocks of elements (shaders/reduce.comp), so that a pixel that
// covers thousands of elements shows all of them and looks at few.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/render/block_levels.h"
#include "engine/render/scene.h"
#include "engine/vulkan/frames.h"
#include "engine/vulkan/pipeline.h"

namespace cajal {

// What SolidPass is given for a group: a gpu::PlaneBlocks a plane, and the blocks they name.
struct ReducedPlanes {
  BufferRange planes, blocks;
};

class MatrixPass {
 public:
  explicit MatrixPass(const Device& device);

  // Sums up again, from the values of this frame, the matrices that the view sees from so far that it needs
  // blocks. The budget limits the elements a frame, of all groups together: large matrices come in slices of
  // rows, many matrices one after the other. A pixel always shows whole blocks, those of the last complete
  // turn of a matrix. Until the first turn is complete a pixel looks at every n-th element instead. A matrix
  // that is near costs nothing. The answer is one a group.
  std::vector<ReducedPlanes> refresh(Frame& frame, Frames& frames, std::span<const GroupFrame> groups);
  // To be called when other values are shown: every matrix waits for its first turn again.
  void forget();

  void setBudget(std::uint64_t elements) { m_budget = elements; }
  // Matrices in memory that the host can read are summed up by the host, on so many threads
  // (host/host_matrix.h); 0: by shaders. At first: every core on a software device, 0 elsewhere.
  void setHostThreads(int threads);
  static int everyCore();

 private:
  // A matrix of a group and its blocks.
  struct Matrix {
    BlockLevels levels;
    std::uint32_t firstValue = 0;  // floats into the planes' values
    std::uint32_t firstBlock[2]{gpu::kNone,
                                gpu::kNone};  // the host has two sets: a frame in flight reads the other one
    std::size_t shown = 0;                    // which of the two sets is complete
    bool isKnown = false;                     // one set is complete
    std::size_t nextTileRow = 0;              // of the turn in hand
  };

  // Those of a group's planes that can be summed up, in their order.
  struct Group {
    std::uint32_t id = 0;
    bool isOnHost = false;  // the blocks are
    std::vector<Matrix> matrices;
    std::unique_ptr<Buffer> blocks;  // of all of them; from the first that is seen from far

    // Which of its two sets of blocks a turn writes, and those blocks.
    std::size_t written(const Matrix& matrix) const { return isOnHost ? 1 - matrix.shown : 0; }
    std::span<gpu::Block> hostBlocks(const Matrix& matrix) const;
  };
  struct Turn {
    Group& group;
    Matrix& matrix;
    const BufferRange& values;  // the group's kPlaneValues
    std::size_t number;         // of the matrix, over all groups
  };

  void follow(Frames& frames, std::span<const GroupFrame> groups);
  std::vector<Turn> seenFromFar(std::span<const GroupFrame> groups);
  void allocate(Group& group, const Frames& frames) const;
  bool takeTurn(VkCommandBuffer commands, const Turn& turn, std::uint64_t& budget) const;
  void finishTurns(VkCommandBuffer commands, const std::vector<Turn>& complete) const;
  void reduceOnDevice(VkCommandBuffer commands, const Turn& turn, std::size_t first, std::size_t end) const;
  void reduceFurtherOnDevice(VkCommandBuffer commands, const std::vector<Turn>& complete) const;
  ReducedPlanes answer(Frame& frame, const GroupFrame& frameOfGroup, const Group& group) const;

  const Device& m_device;
  ComputePipeline m_reduce, m_reduceUp;
  Buffer m_noBlocks;  // bound while there are none
  std::uint64_t m_budget;
  int m_hostThreads;
  std::vector<Group> m_groups;                       // in the order of the scene
  std::size_t m_next = 0;                            // number of the matrix whose turn it is
  std::vector<std::unique_ptr<Buffer>> m_forgotten;  // a frame in flight may still read these blocks
};

// Whether a pixel of the picture may cover more elements of the plane than it can look at.
bool isSeenFromFar(const gpu::View& view, const gpu::Plane& plane);

}  // namespace cajal
