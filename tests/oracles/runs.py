"""Whole runs: fifty updates of small networks from the same weights with the same batches.

Step s takes examples (s · batch) mod count on, in order and round the end. Each run is taken twice, in double and in
float: how far PyTorch's own roundings lead it astray is what ours are allowed to.
"""

import re

import torch
from torch import nn

import formulas
import layers
import updates

STEPS, EXAMPLES, BATCH = 50, 24, 8


class Flatten(nn.Module):
    """In our order: the channels of a pixel side by side."""

    def forward(self, x):
        return layers.channels_last(x).flatten(1)


class Net(nn.Module):
    """A network from our grammar; the last part leaves z."""

    def __init__(self, text, activation):
        super().__init__()
        first, *parts = text.split("-")
        size = [int(n) for n in first.split("x")]
        self.shape = (size[2] if len(size) > 2 else 1, size[0], size[1]) if len(size) > 1 else (size[0],)
        self.steps = nn.ModuleList()
        self.skips, self.activations = [], []
        x = torch.zeros(2, *self.shape, dtype=torch.float64)
        for i, part in enumerate(parts):
            step, skip = self.make(part, x)
            following = parts[i + 1] if i + 1 < len(parts) else ""
            # As in ours: what is normalised or added to is activated behind that.
            plain = (i + 1 == len(parts) or re.match("maxpool|avgpool|flatten|dropout", part)
                     or re.match("batchnorm|layernorm|add", following))
            self.steps.append(step)
            self.skips.append(skip)
            self.activations.append(None if plain else formulas.ACTIVATIONS[activation])
            x = step.double()(x)

    @staticmethod
    def make(part, x):
        if part.isdigit():
            features = x[0].numel()
            dense = nn.Linear(features, int(part))
            return (nn.Sequential(Flatten(), dense) if x.dim() > 2 else dense), 0
        kind, numbers = re.match("([a-z]+)(.*)", part).groups()
        if kind == "conv":
            out, kernel, stride, padding = (int(n) for n in re.match(r"(\d+)k(\d+)s(\d+)p(\d+)", numbers).groups())
            return nn.Conv2d(x.shape[1], out, kernel, stride, padding), 0
        if kind == "batchnorm":
            return (nn.BatchNorm2d if x.dim() > 2 else nn.BatchNorm1d)(x.shape[1]), 0
        if kind == "layernorm":
            return nn.LayerNorm(x.shape[1:]), 0
        if kind == "add":
            return nn.Identity(), int(numbers)
        return {"maxpool": nn.MaxPool2d, "avgpool": nn.AvgPool2d}[kind](int(numbers)), 0

    def forward(self, x):
        outputs = [x]
        for step, skip, activation in zip(self.steps, self.skips, self.activations):
            x = step(x)
            if skip:
                x = x + outputs[-1 - skip]
            x = activation(x) if activation else x
            outputs.append(x)
        return x


def start(generator, network):
    """Weights of about Xavier's size, biases 0; multiples of 1/64 like everything here."""
    for module in network.modules():
        if not isinstance(module, (nn.Linear, nn.Conv2d)):
            continue
        taps = module.weight[0].numel()
        span = (6 / (taps + len(module.weight))) ** 0.5
        values = formulas.random_grid(generator, *module.weight.shape, span=1) * span
        with torch.no_grad():
            module.weight.copy_((values * 64).round() / 64)
            module.bias.zero_()


def targets(generator, head, outputs):
    if head.pop("predictsValues", False):
        return {"values": formulas.random_grid(generator, EXAMPLES, outputs, span=1)}
    return {"labels": torch.randint(0, max(outputs, 2), (EXAMPLES,), generator=generator)}


def parameters_of(network):
    """Step by step, weight or scale first."""
    return [layers.flat(p) for p in network.parameters()]


