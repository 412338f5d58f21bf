#pragma once
// What panels and labels read: everything that is on the screen as a number, gathered once a frame.

#include <span>
#include <string>
#include <vector>

#include "compute/training/steering/snapshot.h"
#include "compute/training/trainer.h"
#include "viewer/actions/history.h"
#include "viewer/scene/network_scene.h"
#include "viewer/scene/view_settings.h"
#include "viewer/sources/source.h"

namespace cajal {

// The price of looking: what training and drawing cost, smoothed over half a second.
struct Price {
  double stepsPerSecond = 0;
  double stepMilliseconds = 0;  // from one step to the next
  double framesPerSecond = 0;
  double drawMilliseconds = 0;  // on the drawing device
  double bytesCopiedPerFrame = 0;
};

struct RecordingState {
  bool isRecording = false;
  std::uint64_t frames = 0, dropped = 0;
  std::string path;
};

// An example of a network with two inputs, in the network's own units.
struct PlanePoint {
  glm::vec2 at{0.0f};
  std::size_t label = 0;
};

// What does not change while the program runs.
struct StaticState {
  std::string dataName;
  std::vector<std::string> classNames;
  std::string network;                  // "784-128-64-10"
  std::vector<ExampleShape> shapes;     // of the values behind each layer; 0 is the input
  std::vector<std::string> layerNames;  // "input", "dense 128"
  std::vector<Activation> activations;  // of each layer; the last one's is the head's
  Head head;
  std::size_t trainingExamples = 0, testExamples = 0, validationExamples = 0;
  std::size_t examplesOf(Part part) const {
    return part == Part::training ? trainingExamples : part == Part::test ? testExamples : validationExamples;
  }
  bool predictsNumbers = false;     // there is a loss and no accuracy then
  std::string curvePart = "test";   // what the curves look at: "validation" where there is such a part
  std::size_t metricsExamples = 0;  // of the test part, that a point of the curves looks at
  std::size_t imageRows = 0, imageColumns = 0;
  std::size_t parameters = 0;
  std::vector<PlanePoint> points;  // some of the training part, where there are two inputs and classes
  std::string backend, device, bridge;
  Precision precision = Precision::fp32;  // of the backend's products
};

// What is under the pointer, and its numbers as NetworkScene::numbersOf() names them: empty until they are
// known.
struct Hover {
  Pick pick;
  glm::vec2 pointer{0.0f};  // pixels
  std::vector<float> numbers;
};

// One of several networks beside each other, as lists and curves show it.
struct LaneState {
  LaneNumber number = 1;
  std::string name;
  std::uint32_t color = 0;  // of its name and its curve: bytes R, G, B, A from the lowest on (lane_color.h)
  bool isTrained = true;    // false: weights from a file, that stand still
  bool isSelected = false;
  bool isRunning = false;
  std::uint64_t step = 0;
  const std::vector<Metrics>* curves = nullptr;  // never null
  std::string problem{};                         // why it stands still; empty while all is well
  bool predictsNumbers = false;
};

// Of one lane, and of the program.
struct ViewerState {
  const StaticState& fixed;
  SnapshotFacts facts;  // of the publication that is drawn
  bool isRunning = false;
  std::string haltedReason;            // why no further step is taken; empty while all is well
  const std::vector<Metrics>& curves;  // since the last reset
  Price price;
  EdgeAccount edges;
  gpu::Range edgeRange{};             // where the colour bar ends, of the first bundle
  float edgesNotFinite = 0;           // share of the shown edges' values that are NaN or infinite, about
  const std::vector<float>& outputs;  // of the shown example
  RecordingState recording;
  Pace pace{.framesPerSecond = 30, .stepsPerFrame = 0};
  Hover hover{};
  bool isLive = true;  // false: the run's own clock; wall-clock numbers are not shown then
  const History* history = nullptr;
  std::string notice{};                // what last could not be done
  std::string lane{};                  // the name of this one
  bool isTrained = true;               // false: weights from a file, that stand still
  std::span<const LaneState> lanes{};  // all of them where there are several; else empty
};

}  // namespace cajal
