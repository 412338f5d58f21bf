#pragma once
// Inquiries: questions to a training, each with who wants its answer. Render thread only.

#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "compute/training/steering/steering.h"

namespace cajal {

class Inquiries {
 public:
  using Receiver = std::function<void(const Answer&)>;

  // `steering` outlives this.
  explicit Inquiries(Steering& steering) : m_steering(steering) {}

  // `receive` is called once, with the answer, by deliver() or finish().
  void ask(const Question& question, Receiver receive);
  // Hands out the answers that have come: once a frame. Commands as they were applied are kept for
  // takeApplied().
  void deliver(Wait wait = Wait::no);
  // Waits until every question has its answer: before the first frame, after the last, and in runs on their
  // own clock.
  void finish();
  // Commands that were applied since the last call, in order.
  std::vector<LoggedCommand> takeApplied() { return std::exchange(m_applied, {}); }

 private:
  Steering& m_steering;
  std::map<Ticket, Receiver> m_open;
  std::vector<LoggedCommand> m_applied;
};

}  // namespace cajal