def train(network, head, rule, h, make_schedule, inputs, wanted):
    parameters = list(network.parameters())
    penalized = [p for name, p in network.named_parameters() if name.endswith("weight") and not is_scale(network, name)]
    others = [p for p in parameters if not any(p is q for q in penalized)]
    step, optimizing = updates.make_stepper(rule, h, penalized, others)
    schedule = make_schedule(optimizing) if make_schedule else None
    losses = []
    for s in range(STEPS):
        rows = [(s * BATCH + i) % EXAMPLES for i in range(BATCH)]
        batch = {**head, **{key: value[rows] for key, value in wanted.items()}}
        loss = formulas.row_losses(batch, network(inputs[rows])).mean()
        optimizing.zero_grad()
        loss.backward()
        step()
        losses.append(float(loss.detach()))
        if schedule:
            schedule.step()
    return losses


def is_scale(network, name):
    module = network.get_submodule(name.rsplit(".", 1)[0])
    return isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d, nn.LayerNorm))


def run(seed, net, hidden, head, rule, h, schedule=None, make_schedule=None):
    generator = torch.Generator().manual_seed(seed)
    network = Net(net, hidden)
    start(generator, network)
    inputs = formulas.random_grid(generator, EXAMPLES, *network.shape, span=1)
    head = {"labelSmoothing": 0.0, "huberDelta": 1.0, **head}
    outputs = network(inputs).shape[1]
    network = Net(net, hidden)  # with the running statistics it starts with
    generator.manual_seed(seed)
    start(generator, network)
    wanted = targets(generator, head, outputs)
    case = {"net": net, "hidden": hidden, "head": head, "rule": rule, **h, "batch": BATCH,
            "inputs": [layers.flat(x) for x in inputs], **wanted, "start": parameters_of(network)}
    if schedule:
        case["schedule"] = schedule
    state = {key: value.clone() for key, value in network.state_dict().items()}
    case["losses"] = train(network, head, rule, h, make_schedule, inputs, wanted)
    case["end"] = parameters_of(network)

    network.load_state_dict(state)
    in_float = {key: value.float() if value.is_floating_point() else value for key, value in wanted.items()}
    torch.set_default_dtype(torch.float32)
    floats = train(network.float(), head, rule, h, make_schedule, inputs.float(), in_float)
    torch.set_default_dtype(torch.float64)
    case["astray"] = max(abs(a - b) / max(abs(a), 2.0**-10) for a, b in zip(case["losses"], floats))
    return case


def all_runs():
    rates = updates.RATES
    classes = {"loss": "cross-entropy", "activation": "softmax"}
    cosine = {"kind": "cosine", "rate": 0.0625, "warmup": 10, "total": 50, "minimum": 0.0009765625}
    cycle = {"kind": "one-cycle", "rate": 0.03125, "total": 50}
    return {"steps": STEPS, "cases": [
        run(1, "4-8-3", "relu", classes, "sgd", rates["sgd"]),
        run(2, "4-6-5-3", "tanh", {"loss": "mse", "activation": "sigmoid"}, "momentum", rates["momentum"]),
        run(3, "5-8-4", "gelu", {**classes, "labelSmoothing": 0.125}, "adamw",
            {**rates["adamw"], "learningRate": 0.015625, "weightDecay": 0.125}),
        run(4, "6x6x2-conv4k3s1p1-maxpool2-conv4k3s2p1-8-3", "relu", classes, "adam",
            {**rates["adam"], "learningRate": 0.0625}, cosine, updates.cosine(10, 50, 0.0009765625)),
        run(5, "5x5x1-conv3k3s1p0-batchnorm-6-batchnorm-3", "silu", classes, "nesterov",
            {**rates["nesterov"], "weightDecay": 0.0625, "clipNorm": 0.25}),
        run(6, "4-8-layernorm-8-add2-2", "softplus",
            {"loss": "huber", "activation": "identity", "huberDelta": 0.5, "predictsValues": True}, "rmsprop",
            {**rates["rmsprop"], "learningRate": 0.0078125}),
        run(7, "3-8-1", "elu", {"loss": "bce", "activation": "sigmoid"}, "nadam",
            {**rates["nadam"], "learningRate": 0.03125, "l1": 0.00390625, "clipValue": 0.5}, cycle,
            updates.one_cycle(50, 0.03125)),
    ]}
