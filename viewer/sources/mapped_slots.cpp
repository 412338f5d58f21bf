#include "viewer/sources/mapped_slots.h"

#include <fmt/format.h>

#include <chrono>
#include <cstring>

#include "engine/vulkan/device.h"

namespace cajal {

MappedSlots::MappedSlots(const Device& device, const Timeline& done, std::unique_ptr<Trainer> trainer,
                         StepTurns* turns)
    : m_device(device), m_done(done), m_backend(trainer->backend()), m_subject(describeSubject(*trainer)) {
  m_subject.transport =
      fmt::format("{} mapped slots{}", kSlots, m_backend.isHostMemory() ? "" : ", copied from the GPU");
  for (std::size_t kind = 0; kind < kArenaKinds; ++kind) {
    m_arenaFloats[kind] = trainer->network().arenaFloats(static_cast<ArenaKind>(kind));
  }
  m_thread = std::make_unique<TrainingThread>(
      std::move(trainer),
      [this](const Snapshot& snapshot, std::uint64_t request) { return publish(snapshot, request); }, turns);
}

MappedSlots::~MappedSlots() = default;

void MappedSlots::request(const FrameRequest& request) {
  makeRoom(request.view.arenas);
  if (request.steps > 0) m_thread->run(request.steps);
  m_thread->requestPublication(request.view, request.steps > 0, ++m_lastRequest);
}

// Slots hold only what is looked at; a kind that is asked for the first time gets its room in all of them.
void MappedSlots::makeRoom(std::uint32_t arenas) {
  const std::lock_guard lock(m_mutex);
  for (Slot& slot : m_slots) {
    for (std::size_t kind = 0; kind < kArenaKinds; ++kind) {
      if (!(arenas >> kind & 1u) || slot.arenas[kind]) continue;
      slot.arenas[kind].emplace(m_device, m_arenaFloats[kind] * sizeof(float),
                                VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_TRANSFER_SRC_BIT,
                                MemoryUse::mapped, "slot");
    }
  }
}

bool MappedSlots::publish(const Snapshot& snapshot, std::uint64_t request) {
  Slot* slot = nullptr;
  {
    const std::lock_guard lock(m_mutex);
    slot = findFree();
    if (!slot) {
      ++m_counters.skipped;
      return false;
    }
    slot->state = State::writing;
  }

  Publication publication;
  publication.facts = snapshot.facts;
  publication.request = request;
  std::uint64_t bytes = 0;
  for (std::size_t kind = 0; kind < kArenaKinds; ++kind) {
    if (!(snapshot.facts.view.arenas >> kind & 1u)) continue;
    for (const ArenaPiece& piece : snapshot.pieces(static_cast<ArenaKind>(kind))) {
      copy(snapshot.arenas[kind] + piece.offset, slot->arenas[kind]->mapped() + piece.offset * sizeof(float),
           piece.floats);
      bytes += piece.floats * sizeof(float);
    }
    publication.arenas[kind] = wholeOf(*slot->arenas[kind]);
  }

  {
    const std::lock_guard lock(m_mutex);
    // A publication that waited to be drawn is older than this one, and was never drawn.
    for (Slot& other : m_slots) {
      if (other.state == State::ready) other.state = State::free;
    }
    slot->publication = publication;
    slot->state = State::ready;
    m_newestAnswered = request;
    ++m_counters.publications;
    m_counters.bytesCopied += bytes;
  }
  m_published.notify_one();
  return true;
}

void MappedSlots::copy(const float* arena, std::byte* slot, std::size_t floats) {
  if (m_backend.isHostMemory()) {
    std::memcpy(slot, arena, floats * sizeof(float));
  } else {
    m_backend.read(arena, reinterpret_cast<float*>(slot), floats);  // in order with the steps
  }
}

MappedSlots::Slot* MappedSlots::findFree() {
  const std::uint64_t drawn = m_done.value();
  for (Slot& slot : m_slots) {
    if (slot.state == State::free && slot.lastFrame <= drawn) return &slot;
  }
  return nullptr;
}

const Publication* MappedSlots::newest(Wait wait) {
  std::unique_lock lock(m_mutex);
  const auto isThere = [this] { return m_newestAnswered == m_lastRequest; };
  while (wait == Wait::yes && !isThere()) {
    lock.unlock();
    m_thread->retryPublication();  // the slot that was missing may be free by now
    m_thread->rethrowFailure();
    lock.lock();
    m_published.wait_for(lock, std::chrono::milliseconds(2), isThere);
  }
  for (Slot& slot : m_slots) {
    if (slot.state != State::ready) continue;
    if (m_shown) m_shown->state = State::free;  // its lastFrame says when
    slot.state = State::shown;
    m_shown = &slot;
    break;
  }
  lock.unlock();
  m_thread->retryPublication();
  return m_shown ? &m_shown->publication : nullptr;
}

void MappedSlots::submitted(std::uint64_t frameNumber) {
  const std::lock_guard lock(m_mutex);
  if (m_shown) m_shown->lastFrame = frameNumber;
}

SourceCounters MappedSlots::counters() const {
  const std::lock_guard lock(m_mutex);
  return m_counters;
}

}  // namespace cajal
