#pragma once
// Steering: what a user may ask of a training that somebody else runs, on another thread or on a GPU. Nothing
// here waits for the training, except takeAnswers(Wait::yes). A command or a question is answered later, by
// takeAnswers(), under the ticket that it was given.
//
// Commands and questions are carried out between two steps, in the order in which they were asked.

#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compute/training/trainer.h"

namespace cajal {

// Names one command or question; never 0.
using Ticket = std::uint64_t;

enum class Wait { no, yes };

inline constexpr std::uint64_t kForever = std::numeric_limits<std::uint64_t>::max();  // steps

// ---- questions ----

// Loss and accuracy over the first `count` examples of a part, under the moving average where one is kept.
// Answered with Statistics.
struct EvaluatePart {
  Part part = Part::test;
  std::size_t count = std::numeric_limits<std::size_t>::max();
};
// Copies of all tensors of one role. Answered with std::vector<TensorValues>.
struct ReadTensors {
  TensorRole role = TensorRole::weight;
};
// A copy of the whole state, for a checkpoint or a branch. Answered with a shared TrainingState.
struct CopyState {};

using Question = std::variant<EvaluatePart, ReadTensors, CopyState>;

// ---- answers ----

// Why a question has no answer, in words a user can act on. The training goes on.
struct Refused {
  std::string why;
};

struct Answer {
  Ticket ticket = 0;
  std::uint64_t step = 0;  // steps done when the answer was made; of a command, before it was applied
  std::variant<LoggedCommand, Statistics, std::vector<TensorValues>, std::shared_ptr<const TrainingState>,
               Refused>
      content;
};

struct Progress {
  std::uint64_t steps = 0;   // done
  std::uint64_t resets = 0;  // that were commanded: steps begin at 0 again behind each
  bool isRunning = false;    // steps are left to be done
  // Why no further step is taken, in words a user can act on; empty while all is well.
  std::string haltedReason;
};

class Steering {
 public:
  virtual ~Steering() = default;

  // Answered with the LoggedCommand, as it was applied; kPause is carried out and not answered. Any other
  // command lets a halted training try again. A command with a step of its own waits for that step.
  virtual Ticket submit(const Command& command) = 0;
  // So many steps more, on top of those still to be done; kForever: until pause().
  virtual void run(std::uint64_t steps = kForever) = 0;
  virtual void pause() = 0;
  virtual Ticket ask(const Question& question) = 0;
  // Since the last call, in the order in which they were made. Wait::yes: to everything that was asked so
  // far, except commands that wait for a step of their own. Throws what ended the training, if anything did.
  virtual std::vector<Answer> takeAnswers(Wait wait = Wait::no) = 0;
  virtual Progress progress() const = 0;
  // CPU threads for the training from the next step on; the results do not depend on it.
  virtual void setThreads(int) {}
};

// ---- for who runs the training: on its thread, between two steps ----

struct Asked {
  Ticket ticket = 0;
  std::variant<Command, Question> what;
};

// Whether this is a command that waits for a step of its own.
inline bool isScheduled(const Asked& asked) {
  const Command* const command = std::get_if<Command>(&asked.what);
  return command && command->atStep;
}

// The commands that wait for a step of their own, in the order in which they were sent.
class ScheduledCommands {
 public:
  void add(Asked command) { m_commands.push_back(std::move(command)); }  // isScheduled()
  // From `stepsDone` on; 0: the next command is due, kForever: none waits.
  std::uint64_t stepsUntilNext(std::uint64_t stepsDone) const;
  Asked takeNext();

 private:
  std::deque<Asked> m_commands;
};

// Applies the command or answers the question. A question changes nothing that is learnt, by no bit, and
// writes none of the arenas that are drawn. Copies wait for the backend.
Answer answered(Trainer& trainer, const Asked& asked);

}  // namespace cajal
