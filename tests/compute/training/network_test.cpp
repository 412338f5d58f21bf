#include "compute/training/network.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "compute/core/backend.h"
#include "engine/base/error.h"

namespace cajal {
namespace {

NetworkDescription description(std::vector<std::size_t> widths) {
  NetworkDescription d;
  d.spec = denseNetwork(widths);
  return d;
}

template <typename Call>
std::string usageError(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(error.exitCode(), ExitCode::usage);
    return error.what();
  }
  return "";
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(CheckDescription, RefusesWhatHasNoGradient) {
  NetworkDescription d = description({2, 2});
  d.head.activation = Activation::relu;
  EXPECT_TRUE(contains(usageError([&] { checkDescription(d); }), "--loss"));
  d = description({2, 2, 2});
  d.hidden = Activation::softmax;
  EXPECT_TRUE(contains(usageError([&] { checkDescription(d); }), "--activation softmax"));
}

TEST(CheckDescription, TakesEveryOutputWithMeanSquaredError) {
  for (const Activation output : {Activation::identity, Activation::relu, Activation::softmax}) {
    NetworkDescription d = description({2, 2});
    d.head.loss = Loss::meanSquared;
    d.head.activation = output;
    EXPECT_NO_THROW(checkDescription(d));
  }
}

class NetworkOfFour : public testing::Test {
 protected:
  std::unique_ptr<Backend> m_backend = makeCpuBackend(1);
  Network m_network{description({20, 13, 7, 3}), *m_backend, {}};
};

TEST_F(NetworkOfFour, CountsEdgesAndParameters) {
  EXPECT_EQ(m_network.edgeCount(), 20u * 13 + 13 * 7 + 7 * 3);
  EXPECT_EQ(m_network.parameterCount(), m_network.edgeCount() + 13 + 7 + 3);
}

TEST_F(NetworkOfFour, TensorsAreAlignedAndInsideTheirArena) {
  for (const TensorView& tensor : m_network.tensors()) {
    EXPECT_EQ(tensor.offset % kTensorAlignment, 0u) << tensor.name;
    EXPECT_LE(tensor.offset + tensor.shape.count(), m_network.arenaFloats(tensor.arena)) << tensor.name;
  }
}

TEST_F(NetworkOfFour, TensorsDoNotOverlap) {
  for (std::size_t kind = 0; kind < kArenaKinds; ++kind) {
    std::vector<bool> taken(m_network.arenaFloats(static_cast<ArenaKind>(kind)));
    for (const TensorView& tensor : m_network.tensors()) {
      if (tensor.arena != static_cast<ArenaKind>(kind)) continue;
      for (std::size_t i = tensor.offset; i < tensor.offset + tensor.shape.count(); ++i) {
        ASSERT_FALSE(taken[i]) << tensor.name;
        taken[i] = true;
      }
    }
  }
}

TEST_F(NetworkOfFour, TensorNamesAreUnique) {
  std::set<std::string> names;
  for (const TensorView& tensor : m_network.tensors())
    EXPECT_TRUE(names.insert(tensor.name).second) << tensor.name;
  EXPECT_TRUE(names.contains("layer1.weight"));
  EXPECT_TRUE(names.contains("layer3.bias.second_moment"));
  EXPECT_TRUE(names.contains("input"));
}

TEST_F(NetworkOfFour, WeightsStandBeforeBiases) {
  for (const TensorView& tensor : m_network.tensors()) {
    if (tensor.arena != ArenaKind::parameters) continue;
    EXPECT_EQ(tensor.offset < m_network.weightFloats(), tensor.role == TensorRole::weight) << tensor.name;
  }
}

TEST_F(NetworkOfFour, TheSameSeedGivesTheSameWeights) {
  const auto weightsOf = [&](std::uint64_t seed) {
    m_network.initialize(*m_backend, seed);
    const float* parameters = m_network.arena(ArenaKind::parameters);
    return std::vector<float>(parameters, parameters + m_network.arenaFloats(ArenaKind::parameters));
  };
  EXPECT_EQ(weightsOf(1), weightsOf(1));
  EXPECT_NE(weightsOf(1), weightsOf(2));
}

TEST(Network, ConnectsLayersInARowAndASumToBothOfItsSummands) {
  const std::unique_ptr<Backend> backend = makeCpuBackend(1);
  NetworkDescription residual;
  residual.spec = parseNetwork("5-4-layernorm-4-add2-3");
  const Network network(residual, *backend, {});
  std::vector<Connection> wanted{{0, 1}, {1, 2}, {2, 3}, {3, 4, {}, true}, {1, 4, {}, true}, {4, 5}};
  for (Connection& connection : wanted) {
    for (std::size_t t = 0; t < network.tensors().size() && !connection.isIdentity; ++t) {
      const TensorView& tensor = network.tensors()[t];
      if (tensor.role == TensorRole::weight && static_cast<std::size_t>(tensor.layer) == connection.to)
        connection.tensor = t;
    }
  }
  EXPECT_EQ(network.connections(), wanted);
}

TEST(Network, TakesItsArenasFromWhoeverIsAsked) {
  const auto backend = makeCpuBackend(1);
  std::set<ArenaKind> asked;
  const Network network(description({2, 3, 2}), *backend, [&](ArenaKind kind, std::size_t floats) {
    asked.insert(kind);
    return backend->allocate(floats);
  });
  EXPECT_EQ(asked.size(), kArenaKinds);
}

}  // namespace
}  // namespace cajal
