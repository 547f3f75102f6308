/**
 * The frozen conventions of what is counted (language manual, "Accounting"): weights count, biases are counted apart,
 * compression = all weights / kept weights, flops = 2 x multiply-adds of the kept weights.
 */
export interface Accounting {
  readonly weights: number;
  readonly keptWeights: number;
  readonly biases: number;
  readonly keptBiases: number;
  /** Multiply-adds for one row. */
  readonly multiplyAdds: number;
  readonly keptMultiplyAdds: number;
}
