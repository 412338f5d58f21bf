// The hyperparameters. Each change is a command, applied between two steps.
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>

#include "viewer/panels/panels.h"

namespace cajal {
namespace {

// A slider whose movement becomes a command.
void slider(const char* label, CommandKind kind, float value, float low, float high, const char* format,
            bool isLogarithmic, UserRequests& requests) {
  const ImGuiSliderFlags flags = isLogarithmic ? ImGuiSliderFlags_Logarithmic : ImGuiSliderFlags_None;
  if (ImGui::SliderFloat(label, &value, low, high, format, flags))
    requests.training.push_back({kind, static_cast<double>(value)});
}

void chooseOptimizer(UpdateRule rule, UserRequests& requests) {
  if (!ImGui::BeginCombo("optimiser", std::string(displayName(rule)).c_str())) return;
  for (std::uint32_t i = 0; i < kUpdateRules; ++i) {
    const auto choice = static_cast<UpdateRule>(i);
    if (!ImGui::Selectable(std::string(displayName(choice)).c_str(), choice == rule) || choice == rule)
      continue;
    requests.training.push_back({CommandKind::setOptimizer, static_cast<double>(choice)});
    // Each rule has its own usual settings; Adam's rate would be far too small for SGD.
    const Hyperparameters usual = usualHyperparameters(choice);
    requests.training.push_back({CommandKind::setLearningRate, static_cast<double>(usual.learningRate)});
    requests.training.push_back({CommandKind::setMomentum, static_cast<double>(usual.momentum)});
    requests.training.push_back({CommandKind::setBeta2, static_cast<double>(usual.beta2)});
  }
  ImGui::EndCombo();
}

void chooseBatchSize(std::size_t batch, std::size_t most, UserRequests& requests) {
  int value = static_cast<int>(batch);
  const int highest = static_cast<int>(std::min<std::size_t>(most, 4096));
  if (ImGui::SliderInt("batch", &value, 1, highest, "%d", ImGuiSliderFlags_Logarithmic)) {
    requests.training.push_back(
        {CommandKind::setBatchSize, static_cast<double>(std::clamp(value, 1, highest))});
  }
}

void chooseSchedule(const SnapshotFacts& facts, UserRequests& requests) {
  if (ImGui::BeginCombo("schedule", std::string(displayName(facts.schedule.kind)).c_str())) {
    for (std::uint32_t i = 0; i < kSchedules; ++i) {
      const auto choice = static_cast<ScheduleKind>(i);
      if (ImGui::Selectable(std::string(displayName(choice)).c_str(), choice == facts.schedule.kind)) {
        requests.training.push_back({CommandKind::setSchedule, static_cast<double>(choice)});
      }
    }
    ImGui::EndCombo();
  }
  // The slider has taken the rate over.
  if (!facts.followsSchedule && ImGui::Button("Follow the schedule again")) {
    requests.training.push_back({CommandKind::followSchedule, 0});
  }
}

bool hasMomentum(UpdateRule rule) {
  return rule == UpdateRule::momentum || rule == UpdateRule::nesterov || rule == UpdateRule::rmsprop;
}
bool hasBetas(UpdateRule rule) {
  return rule == UpdateRule::adam || rule == UpdateRule::adamw || rule == UpdateRule::nadam ||
         rule == UpdateRule::lion;
}

void rateSliders(const Hyperparameters& h, UserRequests& requests) {
  slider("learning rate", CommandKind::setLearningRate, h.learningRate, 1e-5f, 10.0f, "%.5f", true, requests);
  if (hasMomentum(h.rule)) {
    slider("momentum", CommandKind::setMomentum, h.momentum, 0.0f, 0.999f, "%.3f", false, requests);
  }
  if (hasBetas(h.rule)) {
    slider("beta 1", CommandKind::setMomentum, h.momentum, 0.0f, 0.999f, "%.3f", false, requests);
  }
  if (hasBetas(h.rule) || h.rule == UpdateRule::rmsprop) {
    slider("beta 2", CommandKind::setBeta2, h.beta2, 0.9f, 0.9999f, "%.4f", false, requests);
  }
}

void penaltySliders(const SnapshotFacts& facts, UserRequests& requests) {
  const Hyperparameters& h = facts.hyperparameters;
  slider("weight decay", CommandKind::setWeightDecay, h.weightDecay, 0.0f, 0.1f, "%.5f", true, requests);
  if (!ImGui::TreeNode("more")) return;
  bool decoupled = isDecoupled(h);
  if (ImGui::Checkbox("decoupled decay", &decoupled)) {
    requests.training.push_back({CommandKind::setDecoupledDecay, decoupled ? 1.0 : 0.0});
  }
  slider("L1", CommandKind::setL1, h.l1, 0.0f, 0.01f, "%.5f", true, requests);
  slider("clip norm", CommandKind::setClipNorm, h.clipNorm, 0.0f, 100.0f, "%.3f", true, requests);
  slider("clip value", CommandKind::setClipValue, h.clipValue, 0.0f, 10.0f, "%.3f", true, requests);
  slider("average", CommandKind::setAverageDecay, facts.averageDecay, 0.0f, 0.9999f, "%.4f", false, requests);
  ImGui::TreePop();
}

}  // namespace

void trainingPanel(const ViewerState& state, UserRequests& requests) {
  const Hyperparameters& h = state.facts.hyperparameters;
  ImGui::PushItemWidth(-98);
  chooseOptimizer(h.rule, requests);
  rateSliders(h, requests);
  chooseSchedule(state.facts, requests);
  penaltySliders(state.facts, requests);
  if (h.rule == UpdateRule::gradientDescent) {
    ImGui::TextDisabled("batch: all %zu examples", state.fixed.trainingExamples);
  } else {
    chooseBatchSize(state.facts.batchSize, state.fixed.trainingExamples, requests);
  }
  ImGui::PopItemWidth();
  ImGui::PushTextWrapPos();
  ImGui::TextDisabled("%s", fmt::format("{} on {}, epoch {:.2f}", state.fixed.network, state.fixed.dataName,
                                        state.facts.epochs)
                                .c_str());
  ImGui::PopTextWrapPos();
}

}  // namespace cajal
