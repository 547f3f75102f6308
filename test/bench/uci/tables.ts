/** The six regression tables of Hernández-Lobato & Adams 2015 with the twenty splits of Gal & Ghahramani 2016. */
export interface Table {
  readonly name: string;
  readonly features: number;
  readonly rows: number;
  /** About how large the noise is beside the spread of the response: step sizes are in units of it, and lines of `uci.jsonl` that it made are to be deleted when it changes. */
  readonly noise: number;
}

export const tables: readonly Table[] = [
  { name: 'bostonHousing', noise: 0.2, features: 13, rows: 506 },
  { name: 'concrete', noise: 0.28, features: 8, rows: 1030 },
  { name: 'energy', noise: 0.04, features: 8, rows: 768 },
  { name: 'power-plant', noise: 0.23, features: 4, rows: 9568 },
  { name: 'wine-quality-red', noise: 0.75, features: 11, rows: 1599 },
  { name: 'yacht', noise: 0.04, features: 6, rows: 308 },
];

export const SPLITS = 20;

/** Programs in `test/bench/programs/uci`. */
export const engines: readonly string[] = ['svgd', 'sgvb', 'swag', 'ensemble', 'sghmc'];
