#include "viewer/sources/shared_memory.h"

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
// Forward passes of a probe (compute/training/looks.h), at most.
constexpr std::uint64_t kForwardPassesOfProbe = 4;

// Shaders read the arenas, and a copy takes the outputs that panels show.
constexpr VkPipelineStageFlags2 kReadingStages =
    access::kShaderRead.stage | VK_PIPELINE_STAGE_2_ALL_TRANSFER_BIT;
constexpr VkAccessFlags2 kReading = access::kShaderRead.access | VK_ACCESS_2_TRANSFER_READ_BIT;

// Steps that may be enqueued while the stream waits for a frame, so that the host does not wait at a launch:
// the first one alone, and repetitions. Steps that are left over by the repetitions are launched one by one.
std::uint64_t stepsBehindAWait(const LaunchCosts& costs, std::size_t layers) {
  const std::uint64_t reserved =
      costs.layerOfStep * layers + (costs.stepsOfRepetition - 1) * costs.repetition;
  if (reserved >= costs.queue) return 1;
  return 1 + (costs.queue - reserved) / costs.repetition * costs.stepsOfRepetition;
}

// Steps behind a wait that take as much of the queue as a probe.
std::uint64_t stepsLikeAProbe(const LaunchCosts& costs, std::size_t layers) {
  return kForwardPassesOfProbe * costs.layerOfForward * layers * costs.stepsOfRepetition / costs.repetition;
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
  m_subject = describeSubject(*m_trainer);
  m_subject.transport = "shared memory, nothing copied";
  m_launchCosts = m_trainer->backend().launchCosts();
  m_stepsBehindAWait = stepsBehindAWait(m_launchCosts, m_trainer->network().layers().size());
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
  m_remaining = steps > kForever - m_remaining ? kForever : m_remaining + steps;
}

Progress SharedMemory::progress() const {
  return {m_stepsDone, m_trainer->resets(), m_remaining > 0 || !m_bursts.empty(), m_trainer->haltedReason()};
}

Ticket SharedMemory::leave(std::variant<Command, Question> what) {
  m_asked.push_back({++m_lastTicket, std::move(what)});
  return m_lastTicket;
}

std::vector<Answer> SharedMemory::takeAnswers(Wait wait) {
  guarded([&] {
    if (wait == Wait::yes) settle();
    collectBursts();
    bool hasWritten = answerAsked();
    if (wait == Wait::yes && !m_asked.empty()) {  // a command must not write what was taken, unless it has to
      m_isTaken = false;
      hasWritten = answerAsked() || hasWritten;
    }
    if (hasWritten && m_turns.hasPublication()) publish();
  });
  return std::exchange(m_answers, {});
}

std::vector<Metrics> SharedMemory::takeMetrics(Wait wait) {
  std::vector<Metrics> metrics;
  guarded([&] {
    if (wait == Wait::yes) settle();
    collectBursts();
    goOnUnseen();
    metrics = m_trainer->takeMetrics();
  });
  return metrics;
}

// ---- a frame ----

void SharedMemory::request(const FrameRequest& request) {
  const std::uint64_t overtaken = m_isDeferred ? m_request.steps : 0;
  m_request = request;
  ++m_requestNumber;
  m_request.steps += overtaken;
  m_lastRequestTime = secondsNow();
  m_looksSinceRequest = 0;
  m_wasRequested = m_isDeferred = true;
  if (!m_isTaken) answerRequest();
}

const Publication* SharedMemory::newest(Wait wait) {
  if (wait == Wait::yes && m_isDeferred) {
    m_isTaken = false;  // the publication that was taken before is not going to be drawn
    answerRequest();
  }
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
    answerAsked();
    if (!m_asked.empty() && m_request.steps > 0) {  // these steps come after the question
      settle();
      answerAsked();
    }
    enqueueSteps(stepsForRequest());
    publish();
  });
}

