/** Scores of one weight from its mean and standard deviation, in single precision, by the names of the program. */

/** Stands in for 0 in quotients and logarithms. */
const FLOOR = 1e-30;

const float = Math.fround;
const log = (x) => float(Math.log(Math.max(x, FLOOR)));

export const criteria = {
  /** log of variance / squared mean: high for weights that are mostly noise (Molchanov, Ashukha & Vetrov 2017). */
  log_alpha: (mean, sd) => 2 * float(log(sd) - log(Math.abs(mean))),

  /** Signal-to-noise ratio |mean| / sd: low for weights that are mostly noise (Blundell et al. 2015). */
  snr: (mean, sd) => float(Math.abs(mean) / Math.max(sd, FLOOR)),

  /** |mean|: low for small weights. */
  magnitude: (mean) => Math.abs(mean),
};
