"""W4 in JAX: ResNet-20 with a Normal guide on every weight, one draw for the batch, prior Normal(0, 1), batch norm, Adam.

Form: `step`, one jitted call a step. Within `lax.scan` XLA's convolution gradients take many times as long on a CPU.
"""
import jax
import jax.numpy as jnp
from jax import lax

from common import resnet, resnet_shapes
from jax_common import adam, fresh, kl_weight, rate, stepper


def running_statistics():
    widths = {name: shape[-1] for name, shape, _ in resnet_shapes()}
    return {name: (jnp.zeros(n), jnp.ones(n)) for name, n in widths.items()}


def negative_log_likelihood_and_kl(p, statistics, x, y, noise):
    """noise: by name of the weight. Also gives the new running statistics."""
    weights, kl, updated = {}, 0.0, {}
    for name, e in noise.items():
        mean, log_sd = p[f"{name}.mean"], p[f"{name}.log_sd"]
        sd = jnp.exp(log_sd)
        weights[name] = mean + sd * e
        kl = kl + (0.5 * (sd * sd + mean * mean - 1) - log_sd).sum()

    def convolve(h, name, stride):
        w = weights[name]
        pad = w.shape[0] // 2
        axes = ("NHWC", "HWIO", "NHWC")
        h = lax.conv_general_dilated(h, w, (stride, stride), [(pad, pad)] * 2, dimension_numbers=axes)
        mean, variance = h.mean((0, 1, 2)), h.var((0, 1, 2))
        old_mean, old_variance = statistics[name]
        updated[name] = (0.9 * old_mean + 0.1 * mean, 0.9 * old_variance + 0.1 * variance)
        return (h - mean) * (lax.rsqrt(variance + 1e-5) * p[f"{name}.scale"]) + p[f"{name}.shift"]

    h = jax.nn.relu(convolve(x, "stem", 1))
    for name, stride in [(n[:-2], s) for n, _, s in resnet_shapes() if n.endswith(".a")]:
        inner = convolve(jax.nn.relu(convolve(h, f"{name}.a", stride)), f"{name}.b", 1)
        around = convolve(h, f"{name}.project", stride) if f"{name}.project" in weights else h
        h = jax.nn.relu(inner + around)
    logits = h.mean((1, 2)) @ weights["head"] + p["head.shift"]
    return -jnp.take_along_axis(jax.nn.log_softmax(logits), y[:, None], 1).mean(), kl, updated


def build(workload, form, images, labels):
    rows = float(len(images))
    names = [name[:-5] for name in resnet() if name.endswith(".mean")]

    def step(carry, x, y):
        state, statistics, key = carry
        key, *keys = jax.random.split(key, len(names) + 1)
        noise = {n: jax.random.normal(k, state[0][f"{n}.mean"].shape) for n, k in zip(names, keys)}

        def objective(p):
            nll, kl, updated = negative_log_likelihood_and_kl(p, statistics, x, y, noise)
            return nll + kl_weight(state[3]) * kl / rows, (nll, updated)

        gradients, (nll, updated) = jax.grad(objective, has_aux=True)(state[0])
        return (adam(state, gradients, rate(state[3])), jax.lax.stop_gradient(updated), key), nll

    carry = fresh(resnet()), running_statistics(), jax.random.key(0, impl="rbg")
    return stepper(step, carry, images, labels, form)
