"""What PyTorch says that each kind of layer gives, and its gradients, in float64: layer-vectors.json.

Run with PyTorch 2: python3 test/model/layer-vectors.py. Images are [rows, height, width, channels] and filters
[height, width, channels, filters], as in bprune; gradients are those of sum(output * upper) by inputs and parameters.
"""

import json
import math
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(20240611)
torch.set_default_dtype(torch.float64)
ROWS = 2


def first(x):
    """Channels first."""
    return x.movedim(-1, 1)


def last(x):
    return x.movedim(1, -1)


def pads(lengths, size, stride, padding):
    """Before and after each axis; `same` puts the odd one at the end."""
    if padding == "same":
        totals = [max(0, (math.ceil(n / stride) - 1) * stride + size - n) for n in lengths]
        return [(t // 2, t - t // 2) for t in totals]
    each = 0 if padding == "valid" else padding
    return [(each, each) for _ in lengths]


def padded(x, o, value=0.0):
    """Of an input with channels first; torch names the last axis first."""
    sides = pads(x.shape[2:], o["size"], o.get("stride", o["size"]), o.get("padding", "valid"))
    return F.pad(x, [n for side in reversed(sides) for n in side], value=value)


def conv2d(x, p, o):
    w = p["weight"].permute(3, 2, 0, 1)
    return last(F.conv2d(padded(first(x), o), w, p.get("bias"), stride=o["stride"]))


def conv1d(x, p, o):
    w = p["weight"].permute(2, 1, 0)
    return last(F.conv1d(padded(first(x), o), w, p.get("bias"), stride=o["stride"]))


def depthwise(x, p, o):
    w = p["weight"].permute(3, 2, 0, 1)
    return last(F.conv2d(padded(first(x), o), w, p.get("bias"), stride=o["stride"], groups=x.shape[-1]))


def max_pool(x, _, o):
    return last(F.max_pool2d(padded(first(x), o, -math.inf), o["size"], o.get("stride", o["size"])))


def avg_pool(x, _, o):
    stride = o.get("stride", o["size"])
    padding = 0 if o["padding"] == "valid" else o["padding"]
    return last(F.avg_pool2d(first(x), o["size"], stride, padding, count_include_pad=False))


def batch_norm(x, p, o):
    y = F.batch_norm(first(x), None, None, p["scale"], p["shift"], training=True, eps=o["epsilon"])
    return last(y)


def layer_norm(x, p, o):
    return F.layer_norm(x, x.shape[-1:], p["scale"], p["shift"], o["epsilon"])


def gate(a, m):
    return a * m.reshape(m.shape[0], *[1] * (a.dim() - m.dim()), *m.shape[1:])


window = {"stride": 1, "padding": "valid"}
#        kind, shapes of inputs, options, shapes of parameters, function of (inputs..., parameters, options)
CASES = [
    ("dense", [[5]], {"outputs": 3}, {"weight": [5, 3], "bias": [3]}, lambda x, p, o: x @ p["weight"] + p["bias"]),
    ("dense", [[5]], {"outputs": 3, "bias": False}, {"weight": [5, 3]}, lambda x, p, o: x @ p["weight"]),
    ("conv2d", [[5, 4, 2]], {"filters": 3, "size": 3, **window}, {"weight": [3, 3, 2, 3], "bias": [3]}, conv2d),
    ("conv2d", [[6, 5, 2]], {"filters": 2, "size": 3, "stride": 2, "padding": "same", "bias": False},
     {"weight": [3, 3, 2, 2]}, conv2d),
    ("conv2d", [[4, 4, 1]], {"filters": 2, "size": 2, "stride": 3, "padding": 1}, {"weight": [2, 2, 1, 2], "bias": [2]}, conv2d),
    ("conv1d", [[7, 2]], {"filters": 3, "size": 3, **window}, {"weight": [3, 2, 3], "bias": [3]}, conv1d),
    ("conv1d", [[6, 3]], {"filters": 2, "size": 4, "stride": 2, "padding": "same", "bias": False}, {"weight": [4, 3, 2]}, conv1d),
    ("conv1d", [[5, 1]], {"filters": 2, "size": 3, "stride": 1, "padding": 2}, {"weight": [3, 1, 2], "bias": [2]}, conv1d),
    ("depthwise_conv2d", [[5, 4, 3]], {"size": 3, "multiplier": 1, **window}, {"weight": [3, 3, 1, 3], "bias": [3]}, depthwise),
    ("depthwise_conv2d", [[5, 6, 2]], {"size": 3, "multiplier": 2, "stride": 2, "padding": "same"},
     {"weight": [3, 3, 1, 4], "bias": [4]}, depthwise),
    ("depthwise_conv2d", [[4, 4, 2]], {"size": 2, "multiplier": 1, "stride": 1, "padding": 1, "bias": False},
     {"weight": [2, 2, 1, 2]}, depthwise),
    ("batch_norm", [[3, 2, 4]], {"momentum": 0.9, "epsilon": 1e-3}, {"scale": [4], "shift": [4]}, batch_norm),
    ("layer_norm", [[6]], {"epsilon": 1e-5}, {"scale": [6], "shift": [6]}, layer_norm),
    ("layer_norm", [[3, 2, 4]], {"epsilon": 1e-2}, {"scale": [4], "shift": [4]}, layer_norm),
    ("max_pool", [[4, 6, 2]], {"size": 2, "padding": "valid"}, {}, max_pool),
    ("max_pool", [[7, 5, 2]], {"size": 3, "stride": 2, "padding": "same"}, {}, max_pool),
    ("avg_pool", [[4, 6, 2]], {"size": 2, "padding": "valid"}, {}, avg_pool),
    ("avg_pool", [[5, 5, 2]], {"size": 3, "stride": 2, "padding": 1}, {}, avg_pool),
    ("global_avg_pool", [[3, 4, 2]], {}, {}, lambda x, p, o: x.mean((1, 2))),
    ("global_avg_pool", [[5, 2]], {}, {}, lambda x, p, o: x.mean(1)),
    ("flatten", [[2, 3, 2]], {}, {}, lambda x, p, o: x.flatten(1)),
    ("reshape", [[12]], {"shape": [2, 3, 2]}, {}, lambda x, p, o: x.reshape(-1, *o["shape"])),
    ("add", [[2, 3], [2, 3], [2, 3]], {}, {}, lambda x, y, z, p, o: x + y + z),
    ("concat", [[2, 2, 3], [2, 2, 1], [2, 2, 2]], {}, {}, lambda x, y, z, p, o: torch.cat([x, y, z], -1)),
    ("concat", [[4], [3]], {}, {}, lambda x, y, p, o: torch.cat([x, y], -1)),
    ("gate", [[3, 2, 4], [4]], {}, {}, lambda a, m, p, o: gate(a, m)),
    ("gate", [[3, 4], [3, 4]], {}, {}, lambda a, m, p, o: gate(a, m)),
    ("gate", [[4], [4]], {}, {}, lambda a, m, p, o: gate(a, m)),
    ("relu", [[6]], {}, {}, lambda x, p, o: F.relu(x)),
    ("leaky_relu", [[6]], {"slope": 0.2}, {}, lambda x, p, o: F.leaky_relu(x, 0.2)),
    ("silu", [[6]], {}, {}, lambda x, p, o: F.silu(x)),
    ("gelu", [[6]], {}, {}, lambda x, p, o: F.gelu(x, approximate="tanh")),
    ("tanh", [[6]], {}, {}, lambda x, p, o: torch.tanh(x)),
    ("sigmoid", [[6]], {}, {}, lambda x, p, o: torch.sigmoid(x)),
    ("softplus", [[6]], {}, {}, lambda x, p, o: F.softplus(x)),
    ("softmax", [[6]], {}, {}, lambda x, p, o: F.softmax(x, -1)),
    ("softmax", [[2, 2, 3]], {}, {}, lambda x, p, o: F.softmax(x, -1)),
    ("identity", [[6]], {}, {}, lambda x, p, o: x),
]



def flat(x):
    return [float(f"{v:.13g}") for v in x.flatten().tolist()]


def short(*shape):
    """Numbers of three decimals."""
    return torch.randn(*shape).round(decimals=3).requires_grad_()


def record(kind, shapes, options, parameters, function):
    inputs = [short(ROWS, *shape) for shape in shapes]
    values = {role: short(*shape) for role, shape in parameters.items()}
    output = function(*inputs, values, options)
    upper = short(*output.shape).detach()
    gradients = torch.autograd.grad((output * upper).sum(), [*inputs, *values.values()])
    return {
        "kind": kind,
        "options": options,
        "shapes": shapes,
        "inputs": [flat(x) for x in inputs],
        "parameters": {role: flat(x) for role, x in values.items()},
        "output": list(output.shape[1:]),
        "values": flat(output),
        "upper": flat(upper),
        "gradients": [flat(g) for g in gradients],
    }


def embedding():
    table = short(5, 3)
    indices = torch.tensor([[0, 4, 2, 4], [1, 1, 3, 0]])
    output = F.embedding(indices, table)
    upper = short(*output.shape).detach()
    (gradient,) = torch.autograd.grad((output * upper).sum(), [table])
    return {
        "kind": "embedding",
        "options": {"vocabulary": 5, "width": 3},
        "shapes": [[4]],
        "inputs": [flat(indices)],
        "parameters": {"weight": flat(table)},
        "output": [4, 3],
        "values": flat(output),
        "upper": flat(upper),
        # Whole numbers have no gradient.
        "gradients": [[0.0] * 8, flat(gradient)],
    }


cases = [record(*case) for case in CASES] + [embedding()]
lines = ",\n".join(json.dumps(case) for case in cases)
pathlib.Path(__file__).with_name("layer-vectors.json").write_text(f"[\n{lines}\n]\n")
