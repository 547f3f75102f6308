"""
Reference values of distributions, from SciPy: python test/model/distributions/reference.py > test/model/distributions/reference.json

For each case: the arguments of bprune's record, mean and variance (null where there is none or it is infinite), and points with the log
density and the distribution function; the points are quantiles, those from 5 % to 95 % evenly spaced. Discrete cases have the counts
from 0 on that hold all but 1e-12 of the mass.
"""

import json
import math

import numpy as np
import scipy
from scipy import integrate, optimize, special, stats

TAILS = [1e-6, 1e-3]
GRID = [i / 20 for i in range(1, 20)]
SHARES = [*TAILS, *GRID, *(1 - t for t in reversed(TAILS))]


def finite(x):
    return float(x) if np.isfinite(x) else None


def continuous(args, d):
    xs = [float(d.ppf(p)) for p in SHARES]
    points = [[x, float(d.logpdf(x)), float(d.cdf(x))] for x in xs if np.isfinite(d.logpdf(x))]
    return {"args": args, "mean": finite(d.mean()), "variance": finite(d.var()), "points": points}


def discrete(args, d):
    top = int(d.ppf(1 - 1e-12))
    points = [[k, float(d.logpmf(k)), float(d.cdf(k))] for k in range(int(d.support()[0]), top + 1)]
    return {"args": args, "mean": finite(d.mean()), "variance": finite(d.var()), "points": points}


class Horseshoe:
    """As a mixture over the half-Cauchy scale; e^u E1(u) is the confluent hypergeometric function U(1, 1, u)."""

    def __init__(self, scale):
        self.scale = scale

    def logpdf(self, x):
        u = x * x / (2 * self.scale**2)
        return math.log(special.hyperu(1, 1, u)) - math.log(self.scale * math.sqrt(2 * math.pi**3))

    def cdf(self, x):
        # Over the logarithm s of the half-Cauchy scale.
        f = lambda s: stats.norm.cdf(x / (self.scale * math.exp(s))) / (math.pi * math.cosh(s))
        bend = math.log(abs(x) / self.scale)
        ends = sorted([-40, min(0, bend), (0 + bend) / 2, max(0, bend), 40])
        parts = [integrate.quad(f, a, b, epsabs=1e-14, epsrel=1e-12, limit=500)[0] for a, b in zip(ends, ends[1:])]
        return sum(parts)

    def ppf(self, p):
        if p == 0.5:
            return 1e-3
        return optimize.brentq(lambda x: self.cdf(x) - p, -1e8, 1e8, xtol=1e-12)

    def mean(self):
        return math.nan

    def var(self):
        return math.inf


class RegularizedHorseshoe:
    """As a mixture over the logarithm s of the half-Cauchy scale, whose density is 1 / (pi cosh s)."""

    def __init__(self, scale, slab):
        self.scale, self.slab = scale, slab

    def sd(self, s):
        wide = self.scale * math.exp(s)
        return self.slab * wide / math.hypot(self.slab, wide)

    def mixed(self, f, x):
        bends = [0, math.log(self.slab / self.scale), math.log(abs(x) / self.scale)]
        ends = sorted([-40, 40, *bends])
        g = lambda s: f(self.sd(s)) / (math.pi * math.cosh(s))
        return sum(integrate.quad(g, a, b, epsabs=1e-14, epsrel=1e-12, limit=500)[0] for a, b in zip(ends, ends[1:]) if a < b)

    def logpdf(self, x):
        # Without exp(-x^2 / (2 slab^2)), which all of its parts have.
        rest = lambda sd: math.exp(x * x * (1 / self.slab**2 - 1 / sd**2) / 2) / (sd * math.sqrt(2 * math.pi))
        return math.log(self.mixed(rest, x)) - x * x / (2 * self.slab**2)

    def cdf(self, x):
        return self.mixed(lambda sd: stats.norm.cdf(x / sd), x)

    def ppf(self, p):
        if p == 0.5:
            return 1e-3
        return optimize.brentq(lambda x: self.cdf(x) - p, -20 * self.slab, 20 * self.slab, xtol=1e-12)

    def mean(self):
        return 0

    def var(self):
        return self.mixed(lambda sd: sd**2, self.slab)


