"""Update rules, five steps each with every option, and schedules over sixty steps."""

import warnings

import torch

import formulas

STEPS = 5
WEIGHTS, BIASES = 4, 2  # decayed, and not

# What each rule is run with; names as in compute/math/update_rules.h. Multiples of powers of two, so that
# float and double start from the same numbers.
RATES = {
    "gd": dict(learningRate=0.125),
    "sgd": dict(learningRate=0.125),
    "momentum": dict(learningRate=0.0625, momentum=0.75),
    "adam": dict(learningRate=0.0625, momentum=0.875, beta2=0.9921875, epsilon=2.0**-20),
    "nesterov": dict(learningRate=0.0625, momentum=0.75),
    "adagrad": dict(learningRate=0.125, epsilon=2.0**-20),
    "rmsprop": dict(learningRate=0.03125, momentum=0.5, beta2=0.9375, epsilon=2.0**-20),
    "adamw": dict(learningRate=0.0625, momentum=0.875, beta2=0.9921875, epsilon=2.0**-20),
    "nadam": dict(learningRate=0.0625, momentum=0.875, beta2=0.9921875, epsilon=2.0**-20),
    "lion": dict(learningRate=0.0625, momentum=0.875, beta2=0.9375),
}
OPTIONS = [
    {},
    {"weightDecay": 0.25},
    {"weightDecay": 0.25, "decoupledDecay": True},
    {"l1": 0.125},
    {"clipValue": 0.5},
    {"clipNorm": 0.75},
    {"weightDecay": 0.25, "l1": 0.125, "clipValue": 0.5, "clipNorm": 0.75},
]
ALWAYS_DECOUPLED = ("adamw", "lion")


class Lion(torch.optim.Optimizer):
    """Chen et al. 2023, program 1, without the decay, which is the caller's; PyTorch has none."""

    def __init__(self, params, lr, betas):
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": 0})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                m = self.state[p].setdefault("exp_avg", torch.zeros_like(p))
                p -= group["lr"] * torch.sign(beta1 * m + (1 - beta1) * p.grad)
                m.mul_(beta2).add_((1 - beta2) * p.grad)


def optimizer(rule, h, groups):
    rate, betas = h["learningRate"], (h.get("momentum", 0), h.get("beta2", 0))
    if rule in ("gd", "sgd"):
        return torch.optim.SGD(groups, lr=rate)
    if rule == "momentum":
        return torch.optim.SGD(groups, lr=rate, momentum=h["momentum"])
    if rule == "nesterov":
        return torch.optim.SGD(groups, lr=rate, momentum=h["momentum"], nesterov=True)
    if rule == "adagrad":
        return torch.optim.Adagrad(groups, lr=rate, eps=h["epsilon"])
    if rule == "rmsprop":
        return torch.optim.RMSprop(groups, lr=rate, alpha=h["beta2"], eps=h["epsilon"], momentum=h["momentum"])
    if rule == "lion":
        return Lion(groups, rate, betas)
    kind = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW, "nadam": torch.optim.NAdam}[rule]
    options = {"momentum_decay": 0.004} if rule == "nadam" else {}
    return kind(groups, lr=rate, betas=betas, eps=h["epsilon"], **options)


def is_decoupled(rule, h):
    return h.get("decoupledDecay", False) or rule in ALWAYS_DECOUPLED


def prepare_gradients(h, parameters, weights):
    """Clipping by PyTorch, L1 by hand: PyTorch has none."""
    if h.get("clipValue"):
        torch.nn.utils.clip_grad_value_(parameters, h["clipValue"])
    if h.get("clipNorm"):
        torch.nn.utils.clip_grad_norm_(parameters, h["clipNorm"])
    for w in weights:
        w.grad += h.get("l1", 0) * torch.sign(w.detach())


def make_stepper(rule, h, weights, biases):
    """A function that prepares the gradients and takes one step; and the optimizer behind it."""
    decay = h.get("weightDecay", 0)
    # Where PyTorch's own optimizer decouples the decay, or couples it, it is left to it.
    theirs = not is_decoupled(rule, h) or rule == "adamw"
    groups = [{"params": list(weights), "weight_decay": decay if theirs else 0},
              {"params": list(biases), "weight_decay": 0}]
    optimizing = optimizer(rule, h, groups)

    def step():
        prepare_gradients(h, list(weights) + list(biases), weights)
        if not theirs:
            with torch.no_grad():
                for w in weights:
                    w *= 1 - optimizing.param_groups[0]["lr"] * decay
        optimizing.step()

    return step, optimizing


# Which of PyTorch's states are our moments.
FIRST, SECOND = ("momentum_buffer", "exp_avg"), ("exp_avg_sq", "square_avg", "sum")


def moment(optimizing, parameter, names):
    for name in names:
        if optimizing.state[parameter].get(name) is not None:
            return optimizing.state[parameter][name]
    return torch.zeros_like(parameter)


