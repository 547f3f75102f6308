#!/usr/bin/env python3
"""Do the two frameworks do the same work? Loss and gradients of w1 - w4 from equal inputs and noise; exits 1 when they differ.

  check.py --mnist DIR --cifar DIR
"""
import argparse
import sys

import jax
import jax.numpy as jnp
import numpy as np
import torch

import common
import jax_lenet
import jax_resnet
import jax_svgd
import torch_lenet
import torch_resnet
import torch_svgd

jax.config.update("jax_enable_x64", True)
TOLERANCE = 2e-4  # of the largest gradient: float32 sums in other orders


def back(t, shape):
    """A PyTorch gradient in the order of axes of `shape`."""
    array = t.detach().numpy()
    return array.transpose(2, 3, 1, 0) if array.ndim == 4 and len(shape) == 4 else array


def compare(name, theirs, ours, loss):
    worst = max(float(np.abs(np.asarray(a) - b).max() / (np.abs(b).max() + 1e-12)) for a, b in zip(theirs, ours))
    print(f"{name}: losses {loss[0]:.6f} {loss[1]:.6f}, largest relative difference of a gradient {worst:.1e}")
    return worst < TOLERANCE and abs(loss[0] - loss[1]) < 1e-4 * abs(loss[0])


def lenet(workload, x, y):
    random, start = np.random.default_rng(1), common.lenet(workload)
    images = {"w1": [], "w2": [(24, 24, 20), (8, 8, 50)]}[workload]
    shapes = images + [(s[-1],) for s in common.LENETS[workload][len(images) :]]
    noise = [random.standard_normal((common.BATCH, *s)).astype(np.float32) for s in shapes]
    leaves = [p.requires_grad_() for p in torch_lenet.parameters(workload)]
    order = lambda a: torch.from_numpy(a).permute(0, 3, 1, 2) if a.ndim == 4 else torch.from_numpy(a)
    total, _ = torch_lenet.objective(leaves, order(x), torch.from_numpy(y), [order(e) for e in noise], 1.0, 60000.0)
    total.backward()

    def objective(p):
        nll, kl = jax_lenet.negative_log_likelihood_and_kl(p, jnp.array(x), jnp.array(y), lambda i, _: jnp.array(noise[i]), jax_lenet.convolve)
        return nll + kl / 60000

    value, gradient = jax.value_and_grad(objective)(start)
    gradients = [g for key in ("mean", "log_variance", "bias") for g in gradient[key]]
    return compare(workload, gradients, [back(p.grad, g.shape) for p, g in zip(leaves, gradients)], (float(value), total.item()))


def svgd(x, y):
    start = common.particles()
    phi, nll = torch_svgd.gradient([torch.from_numpy(p) for p in start], torch.from_numpy(x), torch.from_numpy(y), 60000.0)
    other, value = jax.jit(jax_svgd.gradient)([jnp.array(p) for p in start], jnp.array(x), jnp.array(y), 60000.0)
    return compare("w3", other, [p.numpy() for p in phi], (float(value), nll.item()))


def resnet(x, y):
    """In float64: over 20 layers with batch norm, float32 flips some units of relu between two orders of summation."""
    random, start, x = np.random.default_rng(1), {n: a.astype(np.float64) for n, a in common.resnet().items()}, x.astype(np.float64)
    noise = {n[:-5]: random.standard_normal(a.shape) for n, a in start.items() if n.endswith(".mean")}
    leaves = {n: torch_resnet.to_torch(a).requires_grad_() for n, a in start.items()}
    drawn = {n: torch_resnet.to_torch(e) for n, e in noise.items()}
    images = torch.from_numpy(x).permute(0, 3, 1, 2)
    statistics = {n: (m.double(), v.double()) for n, (m, v) in torch_resnet.running_statistics().items()}
    total, _ = torch_resnet.objective(leaves, statistics, images, torch.from_numpy(y), drawn, 1.0, 60000.0)
    total.backward()

    def objective(p):
        nll, kl, _ = jax_resnet.negative_log_likelihood_and_kl(p, jax_resnet.running_statistics(), jnp.array(x), jnp.array(y), noise)
        return nll + kl / 60000

    value, gradient = jax.jit(jax.value_and_grad(objective))(start)
    pairs = [(gradient[n], back(t.grad, gradient[n].shape)) for n, t in leaves.items()]
    return compare("w4", *zip(*pairs), (float(value), total.item()))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mnist", required=True)
    parser.add_argument("--cifar", required=True)
    args = parser.parse_args()
    first = lambda w, folder: [a[: common.BATCH] for a in common.load(w, folder)]
    held = [lenet("w1", *first("w1", args.mnist)), lenet("w2", *first("w2", args.mnist))]
    held += [svgd(*first("w3", args.mnist)), resnet(*first("w4", args.cifar))]
    sys.exit(0 if all(held) else 1)
