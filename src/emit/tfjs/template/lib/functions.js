/** Functions of numbers that JavaScript does not have, in forms that do not overflow. */

export function clamp(x, low, high) {
  return Math.min(Math.max(x, low), high);
}

export function sigmoid(x) {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

export function softplus(x) {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
