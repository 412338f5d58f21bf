#include "engine/render/passes/matrix_pass.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <thread>

#include "engine/base/error.h"
#include "engine/render/host/host_matrix.h"
#include "engine/vulkan/barrier.h"
#include "engine/vulkan/device.h"
#include "shaders/shared/look.h"

namespace cajal {
namespace {

constexpr std::uint64_t kSoftwareBudget = 1 << 24;  // elements a frame: 64 MB, some milliseconds of two cores
constexpr std::uint64_t kGpuBudget = 1 << 28;       // a gigabyte, a quarter of a millisecond where it matters
constexpr std::uint64_t kElementsWorthThreads =
    1 << 20;                                   // 4 MB: to begin a thread takes a tenth of a millisecond
constexpr std::uint32_t kLevelsADispatch = 3;  // of reduce_up

bool isSoftware(const Device& device) {
  return device.facts().type == VK_PHYSICAL_DEVICE_TYPE_CPU;
}

// Images are small: their values are read one by one, and they need no blocks.
bool canBeReduced(const gpu::Plane& plane) {
  return plane.isImage == 0 && plane.source == gpu::kPlaneValues && plane.stride == 1 && plane.middle == 0.0f;
}

}  // namespace

// Elements that a pixel covers at the corners of the plane: between corners a pixel covers fewer. Unknown
// where a corner is behind the eye.
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
    isBehind &= at.w < gpu::kNear;
    if (at.w < gpu::kNear) {
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

void MatrixPass::forget() {
  for (Group& group : m_groups)
    if (group.blocks) m_forgotten.push_back(std::move(group.blocks));
  m_groups.clear();
}

void MatrixPass::setHostThreads(int threads) {
  if ((threads > 0) != (m_hostThreads > 0)) forget();
  m_hostThreads = threads;
}

std::vector<ReducedPlanes> MatrixPass::refresh(Frame& frame, Frames& frames,
                                               std::span<const GroupFrame> groups) {
  follow(frames, groups);
  const std::vector<Turn> seen = seenFromFar(groups);
  if (!seen.empty()) {
    for (const Turn& turn : seen)
      if (!turn.group.blocks) allocate(turn.group, frames);
    const VkCommandBuffer commands = frame.commands();
    const bool isOnDevice =
        std::any_of(seen.begin(), seen.end(), [](const Turn& turn) { return !turn.group.isOnHost; });
    if (isOnDevice) memoryBarrier(commands, access::kFragmentRead, access::kComputeReadWrite);
    // From the one whose turn it is, once round.
    std::size_t at = 0;
    while (at < seen.size() && seen[at].number < m_next) ++at;
    std::uint64_t budget = m_budget;
    std::vector<Turn> complete;
    for (std::size_t i = 0; i < seen.size() && budget > 0; ++i) {
      const Turn& turn = seen[(at + i) % seen.size()];
      const bool isComplete = takeTurn(commands, turn, budget);
      if (isComplete) complete.push_back(turn);
      m_next = isComplete ? turn.number + 1 : turn.number;
    }
    finishTurns(commands, complete);
    if (isOnDevice) memoryBarrier(commands, access::kComputeWrite, access::kFragmentRead);
  }
  std::vector<ReducedPlanes> reduced;
  for (std::size_t i = 0; i < groups.size(); ++i) reduced.push_back(answer(frame, groups[i], m_groups[i]));
  return reduced;
}

// Makes the list of matrices of each group. Where a group has other matrices than before, all of them wait
// for their first turn again.
void MatrixPass::follow(Frames& frames, std::span<const GroupFrame> groups) {
  const auto isSame = [](const Matrix& a, const Matrix& b) {
    return a.levels.rows == b.levels.rows && a.levels.columns == b.levels.columns &&
           a.firstValue == b.firstValue;
  };
  std::vector<Group> known = std::move(m_groups);
  m_groups.clear();
  bool isAsBefore = known.size() == groups.size();
  for (const auto& [group, view, firstBundle, nodeValues] : groups) {
    Group next{group.id, m_hostThreads > 0 && group.planeValues.host != nullptr, {}, nullptr};
    for (const gpu::Plane& plane : group.planes)
      if (canBeReduced(plane)) next.matrices.push_back({{plane.rows, plane.columns}, plane.firstValue});
    const auto before =
        std::find_if(known.begin(), known.end(), [&](const Group& each) { return each.id == next.id; });
    const bool isKnown = before != known.end() && before->isOnHost == next.isOnHost &&
                         std::equal(next.matrices.begin(), next.matrices.end(), before->matrices.begin(),
                                    before->matrices.end(), isSame);
    isAsBefore &= isKnown && before - known.begin() == static_cast<std::ptrdiff_t>(m_groups.size());
    m_groups.push_back(isKnown ? std::move(*before) : std::move(next));
  }
  for (Group& group : known)
    if (group.blocks) m_forgotten.push_back(std::move(group.blocks));
  for (std::unique_ptr<Buffer>& blocks : m_forgotten) frames.keep(std::move(blocks));
  m_forgotten.clear();
  if (!isAsBefore) m_next = 0;
}

std::vector<MatrixPass::Turn> MatrixPass::seenFromFar(std::span<const GroupFrame> groups) {
  std::vector<Turn> seen;
  std::size_t number = 0;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    auto matrix = m_groups[i].matrices.begin();
    for (const gpu::Plane& plane : groups[i].group.planes) {
      if (!canBeReduced(plane)) continue;
      if (isSeenFromFar(groups[i].view, plane))
        seen.push_back({m_groups[i], *matrix, groups[i].group.planeValues, number});
      ++matrix;
      ++number;
    }
  }
  return seen;
}

void MatrixPass::allocate(Group& group, const Frames& frames) const {
  require(frames.inFlight() <= 2, "a frame in flight reads one of two sets of blocks");
  std::size_t blocks = 0;
  for (Matrix& matrix : group.matrices) {
    for (std::uint32_t& first : matrix.firstBlock) {
      if (&first != matrix.firstBlock && !group.isOnHost) break;
      first = static_cast<std::uint32_t>(blocks);
      blocks += matrix.levels.blocks();
    }
  }
  group.blocks =
      std::make_unique<Buffer>(m_device, blocks * sizeof(gpu::Block),
                               VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_TRANSFER_SRC_BIT,
                               group.isOnHost ? MemoryUse::mapped : MemoryUse::device, "blocks of matrices");
}

// Reduces as many tile rows as the budget allows, at least one. Returns whether those were the last.
bool MatrixPass::takeTurn(VkCommandBuffer commands, const Turn& turn, std::uint64_t& budget) const {
  auto& [group, matrix, source, number] = turn;
  const BlockLevels& levels = matrix.levels;
  const std::uint64_t tileRow = std::uint64_t{levels.columns} * gpu::kTileSide;
  const std::size_t first = matrix.nextTileRow;
  const auto end = static_cast<std::size_t>(
      std::min<std::uint64_t>(levels.tileRows(), first + std::max<std::uint64_t>(budget / tileRow, 1)));
  budget -= std::min(budget, (end - first) * tileRow);
  if (group.isOnHost) {
    const auto* const values = reinterpret_cast<const float*>(source.host) + matrix.firstValue;
    const bool isWorthThreads = (end - first) * tileRow >= kElementsWorthThreads;
    reduceTileRows({values, levels.rows * levels.columns}, levels, first, end, group.hostBlocks(matrix),
                   isWorthThreads ? m_hostThreads : 1);
  } else {
    reduceOnDevice(commands, turn, first, end);
  }
  matrix.nextTileRow = end == levels.tileRows() ? 0 : end;
  return matrix.nextTileRow == 0;
}

// The levels above a tile's, of all matrices together, since the device waits between two levels.
void MatrixPass::finishTurns(VkCommandBuffer commands, const std::vector<Turn>& complete) const {
  std::vector<Turn> onDevice;
  for (const Turn& turn : complete) {
    if (turn.group.isOnHost)
      reduceFurther(turn.matrix.levels, turn.group.hostBlocks(turn.matrix));
    else
      onDevice.push_back(turn);
  }
  reduceFurtherOnDevice(commands, onDevice);
  for (const Turn& turn : complete) {
    turn.matrix.shown = turn.group.written(turn.matrix);
    turn.matrix.isKnown = true;
  }
}

// In slices, where the matrix is larger than the part of a buffer that a shader may see at once.
void MatrixPass::reduceOnDevice(VkCommandBuffer commands, const Turn& turn, std::size_t first,
                                std::size_t end) const {
  const Matrix& matrix = turn.matrix;
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
    const BufferRange seen{turn.values.buffer, turn.values.offset + aligned,
                           begin - aligned + (endRow - firstRow) * rowBytes};
    m_reduce.bindings(commands, {seen, *turn.group.blocks, seen});
    gpu::MatrixSlice slice{};
    // Element (0, 0) may lie before the slice: the shader's sums come out right modulo 2^32.
    slice.firstValue = matrix.firstValue - static_cast<std::uint32_t>(aligned / sizeof(float));
    slice.rows = static_cast<std::uint32_t>(levels.rows);
    slice.columns = static_cast<std::uint32_t>(levels.columns);
    slice.firstBlock = matrix.firstBlock[turn.group.written(matrix)];
    slice.firstTileRow = static_cast<std::uint32_t>(first);
    m_reduce.push(commands, slice);
    vkCmdDispatch(commands, groupsFor(levels.columns, gpu::kTileSide), static_cast<std::uint32_t>(rows), 1);
  }
}

