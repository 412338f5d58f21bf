"""Layers: output, and every gradient of Σ output · dOutput.

PyTorch's images are (N, C, H, W) and its kernels (out, in / groups, kernel, kernel); what is written has the channels
last, as ours have them.
"""

import torch
from torch import nn

import formulas


def channels_last(values):
    """(N, C, H, W) → (N, H, W, C); the same without N; others as they are."""
    if values.dim() == 4:
        return values.permute(0, 2, 3, 1)
    return values.permute(1, 2, 0) if values.dim() == 3 else values


def flat(values):
    return channels_last(values.detach()).flatten()


def fill(generator, module):
    for p in module.parameters():
        with torch.no_grad():
            p.copy_(formulas.random_grid(generator, *p.shape, span=1))


def distinct(generator, shape):
    """Multiples of 1/64 around 0, no two the same: a maximum is at one place."""
    count = torch.Size(shape).numel()
    return ((torch.randperm(count, generator=generator) - count // 2).double() / 64).reshape(shape)


def solve(generator, net, module, shape):
    """Runs `module`, which `net` says in our grammar, on random input; takes every gradient of the output's product
    with a random one."""
    fill(generator, module)
    x = distinct(generator, shape).requires_grad_()
    before = {name: buffer.clone() for name, buffer in module.named_buffers() if buffer.is_floating_point()}
    y = module(x)
    d = formulas.random_grid(generator, *y.shape, span=1)
    gradients = torch.autograd.grad((y * d).sum(), [x, *module.parameters()])
    case = {"net": net, "rows": x.shape[0], "input": flat(x), "output": flat(y), "dOutput": flat(d),
            "dInput": flat(gradients[0])}
    case["parameters"] = [{"values": flat(p), "gradient": flat(g)} for p, g in zip(module.parameters(), gradients[1:])]
    if before:  # running mean and variance
        case["statisticsBefore"] = list(before.values())
        case["statisticsAfter"] = [buffer.clone() for _, buffer in module.named_buffers()
                                   if buffer.is_floating_point()]
        module.eval()
        case["outputInUse"] = flat(module(x))
    return case


def conv(generator, channels, out, size, kernel, rows=2, stride=1, padding=0, dilation=1, groups=1):
    module = nn.Conv2d(channels, out, kernel, stride, padding, dilation, groups)
    net = f"{size[0]}x{size[1]}x{channels}-conv{out}k{kernel}s{stride}p{padding}d{dilation}g{groups}"
    return solve(generator, net, module, (rows, channels, *size))


def with_statistics(generator, module):
    """Running statistics that are not the ones it starts with."""
    module.running_mean.copy_(formulas.random_grid(generator, *module.running_mean.shape, span=1))
    module.running_var.copy_(formulas.random_grid(generator, *module.running_var.shape, span=1).abs() + 0.5)
    return module


def all_layers():
    g = torch.Generator().manual_seed(11)
    cases = [
        solve(g, "5-3", nn.Linear(5, 3), (4, 5)),
        conv(g, 1, 2, (5, 5), 3),
        conv(g, 2, 3, (4, 5), 3, padding=1),
        conv(g, 2, 2, (5, 6), 3, padding=1, stride=2),
        conv(g, 1, 2, (6, 6), 3, dilation=2, padding=1),
        conv(g, 4, 4, (4, 4), 3, groups=2, padding=1),
        conv(g, 3, 3, (4, 4), 3, groups=3, padding=1),  # depthwise
        conv(g, 3, 2, (3, 3), 1),
        conv(g, 1, 1, (7, 5), 2, stride=3, padding=1, rows=1),
    ]
    for kind, make in (("maxpool", nn.MaxPool2d), ("avgpool", nn.AvgPool2d)):
        cases.append(solve(g, f"4x6x2-{kind}2", make(2), (2, 2, 4, 6)))
        cases.append(solve(g, f"5x6x2-{kind}3s2p1", make(3, stride=2, padding=1), (1, 2, 5, 6)))
    cases += [
        solve(g, "3-batchnorm", with_statistics(g, nn.BatchNorm1d(3)), (6, 3)),
        solve(g, "3x4x3-batchnorm", with_statistics(g, nn.BatchNorm2d(3)), (2, 3, 3, 4)),
        solve(g, "6-layernorm", nn.LayerNorm(6), (4, 6)),
        solve(g, "3x3x2-layernorm", nn.LayerNorm([2, 3, 3]), (2, 2, 3, 3)),
    ]
    return {"cases": cases}
