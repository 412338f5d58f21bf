#include "viewer/shell/pilot.h"

#include <gtest/gtest.h>

#include "engine/base/error.h"

namespace cajal {
namespace {

WindowInput pressed(Key key) {
  WindowInput input;
  input.keysPressed.set(static_cast<std::size_t>(key));
  input.keysDown.set(static_cast<std::size_t>(key));
  return input;
}

class Keys : public testing::Test {
 protected:
  Keys() {
    m_fixed.testExamples = 10;
    m_fixed.trainingExamples = 50;
  }

  ActionList ask(const WindowInput& input, bool isRunning = false) const {
    ViewerState state{.fixed = m_fixed,
                      .facts = {},
                      .isRunning = isRunning,
                      .curves = m_curves,
                      .price = {},
                      .edges = {},
                      .outputs = m_outputs,
                      .recording = {}};
    return actionsFromKeys(input, state, m_settings);
  }

  ActionList askOver(const NeuronPlace& neuron, Key key) const {
    ViewerState state{.fixed = m_fixed,
                      .facts = {},
                      .curves = m_curves,
                      .price = {},
                      .edges = {},
                      .outputs = m_outputs,
                      .recording = {}};
    state.hover.pick.neuron = neuron;
    return actionsFromKeys(pressed(key), state, m_settings);
  }

  ViewSettings after(const ActionList& actions) const {
    ViewSettings settings = m_settings;
    for (const Action& action : actions)
      findSetting(viewSettings(), action.name)->write(settings, action.value);
    return settings;
  }

