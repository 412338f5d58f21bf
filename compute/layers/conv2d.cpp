#include "compute/layers/conv2d.h"

#include <fmt/format.h>

namespace cajal {

Conv2D::Conv2D(const Convolution& convolution, Activation activation)
    : Layer(fmt::format("conv {}, {}x{}", convolution.outputs, convolution.window.size,
                        convolution.window.size),
            convolution.window.input, convolution.output(), activation),
      m_convolution(convolution) {}

std::vector<ParameterSpec> Conv2D::parameters() const {
  const std::size_t size = m_convolution.window.size, fanIn = m_convolution.taps();
  const std::size_t fanOut = size * size * m_convolution.outputsPerGroup();
  return {{"weight",
           TensorRole::weight,
           {{m_convolution.outputs, size, size, m_convolution.inputsPerGroup()}},
           Start::byInitializer,
           fanIn,
           fanOut},
          {"bias", TensorRole::bias, {{m_convolution.outputs}}, Start::zero, fanIn, fanOut}};
}

void Conv2D::forward(const Pass& pass, const Flow& flow, const Matrix*) const {
  pass.operations.run(ConvolutionForward{m_convolution, flow.input, weight(), parameter(1).value,
                                         activation(), flow.output, flow.z});
}

void Conv2D::backward(const Pass& pass, const Flow& flow, const Matrix& dLoss_dZ,
                      const ActivatedOutput& before, const Matrix* dLoss_dZBefore) const {
  const Matrix dWeight = {parameter(0).gradient, m_convolution.outputs, m_convolution.taps()};
  pass.operations.run(ConvolutionBackwardParameters{m_convolution, dLoss_dZ, flow.input, dWeight,
                                                    parameter(1).gradient, pass.accumulate});
  if (dLoss_dZBefore) {
    pass.operations.run(ConvolutionBackwardInput{m_convolution, dLoss_dZ, weight(), before, *dLoss_dZBefore});
  }
}

}  // namespace cajal
