#include "engine/render/matrix_pass.h"

#include <array>
#include <cmath>
#include <thread>

#include "engine/base/error.h"
#include "engine/render/host/host_matrix.h"
#include "engine/vulkan/barrier.h"
#include "engine/vulkan/device.h"

namespace cajal {
namespace {

constexpr auto kStorage = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER;
constexpr std::uint64_t kSoftwareBudget = 1 << 24;  // elements a frame: 64 MB, some milliseconds of two cores
constexpr std::uint64_t kGpuBudget = 1 << 28;       // a gigabyte, a quarter of a millisecond where it matters
constexpr std::uint64_t kElementsWorthThreads =
    1 << 20;                                   // 4 MB: to begin a thread takes a tenth of a millisecond
constexpr std::uint32_t kLevelsADispatch = 3;  // of reduce_up
constexpr float kNear = 1e-3f;                 // clip w below which a point is behind the eye

bool isSoftware(const Device& device) {
  return device.facts().type == VK_PHYSICAL_DEVICE_TYPE_CPU;
}

// Images are looked at closely, and are small: their values are read as they are.
bool canBeReduced(const gpu::Plane& plane) {
  return plane.isImage == 0 && plane.source == gpu::kPlaneValues && plane.stride == 1 && plane.middle == 0.0f;
}

}  // namespace

// Elements a pixel, at the corners: between them there are fewer. Where a corner is behind the eye, nobody
// knows.
bool isSeenFromFar(const gpu::View& view, const gpu::Plane& plane) {
  const glm::vec2 halfViewport = 0.5f * glm::vec2(view.viewport);
  const glm::vec4 across =
      view.viewProjection * glm::vec4(plane.across, 0.0f) / static_cast<float>(plane.columns);
  const glm::vec4 down = view.viewProjection * glm::vec4(plane.down, 0.0f) / static_cast<float>(plane.rows);
  bool isFar = false, isLeft = true, isRight = true, isAbove = true, isBelow = true, isBehind = true;
  for (const glm::vec2 corner : {glm::vec2(0, 0), glm::vec2(1, 0), glm::vec2(0, 1), glm::vec2(1, 1)}) {
    const glm::vec4 at =
        view.viewProjection * glm::vec4(plane.origin + corner.x * plane.across + corner.y * plane.down, 1.0f);
    isLeft &= at.x < -at.w;
    isRight &= at.x > at.w;
    isAbove &= at.y < -at.w;
    isBelow &= at.y > at.w;
    isBehind &= at.w < kNear;
    if (at.w < kNear) {
      isFar = true;
      continue;
    }
    // Pixels an element, each way; then the other way round.
    const glm::vec2 screen = glm::vec2(at) / at.w;
    const glm::vec2 right = (glm::vec2(across) - screen * across.w) / at.w * halfViewport;
    const glm::vec2 below = (glm::vec2(down) - screen * down.w) / at.w * halfViewport;
    const float area = std::abs(right.x * below.y - right.y * below.x);
    const float columns = (std::abs(below.x) + std::abs(below.y)) / area,
                rows = (std::abs(right.x) + std::abs(right.y)) / area;
    isFar |=
        !((columns + 1) * (rows + 1) <= gpu::kMostElementsAPixel);  // also where the plane is seen edge-on
  }
  return isFar && !(isLeft || isRight || isAbove || isBelow || isBehind);
}

MatrixPass::MatrixPass(const Device& device)
    : m_device(device),
      m_reduce(device, "reduce.comp", {kStorage, kStorage, kStorage}, sizeof(gpu::MatrixSlice)),
      m_reduceUp(device, "reduce_up.comp", {kStorage}, sizeof(gpu::MatrixSlice)),
      m_noBlocks(device, sizeof(gpu::Block), VK_BUFFER_USAGE_STORAGE_BUFFER_BIT, MemoryUse::device,
                 "no blocks"),
      m_budget(isSoftware(device) ? kSoftwareBudget : kGpuBudget),
      m_hostThreads(isSoftware(device) ? everyCore() : 0) {}

int MatrixPass::everyCore() {
  return static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

void MatrixPass::setHostThreads(int threads) {
  if ((threads > 0) != (m_hostThreads > 0)) forget();
  m_hostThreads = threads;
}

ReducedPlanes MatrixPass::refresh(Frame& frame, Frames& frames, const RenderScene& scene) {
  follow(frames, scene);
  std::vector<std::size_t> seen;  // indices of matrices
  std::size_t index = 0;
  for (const gpu::Plane& plane : scene.planes) {
    if (!canBeReduced(plane)) continue;
    if (isSeenFromFar(scene.view, plane)) seen.push_back(index);
    ++index;
  }
  if (!seen.empty()) {
    if (!m_blocks) allocate(frames);
    const VkCommandBuffer commands = frame.commands();
    if (!m_isOnHost) memoryBarrier(commands, access::kFragmentRead, access::kComputeReadWrite);
    // From the one whose turn it is, once round.
    std::size_t at = 0;
    while (at < seen.size() && seen[at] < m_next) ++at;
    std::uint64_t budget = m_budget;
    std::vector<Matrix*> complete;
    for (std::size_t i = 0; i < seen.size() && budget > 0; ++i) {
      const std::size_t which = seen[(at + i) % seen.size()];
      const bool isComplete = takeTurn(commands, scene, m_matrices[which], budget);
      if (isComplete) complete.push_back(&m_matrices[which]);
      m_next = isComplete ? which + 1 : which;
    }
    finishTurns(commands, complete);
    if (!m_isOnHost) memoryBarrier(commands, access::kComputeWrite, access::kFragmentRead);
  }
  return {answer(frame, scene), wholeOf(m_blocks ? *m_blocks : m_noBlocks)};
}

// The list of matrices is the scene's; where it is another one than before, nothing is known of any.
void MatrixPass::follow(Frames& frames, const RenderScene& scene) {
  std::vector<Matrix> matrices;
  for (const gpu::Plane& plane : scene.planes) {
    if (canBeReduced(plane)) matrices.push_back({{plane.rows, plane.columns}, plane.firstValue});
  }
  const auto isSame = [](const Matrix& a, const Matrix& b) {
    return a.levels.rows == b.levels.rows && a.levels.columns == b.levels.columns &&
           a.firstValue == b.firstValue;
  };
  const bool isOnHost = m_hostThreads > 0 && scene.planeValues.host != nullptr;
  if (isOnHost == m_isOnHost &&
      std::equal(matrices.begin(), matrices.end(), m_matrices.begin(), m_matrices.end(), isSame))
    return;
  m_matrices = std::move(matrices);
  m_isOnHost = isOnHost;
  m_next = 0;
  if (m_blocks) frames.keep(std::move(m_blocks));
}

void MatrixPass::allocate(Frames& frames) {
  require(frames.inFlight() <= 2, "a frame in flight reads one of two sets of blocks");
  std::size_t blocks = 0;
  for (Matrix& matrix : m_matrices) {
    for (std::uint32_t& first : matrix.firstBlock) {
      if (&first != matrix.firstBlock && !m_isOnHost) break;
      first = static_cast<std::uint32_t>(blocks);
      blocks += matrix.levels.blocks();
    }
  }
  m_blocks =
      std::make_unique<Buffer>(m_device, blocks * sizeof(gpu::Block),
                               VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_TRANSFER_SRC_BIT,
                               m_isOnHost ? MemoryUse::mapped : MemoryUse::device, "blocks of matrices");
}

// As many tile rows as the budget allows, one at least; true when those were the last.
bool MatrixPass::takeTurn(VkCommandBuffer commands, const RenderScene& scene, Matrix& matrix,
                          std::uint64_t& budget) {
  const BlockLevels& levels = matrix.levels;
  const std::uint64_t tileRow = std::uint64_t{levels.columns} * gpu::kTileSide;
  const std::size_t first = matrix.nextTileRow;
  const auto end = static_cast<std::size_t>(
      std::min<std::uint64_t>(levels.tileRows(), first + std::max<std::uint64_t>(budget / tileRow, 1)));
  budget -= std::min(budget, (end - first) * tileRow);
  if (m_isOnHost) {
    const auto* const values = reinterpret_cast<const float*>(scene.planeValues.host) + matrix.firstValue;
    const bool isWorthThreads = (end - first) * tileRow >= kElementsWorthThreads;
    reduceTileRows({values, levels.rows * levels.columns}, levels, first, end, hostBlocks(matrix),
                   isWorthThreads ? m_hostThreads : 1);
  } else {
    reduceOnDevice(commands, scene.planeValues, matrix, first, end);
  }
  matrix.nextTileRow = end == levels.tileRows() ? 0 : end;
  return matrix.nextTileRow == 0;
}

// The levels above a tile's, of all at once: between two of them the device waits.
void MatrixPass::finishTurns(VkCommandBuffer commands, const std::vector<Matrix*>& complete) {
  if (m_isOnHost) {
    for (Matrix* const matrix : complete) reduceFurther(matrix->levels, hostBlocks(*matrix));
  } else {
    reduceFurtherOnDevice(commands, complete);
  }
  for (Matrix* const matrix : complete) {
    matrix->shown = written(*matrix);
    matrix->isKnown = true;
  }
}

// A shader may not see as much of a buffer at once as there is: then in slices.
void MatrixPass::reduceOnDevice(VkCommandBuffer commands, const BufferRange& values, const Matrix& matrix,
                                std::size_t first, std::size_t end) const {
  const BlockLevels& levels = matrix.levels;
  const DeviceLimits& limits = m_device.limits();
  const VkDeviceSize rowBytes = levels.columns * sizeof(float);
  const std::size_t atOnce = std::max<std::size_t>(
      1,
      static_cast<std::size_t>((limits.storageRange - limits.offsetAlignment) / (rowBytes * gpu::kTileSide)));
  m_reduce.bind(commands);
  for (; first < end; first += atOnce) {
    const std::size_t rows = std::min(atOnce, end - first), firstRow = first * gpu::kTileSide,
                      endRow = std::min((first + rows) * gpu::kTileSide, levels.rows);
    const VkDeviceSize begin = matrix.firstValue * sizeof(float) + firstRow * rowBytes;
    const VkDeviceSize aligned = begin / limits.offsetAlignment * limits.offsetAlignment;
    const BufferRange seen{values.buffer, values.offset + aligned,
                           begin - aligned + (endRow - firstRow) * rowBytes};
    m_reduce.bindings(commands, {seen, *m_blocks, seen});
    gpu::MatrixSlice slice{};
    // Element (0, 0) may lie before the slice: the shader's sums come out right modulo 2^32.
    slice.firstValue = matrix.firstValue - static_cast<std::uint32_t>(aligned / sizeof(float));
    slice.rows = static_cast<std::uint32_t>(levels.rows);
    slice.columns = static_cast<std::uint32_t>(levels.columns);
    slice.firstBlock = matrix.firstBlock[written(matrix)];
    slice.firstTileRow = static_cast<std::uint32_t>(first);
    m_reduce.push(commands, slice);
    vkCmdDispatch(commands, groupsFor(levels.columns, gpu::kTileSide), static_cast<std::uint32_t>(rows), 1);
  }
}

void MatrixPass::reduceFurtherOnDevice(VkCommandBuffer commands, const std::vector<Matrix*>& complete) const {
  std::size_t most = 0;  // levels
  for (const Matrix* const matrix : complete) most = std::max(most, matrix->levels.count());
  m_reduceUp.bind(commands);
  m_reduceUp.bindings(commands, {*m_blocks});
  for (std::uint32_t level = kLevelsADispatch; level + 1 < most; level += kLevelsADispatch) {
    memoryBarrier(commands, access::kComputeWrite, access::kComputeReadWrite);
    for (const Matrix* const matrix : complete) {
      const BlockLevels& levels = matrix->levels;
      if (level + 1 >= levels.count()) continue;
      gpu::MatrixSlice slice{};
      slice.rows = static_cast<std::uint32_t>(levels.rows);
      slice.columns = static_cast<std::uint32_t>(levels.columns);
      slice.firstBlock = matrix->firstBlock[written(*matrix)];
      slice.level = level;
      m_reduceUp.push(commands, slice);
      vkCmdDispatch(commands, groupsFor(levels.across(level), 8), groupsFor(levels.down(level), 8), 1);
    }
  }
}

std::span<gpu::Block> MatrixPass::hostBlocks(const Matrix& matrix) const {
  return m_blocks->elements<gpu::Block>().subspan(matrix.firstBlock[written(matrix)], matrix.levels.blocks());
}

BufferRange MatrixPass::answer(Frame& frame, const RenderScene& scene) const {
  std::vector<gpu::PlaneBlocks> planes;
  auto matrix = m_matrices.begin();
  for (const gpu::Plane& plane : scene.planes) {
    planes.push_back({gpu::kNone, plane.isImage == 1 ? gpu::kRootMeanSquare : scene.reduction});
    if (!canBeReduced(plane)) continue;
    if (matrix->isKnown) planes.back().first = matrix->firstBlock[matrix->shown];
    ++matrix;
  }
  return frame.upload().write(planes);
}

}  // namespace cajal