// No frames are drawn, but takeMetrics() is called every few milliseconds: keeps the GPU busy until the next
// call.
void SharedMemory::goOnUnseen() {
  const double now = secondsNow();
  const double sinceLook = now - std::exchange(m_lastLookTime, now);
  const bool isFirstLook = m_looksSinceRequest++ == 0;
  const bool isSeen = m_wasRequested && (isFirstLook || now - m_lastRequestTime < kUnseenAfterSeconds);
  const bool isLockstep = m_wasRequested && m_request.steps > 0;
  if (isSeen || isLockstep || m_isTaken || m_remaining == 0) return;
  answerAsked();
  const double seconds = std::clamp(1.5 * sinceLook, kLeastUnseenSeconds, kMostUnseenSeconds);
  const std::uint64_t steps = m_controller.stepsForSeconds(seconds, stepsAhead());
  if (m_asked.empty()) enqueueSteps(std::min(m_remaining, steps));
  if (m_wasRequested) publish();
}

// In order: whatever was asked after a question that cannot be answered yet waits for it. True where commands
// have been applied: the arenas may have been written, and must be published again before they are drawn.
bool SharedMemory::answerAsked() {
  bool hasWritten = false;
  while (!m_asked.empty()) {
    const bool isCommand = std::holds_alternative<Command>(m_asked.front().what);
    // A publication that was taken must not be written; a question must not wait for steps.
    if (isCommand ? m_isTaken : !m_bursts.empty()) break;
    const Asked next = std::move(m_asked.front());
    m_asked.pop_front();
    if (isScheduled(next)) {
      m_scheduled.add(next);
      continue;
    }
    carryOut(next);
    hasWritten = hasWritten || isCommand;
  }
  return applyScheduled() || hasWritten;
}

// Commands whose step has come.
bool SharedMemory::applyScheduled() {
  bool hasWritten = false;
  while (isCommandDue() && !m_isTaken) {
    carryOut(m_scheduled.takeNext());
    hasWritten = true;
  }
  return hasWritten;
}

void SharedMemory::carryOut(const Asked& asked) {
  const Command* const command = std::get_if<Command>(&asked.what);
  if (command && command->name == kPause) {
    m_remaining = 0;
    m_wasPaused = true;
    return;
  }
  if (command && changesCost(*command)) m_controller.forget();
  // A copy waits for the frame that is being drawn, as a reset does; settle() gives up if that never ends.
  if (!command || command->name == kReset) settle();
  waitForDrawing();
  m_answers.push_back(answered(*m_trainer, asked));
  m_stepsDone = std::min(m_stepsDone, m_trainer->stepsDone());  // a reset goes back to step 0
}

std::uint64_t SharedMemory::stepsForRequest() const {
  if (m_request.steps > 0) return m_remaining > 0 ? std::min(m_request.steps, m_remaining) : m_request.steps;
  if (m_remaining == 0 || !m_asked.empty()) return 0;
  return std::min(m_remaining, m_controller.stepsForFrame(m_request.seconds, stepsAhead()));
}

void SharedMemory::enqueueSteps(std::uint64_t steps) {
  if (m_remaining != kForever) m_remaining -= std::min(m_remaining, steps);
  m_wasPaused = false;
  while (steps > 0 && !m_wasPaused) {
    const std::uint64_t untilCommand = m_scheduled.stepsUntilNext(m_trainer->stepsDone());
    const std::uint64_t burst =
        std::min({steps, m_controller.stepsPerBurst(), m_stepsBehindAWait, untilCommand});
    if (m_isWaitOpen && m_stepsSinceWait + burst > m_stepsBehindAWait) confirmDrawing();
    enqueueBurst(burst);
    steps -= burst;
    applyScheduled();
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
  m_publication.request = m_requestNumber;
  if (m_publication.facts.looks.count > 0)
    m_stepsSinceWait += stepsLikeAProbe(m_launchCosts, m_trainer->network().layers().size());
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
