#pragma once
// The panels with neither window nor GPU: an ImGui context of our own, a mouse that is moved by hand.

#include "viewer/cockpit/panels.h"

#include <gtest/gtest.h>
#include <imgui.h>
#include <imgui_internal.h>

#include <functional>
#include <string>

namespace cajal::test {

inline int count(const ActionList& actions) {
  return static_cast<int>(actions.size());
}

class Cockpit : public testing::Test {
 protected:
  Cockpit() {
    m_context = ImGui::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.DisplaySize = {1280, 720};
    io.DeltaTime = 1.0f / 60;
    unsigned char* pixels = nullptr;
    int width = 0, height = 0;
    io.Fonts->GetTexDataAsRGBA32(&pixels, &width, &height);
    m_fixed.dataName = "digits";
    m_fixed.network = "784-128-10";
    m_fixed.shapes = {{1, 1, 784}, {1, 1, 128}, {1, 1, 10}};
    m_fixed.layerNames = {"input", "dense 128", "dense 10"};
    for (int i = 0; i < 10; ++i) m_fixed.classNames.push_back(std::to_string(i));
    m_fixed.trainingExamples = 60'000;
    m_fixed.testExamples = 10'000;
    m_facts.batchSize = 64;
    m_outputs.assign(10, 0.1f);
    leaveWithMouse();
    frame();  // ImGui lays a window out in its first frame and shows it in its second
    frame();
  }
  ~Cockpit() override { ImGui::DestroyContext(m_context); }

  ViewerState state() const {
    return {.fixed = m_fixed,
            .facts = m_facts,
            .isRunning = m_isRunning,
            .haltedReason = {},
            .curves = m_curves,
            .price = {},
            .edges = {},
            .outputs = m_outputs,
            .recording = m_recording,
            .history = &m_history,
            .lanes = m_lanes};
  }

  // One frame of `draw`, or of all panels.
  ActionList frame(const std::function<void(ActionList&)>& draw = {}) {
    const ImVec2 size = ImGui::GetIO().DisplaySize;
    ActionList actions;
    ImGui::NewFrame();
    if (draw) {
      ImGui::Begin("alone");
      draw(actions);
      ImGui::End();
    } else {
      drawPanels(state(), m_settings, placePanels({size.x, size.y}, 1), actions);
    }
    ImGui::Render();
    return actions;
  }

  void moveTo(ImVec2 pixel) { ImGui::GetIO().MousePos = pixel; }
  void leaveWithMouse() { moveTo({-1e6f, -1e6f}); }
  void press(bool down) { ImGui::GetIO().MouseDown[0] = down; }

  // The two frames of a click where the mouse is; what they ask for together.
  ActionList click() {
    press(true);
    ActionList actions = frame();
    press(false);
    const ActionList released = frame();
    if (count(actions) == 0) return released;
    EXPECT_EQ(count(released), 0) << "asked for twice";
    return actions;
  }

  // What the mouse is over.
  static ImGuiID hovered() { return ImGui::GetCurrentContext()->HoveredId; }
  static ImGuiID idOf(const char* window, const char* label) {
    ImGuiWindow* found = ImGui::FindWindowByName(window);
    return found ? found->GetID(label) : 0;
  }

  // Moves the mouse over the widget with this label, at its left end; false if it is nowhere to be seen.
  bool find(const char* label, const char* window = "controls") {
    const ImGuiID id = idOf(window, label);
    for (float x = 14; x < 290; x += 12) {
      for (float y = 4; y < 718; y += 5) {
        moveTo({x, y});
        frame();
        if (hovered() == id) return true;
      }
    }
    ADD_FAILURE() << "no widget is called " << label;
    return false;
  }
  // Whether a widget with this label is there at all.
  bool isShown(const char* label, const char* window = "controls") {
    const ImGuiID id = idOf(window, label);
    for (float y = 4; y < 718; y += 5) {
      moveTo({40, y});
      frame();
      if (hovered() == id) return true;
    }
    return false;
  }
  ActionList clickOn(const char* label, const char* window = "controls") {
    return find(label, window) ? click() : ActionList{};
  }

  StaticState m_fixed;
  SnapshotFacts m_facts;
  // The view with the actions carried out that change it.
  ViewSettings after(const ActionList& actions) const {
    ViewSettings settings = m_settings;
    for (const Action& action : actions)
      if (const auto* row = findSetting(viewSettings(), action.name)) row->write(settings, action.value);
    return settings;
  }

  History m_history;
  std::vector<LaneState> m_lanes;  // empty: one network alone
  bool m_isRunning = false;
  std::vector<Metrics> m_curves;
  std::vector<float> m_outputs;
  RecordingState m_recording;
  ViewSettings m_settings;

 private:
  ImGuiContext* m_context = nullptr;
};

}  // namespace cajal::test
