#!/usr/bin/env python3
"""One measurement of one peer, printed as a line of JSON.

  peer.py step  FRAMEWORK WORKLOAD FORM --data DIR [--seconds 2]    milliseconds for a training step, in the steady state
  peer.py gemm  FRAMEWORK SHAPES                                    seconds for a matrix product of each shape, such as 128x784x300
  peer.py epoch FRAMEWORK FORM --data DIR [--epochs 3]              W1 on MNIST: seconds for an epoch, reading and batches included

FRAMEWORK is torch or jax; FORM is eager or compile, step or scan. DIR holds MNIST's IDX files, or for w4 CIFAR's binary files.
STARTED (seconds since 1970) in the environment is when the process was started.
"""
import argparse
import importlib
import itertools
import json
import os
import resource
import time

STARTED = float(os.environ.get("STARTED", time.time()))
MODULE = {"w1": "lenet", "w2": "lenet", "w3": "svgd", "w4": "resnet"}
SCANNED = {"w1": 50, "w2": 10, "w3": 20}


def torch_blocks(workload, form, images, labels):
    import torch

    torch.set_num_threads(THREADS)
    torch.set_flush_denormal(True)
    step, t = importlib.import_module(f"torch_{MODULE[workload]}").build(workload, form, images, labels), itertools.count()
    return lambda chosen: step(next(t), torch.from_numpy(chosen[0])), lambda loss: float(loss), 1


def jax_blocks(workload, form, images, labels):
    import jax

    step = importlib.import_module(f"jax_{MODULE[workload]}").build(workload, form, images, labels)
    return step, lambda loss: float(jax.block_until_ready(loss).reshape(-1)[-1]), SCANNED[workload] if form == "scan" else 1


def open_blocks(framework, workload, form, images, labels):
    """(run K steps on row numbers [K, batch], wait for a loss, K)"""
    return {"torch": torch_blocks, "jax": jax_blocks}[framework](workload, form, images, labels)


def memory():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def step(args):
    import numpy as np

    from common import batches, load

    images, labels = load(args.workload, args.data)
    run, wait, k = open_blocks(args.framework, args.workload, args.form, images, labels)
    rows = batches(len(images))
    block = lambda: run(np.stack(list(itertools.islice(rows, k))))
    loss = wait(block())
    first = time.time() - STARTED
    # JAX only queues a step: its end is waited for after some of them.
    repeat = 1 if k > 1 or args.workload == "w4" else 5
    end = time.perf_counter() + args.seconds / 2
    while time.perf_counter() < end:
        wait(block())
    times, end = [], time.perf_counter() + args.seconds
    while time.perf_counter() < end or len(times) < 3:
        start = time.perf_counter()
        for _ in range(repeat):
            last = block()
        loss = wait(last)
        times.append((time.perf_counter() - start) * 1000 / (repeat * k))
    low, middle, high = np.percentile(times, [10, 50, 90])
    return dict(msPerStep=middle, low=low, high=high, steps=len(times) * repeat * k, loss=loss, peakRssMiB=memory(), startToFirstStepSeconds=first)


def epoch(args):
    import numpy as np

    from common import batches, load

    images, labels = load("w1", args.data)
    run, wait, k = open_blocks(args.framework, "w1", args.form, images, labels)
    rows, times, first = batches(len(images)), [], None
    steps = len(images) // 128
    # A program for K steps and one for what is left of the epoch.
    sizes = [k] * (steps // k) + ([steps % k] if steps % k else [])
    for _ in range(args.epochs):
        start = time.perf_counter()
        for size in sizes:
            loss = run(np.stack(list(itertools.islice(rows, size))))
            if first is None:
                wait(loss)
                first = time.time() - STARTED
        wait(loss)
        times.append(time.perf_counter() - start)
    return dict(epochSeconds=times, totalSeconds=time.time() - STARTED, startToFirstStepSeconds=first, loss=wait(loss))


def gemm(args):
    multiply = {"torch": torch_product, "jax": jax_product}[args.framework]
    return dict(seconds=[timed(multiply(*map(int, shape.split("x")))) for shape in args.shapes.split(",")])


def torch_product(m, k, n):
    import torch

    torch.set_num_threads(THREADS)
    a, b, c = torch.randn(m, k), torch.randn(k, n), torch.empty(m, n)
    return lambda: torch.mm(a, b, out=c)


def jax_product(m, k, n):
    import jax
    import jax.numpy as jnp

    product, keys = jax.jit(jnp.matmul), jax.random.split(jax.random.key(0))
    a, b = jax.random.normal(keys[0], (m, k)), jax.random.normal(keys[1], (k, n))
    return lambda: jax.block_until_ready(product(a, b))


def timed(f, seconds=0.1):
    """Median seconds of a call."""
    import numpy as np

    f()
    times, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 5:
        start = time.perf_counter()
        f()
        times.append(time.perf_counter() - start)
    return float(np.median(times))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, positionals in (("step", ("framework", "workload", "form")), ("epoch", ("framework", "form")), ("gemm", ("framework", "shapes"))):
        command = commands.add_parser(name)
        for positional in positionals:
            command.add_argument(positional)
        command.add_argument("--data", required=name != "gemm")
        command.add_argument("--seconds", type=float, default=2)
        command.add_argument("--epochs", type=int, default=3)
        command.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    THREADS = args.threads
    print(json.dumps({"step": step, "epoch": epoch, "gemm": gemm}[args.command](args)))
