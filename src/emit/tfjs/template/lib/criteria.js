/** Scores of one weight from its mean and standard deviation, in single precision. */

/** Stands in for 0 in quotients and logarithms. */
const FLOOR = 1e-30;

const float = Math.fround;

/** log of variance / squared mean: high for weights that are mostly noise (Molchanov, Ashukha & Vetrov 2017). */
export function logAlpha(mean, sd) {
  const difference = float(Math.log(Math.max(sd, FLOOR))) - float(Math.log(Math.max(Math.abs(mean), FLOOR)));
  return 2 * float(difference);
}

/** Signal-to-noise ratio |mean| / sd: low for weights that are mostly noise (Blundell et al. 2015). */
export function snr(mean, sd) {
  return float(Math.abs(mean) / Math.max(sd, FLOOR));
}

/** |mean|: low for small weights. */
export function magnitude(mean) {
  return Math.abs(mean);
}
