// Layers against PyTorch's, which computed in double from the same numbers: outputs and every gradient.
#include <gtest/gtest.h>

#include "compute/layers/layer_spec.h"
#include "tests/oracles/fixtures.h"
#include "tests/support/host_matrix.h"
#include "tests/support/rounding.h"

namespace cajal {
namespace {

using namespace test;

// One case of layers.json: a network of a single layer.
class LayerCase {
 public:
  explicit LayerCase(const Json& json) : m_json(json) {
    for (const Json& each : json["parameters"]) place(each["values"]);
    if (json.contains("statisticsBefore"))
      for (const Json& each : json["statisticsBefore"]) place(each);
    std::vector<Parameter> bound;
    for (std::size_t i = 0; i < m_values.size(); ++i)
      bound.push_back(
          {m_values[i]->data(), i < json["parameters"].size() ? m_gradients[i]->data() : nullptr});
    m_layer->bind(bound);
  }

  void expectPyTorchs() {
    forward(true);
    expectNear("output", *m_output, m_json["output"], terms());
    m_layer->backward(pass(true), flow(), m_dOutput.matrix(), {Activation::identity, m_input.data(), nullptr},
                      &m_dInputMatrix);
    expectNear("dInput", m_dInput, m_json["dInput"], terms());
    for (std::size_t i = 0; i < m_json["parameters"].size(); ++i)
      expectNear("a parameter's gradient", *m_gradients[i], m_json["parameters"][i]["gradient"],
                 m_json["output"].size());
    if (!m_json.contains("statisticsAfter")) return;
    for (std::size_t i = 0; i < 2; ++i) {
      expectNear("running statistics", *m_values[m_json["parameters"].size() + i],
                 m_json["statisticsAfter"][i], m_json["input"].size());
    }
    forward(false);
    expectNear("output in use", *m_output, m_json["outputInUse"], terms());
  }

 private:
  void place(const Json& values) {
    m_values.push_back(std::make_unique<Placed>(*m_backend, HostMatrix(1, values.size(), floats(values))));
    m_gradients.push_back(std::make_unique<Placed>(*m_backend, HostMatrix(1, values.size())));
  }
  HostMatrix matrixOf(const char* key) const {
    const std::size_t rows = m_json["rows"].get<std::size_t>();
    return {rows, m_json[key].size() / rows, floats(m_json[key])};
  }
  Pass pass(bool isTraining) { return {*m_backend, isTraining, false, {}}; }
  Flow flow() { return {m_input.matrix(), m_output->matrix(), m_z.data(), m_kept.data()}; }
  void forward(bool isTraining) { m_layer->forward(pass(isTraining), flow(), nullptr); }
  // Products a number is summed from; a normalisation looks at everything.
  std::size_t terms() const {
    std::size_t most = m_json["input"].size();
    for (const Json& each : m_json["parameters"]) most = std::max(most, each["values"].size());
    return most;
  }

  // Sums of so many products of numbers below 2, in any order; what a normalisation divides by stays above
  // 1/3 of what it divides, so its own dozen roundings grow no more than eightfold.
  static void expectNear(const char* what, const Placed& values, const Json& expected, std::size_t terms) {
    const std::vector<float> found = values.read().values;
    ASSERT_EQ(found.size(), expected.size()) << what;
    double largest = 1;
    for (const double value : doubles(expected)) largest = std::fmax(largest, std::fabs(value));
    for (std::size_t i = 0; i < found.size(); ++i)
      EXPECT_NEAR(found[i], expected[i].get<double>(), gammaOf(terms + 12) * 8 * largest) << what << " " << i;
  }

  const Json& m_json;
  std::unique_ptr<Backend> m_backend = makeCpuBackend(2);
  std::unique_ptr<Layer> m_layer =
      std::move(makeLayers(parseNetwork(m_json["net"].get<std::string>()), Activation::identity).front());
  std::vector<std::unique_ptr<Placed>> m_values, m_gradients;  // by parameter
  Placed m_input{*m_backend, matrixOf("input")}, m_dOutput{*m_backend, matrixOf("dOutput")};
  Placed m_dInput{*m_backend, matrixOf("dInput")};
  Matrix m_dInputMatrix = m_dInput.matrix();
  std::unique_ptr<Placed> m_output =
      std::make_unique<Placed>(*m_backend, HostMatrix(matrixOf("output").rows, matrixOf("output").columns));
  Placed m_z{*m_backend, HostMatrix(matrixOf("output").rows, matrixOf("output").columns)};
  Placed m_kept{*m_backend, HostMatrix(1, m_layer->keptFloats(matrixOf("input").rows))};
};

TEST(LayerOracle, OutputsAndGradientsArePyTorchs) {
  const Json all = fixture("layers");
  for (const Json& each : all["cases"]) {
    SCOPED_TRACE(each["net"].dump());
    LayerCase(each).expectPyTorchs();
  }
}

}  // namespace
}  // namespace cajal