void MatrixPass::reduceFurtherOnDevice(VkCommandBuffer commands, const std::vector<Turn>& complete) const {
  std::size_t most = 0;  // levels
  for (const Turn& turn : complete) most = std::max(most, turn.matrix.levels.count());
  m_reduceUp.bind(commands);
  for (std::uint32_t level = kLevelsADispatch; level + 1 < most; level += kLevelsADispatch) {
    memoryBarrier(commands, access::kComputeWrite, access::kComputeReadWrite);
    for (const Turn& turn : complete) {
      const BlockLevels& levels = turn.matrix.levels;
      if (level + 1 >= levels.count()) continue;
      m_reduceUp.bindings(commands, {*turn.group.blocks});
      gpu::MatrixSlice slice{};
      slice.rows = static_cast<std::uint32_t>(levels.rows);
      slice.columns = static_cast<std::uint32_t>(levels.columns);
      slice.firstBlock = turn.matrix.firstBlock[turn.group.written(turn.matrix)];
      slice.level = level;
      m_reduceUp.push(commands, slice);
      vkCmdDispatch(commands, groupsFor(levels.across(level), 8), groupsFor(levels.down(level), 8), 1);
    }
  }
}

std::span<gpu::Block> MatrixPass::Group::hostBlocks(const Matrix& matrix) const {
  return blocks->elements<gpu::Block>().subspan(matrix.firstBlock[written(matrix)], matrix.levels.blocks());
}

ReducedPlanes MatrixPass::answer(Frame& frame, const GroupFrame& frameOfGroup, const Group& group) const {
  std::vector<gpu::PlaneBlocks> planes;
  auto matrix = group.matrices.begin();
  for (const gpu::Plane& plane : frameOfGroup.group.planes) {
    planes.push_back({gpu::kNone, plane.isImage == 1 ? gpu::kRootMeanSquare : frameOfGroup.group.reduction});
    if (!canBeReduced(plane)) continue;
    if (matrix->isKnown) planes.back().first = matrix->firstBlock[matrix->shown];
    ++matrix;
  }
  return {frame.upload().write(planes), wholeOf(group.blocks ? *group.blocks : m_noBlocks)};
}

}  // namespace cajal
