#include "viewer/cockpit/panels.h"

#include "tests/viewer/cockpit/cockpit.h"

#include <cmath>
#include <limits>
#include <map>
#include <set>

namespace cajal::test {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// ---- all of them ----

TEST_F(Cockpit, AsksForNothingByItself) {
  for (int i = 0; i < 10; ++i) EXPECT_EQ(count(frame()), 0);
}

TEST_F(Cockpit, AsksForNothingWhereTheMouseOnlyPasses) {
  for (float y = 1; y < 720; y += 9) {
    for (float x = 1; x < 310; x += 23) {
      moveTo({x, y});
      ASSERT_EQ(count(frame()), 0) << x << ", " << y;
    }
  }
}

TEST_F(Cockpit, ResetsWhereResetIsClickedAndNowhereElse) {
  const ImGuiID reset = idOf("controls", "Reset");
  int clicks = 0;
  for (float y = 3; y < 720; y += 6) {
    for (float x = 5; x < 300; x += 29) {
      moveTo({x, y});
      frame();
      if (hovered() == reset) continue;
      for (const Action& action : click()) ASSERT_NE(action.name, kReset) << x << ", " << y;
      ++clicks;
    }
  }
  EXPECT_GT(clicks, 1000);
  EXPECT_EQ(clickOn("Reset"), (ActionList{{"reset", {}}}));
}

TEST_F(Cockpit, ItsPanelsStandInsideThePictureAndClearOfEachOther) {
  for (const glm::vec2 size :
       {glm::vec2(1280, 720), glm::vec2(640, 360), glm::vec2(3840, 2160), glm::vec2(200, 100)}) {
    const PanelLayout layout = placePanels(size, 1);
    for (const PanelPlace& panel : {layout.controls, layout.curves}) {
      EXPECT_GE(std::min(panel.position.x, panel.position.y), 0);
      EXPECT_LE(panel.position.x + panel.size.x, size.x);
      EXPECT_LE(panel.position.y + panel.size.y, size.y);
    }
    EXPECT_LE(layout.controls.position.x + layout.controls.size.x, layout.curves.position.x);
    EXPECT_LE(layout.coveredLeft + layout.coveredRight, size.x);
  }
}

TEST_F(Cockpit, IsDrawnInPicturesOfAnySize) {
  for (const ImVec2 size : {ImVec2(1, 1), ImVec2(3, 5), ImVec2(160, 90), ImVec2(3840, 2160)}) {
    ImGui::GetIO().DisplaySize = size;
    EXPECT_EQ(count(frame()), 0);
    EXPECT_EQ(count(frame()), 0);
  }
}

TEST_F(Cockpit, EveryPanelDrawsSomethingOnItsOwn) {
  const std::pair<const char*, std::function<void(ActionList&)>> panels[] = {
      {"transport", [&](ActionList& r) { transportPanel(state(), r); }},
      {"training", [&](ActionList& r) { trainingPanel(state(), r); }},
      {"picture", [&](ActionList& r) { picturePanel(state(), m_settings, r); }},
      {"example", [&](ActionList& r) { examplePanel(state(), m_settings, r); }},
      {"layers", [&](ActionList& r) { layersPanel(state(), m_settings, r); }},
      {"price", [&](ActionList& r) { pricePanel(state(), r); }},
      {"curves",
       [&](ActionList&) {
         curvesPanel(state(), {280, 160});
       }},
      {"keys", [&](ActionList&) { keysHelp(); }},
  };
  frame([](ActionList&) {});
  frame([](ActionList&) {});
  const int empty = ImGui::GetDrawData()->TotalVtxCount;
  for (const auto& [name, draw] : panels) {
    frame(draw);
    EXPECT_EQ(count(frame(draw)), 0) << name;
    EXPECT_GT(ImGui::GetDrawData()->TotalVtxCount, empty + 20) << name;
  }
}

TEST_F(Cockpit, NoTwoOfItsWidgetsShareAName) {
  // Two things of one name are one thing to ImGui: a click on the one may go to the other.
  std::map<ImGuiID, std::set<int>> rows;
  for (float y = 4; y < 718; y += 5) {
    for (float x = 14; x < 290; x += 12) {
      moveTo({x, y});
      frame();
      if (hovered() != 0) rows[hovered()].insert(static_cast<int>(y));
    }
  }
  EXPECT_GT(rows.size(), 20U);
  for (const auto& [id, ys] : rows)
    EXPECT_LT(*ys.rbegin() - *ys.begin(), 40) << "at " << *ys.begin() << " and " << *ys.rbegin();
}

// ---- lanes ----

TEST_F(Cockpit, ALaneIsSelectedPausedAndPlayedInItsRow) {
  const std::vector<Metrics> points = {{100, 0.5, 0.9, 0.4, 0.93}};
  for (const LaneNumber number : {1u, 2u, 3u}) {
    LaneState lane;
    lane.number = number;
    lane.name = "lr=0." + std::to_string(number);
    lane.isSelected = number == 1;
    lane.isRunning = number == 1;
    lane.curves = &points;
    m_lanes.push_back(lane);
  }
  m_lanes[2].isTrained = false;  // a file: nothing to be played
  frame();
  frame();
  std::set<std::string> asked;
  for (float y = 80; y < 126; y += 4) {
    for (float x = 14; x < 275; x += 12) {
      moveTo({x, y});
      frame();
      for (const Action& action : click())
        asked.insert(action.name + " " + toText(action.value) +
                     (action.lane ? " of " + std::to_string(*action.lane) : ""));
    }
  }
  EXPECT_EQ(asked, (std::set<std::string>{"lane 2", "lane 3", "pause  of 1", "play  of 2"}));
}

TEST_F(Cockpit, OneNetworkNeedsNoListOfLanes) {
  EXPECT_FALSE(isShown("Lanes##section"));
}

// ---- transport ----

TEST_F(Cockpit, PlayPlaysAndPausePauses) {
  EXPECT_EQ(clickOn("Play"), (ActionList{{"play", {}}}));
  m_isRunning = true;
  EXPECT_EQ(clickOn("Pause"), (ActionList{{"pause", {}}}));
}

TEST_F(Cockpit, EachButtonAsksForItsOneThing) {
  const std::pair<const char*, const char*> buttons[] = {
      {"Step", "step"}, {"Record", "record"}, {"Picture", "screenshot"}, {"Frame", "frame"}};
  for (const auto& [label, action] : buttons) EXPECT_EQ(clickOn(label), (ActionList{{action, {}}})) << label;
}

TEST_F(Cockpit, ARecordingCanBeStopped) {
  m_recording.isRecording = true;
  m_recording.path = "film.mkv";
  EXPECT_EQ(clickOn("Stop"), (ActionList{{"record", {}}}));
}

// ---- training ----

TEST_F(Cockpit, DraggingTheLearningRateSetsItAndNothingElse) {
  ASSERT_TRUE(find("learning rate"));
  const ImVec2 start = ImGui::GetIO().MousePos;
  press(true);
  float last = 0;
  int commands = 0;
  for (float dragged = 0; dragged <= 120; dragged += 20) {
    moveTo({start.x + dragged, start.y});
    for (const Action& action : frame()) {
      EXPECT_EQ(action.name, "lr");
      const double value = std::get<double>(action.value);
      EXPECT_GT(value, 0);
      EXPECT_LE(value, 10);
      EXPECT_GE(value, last);
      // As the trainer answers it: the next frame shows the new rate.
      m_facts.hyperparameters.learningRate = last = static_cast<float>(value);
      ++commands;
    }
  }
  press(false);
  EXPECT_EQ(count(frame()), 0);
  EXPECT_GE(commands, 5);
}

// Its usual rates come with it (trainingSettings()).
TEST_F(Cockpit, ChoosingAnOptimizerIsOneCommand) {
  clickOn("optimiser");
  frame();
  EXPECT_EQ(clickOn(std::string(displayName(UpdateRule::sgd)).c_str(), "##Combo_00"),
            (ActionList{{"optimizer", "sgd"}}));
}

TEST_F(Cockpit, OnlyTheRulesThatHaveMomentumShowIt) {
  m_facts.hyperparameters.rule = UpdateRule::sgd;
  EXPECT_FALSE(isShown("momentum"));
  m_facts.hyperparameters.rule = UpdateRule::momentum;
  EXPECT_TRUE(isShown("momentum"));
  EXPECT_FALSE(isShown("beta 2"));
  m_facts.hyperparameters.rule = UpdateRule::adam;
  EXPECT_TRUE(isShown("beta 2"));
}

TEST_F(Cockpit, TheBatchSizeStaysWithinTheTrainingExamples) {
  m_fixed.trainingExamples = 20;
  m_facts.batchSize = 10;
  ASSERT_TRUE(find("batch"));
  press(true);
  frame();
  moveTo({1200, ImGui::GetIO().MousePos.y});
  EXPECT_EQ(frame(), (ActionList{{"batch", 20}}));
  press(false);
}

// ---- picture, example, price ----

TEST_F(Cockpit, ACheckboxChangesItsOneSetting) {
  EXPECT_EQ(clickOn("matrices"), (ActionList{{"matrices", false}}));
}

TEST_F(Cockpit, TheLayoutIsChosenFromAList) {
  clickOn("layout");
  frame();
  EXPECT_EQ(clickOn("ring", "##Combo_00"), (ActionList{{"layout", "ring"}}));
}

TEST_F(Cockpit, HiddenLayersAreFoldedAndOpenedAllAtOnce) {
  clickOn("Layers##section");
  frame();
  m_settings = after(clickOn("Fold hidden"));
  EXPECT_EQ(m_settings.layout.folded, std::set<std::size_t>{1});
  m_settings = after(clickOn("Open all"));
  EXPECT_TRUE(m_settings.layout.folded.empty());
}

TEST_F(Cockpit, ALayerIsFoldedByItsTick) {
  clickOn("Layers##section");
  frame();
  ASSERT_TRUE(find("Fold hidden"));
  // The list stands below, the input first.
  const ImVec2 button = ImGui::GetIO().MousePos;
  const float row = ImGui::GetFrameHeightWithSpacing();
  for (float down = row; down < 4 * row && m_settings.layout.folded.empty(); down += 4) {
    moveTo({button.x, button.y + down});
    frame();
    if (hovered() == 0) continue;
    m_settings = after(click());
  }
  EXPECT_EQ(m_settings.layout.folded, std::set<std::size_t>{0});
}

TEST_F(Cockpit, WhatEdgesShowIsChosenFromAList) {
  clickOn("edges show");
  frame();
  EXPECT_EQ(clickOn(std::string(displayName(Quantity::gradient)).c_str(), "##Combo_00"),
            (ActionList{{"edges", "gradient"}}));
}

TEST_F(Cockpit, ArrowsGoRoundTheExamples) {
  m_settings.example = 9'999;
  EXPECT_EQ(clickOn("next"), (ActionList{{"example", 0}}));
  m_settings.example = 0;
  EXPECT_EQ(clickOn("previous"), (ActionList{{"example", 9'999}}));
}

TEST_F(Cockpit, ADataSetWithoutExamplesBreaksNothing) {
  m_fixed.testExamples = m_fixed.trainingExamples = 0;
  EXPECT_EQ(count(frame()), 0);
  clickOn("next");
  clickOn("previous");
}

TEST_F(Cockpit, NumbersThatAreNoneAreShownWithoutHarm) {
  m_outputs.assign(10, std::numeric_limits<float>::quiet_NaN());
  m_fixed.classNames.clear();
  m_facts.label = 200;
  m_facts.hyperparameters.learningRate = std::numeric_limits<float>::infinity();
  EXPECT_EQ(count(frame()), 0);
}

// Another part may have fewer examples.
TEST_F(Cockpit, AnotherPartShowsAnExampleThatItHas) {
  m_fixed.validationExamples = 20;
  m_settings.example = 9'000;
  const ViewSettings shown = after(clickOn("validation"));
  EXPECT_EQ(shown.part, Part::validation);
  EXPECT_EQ(shown.example, 19U);
}

TEST_F(Cockpit, TheHistoryListsWhatWasChangedAndGoesBack) {
  clickOn("History##section");
  frame();
  EXPECT_FALSE(isShown("Undo"));
  m_history.note({"lr", 0.001, 0.01, 120, {{"lr", 0.001}}, 0});
  frame();
  EXPECT_EQ(clickOn("Undo"), (ActionList{{"undo", {}}}));
  EXPECT_EQ(clickOn("Redo"), (ActionList{{"redo", {}}}));
}

// ---- curves ----

TEST_F(Cockpit, HealthIsAskedForWhileItsSectionIsOpen) {
  m_settings = after(clickOn("Health##section"));
  EXPECT_TRUE(m_settings.watchesHealth);
  EXPECT_EQ(count(frame()), 0);
  EXPECT_EQ(clickOn("Health##section"), (ActionList{{"health", false}}));
}

TEST_F(Cockpit, HealthIsDrawnWhateverItIs) {
  auto health = std::make_shared<Health>();
  health->layers.resize(2);
  health->tensors.push_back({"layer1.weight", TensorRole::weight, 1, {}, {}, {}});
  health->tensors[0].values.add(std::numeric_limits<float>::quiet_NaN());
  m_facts.health = health;
  const int without = ImGui::GetDrawData()->TotalVtxCount;
  const auto draw = [this](ActionList&) { healthPanel(state()); };
  frame(draw);
  frame(draw);
  EXPECT_GT(ImGui::GetDrawData()->TotalVtxCount, 0);
  EXPECT_NE(ImGui::GetDrawData()->TotalVtxCount, without);
}

TEST_F(Cockpit, CurvesOfADivergedTrainingHoldFinitePointsOnly) {
  for (std::uint64_t step = 1; step < 40; ++step)
    m_curves.push_back({step, step % 3 ? kNaN : 2.0, 0.5, 1e300 * 1e300, step % 2 ? kNaN : 0.25});
  frame();
  const ImDrawData* drawn = ImGui::GetDrawData();
  for (int list = 0; list < drawn->CmdListsCount; ++list) {
    for (const ImDrawVert& vertex : drawn->CmdLists[list]->VtxBuffer)
      ASSERT_TRUE(std::isfinite(vertex.pos.x) && std::isfinite(vertex.pos.y));
  }
}

TEST_F(Cockpit, CurvesGrowWithTheirPoints) {
  frame();
  const int before = ImGui::GetDrawData()->TotalVtxCount;
  for (std::uint64_t step = 1; step < 40; ++step) m_curves.push_back({step * 100, 1.0, 0.8, 1.1, 0.75});
  frame();
  EXPECT_GT(ImGui::GetDrawData()->TotalVtxCount, before + 100);
}

TEST_F(Cockpit, AHundredThousandPointsAreThinnedToThePixels) {
  for (std::uint64_t step = 1; step <= 100'000; ++step) m_curves.push_back({step, 1.0, 0.8, 1.1, 0.75});
  frame();
  EXPECT_LT(ImGui::GetDrawData()->TotalVtxCount, 20'000);
}

}  // namespace
}  // namespace cajal::test
