#include "viewer/pilot.h"

#include <gtest/gtest.h>

#include <functional>

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

  UserRequests ask(const WindowInput& input, bool isRunning = false) const {
    ViewerState state{.fixed = m_fixed,
                      .facts = {},
                      .isRunning = isRunning,
                      .curves = m_curves,
                      .price = {},
                      .edges = {},
                      .outputs = m_outputs,
                      .recording = {}};
    UserRequests requests;
    requestsFromKeys(input, state, m_settings, requests);
    return requests;
  }

  UserRequests askOver(const NeuronPlace& neuron, Key key) const {
    ViewerState state{.fixed = m_fixed,
                      .facts = {},
                      .curves = m_curves,
                      .price = {},
                      .edges = {},
                      .outputs = m_outputs,
                      .recording = {}};
    state.hover.pick.neuron = neuron;
    UserRequests requests;
    requestsFromKeys(pressed(key), state, m_settings, requests);
    return requests;
  }

  StaticState m_fixed;
  std::vector<Metrics> m_curves;
  std::vector<float> m_outputs;
  ViewSettings m_settings;
};

// How many things are asked for.
int count(const UserRequests& requests) {
  return static_cast<int>(requests.training.size()) + requests.run.has_value() + requests.stepOnce +
         requests.view.has_value() + requests.framesWanted.has_value() + requests.stepsPerFrame.has_value() +
         requests.toggleRecording + requests.takeScreenshot + requests.frameNetwork + requests.toggleOrbit +
         requests.togglePanels + requests.toggleFullScreen + requests.quit;
}

TEST_F(Keys, WithoutAnyNothingIsAskedFor) {
  EXPECT_EQ(count(ask({})), 0);
}

TEST_F(Keys, LGoesThroughTheLayouts) {
  for (const LayoutKind kind : kLayoutKinds) {
    EXPECT_EQ(m_settings.layout.kind, kind);
    m_settings = ask(pressed(Key::l)).view.value();
  }
  EXPECT_EQ(m_settings.layout.kind, LayoutKind::layered);
}

TEST_F(Keys, OFoldsTheLayerUnderThePointerAndOpensItAgain) {
  EXPECT_EQ(count(ask(pressed(Key::o))), 0) << "nothing is pointed at";
  m_settings = askOver({2, 5}, Key::o).view.value();
  EXPECT_EQ(m_settings.layout.folded, std::set<std::size_t>{2});
  m_settings = askOver({2, 0}, Key::o).view.value();
  EXPECT_TRUE(m_settings.layout.folded.empty());
}

TEST_F(Keys, EachAsksForItsOneThing) {
  const std::pair<Key, std::function<bool(const UserRequests&)>> keys[] = {
      {Key::period, [](const UserRequests& r) { return r.stepOnce; }},
      {Key::f, [](const UserRequests& r) { return r.frameNetwork; }},
      {Key::tab, [](const UserRequests& r) { return r.toggleOrbit; }},
      {Key::h, [](const UserRequests& r) { return r.togglePanels; }},
      {Key::r, [](const UserRequests& r) { return r.toggleRecording; }},
      {Key::p, [](const UserRequests& r) { return r.takeScreenshot; }},
      {Key::f11, [](const UserRequests& r) { return r.toggleFullScreen; }},
      {Key::escape, [](const UserRequests& r) { return r.quit; }},
  };
  for (const auto& [key, isAskedFor] : keys) {
    const UserRequests requests = ask(pressed(key));
    EXPECT_TRUE(isAskedFor(requests)) << static_cast<int>(key);
    EXPECT_EQ(count(requests), 1) << static_cast<int>(key);
  }
}

TEST_F(Keys, SpacePlaysWhatIsPausedAndPausesWhatPlays) {
  EXPECT_EQ(ask(pressed(Key::space), false).run, true);
  EXPECT_EQ(ask(pressed(Key::space), true).run, false);
}

TEST_F(Keys, AHeldKeyAsksOnce) {
  WindowInput held = pressed(Key::p);
  held.keysPressed.reset();
  EXPECT_EQ(count(ask(held)), 0);
}

TEST_F(Keys, BracketsGoRoundTheExamples) {
  m_settings.example = 0;
  EXPECT_EQ(ask(pressed(Key::leftBracket)).view->example, 9U);
  EXPECT_EQ(ask(pressed(Key::rightBracket)).view->example, 1U);
  m_settings.example = 9;
  EXPECT_EQ(ask(pressed(Key::rightBracket)).view->example, 0U);
  m_settings.part = Part::training;
  EXPECT_EQ(ask(pressed(Key::rightBracket)).view->example, 10U);
}

TEST_F(Keys, DigitsChooseWhatEdgesShow) {
  EXPECT_EQ(ask(pressed(Key::digit2)).view->quantity, Quantity::weight);
  EXPECT_EQ(ask(pressed(Key::digit5)).view->quantity, Quantity::secondMoment);
  EXPECT_FALSE(ask(pressed(Key::digit1)).view);  // it shows contributions already
  EXPECT_EQ(count(ask(pressed(Key::digit9))), 0);
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
