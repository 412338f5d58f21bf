// Activations and losses against PyTorch's, which computed in double from the same numbers.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/oracles/fixtures.h"
#include "tests/support/rounding.h"

namespace cajal {
namespace {

using namespace test;

TEST(ActivationOracle, HasEveryOneThatWorksOnSingleValues) {
  EXPECT_EQ(fixture("activations")["cases"].size(), kActivations - 1);
}

TEST(ActivationOracle, ValuesArePyTorchs) {
  const Json all = fixture("activations");
  const std::vector<float> z = floats(all["z"]);
  for (const Json& each : all["cases"]) {
    const Activation activation = known(fromName<Activation>, each["activation"]);
    const std::vector<double> expected = doubles(each["y"]);
    for (std::size_t i = 0; i < z.size(); ++i) {
      // exp, erfc or tanh to two units in the last place and a few roundings of numbers of |z|'s size.
      const double tolerance = 8 * kRounding * std::fmax(1.0, std::fabs(z[i]));
      EXPECT_NEAR(activate(activation, z[i]), expected[i], tolerance) << each["activation"] << " at " << z[i];
    }
  }
}

TEST(ActivationOracle, DerivativesArePyTorchs) {
  const Json all = fixture("activations");
  const std::vector<float> z = floats(all["z"]);
  for (const Json& each : all["cases"]) {
    const Activation activation = known(fromName<Activation>, each["activation"]);
    const std::vector<double> expected = doubles(each["derivative"]);
    for (std::size_t i = 0; i < z.size(); ++i) {
      // y within a few u, then terms below 6 that are rounded a few times. Where z is read: at |z| ≤ 8 exp's
      // argument is up to 32, and GELU's bell times |z| below 0.3; the cubic in GELU's tanh loses most.
      const double tolerance = (needsPreActivation(activation) ? 40 : 12) * kRounding;
      EXPECT_NEAR(derivative(activation, z[i], activate(activation, z[i])), expected[i], tolerance)
          << each["activation"] << " at " << z[i];
    }
  }
}

// One case of losses.json: rows of pre-activations, what they should have given, and what PyTorch says.
class LossCase {
 public:
  explicit LossCase(const Json& json) : m_json(json), m_head(headOf(json)) {}

  void expectPyTorchs() const {
    for (std::size_t row = 0; row < m_json["z"].size(); ++row) expectRow(row);
  }

 private:
  void expectRow(std::size_t row) const {
    std::vector<float> y = floats(m_json["z"][row]), gradient(y.size());
    const std::vector<float> z = y;
    const std::vector<float> values = m_json.contains("values") ? floats(m_json["values"][row]) : y;
    const RowTarget target = {m_json.contains("labels") ? m_json["labels"][row].get<std::size_t>() : 0,
                              m_json.contains("values") ? values.data() : nullptr,
                              m_json["weights"][row].get<float>()};
    const std::size_t rows = m_json["z"].size();
    const RowResult result =
        headRow(m_head, y.data(), y.size(), target, gradient.data(), 1.0f / static_cast<float>(rows));
    const double size = sizeOf(z, values) * std::fmax(1.0, static_cast<double>(target.weight));
    EXPECT_NEAR(result.loss, m_json["rowLosses"][row].get<double>(), gammaOf(y.size() + 10) * size);
    for (std::size_t c = 0; c < y.size(); ++c) {
      EXPECT_NEAR(y[c], m_json["y"][row][c].get<double>(), gammaOf(y.size() + 10) * largest(z)) << "y" << c;
      EXPECT_NEAR(gradient[c], m_json["dLoss_dZ"][row][c].get<double>(), gammaOf(y.size() + 40) * size)
          << "gradient " << c;
    }
  }

  static double largest(const std::vector<float>& values) {
    double size = 1;
    for (const float value : values) size = std::fmax(size, std::fabs(value));
    return size;
  }

  // Terms of the sum over the outputs: at most 2 · |z|, or (1.1 · |z| + |t|)² where errors are squared.
  double sizeOf(const std::vector<float>& z, const std::vector<float>& values) const {
    const double linear = 1.1 * largest(z) + (m_json.contains("values") ? largest(values) : 1.0);
    return m_head.loss == Loss::meanSquared || m_head.loss == Loss::huber ? linear * linear : 2 * linear;
  }

  const Json& m_json;
  Head m_head;
};

TEST(LossOracle, LossesAndGradientsArePyTorchs) {
  const Json all = fixture("losses");
  for (const Json& each : all["cases"]) {
    SCOPED_TRACE(each.dump().substr(0, 100));
    EXPECT_EQ(whyNot(headOf(each)), "");
    LossCase(each).expectPyTorchs();
  }
}

TEST(LossOracle, HasEveryLoss) {
  const Json all = fixture("losses");
  for (std::uint32_t i = 0; i < kLosses; ++i) {
    const auto loss = static_cast<Loss>(i);
    EXPECT_TRUE(std::any_of(all["cases"].begin(), all["cases"].end(), [&](const Json& each) {
      return each["loss"] == name(loss);
    })) << name(loss);
  }
}

}  // namespace
}  // namespace cajal
