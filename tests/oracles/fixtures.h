#pragma once
// The fixtures beside this file: what PyTorch makes of our formulas, in double (make_fixtures.py).

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "compute/math/losses.h"
#include "compute/math/schedules.h"
#include "compute/math/update_rules.h"

namespace cajal::test {

using Json = nlohmann::json;

// "activations" → tests/oracles/activations.json
inline Json fixture(const std::string& name) {
  std::ifstream file(std::string(CAJAL_SOURCE_DIR) + "/tests/oracles/" + name + ".json");
  return Json::parse(file);
}

inline std::vector<float> floats(const Json& values) {
  return values.get<std::vector<float>>();
}
inline std::vector<double> doubles(const Json& values) {
  return values.get<std::vector<double>>();
}

// What `find` makes of a name in a fixture; throws where it is none of ours.
template <typename Find>
auto known(Find&& find, const Json& name) {
  const auto kind = find(name.get<std::string>());
  if (!kind) throw std::runtime_error("a fixture names " + name.dump());
  return *kind;
}

inline Head headOf(const Json& json) {
  return {known(fromName<Loss>, json["loss"]), known(fromName<Activation>, json["activation"]),
          json["labelSmoothing"].get<float>(), json["huberDelta"].get<float>()};
}

// Fields that the fixture does not name are off: its optimizer had none of them.
inline Hyperparameters hyperparametersOf(const Json& json) {
  Hyperparameters h;
  h.rule = known(fromName<UpdateRule>, json["rule"]);
  h.learningRate = json["learningRate"].get<float>();
  h.momentum = json.value("momentum", 0.0f);
  h.beta2 = json.value("beta2", 0.0f);
  h.epsilon = json.value("epsilon", 0.0f);
  h.weightDecay = json.value("weightDecay", 0.0f);
  h.l1 = json.value("l1", 0.0f);
  h.clipValue = json.value("clipValue", 0.0f);
  h.clipNorm = json.value("clipNorm", 0.0f);
  h.decoupledDecay = json.value("decoupledDecay", false);
  return h;
}

inline Schedule scheduleOf(const Json& json) {
  Schedule s;
  s.kind = known(fromName<ScheduleKind>, json["kind"]);
  s.rate = json["rate"].get<float>();
  s.warmup = json.value("warmup", s.warmup);
  s.period = json.value("period", s.period);
  s.total = json.value("total", s.total);
  s.gamma = json.value("gamma", s.gamma);
  s.minimum = json.value("minimum", s.minimum);
  s.patience = json.value("patience", s.patience);
  return s;
}

}  // namespace cajal::test
