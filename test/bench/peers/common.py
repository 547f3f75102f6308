"""What all peers share: shapes, start values, data, the order of the rows, schedules. numpy only, so both frameworks see the same."""
import math
import os

import numpy as np

BATCH = 128
PARTICLES = 20
ADAM = dict(beta1=0.9, beta2=0.999, epsilon=1e-8)
# The sparse-VD divergence of Molchanov, Ashukha and Vetrov (2017), equation 14.
K1, K2, K3 = 0.63576, 1.87320, 1.48695
EPSILON = 1e-8
# Weight shapes, layer by layer: dense [inputs, outputs], convolution [height, width, inputs, outputs].
LENETS = {
    "w1": [(784, 300), (300, 100), (100, 10)],
    "w2": [(5, 5, 1, 20), (5, 5, 20, 50), (800, 500), (500, 10)],
}


def rate(step):
    return 1e-3 * min(max(2 * (1 - step / 100_000), 0.01), 1)


def kl_weight(step):
    return min(step / 2_000, 1)


def lenet(workload, seed=0):
    """Means, log variances and biases as the guide starts: He-scaled means, sd = exp(-5)."""
    random = np.random.default_rng(seed)
    mean, log_variance, bias = [], [], []
    for shape in LENETS[workload]:
        scale = math.sqrt(2 / math.prod(shape[:-1]))
        mean.append((scale * random.standard_normal(shape)).astype(np.float32))
        log_variance.append(np.full(shape, -10, np.float32))
        bias.append(np.zeros(shape[-1], np.float32))
    return dict(mean=mean, log_variance=log_variance, bias=bias)


def particles(seed=0):
    """Of the 784-100-10 network, [particle, ...] for each tensor."""
    random = np.random.default_rng(seed)
    shapes = [(784, 100), (100,), (100, 10), (10,)]
    return [(random.standard_normal((PARTICLES, *s)) / math.sqrt(s[0])).astype(np.float32) for s in shapes]


def resnet_shapes():
    """ResNet-20 for CIFAR (He et al. 2016, section 4.2) with projections: (convolution's name, weight shape, stride)."""
    layers, inputs = [("stem", (3, 3, 3, 16), 1)], 16
    for stage, width in enumerate((16, 32, 64)):
        for block in range(3):
            stride = 2 if stage > 0 and block == 0 else 1
            name = f"{stage}.{block}"
            layers.append((f"{name}.a", (3, 3, inputs, width), stride))
            layers.append((f"{name}.b", (3, 3, width, width), 1))
            if inputs != width:
                layers.append((f"{name}.project", (1, 1, inputs, width), stride))
            inputs = width
    return layers


def resnet(seed=0):
    """mean and log_sd of each weight, scale and shift of each batch norm, the head's bias."""
    random = np.random.default_rng(seed)
    parameters = {}
    for name, shape in [(n, s) for n, s, _ in resnet_shapes()] + [("head", (64, 10))]:
        scale = math.sqrt(2 / math.prod(shape[:-1]))
        parameters[f"{name}.mean"] = (scale * random.standard_normal(shape)).astype(np.float32)
        parameters[f"{name}.log_sd"] = np.full(shape, -5, np.float32)
        if name != "head":
            parameters[f"{name}.scale"] = np.ones(shape[-1], np.float32)
        parameters[f"{name}.shift"] = np.zeros(shape[-1], np.float32)
    return parameters


def idx(path):
    """Reads an IDX file (the format of MNIST)."""
    raw = np.fromfile(path, np.uint8)
    dimensions = int(raw[3])
    shape = raw[4 : 4 + 4 * dimensions].view(">u4").astype(int)
    return raw[4 + 4 * dimensions :].reshape(shape)


def load(workload, folder, split="train"):
    """Images as float32 in [0, 1], flat for dense networks and NHWC for others, and their classes."""
    if workload == "w4":
        rows = np.fromfile(os.path.join(folder, "train.bin"), np.uint8).reshape(-1, 3073)
        images = rows[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
        return np.ascontiguousarray(images).astype(np.float32) / 255, rows[:, 0].astype(np.int64)
    prefix = "train" if split == "train" else "t10k"
    images = idx(os.path.join(folder, f"{prefix}-images-idx3-ubyte")).astype(np.float32) / 255
    labels = idx(os.path.join(folder, f"{prefix}-labels-idx1-ubyte")).astype(np.int64)
    return images[..., None] if workload == "w2" else images.reshape(-1, 784), labels


def batches(rows, seed=0):
    """Row numbers of one batch after the other, shuffled anew in each epoch."""
    random = np.random.default_rng(seed)
    while True:
        order = random.permutation(rows)
        for start in range(0, rows - BATCH + 1, BATCH):
            yield order[start : start + BATCH]