class TruncatedLogNormal:
    def __init__(self, mean, sd, low, high):
        self.bounds = (low, high)
        a, b = ((math.log(x) - mean) / sd if 0 < x < math.inf else (-math.inf if x == 0 else math.inf) for x in (low, high))
        self.log = stats.truncnorm(a, b, mean, sd)

    def logpdf(self, x):
        return self.log.logpdf(math.log(x)) - math.log(x)

    def cdf(self, x):
        return self.log.cdf(math.log(x))

    def ppf(self, p):
        return math.exp(self.log.ppf(p))

    def moment(self, k):
        low, high = self.log.ppf(1e-15), self.log.ppf(1 - 1e-15)
        return integrate.quad(lambda t: math.exp(k * t) * self.log.pdf(t), low, high, epsrel=1e-12, limit=500)[0]

    def mean(self):
        return self.moment(1)

    def var(self):
        return self.moment(2) - self.moment(1) ** 2


class Ordered:
    def __init__(self, rate, groups):
        ks = np.arange(1, groups + 1)
        p = np.where(ks < groups, (1 - rate) * rate ** (ks - 1.0), rate ** (groups - 1.0))
        self.d = stats.rv_discrete(values=(ks, p / p.sum()))
        self.p = p

    def __getattr__(self, name):
        return getattr(self.d, name)

    def ppf(self, p):
        return len(self.p)


def truncated_normal(mean, sd, low=-math.inf, high=math.inf):
    return stats.truncnorm((low - mean) / sd, (high - mean) / sd, mean, sd)


def logit(p):
    return math.log(p) - math.log1p(-p)


