#include "compute/training/steering/steering.h"

#include <new>
#include <utility>

namespace cajal {
namespace {

std::vector<TensorValues> tensorsOf(Trainer& trainer, TensorRole role) {
  std::vector<TensorValues> copies;
  for (const TensorView& tensor : trainer.network().tensors())
    if (tensor.role == role) copies.push_back({tensor, trainer.readTensor(tensor)});
  return copies;
}

using Content = decltype(Answer::content);

Content contentFor(Trainer& trainer, const Question& question) {
  if (const auto* const evaluate = std::get_if<EvaluatePart>(&question))
    return trainer.evaluate(evaluate->part, evaluate->count);
  if (const auto* const read = std::get_if<ReadTensors>(&question)) return tensorsOf(trainer, read->role);
  return std::make_shared<const TrainingState>(trainer.state());
}

Content contentFor(Trainer& trainer, const Asked& asked) {
  if (const Command* const command = std::get_if<Command>(&asked.what)) return trainer.apply(*command);
  try {
    return contentFor(trainer, std::get<Question>(asked.what));
  } catch (const std::bad_alloc&) {
    return Refused{
        "there is too little memory for a copy of the training; close other programs, or use a "
        "smaller --net"};
  }
}

}  // namespace

std::uint64_t ScheduledCommands::stepsUntilNext(std::uint64_t stepsDone) const {
  if (m_commands.empty()) return kForever;
  const std::uint64_t step = *std::get<Command>(m_commands.front().what).atStep;
  return step > stepsDone ? step - stepsDone : 0;
}

Asked ScheduledCommands::takeNext() {
  Asked next = std::move(m_commands.front());
  m_commands.pop_front();
  return next;
}

Answer answered(Trainer& trainer, const Asked& asked) {
  Answer answer{asked.ticket, trainer.stepsDone(), {}};
  answer.content = contentFor(trainer, asked);
  return answer;
}

}  // namespace cajal
