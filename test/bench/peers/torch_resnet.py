"""W4 in PyTorch: ResNet-20 with a Normal guide on every weight, one draw for the batch, prior Normal(0, 1), batch norm, Adam.

Forms: `eager`, and `compile`: the loss compiled, its gradient by autograd.
"""
import torch
import torch.nn.functional as F

from common import ADAM, kl_weight, rate, resnet, resnet_shapes


def parameters():
    return {name: to_torch(array) for name, array in resnet().items()}


def to_torch(array):
    t = torch.from_numpy(array)
    if t.dim() == 4:
        return t.permute(3, 2, 0, 1).contiguous(memory_format=torch.channels_last)
    return t.clone()


def running_statistics():
    widths = {name: shape[-1] for name, shape, _ in resnet_shapes()}
    return {name: (torch.zeros(n), torch.ones(n)) for name, n in widths.items()}


def draw(p):
    return {name[:-5]: torch.randn_like(t) for name, t in p.items() if name.endswith(".mean")}


def negative_log_likelihood_and_kl(p, statistics, x, y, noise):
    weights, kl = {}, 0.0
    for name, e in noise.items():
        mean, log_sd = p[f"{name}.mean"], p[f"{name}.log_sd"]
        sd = torch.exp(log_sd)
        weights[name] = mean + sd * e
        kl = kl + (0.5 * (sd * sd + mean * mean - 1) - log_sd).sum()

    def convolve(h, name, stride):
        w = weights[name]
        h = F.conv2d(h, w, stride=stride, padding=w.shape[2] // 2)
        mean, variance = statistics[name]
        return F.batch_norm(h, mean, variance, p[f"{name}.scale"], p[f"{name}.shift"], training=True, momentum=0.1, eps=1e-5)

    h = F.relu(convolve(x, "stem", 1))
    for name, stride in [(n[:-2], s) for n, _, s in resnet_shapes() if n.endswith(".a")]:
        inner = convolve(F.relu(convolve(h, f"{name}.a", stride)), f"{name}.b", 1)
        around = convolve(h, f"{name}.project", stride) if f"{name}.project" in weights else h
        h = F.relu(inner + around)
    logits = torch.addmm(p["head.shift"], h.mean((2, 3)), weights["head"])
    return F.cross_entropy(logits, y), kl


def objective(p, statistics, x, y, noise, weight, rows):
    nll, kl = negative_log_likelihood_and_kl(p, statistics, x, y, noise)
    return nll + weight * kl / rows, nll


def build(workload, form, images, labels):
    images, labels = torch.from_numpy(images).permute(0, 3, 1, 2), torch.from_numpy(labels)
    p = {name: t.requires_grad_() for name, t in parameters().items()}
    statistics, rows = running_statistics(), float(len(images))
    optimizer = torch.optim.Adam(list(p.values()), 1e-3, (ADAM["beta1"], ADAM["beta2"]), ADAM["epsilon"], fused=True)
    loss = torch.compile(objective, dynamic=False) if form == "compile" else objective

    def step(t, chosen):
        optimizer.param_groups[0]["lr"] = rate(t)
        optimizer.zero_grad(set_to_none=True)
        total, nll = loss(p, statistics, images[chosen], labels[chosen], draw(p), torch.tensor(kl_weight(t)), rows)
        total.backward()
        optimizer.step()
        return nll.detach()

    return step
