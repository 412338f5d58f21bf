#pragma once
// How many steps to enqueue: as many as fill the time until the next frame, in bursts of 1.5 ms. The cost of
// a step is known from bursts that were measured. Uses neither a clock nor a GPU.

#include <cstdint>

namespace cajal {

class BurstController {
 public:
  // A burst of so many steps took so long on the GPU. The first one of a frame is timed without a forward
  // pass (a third of a step), hence a fraction.
  void note(double steps, double seconds);
  // A step costs something else from now on: another batch size, another rule.
  void forget() { m_secondsPerStep = 0; }

  double secondsPerStep() const { return m_secondsPerStep; }  // 0: not known
  std::uint64_t stepsPerBurst() const;

  // Steps to enqueue behind a frame that was just submitted, where the next one is wanted `frameSeconds`
  // later and `stepsAhead` are still to be done. The frame itself takes GPU time too, which need not be
  // known: it shows as steps that are left over when the next one is submitted.
  std::uint64_t stepsForFrame(double frameSeconds, std::uint64_t stepsAhead) const;
  // The same while nobody looks: work for so many seconds.
  std::uint64_t stepsForSeconds(double seconds, std::uint64_t stepsAhead) const;

 private:
  std::uint64_t stepsIn(double seconds) const;

  double m_secondsPerStep = 0;
};

}  // namespace cajal