  StaticState m_fixed;
  std::vector<Metrics> m_curves;
  std::vector<float> m_outputs;
  ViewSettings m_settings;
};

TEST_F(Keys, WithoutAnyNothingIsAskedFor) {
  EXPECT_TRUE(ask({}).empty());
}

TEST_F(Keys, LGoesThroughTheLayouts) {
  for (const LayoutKind kind : kLayoutKinds) {
    EXPECT_EQ(m_settings.layout.kind, kind);
    m_settings = after(ask(pressed(Key::l)));
  }
  EXPECT_EQ(m_settings.layout.kind, LayoutKind::layered);
}

TEST_F(Keys, OFoldsTheLayerUnderThePointerAndOpensItAgain) {
  EXPECT_TRUE(ask(pressed(Key::o)).empty()) << "nothing is pointed at";
  m_settings = after(askOver({2, 5}, Key::o));
  EXPECT_EQ(m_settings.layout.folded, std::set<std::size_t>{2});
  m_settings = after(askOver({2, 0}, Key::o));
  EXPECT_TRUE(m_settings.layout.folded.empty());
}

TEST_F(Keys, EachAsksForItsOneThing) {
  const std::pair<Key, const char*> keys[] = {
      {Key::period, "step"}, {Key::f, "frame"},      {Key::tab, "orbit"},      {Key::h, "panels"},
      {Key::r, "record"},    {Key::p, "screenshot"}, {Key::f11, "fullscreen"}, {Key::escape, "quit"}};
  for (const auto& [key, action] : keys) EXPECT_EQ(ask(pressed(key)), (ActionList{{action, {}}})) << action;
}

TEST_F(Keys, SpacePlaysWhatIsPausedAndPausesWhatPlays) {
  EXPECT_EQ(ask(pressed(Key::space), false), (ActionList{{"play", {}}}));
  EXPECT_EQ(ask(pressed(Key::space), true), (ActionList{{"pause", {}}}));
}

TEST_F(Keys, ControlZUndoesAndWithShiftRedoes) {
  WindowInput input = pressed(Key::z);
  EXPECT_TRUE(ask(input).empty());
  input.keysDown.set(static_cast<std::size_t>(Key::leftControl));
  EXPECT_EQ(ask(input), (ActionList{{"undo", {}}}));
  input.keysDown.set(static_cast<std::size_t>(Key::rightShift));
  EXPECT_EQ(ask(input), (ActionList{{"redo", {}}}));
}

// Where frames are slow, Ctrl and Z may both have been let go of before the next one.
TEST_F(Keys, ThatWereLetGoOfBeforeTheFrameStillCount) {
  WindowInput input;
  for (const Key key : {Key::leftControl, Key::z}) input.keysPressed.set(static_cast<std::size_t>(key));
  EXPECT_EQ(ask(input), (ActionList{{"undo", {}}}));
  input.keysPressed.set(static_cast<std::size_t>(Key::leftShift));
  EXPECT_EQ(ask(input), (ActionList{{"redo", {}}}));
}

TEST_F(Keys, WithControlNoKeyIsWhatItIsAlone) {
  WindowInput input = pressed(Key::r);
  input.keysDown.set(static_cast<std::size_t>(Key::rightControl));
  EXPECT_TRUE(ask(input).empty());
}

TEST_F(Keys, AHeldKeyAsksOnce) {
  WindowInput held = pressed(Key::p);
  held.keysPressed.reset();
  EXPECT_TRUE(ask(held).empty());
}

TEST_F(Keys, BracketsGoRoundTheExamples) {
  m_settings.example = 0;
  EXPECT_EQ(ask(pressed(Key::leftBracket)), (ActionList{{"example", 9}}));
  EXPECT_EQ(ask(pressed(Key::rightBracket)), (ActionList{{"example", 1}}));
  m_settings.example = 9;
  EXPECT_EQ(ask(pressed(Key::rightBracket)), (ActionList{{"example", 0}}));
  m_settings.part = Part::training;
  EXPECT_EQ(ask(pressed(Key::rightBracket)), (ActionList{{"example", 10}}));
}

TEST_F(Keys, DigitsChooseWhatEdgesShow) {
  EXPECT_EQ(ask(pressed(Key::digit2)), (ActionList{{"edges", "weight"}}));
  EXPECT_EQ(ask(pressed(Key::digit5)), (ActionList{{"edges", "second-moment"}}));
  EXPECT_TRUE(ask(pressed(Key::digit1)).empty());  // it shows contributions already
  EXPECT_TRUE(ask(pressed(Key::digit9)).empty());
}

// ---- cameras as text ----

TEST(CameraText, IsReadBackAsItWas) {
  const Camera camera{{-40.25f, 12.1f, 1e-7f}, 0.3f, -0.1f, 0.7f};
  EXPECT_EQ(cameraFromText(cameraToText(camera), 0.7f), camera);
}

TEST(CameraText, OtherTextsAreRefused) {
  for (const char* text : {"", "1,2,3", "1,2,3,4,5,6", "1,2,3,4,x", "1;2;3;4;5", "1,2,3,4,nan", "1,2,3,4,5 "})
    EXPECT_THROW(cameraFromText(text, 1), Error) << text;
}

// ---- controls ----

TEST(Controls, WasdQeAreThrust) {
  const std::pair<Key, glm::vec3> keys[] = {{Key::w, {0, 0, 1}},  {Key::s, {0, 0, -1}}, {Key::d, {1, 0, 0}},
                                            {Key::a, {-1, 0, 0}}, {Key::e, {0, 1, 0}},  {Key::q, {0, -1, 0}}};
  for (const auto& [key, thrust] : keys)
    EXPECT_EQ(controlsFrom(pressed(key), true, true, 0.1).thrust, thrust) << static_cast<int>(key);
}

TEST(Controls, OppositeKeysCancel) {
  WindowInput input = pressed(Key::w);
  input.keysDown.set(static_cast<std::size_t>(Key::s));
  EXPECT_EQ(controlsFrom(input, true, true, 0.1).thrust, glm::vec3(0));
}

TEST(Controls, ShiftIsFast) {
  EXPECT_TRUE(controlsFrom(pressed(Key::leftShift), true, true, 0.1).fast);
  EXPECT_TRUE(controlsFrom(pressed(Key::rightShift), true, true, 0.1).fast);
  EXPECT_FALSE(controlsFrom({}, true, true, 0.1).fast);
}

TEST(Controls, ArrowsLookTheSameHoweverTimeIsCutIntoFrames) {
  const float whole = controlsFrom(pressed(Key::right), true, true, 0.2).look.x;
  const float half = controlsFrom(pressed(Key::right), true, true, 0.1).look.x;
  EXPECT_GT(whole, 0);
  EXPECT_FLOAT_EQ(whole, 2 * half);
}

WindowInput dragged(MouseButton button) {
  WindowInput input;
  input.buttonsDown.set(static_cast<std::size_t>(button));
  input.mouseMovedX = 12;
  input.mouseMovedY = -5;
  return input;
}

TEST(Controls, TheLeftButtonLooksAndTheOthersPan) {
  const FlightControls left = controlsFrom(dragged(MouseButton::left), true, true, 0.1);
  EXPECT_EQ(left.look, glm::vec2(12, -5));
  EXPECT_EQ(left.pan, glm::vec2(0));
  for (const MouseButton button : {MouseButton::right, MouseButton::middle}) {
    const FlightControls pan = controlsFrom(dragged(button), true, true, 0.1);
    EXPECT_EQ(pan.pan, glm::vec2(12, -5));
    EXPECT_EQ(pan.look, glm::vec2(0));
  }
}

TEST(Controls, TheWheelIsTheWheel) {
  WindowInput input;
  input.scrolledY = -2;
  EXPECT_EQ(controlsFrom(input, true, true, 0.1).wheel, -2);
}

TEST(Controls, AMouseOverAPanelFliesNowhere) {
  WindowInput input = dragged(MouseButton::left);
  input.scrolledX = input.scrolledY = 3;
  const FlightControls controls = controlsFrom(input, false, true, 0.1);
  EXPECT_EQ(controls.look, glm::vec2(0));
  EXPECT_EQ(controls.pan, glm::vec2(0));
  EXPECT_EQ(controls.wheel, 0);
}

TEST(Controls, TypingFliesNowhere) {
  WindowInput input = pressed(Key::w);
  input.keysDown.set(static_cast<std::size_t>(Key::left));
  input.keysDown.set(static_cast<std::size_t>(Key::leftShift));
  const FlightControls controls = controlsFrom(input, true, false, 0.1);
  EXPECT_EQ(controls.thrust, glm::vec3(0));
  EXPECT_EQ(controls.look, glm::vec2(0));
  EXPECT_FALSE(controls.fast);
}

}  // namespace
}  // namespace cajal