def rule_case(rule, options):
    generator = torch.Generator().manual_seed(7)
    h = {**RATES[rule], **options}
    w = formulas.random_grid(generator, WEIGHTS, span=1).requires_grad_()
    b = formulas.random_grid(generator, BIASES, span=1).requires_grad_()
    gradients = formulas.random_grid(generator, STEPS, WEIGHTS + BIASES, span=1)
    case = {"rule": rule, **h, "start": torch.cat([w, b]).detach().clone(), "gradients": gradients}
    step, optimizing = make_stepper(rule, h, [w], [b])
    path = []
    for gradient in gradients:
        w.grad, b.grad = gradient[:WEIGHTS].clone(), gradient[WEIGHTS:].clone()
        step()
        path.append(torch.cat([w, b]).detach().clone())
    for key, names in (("firstMoments", FIRST), ("secondMoments", SECOND)):
        case[key] = torch.cat([moment(optimizing, p, names) for p in (w, b)]).detach()
    return {**case, "parameters": path}


def rules():
    cases = []
    for rule in RATES:
        for options in OPTIONS:
            if options.get("decoupledDecay") and rule in ALWAYS_DECOUPLED:
                continue  # said already
            cases.append(rule_case(rule, options))
    return {"decayed": WEIGHTS, "cases": cases}


# ---- schedules ----------------------------------------------------------------------------------------------

SCHEDULE_STEPS = 60


def rates_of(make, rate=0.5):
    p = torch.nn.Parameter(torch.zeros(1))
    optimizing = torch.optim.SGD([p], lr=rate)
    schedule = make(optimizing)
    rates = []
    for _ in range(SCHEDULE_STEPS):
        rates.append(float(optimizing.param_groups[0]["lr"]))
        optimizing.step()
        schedule.step()
    return rates


def warmed_up(warmup, make_rest):
    """A line from rate / (warmup + 1) up to the rate, and then the rest."""
    s = torch.optim.lr_scheduler
    if warmup == 0:
        return make_rest

    def make(optimizing):
        rest = make_rest(optimizing)
        rising = s.LinearLR(optimizing, start_factor=1 / (warmup + 1), end_factor=1, total_iters=warmup)
        return s.SequentialLR(optimizing, [rising, rest], milestones=[warmup])

    return make


def cosine(warmup, total, minimum):
    s = torch.optim.lr_scheduler
    return warmed_up(warmup, lambda o: s.CosineAnnealingLR(o, T_max=total - warmup, eta_min=minimum))


def one_cycle(total, rate=0.5):
    return lambda optimizing: torch.optim.lr_scheduler.OneCycleLR(
        optimizing, max_lr=rate, total_steps=total, cycle_momentum=False)


def plateau_case():
    fields = dict(gamma=0.5, patience=3, minimum=0.0078125)
    p = torch.nn.Parameter(torch.zeros(1))
    optimizing = torch.optim.SGD([p], lr=0.5)
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizing, factor=fields["gamma"], patience=fields["patience"], min_lr=fields["minimum"])
    generator = torch.Generator().manual_seed(3)
    noise = formulas.random_grid(generator, SCHEDULE_STEPS, span=1)
    losses, rates = [], []
    for look in range(SCHEDULE_STEPS):
        losses.append(max(0.25, 2 - look / 8) + float(noise[look]) / 16)
        schedule.step(losses[-1])
        rates.append(float(optimizing.param_groups[0]["lr"]))
    return {"kind": "plateau", "rate": 0.5, **fields, "losses": losses, "rates": rates}


def schedules():
    s = torch.optim.lr_scheduler
    warnings.filterwarnings("ignore", message=".*epoch parameter.*")
    cases = [
        {"kind": "constant", "rates": rates_of(lambda o: s.ConstantLR(o, factor=1))},
        {"kind": "step", "period": 7, "gamma": 0.5, "rates": rates_of(lambda o: s.StepLR(o, 7, 0.5))},
        {"kind": "step", "warmup": 5, "period": 7, "gamma": 0.5,
         "rates": rates_of(warmed_up(5, lambda o: s.StepLR(o, 7, 0.5)))},
        {"kind": "exponential", "period": 1, "gamma": 0.9375,
         "rates": rates_of(lambda o: s.ExponentialLR(o, 0.9375))},
        {"kind": "exponential", "period": 16, "gamma": 0.25,
         "rates": rates_of(lambda o: s.ExponentialLR(o, 0.25 ** (1 / 16)))},
        {"kind": "one-cycle", "total": SCHEDULE_STEPS, "rates": rates_of(one_cycle(SCHEDULE_STEPS))},
    ]
    for warmup in (0, 1, 10):
        cases.append({"kind": "cosine", "warmup": warmup, "total": 60, "minimum": 0.015625,
                      "rates": rates_of(cosine(warmup, 60, 0.015625))})
    return {"cases": [{"rate": 0.5, **case} for case in cases] + [plateau_case()]}
