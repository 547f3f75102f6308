"""Reference values of special functions, from SciPy: python test/base/special.py > test/base/special.json"""

import json

import numpy as np
import scipy
from scipy import special

POINTS = {
    "erf": (special.erf, [-6, -3, -1.5, -0.7, -1e-3, 0, 1e-9, 0.2, 1, 1.4999, 1.5001, 2.5, 5]),
    "logNormalCdf": (special.log_ndtr, [-1e4, -300, -38, -10, -2.2, -2.1, -1, -1e-6, 0, 0.5, 2.1, 2.2, 5, 9]),
    "normalQuantile": (special.ndtri, [1e-300, 1e-30, 1e-8, 0.001, 0.02, 0.074, 0.076, 0.3, 0.5, 0.6, 0.97, 1 - 1e-9]),
    "lgamma": (special.gammaln, [1e-8, 0.03, 0.3, 0.99, 1.7, 2.3, 9.9, 10.1, 150, 1e6]),
    "digamma": (special.digamma, [1e-4, 0.03, 0.3, 1.4, 1.5, 9.9, 10.1, 150, 1e6]),
}

values = {
    name: [[float(x), float(f(np.float64(x)))] for x in xs] for name, (f, xs) in POINTS.items()
}
print(json.dumps({"scipy": scipy.__version__, **values}, indent=1))
