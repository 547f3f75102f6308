#!/usr/bin/env python3
"""Seconds of PyTorch's products and convolutions, which a tenth of the repetitions stay below: torch_kernels.py THREADS MILLISECONDS SHAPE...

Shapes are those of ../kernels.c. Convolutions run channels last, which PyTorch is quickest at here.
"""
import json
import sys
import time

import torch

BACKWARD = {"input-gradient": [True, False, False], "filter-gradient": [False, True, False]}


def product(trans_a, trans_b, m, n, k, batch, shared_a, shared_b):
    stack = lambda shared, rows, columns: torch.rand(*([batch] if batch > 1 and not shared else []), rows, columns)
    a = stack(shared_a, k, m).transpose(-1, -2) if trans_a else stack(shared_a, m, k)
    b = stack(shared_b, n, k).transpose(-1, -2) if trans_b else stack(shared_b, k, n)
    out = torch.matmul(a, b)
    return lambda: torch.matmul(a, b, out=out)


def convolution(kind, n, side, c, window, k, stride, pad, groups):
    x = torch.rand(n, c, side, side).to(memory_format=torch.channels_last)
    w = torch.rand(k, c // groups, window, window).to(memory_format=torch.channels_last)
    forward = lambda: torch.conv2d(x, w, stride=stride, padding=pad, groups=groups)
    if kind == "convolution":
        return forward
    g, pair = torch.rand_like(forward()), lambda v: [v, v]
    options = (None, pair(stride), pair(pad), [1, 1], False, [0, 0], groups, BACKWARD[kind])
    return lambda: torch.ops.aten.convolution_backward(g, x, w, *options)


def main(threads, milliseconds, *shapes):
    torch.set_num_threads(int(threads))
    torch.set_flush_denormal(True)
    clock = time.thread_time if threads == "1" else time.perf_counter
    seconds = []
    for shape in shapes:
        kind, *numbers = shape.split()
        run = product(*map(int, numbers)) if kind == "product" else convolution(kind, *map(int, numbers))
        run()
        took, end = [], time.perf_counter() + float(milliseconds) / 1000
        while time.perf_counter() < end or not took:
            start = clock()
            run()
            took.append(clock() - start)
        seconds.append(sorted(took)[len(took) // 10])
    print(json.dumps(seconds))


with torch.no_grad():
    main(*sys.argv[1:])
