#pragma once
// A subject: what there is to look at, as far as it stays the same from one publication to the next.

#include <cstdint>
#include <string>
#include <vector>

#include "compute/core/connection.h"
#include "compute/training/network.h"
#include "compute/training/training_state.h"

namespace cajal {

class Trainer;

struct Subject {
  std::uint64_t number = 1;             // another subject of the same source has another number
  std::string transport;                // how publications reach the GPU: "3 mapped slots"
  std::vector<TensorView> tensors;      // named pieces of the arenas that a publication hands out
  std::vector<Connection> connections;  // which layers read which
  NetworkDescription network;
  std::vector<ExampleShape> shapes;     // of the values behind each layer; 0 is the input
  std::vector<std::string> layerNames;  // "input", "dense 128"
  std::vector<Activation> activations;  // of each layer; the last layer's is the head's
  std::size_t parameters = 0;           // all that is learnt, without padding
  std::size_t metricsExamples = 0;      // validation or test examples that a point of the curves looks at
  TrainerState begun;                   // where the training stood when the source was made
};

// Waits for the backend. `transport` is left empty.
Subject describeSubject(Trainer& trainer);

}  // namespace cajal
