#include "viewer/bridge/shared_memory_bridge.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/base/clock.h"
#include "engine/base/error.h"
#include "engine/base/log.h"
#include "engine/vulkan/barrier.h"

namespace cajal {
namespace {

constexpr double kPatienceSeconds = 60;
constexpr double kPatienceAtTheEnd = 10;
// Two looks and so long without a request: the window is minimised, or there is none.
constexpr double kUnseenAfterSeconds = 0.05;
constexpr double kLeastUnseenSeconds = 0.02, kMostUnseenSeconds = 0.15;  // of work enqueued at a time
// Of a step, before its wait for drawing: its forward pass.
constexpr double kForwardShare = 1.0 / 3;
// CUDA takes about a thousand launches; then the next one waits, and if the stream itself waits for a frame
// that never ends, it waits for ever. So many at most are enqueued behind a wait before we look ourselves.
constexpr std::uint64_t kLaunchesBehindAWait = 700;
constexpr std::uint64_t kLaunchesPerLayer = 10;  // at most, with a share of what all layers have in common
// Steps behind the first are captured, and launched sixteen at a time. How much room such a launch takes is
// not known: as much as eight others, to be safe.
constexpr std::uint64_t kStepsPerRepetition = 16, kLaunchesPerRepetition = 8;
// A look at many inputs (compute/training/looks.h): four forward passes at most, of three launches a layer.
constexpr std::uint64_t kLaunchesPerLookedAtLayer = 4 * 3;

// Shaders read the arenas, and a copy takes the outputs that panels show.
constexpr VkPipelineStageFlags2 kReadingStages =
    access::kShaderRead.stage | VK_PIPELINE_STAGE_2_ALL_TRANSFER_BIT;
constexpr VkAccessFlags2 kReading = access::kShaderRead.access | VK_ACCESS_2_TRANSFER_READ_BIT;

std::uint64_t stepsBehindAWait(std::size_t layers) {
  const std::uint64_t first = kLaunchesPerLayer * layers;
  // What is left over by the sixteens is launched one by one.
  const std::uint64_t reserved = first + (kStepsPerRepetition - 1) * kLaunchesPerRepetition;
  if (reserved >= kLaunchesBehindAWait) return 1;
  return 1 + (kLaunchesBehindAWait - reserved) / kLaunchesPerRepetition * kStepsPerRepetition;
}

// Steps behind a wait that take as much room.
std::uint64_t stepsLikeALook(std::size_t layers) {
  return kLaunchesPerLookedAtLayer * layers * kStepsPerRepetition / kLaunchesPerRepetition;
}

bool changesCost(const Command& command) {
  return command.name == "batch" || command.name == "optimizer";
}

VkBufferMemoryBarrier2 handOver(const BufferRange& range, std::uint32_t from, std::uint32_t to) {
  VkBufferMemoryBarrier2 barrier{VK_STRUCTURE_TYPE_BUFFER_MEMORY_BARRIER_2};
  barrier.srcStageMask = barrier.dstStageMask = kReadingStages;
  barrier.dstAccessMask = to == VK_QUEUE_FAMILY_EXTERNAL ? VK_ACCESS_2_NONE : kReading;
  barrier.srcQueueFamilyIndex = from;
  barrier.dstQueueFamilyIndex = to;
  barrier.buffer = range.buffer;
  barrier.offset = range.offset;
  barrier.size = range.bytes;
  return barrier;
}

void handOverAll(VkCommandBuffer commands, const Publication& publication, std::uint32_t from,
                 std::uint32_t to) {
  std::array<VkBufferMemoryBarrier2, kArenaKinds> barriers;
  std::transform(std::begin(publication.arenas), std::end(publication.arenas), barriers.begin(),
                 [&](const BufferRange& range) { return handOver(range, from, to); });
  VkDependencyInfo info{VK_STRUCTURE_TYPE_DEPENDENCY_INFO};
  info.bufferMemoryBarrierCount = static_cast<std::uint32_t>(barriers.size());
  info.pBufferMemoryBarriers = barriers.data();
  vkCmdPipelineBarrier2(commands, &info);
}

}  // namespace

SharedMemory::SharedMemory(std::unique_ptr<TrainingStream> stream, const TrainerMaker& makeTrainer,
                           std::uint32_t queueFamily)
    : m_stream(std::move(stream)), m_queueFamily(queueFamily) {
  m_trainer = makeTrainer([this](ArenaKind kind, std::size_t floats) {
    SharedArena arena = m_stream->makeArena(floats);
    m_publication.arenas[static_cast<std::size_t>(kind)] = arena.drawn;
    return std::move(arena.trained);
  });
  m_stepsDone = m_trainer->stepsDone();  // of a run that goes on
  m_stepsBehindAWait = stepsBehindAWait(m_trainer->network().layers().size());
}

SharedMemory::~SharedMemory() {
  try {
    if (!m_failure) {
      waitForDrawing();
      if (m_stream->finish(kPatienceAtTheEnd)) return;
      logError("the training has not ended in {:.0f} seconds", kPatienceAtTheEnd);
    }
  } catch (const std::exception& error) {
    logError("while ending the training: {}", error.what());
  }
  // Giving its memory back waits for the stream: that must not wait for a frame that never ends.
  m_stream->signalDrawnInstead(m_turns.lastSubmitted());
}

// ---- the training ----

void SharedMemory::run(std::uint64_t steps) {
  m_remaining =
      steps > TrainingThread::kForever - m_remaining ? TrainingThread::kForever : m_remaining + steps;
}

std::vector<Metrics> SharedMemory::takeMetrics() {
  std::vector<Metrics> metrics;
  guarded([&] {
    collectBursts();
    goOnUnseen();
    metrics = m_trainer->takeMetrics();
  });
  return metrics;
}

void SharedMemory::awaitMetrics() {
  guarded([&] { settle(); });
}

void SharedMemory::withTrainer(const std::function<void(Trainer&)>& work) {
  guarded([&] {
    applyCommands();
    settle();
    work(*m_trainer);
    settle();
    if (m_turns.hasPublication()) publish();  // it may have written
  });
}

// ---- a frame ----

void SharedMemory::request(const FrameRequest& request) {
  const std::uint64_t overtaken = m_isDeferred ? m_request.steps : 0;
  m_request = request;
  m_request.steps += overtaken;
  m_lastRequestTime = secondsNow();
  m_looksSinceRequest = 0;
  m_wasRequested = m_isDeferred = true;
  if (!m_isTaken) answerRequest();
}

const Publication* SharedMemory::newest(bool wait) {
  if (wait && m_isDeferred) answerRequest();  // what was taken before is not going to be drawn
  if (!m_turns.hasPublication()) return nullptr;
  m_isTaken = true;
  return &m_publication;
}

std::vector<SemaphoreAt> SharedMemory::waits() const {
  if (!m_turns.hasPublication()) return {};
  return {m_stream->trainedAt(m_turns.drawsAfter(), kReadingStages)};
}

std::vector<SemaphoreAt> SharedMemory::signals() const {
  if (!m_turns.hasPublication()) return {};
  return {m_stream->drawnAt(m_turns.drawsAs())};
}

void SharedMemory::submitted(std::uint64_t) {
  if (!m_turns.hasPublication()) return;  // it waited for nothing, and signalled nothing
  m_turns.submitted();
  m_isTaken = false;
  if (m_isDeferred) answerRequest();
}

// What Vulkan asks of memory that another API writes (its chapter on queue family ownership transfer). On the
// GPUs of today the semaphores do all of it.
void SharedMemory::acquire(VkCommandBuffer commands) const {
  handOverAll(commands, m_publication, VK_QUEUE_FAMILY_EXTERNAL, m_queueFamily);
}

void SharedMemory::release(VkCommandBuffer commands) const {
  handOverAll(commands, m_publication, m_queueFamily, VK_QUEUE_FAMILY_EXTERNAL);
}

// ---- enqueuing ----

void SharedMemory::answerRequest() {
  m_isDeferred = false;
  guarded([&] {
    collectBursts();
    applyCommands();
    enqueueSteps(stepsForRequest());
    publish();
  });
}

// Nobody draws, but somebody still looks in every few milliseconds: keeps the GPU busy until he comes again.
void SharedMemory::goOnUnseen() {
  const double now = secondsNow();
  const double sinceLook = now - std::exchange(m_lastLookTime, now);
  const bool isFirstLook = m_looksSinceRequest++ == 0;
  const bool isSeen = m_wasRequested && (isFirstLook || now - m_lastRequestTime < kUnseenAfterSeconds);
  const bool isLockstep = m_wasRequested && m_request.steps > 0;
  if (isSeen || isLockstep || m_isTaken || m_remaining == 0) return;
  applyCommands();
  const double seconds = std::clamp(1.5 * sinceLook, kLeastUnseenSeconds, kMostUnseenSeconds);
  enqueueSteps(std::min(m_remaining, m_controller.stepsForSeconds(seconds, stepsAhead())));
  if (m_wasRequested) publish();
}

void SharedMemory::applyCommands() {
  for (const Command& command : std::exchange(m_commands, {}))
    command.atStep > 0 ? m_scheduled.push_back(command) : apply(command);
  for (; isCommandDue(); m_scheduled.pop_front()) apply(m_scheduled.front());
}

void SharedMemory::apply(const Command& command) {
  if (command.name == kPause) {
    m_remaining = 0;
    return;
  }
  if (changesCost(command)) m_controller.forget();
  if (command.name == kReset) settle();  // it waits for the GPU, and would do so for ever
  waitForDrawing();
  m_log.push_back(m_trainer->apply(command));
  if (command.name == kReset) m_stepsDone = m_trainer->stepsDone();
}

bool SharedMemory::isCommandDue() const {
  return !m_scheduled.empty() && m_scheduled.front().atStep <= m_trainer->stepsDone();
}

std::uint64_t SharedMemory::stepsForRequest() const {
  if (m_request.steps > 0) return m_remaining > 0 ? std::min(m_request.steps, m_remaining) : m_request.steps;
  if (m_remaining == 0) return 0;
  return std::min(m_remaining, m_controller.stepsForFrame(m_request.seconds, stepsAhead()));
}

void SharedMemory::enqueueSteps(std::uint64_t steps) {
  if (m_remaining != TrainingThread::kForever) m_remaining -= std::min(m_remaining, steps);
  while (steps > 0) {
    const std::uint64_t untilCommand =
        m_scheduled.empty() ? TrainingThread::kForever : m_scheduled.front().atStep - m_trainer->stepsDone();
    const std::uint64_t burst =
        std::min({steps, m_controller.stepsPerBurst(), m_stepsBehindAWait, untilCommand});
    if (m_isWaitOpen && m_stepsSinceWait + burst > m_stepsBehindAWait) confirmDrawing();
    enqueueBurst(burst);
    steps -= burst;
    if (isCommandDue()) {
      const std::uint64_t remaining = m_remaining;
      applyCommands();
      if (m_remaining == 0 && remaining > 0) return;  // a pause was among them
    }
    if (!m_trainer->haltedReason().empty()) {
      m_remaining = 0;
      return;
    }
  }
}

void SharedMemory::enqueueBurst(std::uint64_t steps) {
  m_timedLess = 0;
  m_stream->beginBurst();
  const auto beforeSharedWrites = [this] {
    if (!waitForDrawing()) return;
    m_stream->beginBurst();  // the wait is no work
    m_timedLess = kForwardShare;
  };
  m_trainer->advance(steps, beforeSharedWrites);
  m_stream->endBurst();
  m_bursts.push_back({static_cast<double>(steps) - m_timedLess, m_trainer->stepsDone()});
  m_stepsSinceWait += steps;
}

// Usually the frame is drawn long before. Else the next launches would wait for it anyway, and know no end.
void SharedMemory::confirmDrawing() {
  if (!m_stream->isDrawn(m_turns.lastSubmitted(), kPatienceSeconds)) {
    throw Error(ExitCode::gpu,
                fmt::format("a frame has not been drawn in {:.0f} seconds, and training waits for it; draw "
                            "fewer edges or a smaller picture",
                            kPatienceSeconds));
  }
  m_isWaitOpen = false;
}

void SharedMemory::publish() {
  waitForDrawing();
  m_publication.facts = takeSnapshot(*m_trainer, m_request.view).facts;
  if (m_publication.facts.looks.count > 0)
    m_stepsSinceWait += stepsLikeALook(m_trainer->network().layers().size());
  m_stream->signalTrained(m_turns.publish());
  ++m_counters.publications;
}

// Before the first write to the arenas since the last frame. True where there was something to wait for.
bool SharedMemory::waitForDrawing() {
  const std::optional<std::uint64_t> value = m_turns.waitBeforeWriting();
  if (!value) return false;
  m_stream->waitForDrawn(*value);
  m_isWaitOpen = true;
  m_stepsSinceWait = 0;
  return true;
}

// ---- looking ----

void SharedMemory::collectBursts() {
  while (!m_bursts.empty()) {
    const std::optional<double> seconds = m_stream->pollBurst();
    if (!seconds) return;
    m_controller.note(m_bursts.front().timedSteps, *seconds);
    m_stepsDone = m_bursts.front().stepsAfter;
    m_bursts.pop_front();
  }
}

// Waits until everything enqueued is done, drawing included.
void SharedMemory::settle() {
  waitForDrawing();
  if (!m_stream->finish(kPatienceSeconds)) {
    throw Error(ExitCode::gpu, fmt::format("the GPU has not finished the training's last steps in {:.0f} "
                                           "seconds; use a smaller --net or --batch, or --backend cpu",
                                           kPatienceSeconds));
  }
  m_isWaitOpen = false;
  collectBursts();
  m_stepsDone = m_trainer->stepsDone();
}

// An error of the GPU's ends the training for good, and every later question is answered with it.
template <typename Work>
void SharedMemory::guarded(Work&& work) {
  if (m_failure) std::rethrow_exception(m_failure);
  try {
    work();
  } catch (const Error& error) {
    if (error.exitCode() != ExitCode::gpu) throw;
    m_failure = std::make_exception_ptr(Error(
        ExitCode::gpu, fmt::format("training ended after step {}: {}", m_trainer->stepsDone(), error.what()),
        error.where()));
    std::rethrow_exception(m_failure);
  }
}

}  // namespace cajal
