#include "viewer/sources/inquiries.h"

#include <utility>

namespace cajal {

void Inquiries::ask(const Question& question, Receiver receive) {
  m_open.emplace(m_steering.ask(question), std::move(receive));
}

void Inquiries::deliver(Wait wait) {
  for (const Answer& answer : m_steering.takeAnswers(wait)) {
    if (const auto* const applied = std::get_if<LoggedCommand>(&answer.content))
      m_applied.push_back(*applied);
    const auto found = m_open.find(answer.ticket);
    if (found == m_open.end()) continue;
    const Receiver receive = std::move(found->second);
    m_open.erase(found);
    receive(answer);
  }
}

void Inquiries::finish() {
  while (!m_open.empty()) deliver(Wait::yes);
}

}  // namespace cajal
