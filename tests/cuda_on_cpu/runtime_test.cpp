// Streams, copies, memory and graphs: as late and as strict as CUDA's own documentation allows.
#include <cmath>

#include "compute/cuda/gemm.h"
#include "compute/cuda/patience.h"
#include "tests/cuda_on_cpu/emulated_device.h"
#include "tests/support/cuda_on_cpu/runtime_state.h"
#include "tests/support/host_matrix.h"

namespace cajal::test {
namespace {

class EmulatedStream : public EmulatedDevice {};

TEST_F(EmulatedStream, RunsWhenSomebodyWaits) {
  const auto arrived = cuda::allocatePinned<float>(1);
  const auto value = upload(std::vector<float>{1.0f});
  arrived[0] = 0;
  cuda::check(cudaMemcpyAsync(arrived.get(), value.get(), sizeof(float), cudaMemcpyDeviceToHost, stream()),
              "");
  EXPECT_EQ(arrived[0], 0.0f);
  EXPECT_EQ(cudaStreamSynchronize(stream()), cudaSuccess);
  EXPECT_EQ(arrived[0], 1.0f);
}

TEST_F(EmulatedStream, AnEventIsNotReadyWhenItIsAskedFirst) {
  const cuda::Event event = cuda::makeEvent();
  EXPECT_EQ(cudaEventQuery(event.get()), cudaSuccess);  // never recorded
  cuda::check(cudaEventRecord(event.get(), stream()), "");
  EXPECT_EQ(cudaEventQuery(event.get()), cudaErrorNotReady);
  EXPECT_EQ(cudaGetLastError(), cudaErrorNotReady);
  EXPECT_EQ(cudaEventQuery(event.get()), cudaSuccess);
}

// As behind a wait for a frame of a device that is lost.
TEST_F(EmulatedStream, IsNotWaitedForWithoutAnEnd) {
  const cuda::Event event = cuda::makeEvent();
  const auto value = upload(std::vector<float>{1.0f});
  cuda::check(cudaEventRecord(event.get(), stream()), "");
  stream()->isHeld = true;
  EXPECT_THROW(cuda::waitFor(stream(), "waiting", 0.02), Error);
  try {
    cuda::waitFor(event.get(), "waiting for a frame", 0.02);
    FAIL() << "came to an end";
  } catch (const Error& error) {
    EXPECT_EQ(error.exitCode(), ExitCode::gpu);
    EXPECT_NE(std::string(error.what()).find("waiting for a frame"), std::string::npos) << error.what();
  }
  EXPECT_EQ(cudaGetLastError(), cudaSuccess);
  stream()->isHeld = false;
  cuda::waitFor(event.get(), "waiting");
  cuda::waitFor(stream(), "waiting");
  EXPECT_EQ(cudaStreamQuery(stream()), cudaSuccess);
}

TEST_F(EmulatedStream, WaitsForAnEventOfAnother) {
  const cuda::Stream other = cuda::makeStream();
  const cuda::Event event = cuda::makeEvent();
  const auto value = upload(std::vector<float>{0.0f});
  EXPECT_EQ(cudaStreamSynchronize(stream()), cudaSuccess);
  store(other.get(), 3.0f, value.get());
  cuda::check(cudaEventRecord(event.get(), other.get()), "");
  cuda::check(cudaStreamWaitEvent(stream(), event.get()), "");
  EXPECT_EQ(download(value, 1)[0], 3.0f);
}

TEST_F(EmulatedStream, DoesNotWaitForTheLegacyStream) {
  const std::vector<float> values = {1.0f};
  const auto memory = cuda::allocateDevice<float>(1, "a test");
  cuda::check(cudaMemcpy(memory.get(), values.data(), sizeof(float), cudaMemcpyHostToDevice), "");
  EXPECT_TRUE(std::isnan(download(memory, 1)[0]));
  EXPECT_EQ(cudaDeviceSynchronize(), cudaSuccess);
  EXPECT_EQ(download(memory, 1)[0], 1.0f);
}

class EmulatedLaunch : public EmulatedDevice {};

TEST_F(EmulatedLaunch, ShapesThatNoGpuTakesAreRefused) {
  const auto memory = upload(std::vector<float>(64));
  EXPECT_THROW(writeFloats(stream(), 0, memory.get()), Error);
  EXPECT_THROW(writeFloats(stream(), 1025, memory.get()), Error);
  EXPECT_THROW(leaveTheCluster(stream(), 6, 4), Error);
  EXPECT_THROW(leaveTheCluster(stream(), 32, 32), Error);
  EXPECT_EQ(cudaGetLastError(), cudaSuccess);
}

class EmulatedMemory : public EmulatedDevice {};

TEST_F(EmulatedMemory, IsPoisonedUntilItIsWritten) {
  const auto memory = cuda::allocateDevice<float>(3, "a test");
  for (const float value : download(memory, 3)) EXPECT_TRUE(std::isnan(value));
}

TEST_F(EmulatedMemory, CopiesAreHeldToTheirDirectionAndSize) {
  const auto memory = upload(std::vector<float>(4));
  std::vector<float> host(5);
  const auto copy = [&](std::size_t floats, cudaMemcpyKind kind) {
    return cudaMemcpyAsync(host.data(), memory.get(), floats * sizeof(float), kind, stream());
  };
  EXPECT_EQ(copy(4, cudaMemcpyDeviceToHost), cudaSuccess);
  EXPECT_EQ(copy(4, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
  EXPECT_EQ(copy(5, cudaMemcpyDeviceToHost), cudaErrorInvalidValue);
  EXPECT_EQ(cudaMemsetAsync(host.data(), 0, 4, stream()), cudaErrorInvalidValue);
  EXPECT_EQ(cudaGetLastError(), cudaErrorInvalidValue);
}

TEST_F(EmulatedMemory, TheHostCannotTouchIt) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto memory = upload(std::vector<float>(4));
  EXPECT_DEATH(memory[0] = 1.0f, "");
}

TEST_F(EmulatedMemory, AWritePastItsEndIsNoticed) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto writePastTheEnd = [this] {
    auto memory = upload(std::vector<float>(10));
    writeFloats(stream(), 11, memory.get());
    if (cudaFree(memory.release()) != cudaSuccess) std::abort();
  };
  EXPECT_DEATH(writePastTheEnd(), "");
}

class EmulatedGraph : public EmulatedDevice {
 protected:
  void begin() { cuda::check(cudaStreamBeginCapture(stream(), cudaStreamCaptureModeGlobal), "capturing"); }
  cudaGraphExec_t end() {
    cudaGraph_t graph = nullptr;
    cudaGraphExec_t executable = nullptr;
    cuda::check(cudaStreamEndCapture(stream(), &graph), "capturing");
    cuda::check(cudaGraphInstantiate(&executable, graph, 0), "instantiating");
    cuda::check(cudaGraphDestroy(graph), "destroying");
    return executable;
  }
  void expectForbidden(cudaError_t result, cudaError_t expected) {
    EXPECT_EQ(result, expected);
    cudaGraph_t graph = nullptr;
    EXPECT_EQ(cudaStreamEndCapture(stream(), &graph), cudaErrorStreamCaptureInvalidated);
    EXPECT_EQ(graph, nullptr);
    static_cast<void>(cudaGetLastError());
  }
};

TEST_F(EmulatedGraph, CallsThatMightWaitAreForbiddenWhileItIsCaptured) {
  void* memory = nullptr;
  const cuda::Event event = cuda::makeEvent();
  begin();
  expectForbidden(cudaMalloc(&memory, 4), cudaErrorStreamCaptureUnsupported);
  begin();
  expectForbidden(cudaStreamSynchronize(stream()), cudaErrorStreamCaptureUnsupported);
  begin();
  expectForbidden(cudaEventQuery(event.get()), cudaErrorStreamCaptureUnsupported);
  begin();
  expectForbidden(cudaDeviceSynchronize(), cudaErrorStreamCaptureUnsupported);
}

TEST_F(EmulatedGraph, AnEventOfACaptureAnswersNothing) {
  const cuda::Event event = cuda::makeEvent();
  begin();
  cuda::check(cudaEventRecord(event.get(), stream()), "");
  EXPECT_EQ(cudaGraphExecDestroy(end()), cudaSuccess);
  EXPECT_EQ(cudaEventQuery(event.get()), cudaErrorCapturedEvent);
  EXPECT_EQ(cudaGetLastError(), cudaErrorCapturedEvent);
}

class EmulatedBlas : public EmulatedGraph {
 protected:
  cuda::DeviceMemory<std::byte> m_workspace = cuda::allocateDevice<std::byte>(1024, "cuBLAS");
  cuda::Blas m_blas = cuda::makeBlas(stream(), m_workspace.get(), 1024);
};

TEST_F(EmulatedBlas, DoesNotReadWhatItOverwrites) {
  const auto a = upload(std::vector<float>{1, 2, 3, 4}), b = upload(std::vector<float>{5, 6, 7, 8});
  const auto c = upload(std::vector<float>(4, std::nanf("")));
  cuda::gemm({stream(), m_blas.get(), nullptr}, {.rows = 2, .columns = 2, .summed = 2}, a.get(), b.get(),
             0.0f, c.get());
  EXPECT_EQ(download(c, 4), (std::vector<float>{19, 22, 43, 50}));
}

TEST_F(EmulatedBlas, RefusesShapesAndMemoryThatCannotBe) {
  const auto a = upload(std::vector<float>(4));
  const auto multiply = [&](std::size_t rows, std::size_t strideA, float* c) {
    cuda::gemm({stream(), m_blas.get(), nullptr},
               {.rows = rows, .columns = 2, .summed = 2, .strideA = strideA}, a.get(), a.get(), 0.0f, c);
  };
  float onHost[4];
  EXPECT_THROW(multiply(2, 1, a.get()), Error);
  EXPECT_THROW(multiply(3, 0, a.get()), Error);
  EXPECT_THROW(multiply(2, 0, onHost), Error);
}

}  // namespace
}  // namespace cajal::test
