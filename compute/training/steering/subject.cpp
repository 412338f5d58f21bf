#include "compute/training/steering/subject.h"

#include <algorithm>

#include "compute/training/trainer.h"

namespace cajal {

Subject describeSubject(Trainer& trainer) {
  const Network& network = trainer.network();
  const DataSet& data = trainer.data();
  Subject subject;
  subject.tensors = network.tensors();
  subject.connections = network.connections();
  subject.network = network.description();
  for (std::size_t l = 0; l <= network.layers().size(); ++l) {
    subject.shapes.push_back(network.shape(l));
    subject.layerNames.push_back(l == 0 ? "input" : network.layers()[l - 1]->description());
    subject.activations.push_back(l == 0 ? Activation::identity : network.layers()[l - 1]->activation());
  }
  subject.activations.back() = subject.network.head.activation;
  subject.parameters = network.parameterCount();
  subject.metricsExamples =
      std::min(trainer.configuration().metricsTestExamples, partOf(data, curvePart(data)).count);
  subject.begun = trainer.counters();
  return subject;
}

}  // namespace cajal
