"""Writes the fixtures of the oracle tests: what PyTorch makes of our formulas, in double.

    python3 -m venv venv && venv/bin/pip install -r tests/oracles/requirements.txt
    venv/bin/python tests/oracles/make_fixtures.py          # writes tests/oracles/*.json

The JSON files are committed, so that the tests need no Python; made with torch 2.15.0 and numpy 2.4.6. Inputs
are multiples of 1/64, so that they are the same numbers in float and in double.
"""

import json
import pathlib

import torch

import formulas
import layers
import runs
import updates

FOLDER = pathlib.Path(__file__).parent
DIGITS = 10  # a float keeps seven


def rounded(value):
    """Numbers as short as they can be, in nested lists and dictionaries."""
    if isinstance(value, torch.Tensor):
        return rounded(value.tolist())
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(inner) for inner in value]
    if isinstance(value, float):
        short = float(f"{value:.{DIGITS}g}")
        return int(short) if short == int(short) and abs(short) < 1e9 else short
    return value


def write(name, cases):
    path = FOLDER / f"{name}.json"
    document = {"made by": f"make_fixtures.py, torch {torch.__version__.split('+')[0]}", **rounded(cases)}
    lines = json.dumps(document, separators=(",", ":")).replace(',{"', ',\n{"')  # a case a line
    path.write_text(lines + "\n")
    print(f"{path.name}: {path.stat().st_size} bytes")


def main():
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    write("activations", formulas.activations())
    write("losses", formulas.losses())
    write("updates", updates.rules())
    write("schedules", updates.schedules())
    write("layers", layers.all_layers())
    write("runs", runs.all_runs())


if __name__ == "__main__":
    main()
