#!/usr/bin/env python3
"""Training steps a second of this program against PyTorch on the same CPU, interleaved, as one table.

    python3 -m venv venv && venv/bin/pip install torch
    venv/bin/python tests/oracles/bench_pytorch.py --cajal build/release/cajal [--rounds 5]

Both train the same network with Adam, ReLU and cross-entropy; data stands in memory. For PyTorch the best of what
it offers is taken, shape by shape: one or two threads, Adam's fused update, channels last; and, beside it, its
defaults. Each round measures both, one after the other; the ratio is the median over the rounds, with its ends.
"""
import argparse
import json
import statistics
import subprocess
import time

import torch

SHAPES = {  # name in `cajal bench --only train`: widths or "conv", batch
    "mlp784.b64": ((784, 128, 64, 10), 64),
    "mlp784.b128": ((784, 128, 64, 10), 128),
    "mlp784.b1024": ((784, 128, 64, 10), 1024),
    "wide1024.b128": ((784, 1024, 1024, 10), 128),
    "conv28.b64": ("conv", 64),
}


def make_network(shape):
    nn = torch.nn
    if shape == "conv":
        return nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(32 * 7 * 7, 10))
    layers = []
    for inputs, outputs in zip(shape, shape[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


class Training:
    """One way of running one shape."""

    def __init__(self, shape, batch, threads, fused, channels_last):
        self.threads = threads
        self.words = f"{threads} threads" + (", fused" if fused else "") + (", channels last" if channels_last else "")
        self.network = make_network(shape)
        self.x = torch.rand(batch, 1, 28, 28) if shape == "conv" else torch.rand(batch, shape[0])
        if channels_last:
            self.network = self.network.to(memory_format=torch.channels_last)
            self.x = self.x.to(memory_format=torch.channels_last)
        self.y = torch.randint(0, 10, (batch,))
        self.optimizer = torch.optim.Adam(self.network.parameters(), fused=fused)
        self.loss = torch.nn.CrossEntropyLoss()

    def step(self):
        self.optimizer.zero_grad(set_to_none=True)
        self.loss(self.network(self.x), self.y).backward()
        self.optimizer.step()

    def steps_per_second(self, seconds):
        """The best of eight parts, as `cajal bench` takes it."""
        torch.set_num_threads(self.threads)
        for _ in range(5):
            self.step()
        best = 0.0
        for _ in range(8):
            start, steps = time.perf_counter(), 0
            while time.perf_counter() - start < seconds / 8:
                self.step()
                steps += 1
            best = max(best, steps / (time.perf_counter() - start))
        return best


def ways_of(shape, batch, cores):
    layouts = (False, True) if shape == "conv" else (False,)
    return [Training(shape, batch, threads, fused, layout)
            for threads in sorted({1, cores}) for fused in (False, True) for layout in layouts]


def ours(program):
    output = subprocess.run([program, "bench", "--only", "train", "--json"], check=True, capture_output=True).stdout
    results = {r["name"]: r["value"] for r in json.loads(output)["results"]}
    return {name: results[f"train.{name}.steps_per_second"] for name in SHAPES}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cajal", required=True, help="the program to measure")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.5, help="a measurement")
    arguments = parser.parse_args()

    cores = torch.get_num_threads()
    default, best = {}, {}
    for name, (shape, batch) in SHAPES.items():
        ways = ways_of(shape, batch, cores)
        default[name] = next(w for w in ways if w.words == f"{cores} threads")
        best[name] = max(ways, key=lambda way: way.steps_per_second(arguments.seconds))

    rounds = []
    for _ in range(arguments.rounds):
        mine = ours(arguments.cajal)
        rounds.append({name: (mine[name], best[name].steps_per_second(arguments.seconds),
                              default[name].steps_per_second(arguments.seconds)) for name in SHAPES})

    print(f"PyTorch {torch.__version__}, {cores} cores, Adam; steps a second, medians of {len(rounds)} rounds")
    print(f"{'shape':<16}{'ours':>9}{'theirs':>9}{'ratio':>7}  {'ends':<12}{'default':>9}{'ratio':>7}  best setting")
    for name in SHAPES:
        ratios = [r[name][0] / r[name][1] for r in rounds]
        median = [statistics.median(r[name][i] for r in rounds) for i in range(3)]
        against_default = statistics.median(r[name][0] / r[name][2] for r in rounds)
        ends = f"{min(ratios):.2f}-{max(ratios):.2f}"
        print(f"{name:<16}{median[0]:>9.0f}{median[1]:>9.0f}{statistics.median(ratios):>7.2f}  {ends:<12}"
              f"{median[2]:>9.0f}{against_default:>7.2f}  {best[name].words}")


if __name__ == "__main__":
    main()
