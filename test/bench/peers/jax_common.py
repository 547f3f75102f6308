"""How the JAX peers step: Adam, one jitted step a call, or K steps in one `lax.scan`; the state is donated, the data resident."""
import jax
import jax.numpy as jnp
from jax import lax

from common import ADAM


def adam(state, gradients, rate):
    """state = (parameters, first moments, second moments, step count)"""
    parameters, first, second, t = state
    b1, b2, epsilon = ADAM["beta1"], ADAM["beta2"], ADAM["epsilon"]
    t = t + 1
    c1, c2 = 1 - b1**t, jnp.sqrt(1 - b2**t)
    first = jax.tree.map(lambda m, g: b1 * m + (1 - b1) * g, first, gradients)
    second = jax.tree.map(lambda v, g: b2 * v + (1 - b2) * g * g, second, gradients)
    move = lambda p, m, v: p - (rate / c1) * m / (jnp.sqrt(v) / c2 + epsilon)
    return jax.tree.map(move, parameters, first, second), first, second, t


def fresh(parameters):
    copy = jax.tree.map(jnp.array, parameters)
    zeros = lambda: jax.tree.map(jnp.zeros_like, copy)
    return copy, zeros(), zeros(), jnp.float32(0)


def rate(t):
    return 1e-3 * jnp.clip(2 * (1 - t / 100_000), 0.01, 1)


def kl_weight(t):
    return jnp.minimum(t / 2_000, 1)


def stepper(step, carry, images, labels, form):
    """step(carry, x, y) -> (carry, loss). A function of row numbers [K, batch] that does K steps and gives the last loss."""
    images, labels = jnp.asarray(images), jnp.asarray(labels)

    def one(carry, chosen, images, labels):
        return step(carry, images[chosen], labels[chosen])

    def many(carry, chosen, images, labels):
        return lax.scan(lambda c, rows: one(c, rows, images, labels), carry, chosen)

    program = jax.jit(many if form == "scan" else one, donate_argnums=0)
    held = [carry]

    def run(chosen):
        held[0], loss = program(held[0], chosen if form == "scan" else chosen[0], images, labels)
        return loss

    return run
