"""W1 and W2 in PyTorch: sparse variational dropout with local reparameterisation (Molchanov et al. 2017), Adam.

Forms: `eager`, and `compile`, the best that torch.compile gives: W1 one program for the whole step (`torch.func.grad` and Adam),
W2 the loss alone, whose gradient autograd takes. Both use the cheap spelling of the divergence (no softplus) and pool before relu.
"""
import torch
import torch.nn.functional as F

from common import ADAM, BATCH, EPSILON, K1, K2, K3, kl_weight, lenet, rate
from torch_adam import adam_


def parameters(workload):
    """Means, then log variances, then biases; convolutions in PyTorch's own order of axes."""
    start = lenet(workload)
    return [to_torch(a) for key in ("mean", "log_variance", "bias") for a in start[key]]


def to_torch(array):
    t = torch.from_numpy(array)
    if t.dim() == 4:
        return t.permute(3, 2, 0, 1).contiguous(memory_format=torch.channels_last)
    return t.clone()


def draw(workload):
    if workload == "w1":
        return [torch.randn(BATCH, n) for n in (300, 100, 10)]
    images = [torch.empty(BATCH, *s).to(memory_format=torch.channels_last) for s in ((20, 24, 24), (50, 8, 8))]
    return [t.normal_() for t in images] + [torch.randn(BATCH, n) for n in (500, 10)]


def negative_log_likelihood_and_kl(parameters, x, y, noise):
    n = len(parameters) // 3
    h, kl = x, 0.0
    for i in range(n):
        mean, log_variance, bias = parameters[i], parameters[n + i], parameters[2 * n + i]
        variance = torch.exp(log_variance)
        if mean.dim() == 4:
            m, v = F.conv2d(h, mean, bias), F.conv2d(h * h, variance)
        else:
            if h.dim() == 4:
                h = h.permute(0, 2, 3, 1).reshape(BATCH, -1)
            m, v = torch.addmm(bias, h, mean), (h * h) @ variance
        h = m + torch.sqrt(v + EPSILON) * noise[i]
        if h.dim() == 4:
            h = F.max_pool2d(h, 2)
        if i < n - 1:
            h = F.relu(h)
        square = mean * mean + EPSILON
        log_alpha = log_variance - torch.log(square)
        kl = kl + (0.5 * (torch.log(variance + square) - log_variance) - K1 * (torch.sigmoid(K3 * log_alpha + K2) - 1)).sum()
    return F.cross_entropy(h, y), kl


def objective(parameters, x, y, noise, weight, rows):
    nll, kl = negative_log_likelihood_and_kl(parameters, x, y, noise)
    return nll + weight * kl / rows, nll


def build(workload, form, images, labels):
    """A function of (step number, row numbers) that does one step and gives its loss."""
    images, labels = torch.from_numpy(images), torch.from_numpy(labels)
    if workload == "w2":
        images = images.permute(0, 3, 1, 2)
    if form == "compile" and workload == "w1":
        return whole_step(workload, images, labels)
    leaves = [p.requires_grad_() for p in parameters(workload)]
    optimizer = torch.optim.Adam(leaves, 1e-3, (ADAM["beta1"], ADAM["beta2"]), ADAM["epsilon"], fused=True)
    loss = torch.compile(objective, dynamic=False) if form == "compile" else objective
    rows = float(len(images))

    def step(t, chosen):
        optimizer.param_groups[0]["lr"] = rate(t)
        optimizer.zero_grad(set_to_none=True)
        # As a tensor: each new float would be compiled anew.
        total, nll = loss(leaves, images[chosen], labels[chosen], draw(workload), torch.tensor(kl_weight(t)), rows)
        total.backward()
        optimizer.step()
        return nll.detach()

    return step


def whole_step(workload, images, labels):
    state = parameters(workload)
    m, v = [torch.zeros_like(p) for p in state], [torch.zeros_like(p) for p in state]
    clock, rows = torch.tensor(0.0), float(len(images))

    def body(state, m, v, clock, x, y, noise, learning_rate, weight):
        gradients, nll = torch.func.grad(objective, has_aux=True)(state, x, y, noise, weight, rows)
        adam_(state, m, v, clock, gradients, learning_rate)
        return nll

    compiled = torch.compile(body, fullgraph=True, dynamic=False)

    @torch.no_grad()
    def step(t, chosen):
        scalars = torch.tensor(rate(t)), torch.tensor(kl_weight(t))
        return compiled(state, m, v, clock, images[chosen], labels[chosen], draw(workload), *scalars)

    return step
