#pragma once
// The probe: forward passes that nothing is learnt from. One example that is shown, many examples or a plane
// that are looked at (looks.h), and the loss of a part. In the order of the backend's work between two steps,
// never inside what a backend captures.

#include <functional>

#include "compute/training/batch_feed.h"
#include "compute/training/looks.h"
#include "compute/training/moving_average.h"
#include "compute/training/network.h"

namespace cajal {

class Probe {
 public:
  // Keeps references to all of them. `scratch` and the feed's targets are used between two steps.
  Probe(Backend& backend, Network& network, BatchFeed& feed, const MovingAverage& average,
        const Workspace& scratch)
      : m_backend(backend), m_network(network), m_feed(feed), m_average(average), m_scratch(scratch) {}

  // Fills the activations arena with those of one example: number `index` modulo the size of the part. No
  // effect where the part is empty.
  void showExample(Part part, std::size_t index);
  // Fill the looks arena as Trainer says.
  LookFacts lookAtExamples(Part part, std::size_t count);
  LookFacts lookAtPlane();
  // Adds losses and correct answers of the first `count` examples of a part, or as many as there are, to a
  // slot of the backend's statistics. Under the moving average of the weights where one is kept.
  void judge(Part part, std::size_t count, int statistics);
  // Of the plane's inputs; 0 until somebody has looked at it.
  std::size_t planeFloats() const;

 private:
  void makePlane(std::size_t side);
  void fillLooks(std::size_t count,
                 const std::function<void(std::size_t first, const Matrix& input)>& readInput);
  void forward(const Workspace& workspace, std::size_t rows);

  Backend& m_backend;
  Network& m_network;
  BatchFeed& m_feed;
  const MovingAverage& m_average;
  const Workspace& m_scratch;
  ArenaMemory m_plane;  // (side · side, 2): the inputs of the plane; null until somebody looks at it
  PlaneRange m_planeRange;
};

}  // namespace cajal
