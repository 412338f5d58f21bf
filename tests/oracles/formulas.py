"""Activations and losses: values and gradients by autograd."""

import torch
import torch.nn.functional as F

# Our names (compute/math/names.cpp) and PyTorch's functions.
ACTIVATIONS = {
    "identity": lambda z: z,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": F.relu,
    "softmax": lambda z: F.softmax(z, dim=-1),
    "leaky-relu": lambda z: F.leaky_relu(z, 0.01),
    "elu": F.elu,
    "selu": F.selu,
    "gelu": F.gelu,
    "gelu-tanh": lambda z: F.gelu(z, approximate="tanh"),
    "silu": F.silu,
    "softplus": lambda z: F.softplus(z, threshold=30),  # its short cut above 20 is off by 2e-9
    "softsign": F.softsign,
    "hard-sigmoid": F.hardsigmoid,
    "hard-swish": F.hardswish,
}


def random_grid(generator, *shape, span=3):
    """Uniform multiples of 1/64 in ± span, never 0, where some slopes jump."""
    values = torch.randint(-64 * span, 64 * span, shape, generator=generator)
    return (values + (values == 0)).double() / 64


def grid():
    """z away from every kink: 0 and ± 3."""
    near = torch.arange(-8 * 64 + 8, 8 * 64, 16).double() / 64
    return torch.cat([torch.tensor([-1000.0, -100.0, -30.0]), near, torch.tensor([30.0, 100.0, 1000.0])])


def activations():
    z = grid()
    cases = []
    for name, function in ACTIVATIONS.items():
        if name == "softmax":
            continue
        at = z.clone().requires_grad_()
        y = function(at)
        (slope,) = torch.autograd.grad(y.sum(), at)
        cases.append({"activation": name, "y": y.detach(), "derivative": slope})
    return {"z": z, "cases": cases}


# ---- losses -------------------------------------------------------------------------------------------------


def one_hot(labels, outputs):
    if outputs == 1:
        return labels.double().unsqueeze(1)
    return F.one_hot(labels, outputs).double()


def row_losses(case, z):
    """(B): the loss of every row, before its weight."""
    loss, activation = case["loss"], case["activation"]
    smoothing, delta = case["labelSmoothing"], case["huberDelta"]
    outputs = z.shape[1]
    isLabel = "labels" in case
    if loss == "cross-entropy" and activation == "softmax":
        target = case["labels"] if isLabel else case["values"]
        return F.cross_entropy(z, target, label_smoothing=smoothing, reduction="none")
    if isLabel:
        shares = 2 if outputs == 1 else outputs
        target = one_hot(case["labels"], outputs) * (1 - smoothing) + smoothing / shares
    else:
        target = case["values"]
    if loss in ("cross-entropy", "bce"):
        return F.binary_cross_entropy_with_logits(z, target, reduction="none").mean(1)
    y = ACTIVATIONS[activation](z)
    if loss == "mse":
        return F.mse_loss(y, target, reduction="none").mean(1)
    if loss == "mae":
        return F.l1_loss(y, target, reduction="none").mean(1)
    if loss == "huber":
        return F.huber_loss(y, target, delta=delta, reduction="none").mean(1)
    assert loss == "hinge"
    return F.relu(1 - (2 * target - 1) * y).mean(1)


def solve(case, z):
    at = z.clone().requires_grad_()
    losses = row_losses(case, at) * case["weights"]
    (gradient,) = torch.autograd.grad(losses.mean(), at)
    return {**case, "z": z, "y": ACTIVATIONS[case["activation"]](z), "rowLosses": losses.detach(),
            "dLoss_dZ": gradient}


def loss_case(generator, loss, activation, outputs=4, rows=3, smoothing=0.0, delta=1.0, values=False,
              weighted=False, span=3):
    case = {"loss": loss, "activation": activation, "labelSmoothing": smoothing, "huberDelta": delta}
    case["weights"] = (random_grid(generator, rows).abs() if weighted else torch.ones(rows))
    if values:
        target = random_grid(generator, rows, outputs)
        if loss in ("cross-entropy", "bce"):
            target = target.abs() / 4
        if loss == "cross-entropy":
            target = torch.softmax(target, 1).mul(1024).round().div(1024)  # sums to 1 but for a rounding
        case["values"] = target
    else:
        case["labels"] = torch.randint(0, max(outputs, 2), (rows,), generator=generator)
    return solve(case, random_grid(generator, rows, outputs, span=span))


def losses():
    generator = torch.Generator().manual_seed(1)
    cases = []

    def add(loss, activation, **options):
        cases.append(loss_case(generator, loss, activation, **options))

    for loss, activation in (("cross-entropy", "softmax"), ("cross-entropy", "sigmoid"), ("bce", "sigmoid")):
        add(loss, activation)
        add(loss, activation, smoothing=0.125)
        add(loss, activation, smoothing=0.125, weighted=True)
        add(loss, activation, values=True, weighted=True)
        add(loss, activation, span=200)
        add(loss, activation, outputs=30, rows=1)
    for loss in ("mse", "mae", "huber"):
        for activation in ACTIVATIONS:
            add(loss, activation, weighted=True, delta=0.75)
        add(loss, "identity", values=True, delta=0.5)
        add(loss, "softmax", values=True, weighted=True)
        add(loss, "sigmoid", smoothing=0.25)
    for activation in ("identity", "tanh", "softsign", "selu"):
        add("hinge", activation, weighted=True)
    for loss, activation in (("bce", "sigmoid"), ("mse", "tanh"), ("hinge", "identity")):
        add(loss, activation, outputs=1, rows=6)
    add("bce", "sigmoid", outputs=1, rows=6, smoothing=0.25)
    return {"cases": cases}
