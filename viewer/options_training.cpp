// Options, continued: what is trained and how, from flags and back to a file.
#include <CLI/CLI.hpp>

#include "viewer/option_words.h"

namespace cajal {
namespace options {
namespace {

constexpr const char* kHiddenChoices =
    "identity, sigmoid, tanh, relu, leaky-relu, elu, selu, gelu, gelu-tanh, silu, softplus, softsign, "
    "hard-sigmoid, hard-swish";
constexpr const char* kOutputChoices = "softmax, and those of --activation";

std::optional<BackendChoice> backendFromName(const std::string& word) {
  if (word == "auto") return BackendChoice::automatic;
  if (word == "cpu") return BackendChoice::cpu;
  if (word == "cuda") return BackendChoice::cuda;
  return std::nullopt;
}

void understandSchedule(const Words& words, Schedule& schedule) {
  schedule.kind = choose(words.schedule, schedule.kind, "--schedule",
                         "constant, step, exponential, cosine, one-cycle, plateau",
                         [](const std::string& word) { return scheduleFromName(word); });
  schedule.warmup = static_cast<std::uint64_t>(atLeast(words.warmup, 0, "--warmup"));
  schedule.period = static_cast<std::uint64_t>(atLeast(words.period, 1, "--period"));
  schedule.total = static_cast<std::uint64_t>(atLeast(words.scheduleSteps, 1, "--schedule-steps"));
  schedule.gamma = static_cast<float>(inRange(words.gamma, 0, 1, "--gamma"));
  schedule.minimum = static_cast<float>(inRange(words.minimumRate, 0, 1e6, "--min-lr"));
  const std::int64_t patience = std::min<std::int64_t>(atLeast(words.patience, 0, "--patience"), 1'000'000);
  schedule.patience = static_cast<std::uint32_t>(patience);
}

}  // namespace

void addTrainingFlags(CLI::App& app, Words& words) {
  app.add_option("--net", words.net, "layers, inputs first: 784-128-64-10, or 28x28-conv16k3p1-maxpool2-10")
      ->group("Training");
  app.add_option("--model", words.model, "start from the parameters in a .safetensors file")
      ->group("Training");
  app.add_option("--resume", words.resume,
                 "go on from a checkpoint, or from the newest of a --out folder, as its run.toml says")
      ->group("Training");
  app.add_option("--config", words.config, "TOML file with these flags as keys; flags win over it")
      ->group("Training");
  app.add_option("--backend", words.backend, "auto | cpu | cuda")->group("Training");
  app.add_option("--precision", words.precision, "fp32 | tf32 | bf16: of matrix products, with CUDA")
      ->group("Training");
  app.add_option("--threads", words.threads, "threads of the CPU backend; results do not depend on it")
      ->group("Training");
  app.add_option("--seed", words.seed, "same seed, same run")->group("Training");
  app.add_option("--optimizer", words.optimizer,
                 "gd | sgd | momentum | nesterov | adagrad | rmsprop | adam | adamw | nadam | lion")
      ->group("Training");
  app.add_option("--lr", words.learningRate, "learning rate")->group("Training");
  app.add_option("--momentum", words.momentum, "momentum, and Adam's beta 1")->group("Training");
  app.add_option("--beta2", words.beta2, "Adam's beta 2")->group("Training");
  app.add_option("--epsilon", words.epsilon, "Adam's epsilon")->group("Training");
  app.add_option("--weight-decay", words.weightDecay, "weight decay, of weights and not of biases")
      ->group("Training");
  app.add_flag("--decoupled-decay", words.decoupledDecay, "decay weights and not gradients")
      ->group("Training");
  app.add_option("--l1", words.l1, "pull of weights towards zero")->group("Training");
  app.add_option("--clip-norm", words.clipNorm, "longest gradient, of all together; 0: any")
      ->group("Training");
  app.add_option("--clip-value", words.clipValue, "largest gradient, of each; 0: any")->group("Training");
  app.add_option("--average", words.average, "decay of a moving average of the weights, which tests look at")
      ->group("Training");
  app.add_option("--schedule", words.schedule, "constant | step | exponential | cosine | one-cycle | plateau")
      ->group("Training");
  app.add_option("--warmup", words.warmup, "steps until the learning rate is reached")->group("Training");
  app.add_option("--period", words.period, "steps between two multiplications by gamma")->group("Training");
  app.add_option("--schedule-steps", words.scheduleSteps, "steps until a cosine or a cycle ends")
      ->group("Training");
  app.add_option("--gamma", words.gamma, "what the rate is multiplied by: step, exponential, plateau")
      ->group("Training");
  app.add_option("--min-lr", words.minimumRate, "no schedule goes below it")->group("Training");
  app.add_option("--patience", words.patience, "points of the curve a plateau waits")->group("Training");
  app.add_option("--on-nonfinite", words.onNotFinite,
                 "stop | skip | pass: where a gradient is NaN or infinite")
      ->group("Training");
  app.add_option("--metrics-every", words.metricsEvery, "steps between two points of the curves")
      ->group("Training");
  app.add_option("--label-smoothing", words.labelSmoothing, "share of the target given to all classes")
      ->group("Training");
  app.add_option("--huber-delta", words.huberDelta, "where a Huber loss becomes straight")->group("Training");
  app.add_option("--batch", words.batch, "examples a step")->group("Training");
  app.add_option("--activation", words.activation,
                 "of hidden layers: relu | tanh | gelu | silu | elu | ... (README)")
      ->group("Training");
  app.add_option("--output-activation", words.outputActivation, "softmax | sigmoid | identity | tanh | ...")
      ->group("Training");
  app.add_option("--loss", words.loss, "cross-entropy | mse | mae | huber | bce | hinge")->group("Training");
  app.add_option("--init", words.initializer,
                 "auto | he | xavier | lecun | orthogonal | zeros | constant:X | uniform:X | normal:X")
      ->group("Training");
}

void understandTraining(const Words& words, Options& options) {
  TrainingConfiguration& training = options.training;
  NetworkDescription& network = training.network;
  Hyperparameters& h = training.hyperparameters;
  options.netIsGiven = !words.net.empty();
  if (options.netIsGiven) network.spec = parseNetwork(words.net);
  const auto activation = [](const std::string& word) { return activationFromName(word); };
  network.hidden = choose(words.activation, network.hidden, "--activation", kHiddenChoices, activation);
  network.head.activation = choose(words.outputActivation, network.head.activation, "--output-activation",
                                   kOutputChoices, activation);
  network.head.loss =
      choose(words.loss, network.head.loss, "--loss", "cross-entropy, mse, mae, huber, bce, hinge",
             [](const std::string& word) { return lossFromName(word); });
  options.outputActivationIsGiven = !words.outputActivation.empty();
  options.lossIsGiven = !words.loss.empty();
  network.initializer = choose(words.initializer, network.initializer, "--init", kInitializerChoices,
                               [](const std::string& word) { return initializerFromText(word); });
  network.head.labelSmoothing = static_cast<float>(inRange(words.labelSmoothing, 0, 1, "--label-smoothing"));
  network.head.huberDelta = static_cast<float>(inRange(words.huberDelta, 1e-6, 1e6, "--huber-delta"));
  checkDescription(network);

  h.rule = choose(words.optimizer, h.rule, "--optimizer",
                  "gd, sgd, momentum, nesterov, adagrad, rmsprop, adam, adamw, nadam, lion",
                  [](const std::string& word) { return updateRuleFromName(word); });
  h = usualHyperparameters(h.rule);
  const auto take = [](const std::optional<double>& word, float& value, double low, double high,
                       const char* flag) {
    if (word) value = static_cast<float>(inRange(*word, low, high, flag));
  };
  options.learningRateIsGiven = words.learningRate.has_value();
  take(words.learningRate, h.learningRate, 0, 1e6, "--lr");
  take(words.momentum, h.momentum, 0, 0.99999, "--momentum");
  take(words.beta2, h.beta2, 0, 0.999999, "--beta2");
  take(words.epsilon, h.epsilon, 1e-30, 1, "--epsilon");
  take(words.weightDecay, h.weightDecay, 0, 1000, "--weight-decay");
  h.decoupledDecay = words.decoupledDecay;
  h.l1 = static_cast<float>(inRange(words.l1, 0, 1000, "--l1"));
  h.clipNorm = static_cast<float>(inRange(words.clipNorm, 0, 1e9, "--clip-norm"));
  h.clipValue = static_cast<float>(inRange(words.clipValue, 0, 1e9, "--clip-value"));
  training.averageDecay = static_cast<float>(inRange(words.average, 0, 0.999999, "--average"));
  training.onNotFinite = choose(words.onNotFinite, training.onNotFinite, "--on-nonfinite", "stop, skip, pass",
                                [](const std::string& word) { return notFiniteFromName(word); });
  training.precision = choose(words.precision, training.precision, "--precision", "fp32, tf32, bf16",
                              [](const std::string& word) { return precisionFromName(word); });
  understandSchedule(words, training.schedule);
  training.metricsEvery = static_cast<std::uint64_t>(atLeast(words.metricsEvery, 1, "--metrics-every"));
  options.batchIsGiven = words.batch.has_value();
  if (words.batch) training.batchSize = static_cast<std::size_t>(atLeast(*words.batch, 1, "--batch"));
  training.seed = static_cast<std::uint64_t>(atLeast(words.seed, 0, "--seed"));
  options.threads = static_cast<int>(std::min<std::int64_t>(atLeast(words.threads, 0, "--threads"), 256));
  options.backend = choose(words.backend, options.backend, "--backend", "auto, cpu, cuda", backendFromName);
  options.model = words.model;
  options.resume = words.resume;
  if (!words.model.empty() && !words.resume.empty()) {
    throw usage("--resume: goes on with a run's own weights; leave --model out");
  }
}

}  // namespace options

std::string toToml(const Options& asked) {
  const TrainingConfiguration& training = asked.training;
  const Hyperparameters& h = training.hyperparameters;
  toml::table table;
  table.insert("net", toString(training.network.spec));
  table.insert("data", asked.data);
  options::insertData(asked.dataOptions, table);
  table.insert("seed", static_cast<std::int64_t>(training.seed));
  table.insert("optimizer", name(h.rule));
  table.insert("lr", static_cast<double>(h.learningRate));
  table.insert("momentum", static_cast<double>(h.momentum));
  table.insert("beta2", static_cast<double>(h.beta2));
  table.insert("epsilon", static_cast<double>(h.epsilon));
  table.insert("weight-decay", static_cast<double>(h.weightDecay));
  table.insert("decoupled-decay", h.decoupledDecay);
  table.insert("l1", static_cast<double>(h.l1));
  table.insert("clip-norm", static_cast<double>(h.clipNorm));
  table.insert("clip-value", static_cast<double>(h.clipValue));
  table.insert("average", static_cast<double>(training.averageDecay));
  table.insert("on-nonfinite", name(training.onNotFinite));
  table.insert("precision", name(training.precision));
  table.insert("metrics-every", static_cast<std::int64_t>(training.metricsEvery));
  const Schedule& schedule = training.schedule;
  table.insert("schedule", name(schedule.kind));
  table.insert("warmup", static_cast<std::int64_t>(schedule.warmup));
  table.insert("period", static_cast<std::int64_t>(schedule.period));
  table.insert("schedule-steps", static_cast<std::int64_t>(schedule.total));
  table.insert("gamma", static_cast<double>(schedule.gamma));
  table.insert("min-lr", static_cast<double>(schedule.minimum));
  table.insert("patience", static_cast<std::int64_t>(schedule.patience));
  table.insert("label-smoothing", static_cast<double>(training.network.head.labelSmoothing));
  table.insert("huber-delta", static_cast<double>(training.network.head.huberDelta));
  table.insert("batch", static_cast<std::int64_t>(training.batchSize));
  table.insert("activation", name(training.network.hidden));
  table.insert("output-activation", name(training.network.head.activation));
  table.insert("loss", name(training.network.head.loss));
  table.insert("init", toString(training.network.initializer));
  std::ostringstream text;
  text << "# Run again with: cajal --config run.toml\n" << table << "\n";
  return text.str();
}

}  // namespace cajal
