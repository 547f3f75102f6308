"""Adam (Kingma & Ba 2015) in a form that torch.compile fuses: in place, the step count in a tensor."""
import torch

from common import ADAM


def adam_(parameters, first, second, clock, gradients, rate):
    b1, b2, epsilon = ADAM["beta1"], ADAM["beta2"], ADAM["epsilon"]
    clock += 1
    c1, c2 = 1 - b1**clock, torch.sqrt(1 - b2**clock)
    for p, m, v, g in zip(parameters, first, second, gradients):
        m.mul_(b1).add_(g, alpha=1 - b1)
        v.mul_(b2).addcmul_(g, g, value=1 - b2)
        p.sub_((rate / c1) * m / (v.sqrt() / c2 + epsilon))
