#include "compute/training/training_settings.h"

#include <algorithm>

namespace cajal {
namespace {

using Row = Setting<TrainingSettings>;

template <typename T>
Row hyperparameter(T Hyperparameters::*field, SettingWords words) {
  return setting<TrainingSettings>(Applies::betweenSteps, words,
                                   [field](TrainingSettings& s) -> T& { return s.hyperparameters.*field; });
}

template <typename T>
Row scheduleSetting(T Schedule::*field, SettingWords words) {
  return setting<TrainingSettings>(Applies::betweenSteps, words,
                                   [field](TrainingSettings& s) -> T& { return s.schedule.*field; });
}

template <typename T>
Row own(T TrainingSettings::*field, SettingWords words) {
  return setting<TrainingSettings>(Applies::betweenSteps, words, field);
}

// The row, with something that goes along with a change.
template <typename AndThen>
Row with(Row row, AndThen andThen) {
  row.assign = [assign = std::move(row.assign), andThen](TrainingSettings& s, const SettingValue& value) {
    assign(s, value);
    andThen(s);
  };
  return row;
}

// The rates that are usual for the rule; clipping and the L1 penalty are no part of it and stay.
void takeUsualRates(TrainingSettings& s) {
  Hyperparameters usual = usualHyperparameters(s.hyperparameters.rule);
  usual.l1 = s.hyperparameters.l1;
  usual.clipNorm = s.hyperparameters.clipNorm;
  usual.clipValue = s.hyperparameters.clipValue;
  usual.decoupledDecay = s.hyperparameters.decoupledDecay;
  s.hyperparameters = usual;
  s.schedule.rate = usual.learningRate;
}

// A constant schedule is nothing but a rate. Any other one steps aside until it is asked back.
void takeRate(TrainingSettings& s) {
  if (s.schedule.kind == ScheduleKind::constant && s.schedule.warmup == 0) {
    s.schedule.rate = s.hyperparameters.learningRate;
  } else {
    s.followsSchedule = false;
  }
}

// A new schedule starts from the largest rate there was, and is followed.
void followNewSchedule(TrainingSettings& s) {
  s.schedule.rate = std::max(s.schedule.rate, s.hyperparameters.learningRate);
  s.followsSchedule = true;
}

SettingTable<TrainingSettings> makeTable() {
  constexpr const char* group = "Training";
  return {
      with(hyperparameter(&Hyperparameters::rule,
                          {.key = "optimizer",
                           .help = "the update rule; brings the rates that are usual for it",
                           .group = group,
                           .label = "optimiser"}),
           takeUsualRates),
      with(hyperparameter(&Hyperparameters::learningRate, {.key = "lr",
                                                           .help = "learning rate",
                                                           .group = group,
                                                           .range = {0, 1e6},
                                                           .slider = {1e-5, 10},
                                                           .isLogarithmic = true,
                                                           .format = "%.5f",
                                                           .label = "learning rate"}),
           takeRate),
      hyperparameter(&Hyperparameters::momentum, {.key = "momentum",
                                                  .help = "momentum, and Adam's beta 1",
                                                  .group = group,
                                                  .range = {0, 0.99999},
                                                  .slider = {0, 0.999},
                                                  .format = "%.3f"}),
      hyperparameter(&Hyperparameters::beta2, {.key = "beta2",
                                               .help = "Adam's beta 2",
                                               .group = group,
                                               .range = {0, 0.999999},
                                               .slider = {0.9, 0.9999},
                                               .format = "%.4f",
                                               .label = "beta 2"}),
      hyperparameter(&Hyperparameters::epsilon, {.key = "epsilon",
                                                 .help = "Adam's epsilon",
                                                 .group = group,
                                                 .range = {1e-30, 1},
                                                 .slider = {1e-10, 1e-2},
                                                 .isLogarithmic = true,
                                                 .format = "%.1e"}),
      hyperparameter(&Hyperparameters::weightDecay, {.key = "weight-decay",
                                                     .help = "weight decay, of weights and not of biases",
                                                     .group = group,
                                                     .range = {0, 1000},
                                                     .slider = {0, 0.1},
                                                     .isLogarithmic = true,
                                                     .format = "%.5f"}),
      hyperparameter(&Hyperparameters::decoupledDecay,
                     {.key = "decoupled-decay", .help = "decay weights and not gradients", .group = group}),
      hyperparameter(&Hyperparameters::l1, {.key = "l1",
                                            .help = "pull of weights towards zero",
                                            .group = group,
                                            .range = {0, 1000},
                                            .slider = {0, 0.01},
                                            .isLogarithmic = true,
                                            .format = "%.5f",
                                            .label = "L1"}),
      hyperparameter(&Hyperparameters::clipNorm, {.key = "clip-norm",
                                                  .help = "longest gradient, of all together; 0: any",
                                                  .group = group,
                                                  .range = {0, 1e9},
                                                  .slider = {0, 100},
                                                  .isLogarithmic = true,
                                                  .format = "%.3f"}),
      hyperparameter(&Hyperparameters::clipValue, {.key = "clip-value",
                                                   .help = "largest gradient, of each; 0: any",
                                                   .group = group,
                                                   .range = {0, 1e9},
                                                   .slider = {0, 10},
                                                   .isLogarithmic = true,
                                                   .format = "%.3f"}),
      own(&TrainingSettings::averageDecay,
          {.key = "average",
           .help = "decay of a moving average of the weights, which tests look at",
           .group = group,
           .range = {0, 0.999999},
           .slider = {0, 0.9999},
           .format = "%.4f"}),
      own(&TrainingSettings::batchSize, {.key = "batch",
                                         .help = "examples a step",
                                         .group = group,
                                         .range = {1, 1e18},
                                         .slider = {1, 4096},
                                         .isLogarithmic = true}),
      with(scheduleSetting(
               &Schedule::kind,
               {.key = "schedule", .help = "how the learning rate changes with the steps", .group = group}),
           followNewSchedule),
      scheduleSetting(&Schedule::warmup,
                      {.key = "warmup", .help = "steps until the learning rate is reached", .group = group}),
      scheduleSetting(&Schedule::period, {.key = "period",
                                          .help = "steps between two multiplications by gamma",
                                          .group = group,
                                          .range = {1, 1e18}}),
      scheduleSetting(
          &Schedule::total,
          {.key = "schedule-steps", .help = "steps until a cosine or a cycle ends", .group = group}),
      scheduleSetting(&Schedule::gamma, {.key = "gamma",
                                         .help = "what the rate is multiplied by: step, exponential, plateau",
                                         .group = group,
                                         .range = {0, 1e6}}),
      scheduleSetting(
          &Schedule::minimum,
          {.key = "min-lr", .help = "no schedule goes below it", .group = group, .range = {0, 1e6}}),
      scheduleSetting(&Schedule::patience, {.key = "patience",
                                            .help = "points of the curve a plateau waits",
                                            .group = group,
                                            .range = {0, 1e6}}),
      own(&TrainingSettings::onNotFinite, {.key = "on-nonfinite",
                                           .help = "what is done where a gradient is NaN or infinite",
                                           .group = group}),
      own(&TrainingSettings::metricsEvery, {.key = "metrics-every",
                                            .help = "steps between two points of the curves",
                                            .group = group,
                                            .range = {1, 1e18}}),
      scheduleSetting(&Schedule::rate, {.key = "schedule-rate", .range = {0, 1e6}, .isHidden = true}),
      own(&TrainingSettings::followsSchedule, {.key = "follow-schedule",
                                               .help = "false: the learning rate was set by hand, and stays",
                                               .isHidden = true}),
  };
}

}  // namespace

const SettingTable<TrainingSettings>& trainingSettings() {
  static const SettingTable<TrainingSettings> table = makeTable();
  return table;
}

}  // namespace cajal
