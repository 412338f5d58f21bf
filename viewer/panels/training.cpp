// The hyperparameters. Each change is a command, applied between two steps.
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <array>

#include "viewer/panels/panels.h"

namespace cajal {
namespace {

constexpr std::array kRules = {UpdateRule::gradientDescent, UpdateRule::sgd, UpdateRule::momentum,
                               UpdateRule::adam};

// A slider whose movement becomes a command.
void slider(const char* label, CommandKind kind, float value, float low, float high, const char* format,
            bool isLogarithmic, UserRequests& requests) {
  const ImGuiSliderFlags flags = isLogarithmic ? ImGuiSliderFlags_Logarithmic : ImGuiSliderFlags_None;
  if (ImGui::SliderFloat(label, &value, low, high, format, flags))
    requests.training.push_back({kind, static_cast<double>(value)});
}

void chooseOptimizer(UpdateRule rule, UserRequests& requests) {
  if (!ImGui::BeginCombo("optimiser", std::string(displayName(rule)).c_str())) return;
  for (const UpdateRule choice : kRules) {
    if (!ImGui::Selectable(std::string(displayName(choice)).c_str(), choice == rule) || choice == rule)
      continue;
    requests.training.push_back({CommandKind::setOptimizer, static_cast<double>(choice)});
    // Each rule has its own usual rate; Adam's would be far too small for SGD.
    requests.training.push_back(
        {CommandKind::setLearningRate, static_cast<double>(usualLearningRate(choice))});
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

}  // namespace

void trainingPanel(const ViewerState& state, UserRequests& requests) {
  const Hyperparameters& h = state.facts.hyperparameters;
  ImGui::PushItemWidth(-98);
  chooseOptimizer(h.rule, requests);
  slider("learning rate", CommandKind::setLearningRate, h.learningRate, 1e-5f, 10.0f, "%.5f", true, requests);
  if (h.rule == UpdateRule::momentum)
    slider("momentum", CommandKind::setMomentum, h.momentum, 0.0f, 0.999f, "%.3f", false, requests);
  if (h.rule == UpdateRule::adam) {
    slider("beta 1", CommandKind::setMomentum, h.momentum, 0.0f, 0.999f, "%.3f", false, requests);
    slider("beta 2", CommandKind::setBeta2, h.beta2, 0.9f, 0.9999f, "%.4f", false, requests);
  }
  slider("weight decay", CommandKind::setWeightDecay, h.weightDecay, 0.0f, 0.1f, "%.5f", true, requests);
  if (h.rule == UpdateRule::gradientDescent) {
    ImGui::TextDisabled("batch: all %zu examples", state.fixed.trainingExamples);
  } else {
    chooseBatchSize(state.facts.batchSize, state.fixed.trainingExamples, requests);
  }
  ImGui::PopItemWidth();
  ImGui::TextDisabled("%s", fmt::format("{} on {}, epoch {:.2f}", state.fixed.network, state.fixed.dataName,
                                        state.facts.epochs)
                                .c_str());
}

}  // namespace cajal
