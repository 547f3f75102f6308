"""Writes vectors.json: predictions of a few draws and the figures that follow, computed by NumPy alone.

Run by hand (`python3 vectors.py`, then the formatter) when a case is added; the tests read the committed JSON.
"""

import json
import pathlib

import numpy as np

rng = np.random.default_rng(20240611)


def rounded(a):
    return np.round(a, 6)


def mean_and_se(rows):
    return {"value": float(np.mean(rows)), "se": float(np.std(rows, ddof=1) / np.sqrt(len(rows)))}


def log_mean_exp(logs):
    logs = np.asarray(logs, dtype=np.longdouble)
    return np.log(np.mean(np.exp(logs), axis=0))


def expected_calibration_error(probabilities, labels, bins=15):
    confidence = probabilities.max(axis=1)
    hit = probabilities.argmax(axis=1) == labels
    edges = np.arange(1, bins) / bins
    which = np.digitize(confidence, edges, right=True)
    total = 0.0
    for b in range(bins):
        members = which == b
        if members.any():
            total += members.mean() * abs(hit[members].mean() - confidence[members].mean())
    return float(total)


def classification(rows, classes, draws, sharpness):
    logits = rng.normal(size=(draws, rows, classes)) * sharpness
    p = np.exp(logits) / np.exp(logits).sum(axis=2, keepdims=True)
    p = np.maximum(rounded(p), 1e-6)
    labels = rng.integers(0, classes, size=rows)
    logs = rounded(np.log(np.take_along_axis(p, labels[None, :, None], axis=2)[:, :, 0]))
    mean = p.mean(axis=0)
    target = np.eye(classes)[labels]
    return {
        "classes": classes,
        "probabilities": p.tolist(),
        "log_likelihood": logs.tolist(),
        "labels": labels.tolist(),
        "figures": {
            "error": mean_and_se((mean.argmax(axis=1) != labels).astype(float)),
            "nll": mean_and_se(-log_mean_exp(logs)),
            "log_likelihood": mean_and_se(log_mean_exp(logs)),
            "brier": mean_and_se(((mean - target) ** 2).sum(axis=1)),
        },
        "ece": expected_calibration_error(mean, labels),
    }


def regression(rows, draws):
    mean = rounded(rng.normal(size=(draws, rows)))
    sd = rounded(np.exp(rng.normal(size=(draws, rows)) * 0.3))
    y = rounded(rng.normal(size=rows) * 1.5)
    logs = rounded(-0.5 * ((y - mean) / sd) ** 2 - np.log(sd) - 0.5 * np.log(2 * np.pi))
    squares = (mean.mean(axis=0) - y) ** 2
    mse = mean_and_se(squares)
    rmse = np.sqrt(mse["value"])
    return {
        "mean": mean.tolist(),
        "log_likelihood": logs.tolist(),
        "targets": y.tolist(),
        "figures": {
            "rmse": {"value": float(rmse), "se": float(mse["se"] / (2 * rmse))},
            "nll": mean_and_se(-log_mean_exp(logs)),
            "log_likelihood": mean_and_se(log_mean_exp(logs)),
        },
    }


vectors = {
    "classification": [
        classification(40, 5, 3, 1.0),
        classification(50, 2, 1, 2.0),
        classification(20, 6, 4, 4.0),
    ],
    "regression": [regression(30, 4), regression(7, 1)],
}
path = pathlib.Path(__file__).with_name("vectors.json")
path.write_text(json.dumps(vectors) + "\n")
