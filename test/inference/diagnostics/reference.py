"""Writes reference.json: R-hat, effective sample sizes and Pareto k-hat of small sets of draws, by ArviZ 0.23.4.

Run by hand (`pip install "arviz<1"`, `python3 reference.py`, then the formatter) when a case is added; the tests read the
committed JSON. Draws are rounded before ArviZ sees them, so that both sides judge the same numbers.
"""

import json
import pathlib

import arviz
import numpy as np

rng = np.random.default_rng(20260611)


def autoregressive(chains, draws, rho):
    x = np.zeros((chains, draws))
    x[:, 0] = rng.normal(size=chains)
    for t in range(1, draws):
        x[:, t] = rho * x[:, t - 1] + np.sqrt(1 - rho**2) * rng.normal(size=chains)
    return x


CASES = {
    "independent": rng.normal(size=(4, 100)),
    "slow": autoregressive(4, 120, 0.9),
    "antithetic": autoregressive(2, 100, -0.6),
    "one chain elsewhere": autoregressive(3, 80, 0.3) + np.array([[0.0], [0.0], [1.5]]),
    "one chain wider": rng.normal(size=(3, 81)) * np.array([[1.0], [1.0], [3.0]]),
    "heavy tails": rng.standard_cauchy(size=(2, 90)),
    "ties": np.floor(2 * autoregressive(2, 60, 0.5)),
    "very short": rng.normal(size=(2, 5)),
}


def chains():
    for name, draws in CASES.items():
        x = np.round(draws, 5)
        yield {
            "name": name,
            "draws": x.tolist(),
            "r_hat": float(arviz.rhat(x, method="rank")),
            "bulk": float(arviz.ess(x, method="bulk")),
            "tail": float(arviz.ess(x, method="tail")),
        }


def ratios():
    for name, x in {
        "light": 0.2 * rng.normal(size=200),
        "exponential": rng.exponential(size=300) * 0.3,
        "heavy": rng.exponential(size=400) * 0.9,
        "hopeless": rng.normal(size=250) * 8,
        "few": rng.normal(size=30),
    }.items():
        x = np.round(x, 5)
        yield {"name": name, "log_ratios": x.tolist(), "k": float(arviz.psislw(x)[1])}


text = json.dumps({"chains": list(chains()), "ratios": list(ratios())})
pathlib.Path(__file__).with_name("reference.json").write_text(text + "\n")