CASES = {
    "Normal": [continuous({"mean": 0.7, "sd": 1.3}, stats.norm(0.7, 1.3))],
    "LogNormal": [continuous({"mean": -0.4, "sd": 0.8}, stats.lognorm(0.8, scale=math.exp(-0.4)))],
    "TruncatedNormal": [
        continuous({"mean": 0.5, "sd": 1.5, "low": -1, "high": 2}, truncated_normal(0.5, 1.5, -1, 2)),
        continuous({"mean": -1, "sd": 0.5, "low": 0}, truncated_normal(-1, 0.5, low=0)),
        continuous({"mean": 3, "sd": 1, "high": 1}, truncated_normal(3, 1, high=1)),
        continuous({"mean": 13, "sd": 1, "low": 0, "high": 2}, truncated_normal(13, 1, 0, 2)),
        continuous({"mean": -40, "sd": 1, "low": 0}, truncated_normal(-40, 1, low=0)),
    ],
    "TruncatedLogNormal": [
        continuous({"mean": -1, "sd": 2, "low": 0.01, "high": 1}, TruncatedLogNormal(-1, 2, 0.01, 1)),
        continuous({"mean": 0.3, "sd": 0.5, "high": 2}, TruncatedLogNormal(0.3, 0.5, 0, 2)),
    ],
    "Laplace": [continuous({"mean": -0.4, "scale": 0.8}, stats.laplace(-0.4, 0.8))],
    "StudentT": [
        continuous({"df": 5, "mean": 1, "scale": 0.5}, stats.t(5, 1, 0.5)),
        continuous({"df": 1.5, "mean": 0, "scale": 2}, stats.t(1.5, 0, 2)),
    ],
    "Cauchy": [continuous({"location": 0.3, "scale": 2}, stats.cauchy(0.3, 2))],
    "HalfNormal": [continuous({"scale": 2}, stats.halfnorm(scale=2))],
    "HalfCauchy": [continuous({"scale": 0.7}, stats.halfcauchy(scale=0.7))],
    "Gamma": [
        continuous({"shape": 2.5, "rate": 0.6}, stats.gamma(2.5, scale=1 / 0.6)),
        continuous({"shape": 0.3, "rate": 2}, stats.gamma(0.3, scale=0.5)),
        continuous({"shape": 40, "rate": 8}, stats.gamma(40, scale=1 / 8)),
    ],
    "InverseGamma": [
        continuous({"shape": 6, "scale": 3}, stats.invgamma(6, scale=3)),
        continuous({"shape": 0.8, "scale": 1.5}, stats.invgamma(0.8, scale=1.5)),
    ],
    "Beta": [
        continuous({"alpha": 2, "beta": 3.5}, stats.beta(2, 3.5)),
        continuous({"alpha": 0.4, "beta": 0.7}, stats.beta(0.4, 0.7)),
    ],
    "Exponential": [continuous({"rate": 1.7}, stats.expon(scale=1 / 1.7))],
    "TruncatedLogUniform": [continuous({"low": 0.001, "high": 2}, stats.loguniform(0.001, 2))],
    "TruncatedExponential": [
        continuous({"rate": 1.5, "low": -1, "high": 2}, stats.truncexpon(4.5, loc=-1, scale=1 / 1.5)),
    ],
    "Uniform": [continuous({"low": -1.5, "high": 0.5}, stats.uniform(-1.5, 2))],
    "Horseshoe": [continuous({"global": 0.5}, Horseshoe(0.5))],
    "RegularizedHorseshoe": [
        continuous({"global": g, "slab": c}, RegularizedHorseshoe(g, c)) for g, c in [(0.05, 2), (0.5, 1.5), (6, 1)]
    ],
    "Bernoulli": [discrete({"logits": logit(0.3)}, stats.bernoulli(0.3))],
    "Poisson": [
        discrete({"log_rate": math.log(3.3)}, stats.poisson(3.3)),
        discrete({"log_rate": math.log(0.05)}, stats.poisson(0.05)),
        discrete({"log_rate": math.log(60)}, stats.poisson(60)),
    ],
    "Binomial": [
        discrete({"trials": 12, "logits": logit(0.35)}, stats.binom(12, 0.35)),
        discrete({"trials": 1, "logits": logit(0.9)}, stats.binom(1, 0.9)),
    ],
    "Ordered": [discrete({"rate": 0.8, "groups": 6}, Ordered(0.8, 6))],
}

COVARIANCE = np.array([[2.0, 0.6, -0.3], [0.6, 1.0, 0.2], [-0.3, 0.2, 0.5]])
CENTRE = [0.5, -1.0, 2.0]
ROWS = [[0.1, 0.2, 0.3], [1.0, -2.0, 2.5], [0.5, -1.0, 2.0]]
SHARES_OF_ROWS = [[0.2, 0.3, 0.5], [0.9, 0.05, 0.05], [1e-3, 0.4, 0.599]]
CONCENTRATION = [0.7, 2.0, 3.5]

VECTORS = {
    "MultivariateNormal": {
        "mean": CENTRE,
        "factor": np.linalg.cholesky(COVARIANCE).tolist(),
        "covariance": COVARIANCE.tolist(),
        "points": [[x, float(stats.multivariate_normal(CENTRE, COVARIANCE).logpdf(x))] for x in ROWS],
    },
    "Dirichlet": {
        "concentration": CONCENTRATION,
        "mean": stats.dirichlet(CONCENTRATION).mean().tolist(),
        "variance": stats.dirichlet(CONCENTRATION).var().tolist(),
        "points": [[x, float(stats.dirichlet(CONCENTRATION).logpdf(x))] for x in SHARES_OF_ROWS],
    },
}

print(json.dumps({"scipy": scipy.__version__, "cases": CASES, "vectors": VECTORS}))
