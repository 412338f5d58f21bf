// What the panel's sliders are, as flags.
#include <gtest/gtest.h>

#include <functional>

#include "engine/base/error.h"
#include "viewer/actions/options.h"

namespace cajal::test {
namespace {

using Words = std::vector<std::string>;

ViewSettings viewOf(const Words& words) {
  const std::optional<Options> options = parseOptions(words);
  if (!options) throw std::runtime_error("answered with nothing");
  return options->view;
}

struct PictureFlag {
  const char* flag;
  const char* value;
  std::function<bool(const ViewSettings&)> isTakenOver;
};

class PictureOptions : public testing::TestWithParam<PictureFlag> {};

TEST_P(PictureOptions, AreTakenOver) {
  const auto& [flag, value, isTakenOver] = GetParam();
  EXPECT_TRUE(isTakenOver(viewOf({flag, value}))) << flag << " " << value;
}

INSTANTIATE_TEST_SUITE_P(
    Every, PictureOptions,
    testing::Values(
        PictureFlag{"--theme", "print", [](const ViewSettings& v) { return v.theme == Theme::print; }},
        PictureFlag{"--nodes", "state", [](const ViewSettings& v) { return v.nodes == NodeQuantity::state; }},
        PictureFlag{"--course", "bundled",
                    [](const ViewSettings& v) { return v.course == EdgeCourse::bundled; }},
        PictureFlag{"--below", "batch", [](const ViewSettings& v) { return v.below == BelowShow::batch; }},
        PictureFlag{"--top", "12", [](const ViewSettings& v) { return v.edgesPerNeuron == 12; }},
        PictureFlag{"--select", "2:17",
                    [](const ViewSettings& v) {
                      return v.selected == NeuronPlace{2, 17};
                    }},
        PictureFlag{"--matrix", "3", [](const ViewSettings& v) { return v.heldLayer == 3U; }},
        PictureFlag{"--strength", "2.5", [](const ViewSettings& v) { return v.edgeStrength == 2.5f; }},
        PictureFlag{"--threshold", "0.25", [](const ViewSettings& v) { return v.edgeThreshold == 0.25f; }},
        PictureFlag{"--contrast", "1.5", [](const ViewSettings& v) { return v.edgeGamma == 1.5f; }},
        PictureFlag{"--width", "3", [](const ViewSettings& v) { return v.edgeWidth == 3.0f; }},
        PictureFlag{"--depth-cue", "0.5", [](const ViewSettings& v) { return v.depthCue == 0.5f; }},
        PictureFlag{"--bloom", "0", [](const ViewSettings& v) { return v.bloom == 0.0f; }}));

TEST(PictureSwitches, SwitchesOfThePictureAreTakenOver) {
  const ViewSettings view =
      viewOf({"--pulses", "--one-scale", "--tiles", "--no-map", "--no-matrices", "--no-labels"});
  EXPECT_TRUE(view.pulses && view.oneScale && view.tiles);
  EXPECT_FALSE(view.showMap || view.showMatrices || view.showLabels);
}

class WrongPictureOptions : public testing::TestWithParam<Words> {};

TEST_P(WrongPictureOptions, AreUsageAndNamed) {
  try {
    viewOf(GetParam());
    FAIL() << "was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.exitCode(), ExitCode::usage);
    EXPECT_NE(std::string(error.what()).find(GetParam().front()), std::string::npos) << error.what();
  }
}

INSTANTIATE_TEST_SUITE_P(Every, WrongPictureOptions,
                         testing::Values(Words{"--theme", "grey"}, Words{"--nodes", "weight"},
                                         Words{"--course", "round"}, Words{"--below", "above"},
                                         Words{"--top", "-1"}, Words{"--select", "3"},
                                         Words{"--select", "a:b"}, Words{"--select", "1:2x"},
                                         Words{"--matrix", "0"}, Words{"--width", "0.5"},
                                         Words{"--width", "nan"}, Words{"--depth-cue", "1.1"},
                                         Words{"--bloom", "-0.1"}, Words{"--strength", "0"},
                                         Words{"--contrast", "9"}, Words{"--threshold", "2"}));

}  // namespace
}  // namespace cajal::test
