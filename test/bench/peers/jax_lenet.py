"""W1 and W2 in JAX: sparse variational dropout with local reparameterisation (Molchanov et al. 2017), Adam.

Forms: `step`, one jitted call a step, and `scan`. Noise is made inside the program. Pooling takes the maximum of four strided views:
its gradient is then a select, which costs a tenth of what reduce_window's does.
"""
import jax
import jax.numpy as jnp
from jax import lax

from common import BATCH, EPSILON, K1, K2, K3, lenet
from jax_common import adam, fresh, kl_weight, rate, stepper

AXES = ("NHWC", "HWIO", "NHWC")


@jax.custom_vjp
def convolve(h, w):
    return lax.conv_general_dilated(h, w, (1, 1), "VALID", dimension_numbers=AXES)


def convolve_forward(h, w):
    return convolve(h, w), (h, w)


def convolve_backward(saved, g):
    """Within lax.scan XLA's own weight gradient takes eight times as long as one product over image patches."""
    h, w = saved
    size, outputs = w.shape[0], w.shape[3]
    high, wide = g.shape[1], g.shape[2]
    patches = [h[:, i : i + high, j : j + wide] for i in range(size) for j in range(size)]
    dw = (jnp.concatenate(patches, -1).reshape(-1, size * size * h.shape[3]).T @ g.reshape(-1, outputs)).reshape(w.shape)
    turned = w[::-1, ::-1].transpose(0, 1, 3, 2)
    dh = lax.conv_general_dilated(g, turned, (1, 1), [(size - 1, size - 1)] * 2, dimension_numbers=AXES)
    return dh, dw


convolve.defvjp(convolve_forward, convolve_backward)


def plain_convolve(h, w):
    return lax.conv_general_dilated(h, w, (1, 1), "VALID", dimension_numbers=AXES)


def pool(h):
    return jnp.maximum(jnp.maximum(h[:, ::2, ::2], h[:, 1::2, ::2]), jnp.maximum(h[:, ::2, 1::2], h[:, 1::2, 1::2]))


def negative_log_likelihood_and_kl(p, x, y, noise, convolve=plain_convolve):
    """noise(layer, shape) gives normals."""
    n, h, kl = len(p["mean"]), x, 0.0
    for i, (mean, log_variance, bias) in enumerate(zip(p["mean"], p["log_variance"], p["bias"])):
        variance = jnp.exp(log_variance)
        if mean.ndim == 4:
            m, v = convolve(h, mean) + bias, convolve(h * h, variance)
        else:
            h = h.reshape(BATCH, -1)
            m, v = h @ mean + bias, (h * h) @ variance
        h = m + jnp.sqrt(v + EPSILON) * noise(i, m.shape)
        if h.ndim == 4:
            h = pool(h)
        if i < n - 1:
            h = jax.nn.relu(h)
        square = mean * mean + EPSILON
        log_alpha = log_variance - jnp.log(square)
        kl = kl + (0.5 * (jnp.log(variance + square) - log_variance) - K1 * (jax.nn.sigmoid(K3 * log_alpha + K2) - 1)).sum()
    return -jnp.take_along_axis(jax.nn.log_softmax(h), y[:, None], 1).mean(), kl


def build(workload, form, images, labels):
    rows = float(len(images))
    chosen = convolve if form == "scan" else plain_convolve

    def step(carry, x, y):
        state, key = carry
        key, *keys = jax.random.split(key, 5)

        def objective(p):
            normal = lambda i, shape: jax.random.normal(keys[i], shape)
            nll, kl = negative_log_likelihood_and_kl(p, x, y, normal, chosen)
            return nll + kl_weight(state[3]) * kl / rows, nll

        gradients, nll = jax.grad(objective, has_aux=True)(state[0])
        return (adam(state, gradients, rate(state[3])), key), nll

    # The quick generator of XLA; threefry, the default, costs W2 several times as much.
    carry = fresh(lenet(workload)), jax.random.key(0, impl="rbg")
    return stepper(step, carry, images, labels, form)
