#include "compute/data/prepare/prefetcher.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace cajal {
namespace {

constexpr std::size_t kBatchesAhead = 4;            // a disk answers within a few steps
constexpr std::size_t kMostBytesAhead = 256 << 20;  // of memory that the system fills for us
constexpr std::uint64_t kPlacesAtOnce = 32;         // between two looks at what is expected

// Asks for the pages of a row; whether the system does anything about it is its own affair.
Prefetcher::Ask pageAsker(std::shared_ptr<const void> mapping, std::size_t rowBytes) {
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  return [mapping = std::move(mapping), rowBytes, page](std::size_t example) {
    const auto begin = reinterpret_cast<std::uintptr_t>(mapping.get()) + example * rowBytes;
    const std::uintptr_t aligned = begin / page * page;  // mappings begin at a page, too
    madvise(reinterpret_cast<void*>(aligned), begin + rowBytes - aligned, MADV_WILLNEED);
  };
}

}  // namespace

Prefetcher::Prefetcher(std::uint64_t seed, std::size_t count, std::size_t mostAhead, Ask ask)
    : m_mostAhead(std::min(mostAhead, count)),
      m_ask(std::move(ask)),
      m_order(seed, count),
      m_thread([this] { run(); }) {}

Prefetcher::~Prefetcher() {
  {
    const std::scoped_lock lock(m_mutex);
    m_isEnding = true;
  }
  m_changed.notify_one();
  m_thread.join();
}

void Prefetcher::expect(std::uint64_t cursor, std::size_t batch) {
  {
    const std::scoped_lock lock(m_mutex);
    // What has been asked for once stays so, unless training jumped.
    const bool hasJumped = m_next < cursor || cursor + m_mostAhead < m_next;
    if (hasJumped) m_next = cursor;
    m_end = cursor + std::min((1 + kBatchesAhead) * batch, m_mostAhead);
  }
  m_changed.notify_one();
}

void Prefetcher::run() {
  std::unique_lock lock(m_mutex);
  for (;;) {
    m_changed.wait(lock, [this] { return m_isEnding || hasWork(); });
    if (m_isEnding) return;
    const std::uint64_t begin = m_next, end = std::min(m_end, begin + kPlacesAtOnce);
    m_next = end;
    lock.unlock();
    for (std::uint64_t place = begin; place < end; ++place) m_ask(m_order.exampleAt(place));
    lock.lock();
  }
}

std::unique_ptr<Prefetcher> makePrefetcher(const Examples& part, std::size_t features, std::uint64_t seed) {
  if (!part.isMapped() || part.count == 0) return nullptr;
  const std::size_t rowBytes = features * part.bytesPerValue();
  std::shared_ptr<const void> mapping = part.mappedFloats;
  if (!mapping) mapping = part.mappedBytes;
  const std::size_t mostAhead = std::max<std::size_t>(1, kMostBytesAhead / rowBytes);
  return std::make_unique<Prefetcher>(seed, part.count, mostAhead, pageAsker(std::move(mapping), rowBytes));
}

}  // namespace cajal
