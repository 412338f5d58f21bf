// The hyperparameters. Each change is a command, applied between two steps.
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>

#include "viewer/cockpit/controls.h"
#include "viewer/cockpit/panels.h"

namespace cajal {
namespace {

bool hasMomentum(UpdateRule rule) {
  return rule == UpdateRule::momentum || rule == UpdateRule::nesterov || rule == UpdateRule::rmsprop;
}
bool hasBetas(UpdateRule rule) {
  return rule == UpdateRule::adam || rule == UpdateRule::adamw || rule == UpdateRule::nadam ||
         rule == UpdateRule::lion;
}

void edit(std::string_view key, TrainingSettings& wanted) {
  edit(trainingSettings(), key, wanted);
}

void editRates(TrainingSettings& wanted) {
  const UpdateRule rule = wanted.hyperparameters.rule;
  edit("lr", wanted);
  if (hasMomentum(rule)) edit("momentum", wanted);
  if (hasBetas(rule)) {
    const Setting<TrainingSettings>& row = *findSetting(trainingSettings(), "momentum");
    SettingRow beta1 = row;
    beta1.words.label = "beta 1";
    edit(row, beta1, wanted);
  }
  if (hasBetas(rule) || rule == UpdateRule::rmsprop) edit("beta2", wanted);
}

void editSchedule(TrainingSettings& wanted) {
  edit("schedule", wanted);
  // The slider has taken the rate over.
  if (!wanted.followsSchedule && ImGui::Button("Follow the schedule again")) wanted.followsSchedule = true;
}

void editPenalties(TrainingSettings& wanted) {
  edit("weight-decay", wanted);
  if (!ImGui::TreeNode("more")) return;
  for (const char* key : {"decoupled-decay", "l1", "clip-norm", "clip-value", "average"}) edit(key, wanted);
  ImGui::TreePop();
}

void editBatchSize(std::size_t most, TrainingSettings& wanted) {
  const Setting<TrainingSettings>& row = *findSetting(trainingSettings(), "batch");
  SettingRow shown = row;
  shown.words.slider.high = std::min(shown.words.slider.high, static_cast<double>(most));
  edit(row, shown, wanted);
}

}  // namespace

void trainingPanel(const ViewerState& state, ActionList& actions) {
  if (!state.isTrained) {
    ImGui::TextDisabled("Weights from a file: nothing is trained here");
    return;
  }
  const TrainingSettings& now = state.facts;
  TrainingSettings wanted = now;
  ImGui::PushItemWidth(-98);
  edit("optimizer", wanted);
  editRates(wanted);
  editSchedule(wanted);
  editPenalties(wanted);
  if (now.hyperparameters.rule == UpdateRule::gradientDescent) {
    ImGui::TextDisabled("batch: all %zu examples", state.fixed.trainingExamples);
  } else {
    editBatchSize(state.fixed.trainingExamples, wanted);
  }
  ImGui::PopItemWidth();
  ImGui::PushTextWrapPos();
  ImGui::TextDisabled("%s", fmt::format("{} on {}, epoch {:.2f}", state.fixed.network, state.fixed.dataName,
                                        state.facts.epochs)
                                .c_str());
  ImGui::PopTextWrapPos();
  for (Action& action : actionsBetween(trainingSettings(), now, wanted)) actions.push_back(std::move(action));
}

}  // namespace cajal
