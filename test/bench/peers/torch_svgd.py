"""W3 in PyTorch: Stein variational gradient descent (Liu & Wang 2016), 20 particles of 784-100-10, RBF kernel, median rule, Adam.

The first layer of all particles is one matrix product. Forms: `eager`, and `compile`: gradient and Adam as two compiled programs
(as one, inductor 2.13 fails on it).
"""
import math

import torch
import torch.nn.functional as F

from common import ADAM, BATCH, PARTICLES, particles, rate
from torch_adam import adam_


def negative_log_joint(tensors, x, y, rows):
    """Summed over the particles; also the mean negative log likelihood of a row."""
    w1, b1, w2, b2 = tensors
    together = w1.transpose(0, 1).reshape(784, PARTICLES * 100)
    h = F.relu((x @ together).view(BATCH, PARTICLES, 100).transpose(0, 1) + b1[:, None])
    z = torch.baddbmm(b2[:, None], h, w2)
    nll = F.cross_entropy(z.reshape(PARTICLES * BATCH, 10), y.repeat(PARTICLES), reduction="sum")
    return nll * (rows / BATCH) + 0.5 * sum((t * t).sum() for t in tensors), nll / (PARTICLES * BATCH)


def direction(tensors, gradients):
    """Minus phi of Liu & Wang's equation 8, tensor by tensor."""
    flat = [t.reshape(PARTICLES, -1) for t in tensors]
    gram = sum(f @ f.T for f in flat)
    norms = gram.diagonal()
    distances = (norms[:, None] + norms[None] - 2 * gram).clamp_min(0)
    # Bandwidth: squared median distance over log of the number of particles.
    c = 2 * math.log(PARTICLES) / distances.flatten().sort().values[(PARTICLES * PARTICLES - 1) // 2]
    kernel = torch.exp(-0.5 * c * distances)
    sums = kernel.sum(1, keepdim=True)
    grads = [g.reshape(PARTICLES, -1) for g in gradients]
    phi = [(kernel @ (g + c * f) - c * sums * f) / PARTICLES for f, g in zip(flat, grads)]
    return [d.view_as(t) for d, t in zip(phi, tensors)]


def gradient(tensors, x, y, rows):
    gradients, nll = torch.func.grad(negative_log_joint, has_aux=True)(tensors, x, y, rows)
    return direction(tensors, gradients), nll


def build(workload, form, images, labels):
    images, labels = torch.from_numpy(images), torch.from_numpy(labels)
    state, rows = [torch.from_numpy(p) for p in particles()], float(len(images))
    return compiled_step(state, images, labels, rows) if form == "compile" else eager_step(state, images, labels, rows)


def eager_step(state, images, labels, rows):
    leaves = [p.requires_grad_() for p in state]
    optimizer = torch.optim.Adam(leaves, 1e-3, (ADAM["beta1"], ADAM["beta2"]), ADAM["epsilon"], fused=True)

    def step(t, chosen):
        optimizer.param_groups[0]["lr"] = rate(t)
        total, nll = negative_log_joint(leaves, images[chosen], labels[chosen], rows)
        gradients = torch.autograd.grad(total, leaves)
        with torch.no_grad():
            for p, d in zip(leaves, direction(leaves, gradients)):
                p.grad = d
        optimizer.step()
        return nll.detach()

    return step


def compiled_step(state, images, labels, rows):
    first, second = [torch.zeros_like(p) for p in state], [torch.zeros_like(p) for p in state]
    clock = torch.tensor(0.0)
    gradients, update = torch.compile(gradient, dynamic=False), torch.compile(adam_, dynamic=False)

    @torch.no_grad()
    def step(t, chosen):
        phi, nll = gradients(state, images[chosen], labels[chosen], rows)
        update(state, first, second, clock, phi, torch.tensor(rate(t)))
        return nll

    return step
