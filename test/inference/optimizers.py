"""
Where PyTorch's optimizers are after some of their steps, in float64, on the gradients of optimizers.test.ts:
python test/inference/optimizers.py > test/inference/optimizers.json
"""

import json
import math

import torch

STEPS = 50
SHOWN = [1, 2, 10, 50]
RATE = 0.05


def gradients(step):
    return [math.sin(step + 1), 0.01 * math.cos(3 * step), 0.0 if step == 0 else 1e-6]


def path(make):
    parameter = torch.nn.Parameter(torch.tensor([1.0, -1.0, 0.5], dtype=torch.float64))
    optimizer = make([parameter])
    points = []
    for step in range(STEPS):
        parameter.grad = torch.tensor(gradients(step), dtype=torch.float64)
        optimizer.step()
        points.append(parameter.detach().tolist())
    return [points[n - 1] for n in SHOWN]


def clipped(norm=None, value=None):
    """Plain SGD on gradients that torch.nn.utils clipped; the three numbers are two parameters of sizes 2 and 1."""
    start = [[1.0, -1.0], [0.5]]
    parameters = [torch.nn.Parameter(torch.tensor(v, dtype=torch.float64)) for v in start]
    optimizer = torch.optim.SGD(parameters, lr=RATE)
    points = []
    for step in range(STEPS):
        g = gradients(step)
        parameters[0].grad = torch.tensor(g[:2], dtype=torch.float64)
        parameters[1].grad = torch.tensor(g[2:], dtype=torch.float64)
        if norm is not None:
            torch.nn.utils.clip_grad_norm_(parameters, norm)
        if value is not None:
            torch.nn.utils.clip_grad_value_(parameters, value)
        optimizer.step()
        points.append([x for p in parameters for x in p.detach().tolist()])
    return [points[n - 1] for n in SHOWN]


O = torch.optim
CASES = [
    ("sgd", {"momentum": 0.9}, lambda p: O.SGD(p, lr=RATE, momentum=0.9)),
    ("sgd", {"momentum": 0.9, "nesterov": True}, lambda p: O.SGD(p, lr=RATE, momentum=0.9, nesterov=True)),
    ("adam", {}, lambda p: O.Adam(p, lr=RATE)),
    ("adagrad", {"epsilon": 1e-6}, lambda p: O.Adagrad(p, lr=RATE, eps=1e-6)),
    ("adamw", {}, lambda p: O.AdamW(p, lr=RATE, weight_decay=1e-2)),
    ("adamw", {"weight_decay": 0.5, "beta2": 0.9}, lambda p: O.AdamW(p, lr=RATE, weight_decay=0.5, betas=(0.9, 0.9))),
    ("rmsprop", {}, lambda p: O.RMSprop(p, lr=RATE)),
    ("rmsprop", {"decay": 0.9, "momentum": 0.8, "epsilon": 1e-4},
     lambda p: O.RMSprop(p, lr=RATE, alpha=0.9, momentum=0.8, eps=1e-4)),
]

out = {
    "torch": torch.__version__.split("+")[0],
    "steps": SHOWN,
    "optimizers": [{"optimizer": n, "options": o, "points": path(make)} for n, o, make in CASES],
    "clipped": [
        {"options": {"clip_norm": 0.5}, "points": clipped(norm=0.5)},
        {"options": {"clip_value": 0.4}, "points": clipped(value=0.4)},
    ],
}
print(json.dumps(out, indent=2))
