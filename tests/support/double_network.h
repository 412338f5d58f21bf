#pragma once
// A whole network in double, with plain loops: what a trainer's losses, activations and gradients are tested
// against. Gradients come from finite differences and from nowhere else.

#include <map>
#include <string>
#include <vector>

#include "compute/math/permutation.h"
#include "compute/training/trainer.h"
#include "tests/support/double_formulas.h"
#include "tests/support/double_layers.h"
#include "tests/support/small_sets.h"

namespace cajal::test {

class DoubleNetwork {
 public:
  // The trainer's present parameters, copied.
  explicit DoubleNetwork(Trainer& trainer)
      : m_description(trainer.configuration().network), m_seed(trainer.configuration().seed) {
    const Network& network = trainer.network();
    m_shapes.push_back(network.shape(0));
    for (const auto& layer : network.layers()) {
      m_shapes.push_back(layer->output());
      m_activations.push_back(layer->activation());
    }
    for (const TensorView& tensor : network.tensors()) {
      if (tensor.arena != ArenaKind::parameters) continue;
      const std::vector<float> values = trainer.readTensor(tensor);
      m_parameters[tensor.name] = Values(values.begin(), values.end());
    }
  }

  // Every layer's output for one example that is not learnt from, the input first; the last one is activated
  // too.
  std::vector<Values> activations(const Values& input) const {
    std::vector<Values> outputs = forward(input, 1, false);
    outputs.back() = activateInDouble(m_description.head.activation, outputs.back());
    return outputs;
  }

  // As a test looks at them: each example on its own, with running statistics, and nothing dropped.
  double meanLoss(const Examples& examples) const {
    double sum = 0;
    for (std::size_t i = 0; i < examples.count; ++i) {
      const Values input = exampleValues(examples, m_shapes[0].count(), i);
      sum += rowLoss(forward(input, 1, false).back(), examples.labels[i]);
    }
    return sum / static_cast<double>(examples.count);
  }

  // As the first step sees them, when they are all one batch: the batch's own statistics, the first step's
  // dropout masks, in the order in which they are drawn.
  double trainingLoss(const Examples& examples) const {
    const Permutation order(m_seed, 0, static_cast<std::uint32_t>(examples.count));
    Values batch;
    for (std::uint32_t row = 0; row < examples.count; ++row) {
      const Values values = exampleValues(examples, m_shapes[0].count(), order(row));
      batch.insert(batch.end(), values.begin(), values.end());
    }
    const Values z = forward(batch, examples.count, true).back();
    const auto outputs = static_cast<std::ptrdiff_t>(m_shapes.back().count());
    double sum = 0;
    for (std::uint32_t row = 0; row < examples.count; ++row) {
      const auto begin = z.begin() + row * outputs;
      sum += rowLoss(Values(begin, begin + outputs), examples.labels[order(row)]);
    }
    return sum / static_cast<double>(examples.count);
  }

  // The slopes of trainingLoss, in the order of the parameter's tensor ("layer1.weight").
  Values gradient(const std::string& parameter, const Examples& examples) {
    Values slopes;
    for (double& value : m_parameters.at(parameter)) {
      slopes.push_back(slope([&] { return trainingLoss(examples); }, value));
    }
    return slopes;
  }

 private:
  double rowLoss(const Values& z, Label label) const { return lossInDouble(m_description.head, z, label); }

  const Values& parameter(std::size_t layer, const char* name) const {
    return m_parameters.at("layer" + std::to_string(layer) + "." + name);
  }

  // Every layer's output over a batch, (rows, n) each, the input first; the last one is z.
  std::vector<Values> forward(const Values& input, std::size_t rows, bool isTraining) const {
    std::vector<Values> outputs = {input};
    for (std::size_t l = 1; l < m_shapes.size(); ++l) {
      outputs.push_back(activateInDouble(m_activations[l - 1], layerOutput(l, outputs, rows, isTraining)));
    }
    return outputs;
  }

  // z of layer l, counted from 1.
  Values layerOutput(std::size_t l, const std::vector<Values>& outputs, std::size_t rows,
                     bool isTraining) const {
    const LayerSpec& spec = m_description.spec.layers[l - 1];
    const SlidingWindow window = {m_shapes[l - 1], spec.size, spec.stride, spec.padding, spec.dilation};
    const Values& input = outputs.back();
    switch (spec.kind) {
      case LayerKind::dense: return dense(l, input, rows);
      case LayerKind::conv2d:
        return convolve({window, spec.units, spec.groups}, rows, input, parameter(l, "weight"),
                        parameter(l, "bias"));
      case LayerKind::maxPool: return pool({PoolKind::maximum, window}, rows, input);
      case LayerKind::averagePool: return pool({PoolKind::average, window}, rows, input);
      case LayerKind::flatten: return input;
      case LayerKind::batchNorm: return batchNorm(l, input, isTraining);
      case LayerKind::layerNorm:
        return normalize(input, rowsOf(rows, m_shapes[l].count()), parameter(l, "scale"),
                         parameter(l, "bias"));
      case LayerKind::dropout: return isTraining ? dropout(l, input) : input;
      case LayerKind::add: return sum(input, outputs[l - 1 - spec.units]);
    }
    return {};
  }

  Values dense(std::size_t l, const Values& input, std::size_t rows) const {
    const Values &weight = parameter(l, "weight"), &bias = parameter(l, "bias");
    const std::size_t in = m_shapes[l - 1].count(), out = bias.size();
    Values z;
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t o = 0; o < out; ++o) {
        z.push_back(bias[o]);
        for (std::size_t i = 0; i < in; ++i) z.back() += weight[o * in + i] * input[row * in + i];
      }
    }
    return z;
  }

  Values batchNorm(std::size_t l, const Values& input, bool isTraining) const {
    const Values &scale = parameter(l, "scale"), &shift = parameter(l, "bias");
    const std::size_t channels = scale.size();
    if (isTraining) return normalize(input, columnsOf(input.size() / channels, channels), scale, shift);
    Values normalized = input;
    for (std::size_t i = 0; i < input.size(); ++i) {
      const Moments moments = {parameter(l, "running_mean")[i % channels],
                               parameter(l, "running_variance")[i % channels]};
      normalized[i] = (input[i] - moments.mean) * moments.inverseDeviation();
    }
    return scaleAndShift(normalized, scale, shift);
  }

  // The first step's mask; its share is taken as it is drawn, in 65,536ths.
  Values dropout(std::size_t l, Values values) const {
    const auto place = static_cast<std::uint32_t>(l - 1);
    const DropoutMask mask = {m_seed, 0, place, 0, m_description.spec.layers[l - 1].rate};
    const double scale = 65536.0 / static_cast<double>(keptOf65536(mask));
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] *= dropoutBlock(mask, i / kDropoutBlock).keeps(i % kDropoutBlock) ? scale : 0.0;
    }
    return values;
  }

  static Values sum(Values a, const Values& b) {
    for (std::size_t i = 0; i < a.size(); ++i) a[i] += b[i];
    return a;
  }

  NetworkDescription m_description;
  std::uint64_t m_seed;
  std::vector<ExampleShape> m_shapes;     // by output; 0 is the input
  std::vector<Activation> m_activations;  // by layer
  std::map<std::string, Values> m_parameters;
};

}  // namespace cajal::test
