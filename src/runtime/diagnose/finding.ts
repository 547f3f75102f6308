/** What a diagnosis says: sentences for people, the figures behind them, and whether they are a warning. */
export interface Finding {
  readonly kind:
    | 'chains'
    | 'effective_size'
    | 'stein_discrepancy'
    | 'pareto_k'
    | 'gradient_noise'
    | 'no_spread'
    | 'decided_gates'
    | 'dead_gates'
    | 'prior_alone'
    | 'dead_units'
    | 'dead_layer'
    | 'not_looked_at';
  /** Sites that it is about; none where it is about all. */
  readonly of: readonly string[];
  readonly warning: boolean;
  readonly text: string;
  readonly figures: Readonly<Record<string, number>>;
}

export function finding(
  kind: Finding['kind'],
  text: string,
  parts: Partial<Pick<Finding, 'of' | 'warning' | 'figures'>> = {},
): Finding {
  return { kind, text, of: [], warning: false, figures: {}, ...parts };
}

/** Three digits, which is more than most figures here deserve. */
export function shown(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : String(value);
}
