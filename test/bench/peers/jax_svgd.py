"""W3 in JAX: Stein variational gradient descent (Liu & Wang 2016), 20 particles of 784-100-10, RBF kernel, median rule, Adam.

The first layer of all particles is one matrix product. Forms: `step`, one jitted call a step, and `scan`.
"""
import math

import jax
import jax.numpy as jnp

from common import BATCH, PARTICLES, particles
from jax_common import adam, fresh, rate, stepper


def negative_log_joint(tensors, x, y, rows):
    """Summed over the particles; also the mean negative log likelihood of a row."""
    w1, b1, w2, b2 = tensors
    together = w1.transpose(1, 0, 2).reshape(784, PARTICLES * 100)
    h = jax.nn.relu((x @ together).reshape(BATCH, PARTICLES, 100).transpose(1, 0, 2) + b1[:, None])
    log_p = jax.nn.log_softmax(h @ w2 + b2[:, None])
    nll = -jnp.take_along_axis(log_p, jnp.broadcast_to(y[None, :, None], (PARTICLES, BATCH, 1)), 2).sum()
    return nll * (rows / BATCH) + 0.5 * sum((t * t).sum() for t in tensors), nll / (PARTICLES * BATCH)


def direction(tensors, gradients):
    """Minus phi of Liu & Wang's equation 8, tensor by tensor."""
    flat = [t.reshape(PARTICLES, -1) for t in tensors]
    gram = sum(f @ f.T for f in flat)
    norms = jnp.diagonal(gram)
    distances = jnp.maximum(norms[:, None] + norms[None] - 2 * gram, 0)
    # Bandwidth: squared median distance over log of the number of particles.
    c = 2 * math.log(PARTICLES) / jnp.sort(distances.reshape(-1))[(PARTICLES * PARTICLES - 1) // 2]
    kernel = jnp.exp(-0.5 * c * distances)
    sums = kernel.sum(1, keepdims=True)
    grads = [g.reshape(PARTICLES, -1) for g in gradients]
    phi = [(kernel @ (g + c * f) - c * sums * f) / PARTICLES for f, g in zip(flat, grads)]
    return [d.reshape(t.shape) for d, t in zip(phi, tensors)]


def gradient(tensors, x, y, rows):
    gradients, nll = jax.grad(negative_log_joint, has_aux=True)(tensors, x, y, rows)
    return direction(tensors, gradients), nll


def build(workload, form, images, labels):
    rows = float(len(images))

    def step(state, x, y):
        phi, nll = gradient(state[0], x, y, rows)
        return adam(state, phi, rate(state[3])), nll

    return stepper(step, fresh(particles()), images, labels, form)
