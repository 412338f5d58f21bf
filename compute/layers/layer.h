#pragma once
// A layer: shapes in and out, named parameters, forward, backward. Nothing else is asked of one, and whoever
// looks at it needs nothing else.
//
// Gradients travel as dLoss/dZ, z being what stands at a layer's neurons before its activation: backward is
// given dLoss/dZ of its own outputs and hands on that of the layer before, whose f' it multiplies in
// (`before`), most of the time while the value is still in cache. Parameter gradients overwrite, or add where
// Pass::accumulate says so; activation gradients always overwrite. Forward writes scratch alone.
//
// Glossary: B examples in a batch (or in a chunk of one), n values of an example, y = f(z) outputs.

#include <memory>
#include <string>
#include <vector>

#include "compute/core/operations.h"

namespace cajal {

// How a parameter begins.
enum class Start { byInitializer, zero, one };

struct ParameterSpec {
  std::string name;  // "weight"
  TensorRole role = TensorRole::weight;
  Shape shape;
  Start start = Start::zero;
  std::size_t fanIn = 1, fanOut = 1;  // values a neuron reads, and neurons a value goes to
};

// Where a parameter stands, and its gradient: null for running statistics, which have none.
struct Parameter {
  float* value = nullptr;
  float* gradient = nullptr;
};

// Circumstances that are the same for every layer of a pass.
struct Pass {
  Operations& operations;
  bool isTraining = false;  // dropout drops; batch normalisation takes the batch's own statistics
  bool accumulate = false;  // parameter gradients add to those that stand there
  DropoutMask mask = {};    // seed, step and first row; layer and rate are the layer's own
};

// What a forward pass through one layer reads and leaves; the backward pass is given the same.
struct Flow {
  Matrix input;           // (B, n)
  Matrix output;          // (B, m): y
  float* z = nullptr;     // (B, m), where the activation's derivative reads it
  float* kept = nullptr;  // keptFloats(B)
};

class Layer {
 public:
  Layer(std::string description, ExampleShape input, ExampleShape output, Activation activation)
      : m_description(std::move(description)), m_input(input), m_output(output), m_activation(activation) {}
  virtual ~Layer() = default;

  const std::string& description() const { return m_description; }  // "dense 128", "conv 16, 3x3"
  const ExampleShape& input() const { return m_input; }
  const ExampleShape& output() const { return m_output; }
  Activation activation() const { return m_activation; }

  virtual std::vector<ParameterSpec> parameters() const { return {}; }
  // In the order of parameters(); the caller keeps that memory alive.
  void bind(std::vector<Parameter> parameters) { m_parameters = std::move(parameters); }
  // What forward leaves for backward besides input, output and z.
  virtual std::size_t keptFloats(std::size_t) const { return 0; }
  // Multiply-adds of one example's forward pass; those of backward are as many for the parameters and as many
  // for the input.
  virtual std::size_t multiplyAdds() const { return 0; }
  // How many layers before the one before this one its second input stands; 0: it has none.
  virtual std::size_t skip() const { return 0; }

  // `second` is the output of the layer skip() further back, or null.
  virtual void forward(const Pass& pass, const Flow& flow, const Matrix* second) const = 0;
  // dLoss_dZ (B, m) → the parameters' gradients and, where `dLoss_dZBefore` (B, n) is not null, that. The
  // second input's gradient is dLoss_dZ itself, which the network hands on.
  virtual void backward(const Pass& pass, const Flow& flow, const Matrix& dLoss_dZ,
                        const ActivatedOutput& before, const Matrix* dLoss_dZBefore) const = 0;

 protected:
  const Parameter& parameter(std::size_t index) const { return m_parameters[index]; }

 private:
  std::string m_description;
  ExampleShape m_input, m_output;
  Activation m_activation;
  std::vector<Parameter> m_parameters;
};

}  // namespace cajal
