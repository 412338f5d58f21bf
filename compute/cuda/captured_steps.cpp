#include "compute/cuda/captured_steps.h"

#include "compute/cuda/patience.h"

namespace cajal::cuda {
namespace {

// What is enqueued while this exists is captured and not done.
class Capture {
 public:
  explicit Capture(cudaStream_t stream) : m_stream(stream) {
    check(cudaStreamBeginCapture(stream, cudaStreamCaptureModeRelaxed), "capturing a step");
  }
  // Not ended: what was enqueued threw. The stream must not stay as it is.
  ~Capture() {
    if (m_isOpen) static_cast<void>(close());
  }
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;

  Graph end() {
    cudaGraph_t graph = nullptr;
    m_isOpen = false;
    check(cudaStreamEndCapture(m_stream, &graph), "capturing a step");
    return Graph(graph);
  }

 private:
  Graph close() noexcept {
    cudaGraph_t graph = nullptr;
    logIfFailed(cudaStreamEndCapture(m_stream, &graph), "giving up the capture of a step");
    return Graph(graph);
  }

  cudaStream_t m_stream;
  bool m_isOpen = true;
};

}  // namespace

void CapturedSteps::repeat(std::uint64_t shape, std::uint64_t times, const std::function<void()>& step) {
  if (times == 0) return;
  if (shape != m_shape) {
    step();
    --times;
    m_shape = 0;  // until both are there
    if (m_one) waitFor(m_stream, "waiting for steps of another shape");
    m_one = capture(1, step);
    m_many = capture(kMany, step);
    m_shape = shape;
  }
  for (; times >= kMany; times -= kMany) launchGraph(m_many);
  for (; times > 0; --times) launchGraph(m_one);
}

GraphExec CapturedSteps::capture(std::uint64_t times, const std::function<void()>& step) const {
  Capture capture(m_stream);
  for (std::uint64_t i = 0; i < times; ++i) step();
  const Graph graph = capture.end();
  cudaGraphExec_t executable = nullptr;
  check(cudaGraphInstantiate(&executable, graph.get(), 0), "making a step that can be repeated");
  return GraphExec(executable);
}

void CapturedSteps::launchGraph(const GraphExec& graph) const {
  check(cudaGraphLaunch(graph.get(), m_stream), "repeating a step");
}

}  // namespace cajal::cuda
